// The farm: one process that is every mail server of a made-up world and its DNS. README.md says what it is for.
#include <arpa/inet.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "certificates.h"
#include "conversation.h"
#include "counts.h"
#include "dns.h"
#include "world.h"

static struct {
    unsigned domains, seed, tenants, port;
    struct sockaddr_in dns, root;
    const char *ca, *report, *ready;
    bool list, kinds;
    struct conversation_options conversations;
} options = {
    .domains = 1000,
    .seed = 1,
    .tenants = 20,
    .port = 25,
    .conversations = {.throttle_connections = 5, .throttle_seconds = 30, .late_seconds = 6},
};

static void refuse(const char *option, const char *text) {
    fprintf(stderr, "farm: --%s cannot be \"%s\"\n", option, text);
    exit(2);
}

static unsigned number(const char *option, const char *text, unsigned least, unsigned most) {
    char *end;
    unsigned long value = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end || value < least || value > most) refuse(option, text);
    return (unsigned)value;
}

static struct sockaddr_in place(const char *option, const char *text) {
    struct sockaddr_in made = {.sin_family = AF_INET};
    char address[64];
    unsigned port;
    if (sscanf(text, "%63[0-9.]:%u", address, &port) != 2 || port < 1 || port > 65535 ||
        inet_pton(AF_INET, address, &made.sin_addr) != 1) {
        refuse(option, text);
    }
    made.sin_port = htons((uint16_t)port);
    return made;
}

// --server 127.1.2.3=tarpit
static void set_server(const char *text) {
    char address[64], kind[32];
    struct in_addr read;
    enum server server;
    if (sscanf(text, "%63[0-9.]=%31s", address, kind) != 2 || inet_pton(AF_INET, address, &read) != 1 ||
        ntohl(read.s_addr) >> 24 != 127 || !world_server_named(kind, &server) ||
        !world_set_server(ntohl(read.s_addr), server)) {
        refuse("server", text);
    }
}

static void read_options(int count, char **arguments) {
    static const struct option known[] = {
        {"domains", 1, NULL, 'n'}, {"seed", 1, NULL, 's'},     {"tenants", 1, NULL, 't'}, {"port", 1, NULL, 'p'},
        {"dns", 1, NULL, 'd'},     {"root", 1, NULL, 'r'},     {"ca", 1, NULL, 'c'},      {"report", 1, NULL, 'o'},
        {"ready", 1, NULL, 'y'},   {"server", 1, NULL, 'S'},   {"throttle", 1, NULL, 'T'}, {"late", 1, NULL, 'l'},
        {"list", 0, NULL, 'L'},    {"kinds", 0, NULL, 'K'},    {NULL, 0, NULL, 0},
    };
    options.dns = place("dns", "127.0.0.53:53");
    options.root = place("root", "127.25.0.54:53");
    int option;
    while ((option = getopt_long(count, arguments, "", known, NULL)) != -1) {
        switch (option) {
            case 'n': options.domains = number("domains", optarg, 0, 10000000); break;
            case 's': options.seed = number("seed", optarg, 0, 1000000000); break;
            case 't': options.tenants = number("tenants", optarg, 1, 1000000); break;
            case 'p': options.port = number("port", optarg, 1, 65535); break;
            case 'd': options.dns = place("dns", optarg); break;
            case 'r': options.root = place("root", optarg); break;
            case 'c': options.ca = optarg; break;
            case 'o': options.report = optarg; break;
            case 'y': options.ready = optarg; break;
            case 'S': set_server(optarg); break;
            case 'T':
                if (sscanf(optarg, "%lf/%lf", &options.conversations.throttle_connections,
                           &options.conversations.throttle_seconds) != 2 ||
                    !(options.conversations.throttle_connections > 0 && options.conversations.throttle_seconds > 0)) {
                    refuse("throttle", optarg);
                }
                break;
            case 'l': options.conversations.late_seconds = number("late", optarg, 0, 3600); break;
            case 'L': options.list = true; break;
            case 'K': options.kinds = true; break;
            default: exit(2);
        }
    }
    if (optind < count) refuse("", arguments[optind]);
}

static int take_signals(void) {
    sigset_t ours;
    sigemptyset(&ours);
    sigaddset(&ours, SIGTERM);
    sigaddset(&ours, SIGINT);
    sigaddset(&ours, SIGUSR1);
    sigprocmask(SIG_BLOCK, &ours, NULL);
    signal(SIGPIPE, SIG_IGN);
    return signalfd(-1, &ours, SFD_CLOEXEC);
}

// As many open connections as the system permits.
static void raise_limit(void) {
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit)) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void say_ready(void) {
    if (!options.ready) return;
    FILE *file = fopen(options.ready, "w");
    if (!file || fclose(file)) perror(options.ready);
}

// MARK: What is watched

static int epoll, mail, datagrams, streams, signals;
static bool is_over;

static void mail_waits(struct source *source, uint32_t events) {
    (void)source, (void)events;
    conversations_accept(mail);
}

static void question_waits(struct source *source, uint32_t events) {
    (void)source, (void)events;
    dns_datagrams(datagrams);
}

static void stream_waits(struct source *source, uint32_t events) {
    (void)source, (void)events;
    dns_accept(streams, epoll);
}

static void signal_waits(struct source *source, uint32_t events) {
    (void)source, (void)events;
    struct signalfd_siginfo signal;
    if (read(signals, &signal, sizeof signal) != sizeof signal) return;
    if (options.report) counts_report(options.report);
    if (signal.ssi_signo == SIGUSR1) return;
    counts_say_totals();
    is_over = true;
}

static void watch(int descriptor, struct source *source) {
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = source};
    if (!epoll_ctl(epoll, EPOLL_CTL_ADD, descriptor, &event)) return;
    perror("farm: epoll");
    exit(1);
}

// Serves until it is told to end.
static void serve(void) {
    epoll = epoll_create1(EPOLL_CLOEXEC);
    conversations_make(epoll, &options.conversations);
    dns_make(options.root);
    mail = conversations_listen(options.port);
    datagrams = dns_listen(options.dns, SOCK_DGRAM);
    streams = dns_listen(options.dns, SOCK_STREAM);
    watch(signals, &(struct source){signal_waits});
    watch(mail, &(struct source){mail_waits});
    watch(datagrams, &(struct source){question_waits});
    watch(streams, &(struct source){stream_waits});
    say_ready();
    while (!is_over) {
        struct epoll_event events[1024];
        int count = epoll_wait(epoll, events, sizeof events / sizeof *events, conversations_tick());
        for (int index = 0; index < count; index++) {
            struct source *source = events[index].data.ptr;
            source->happened(source, events[index].events);
        }
        conversations_sweep();
    }
}

int main(int count, char **arguments) {
    read_options(count, arguments);
    world_make(options.domains, options.seed, options.tenants);
    if (options.list) {
        world_list(options.kinds);
        return fflush(stdout) ? 1 : 0;
    }
    signals = take_signals();
    raise_limit();
    counts_make(options.domains);
    certificates_make(options.ca);
    serve();
    return 0;
}
