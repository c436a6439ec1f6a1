#define _GNU_SOURCE
#include "conversation.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "certificates.h"
#include "closed.h"
#include "commands.h"

#define SECOND 1000000000ll

static int epoll;
static struct conversation_options options;
static SSL_CTX *modern, *old;
static struct queue patient = {.delay_ns = 300 * SECOND};  // until we lose patience
static struct queue late = {.delay_ns = 6 * SECOND};       // until the greeting
static struct queue octets = {.delay_ns = SECOND};         // until the next octet
static struct queue leaving = {.delay_ns = 2 * SECOND};    // until a client that was told goodbye is left
static struct conversation *ended;

int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * SECOND + now.tv_nsec;
}

// MARK: Waiting

static void leave_queue(struct conversation *c) {
    if (!c->queue) return;
    *(c->queue_before ? &c->queue_before->queue_next : &c->queue->first) = c->queue_next;
    *(c->queue_next ? &c->queue_next->queue_before : &c->queue->last) = c->queue_before;
    c->queue = NULL;
}

static void wait_in(struct conversation *c, struct queue *queue) {
    leave_queue(c);
    c->queue = queue;
    c->due_ns = now_ns() + queue->delay_ns;
    c->queue_next = NULL;
    c->queue_before = queue->last;
    *(queue->last ? &queue->last->queue_next : &queue->first) = c;
    queue->last = c;
}

// MARK: The end

// Closes at once. The memory is freed after the round, in which further events of the conversation may stand.
void conversation_end(struct conversation *c) {
    if (c->socket < 0) return;
    counts_end(c);
    leave_queue(c);
    SSL_free(c->tls);
    c->tls = NULL;
    close(c->socket);
    c->socket = -1;
    c->queue_next = ended;
    ended = c;
}

void conversations_sweep(void) {
    while (ended) {
        struct conversation *next = ended->queue_next;
        free(ended);
        ended = next;
    }
}

// Says no more, and waits for the client to close: closing while it still sends would take our last words from it.
void conversation_leave(struct conversation *c) {
    if (c->socket < 0 || c->state == STATE_LEAVING) return;
    if (c->secure) SSL_shutdown(c->tls);
    counts_end(c);
    shutdown(c->socket, SHUT_WR);
    c->state = STATE_LEAVING;
    wait_in(c, &leaving);
}

static void reset(struct conversation *c) {
    struct linger now = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->socket, SOL_SOCKET, SO_LINGER, &now, sizeof now);
    conversation_end(c);
}

// MARK: Reading and writing

// Octets read or written; 0 when there is nothing to do now; -1 when the conversation is over.
static ssize_t outcome(struct conversation *c, ssize_t result) {
    if (result > 0) return result;
    if (c->secure) {
        int error = SSL_get_error(c->tls, (int)result);
        return error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE ? 0 : -1;
    }
    return result < 0 && (errno == EAGAIN || errno == EINTR) ? 0 : -1;
}

static ssize_t receive(struct conversation *c, char *into, size_t room) {
    if (!c->secure) return outcome(c, recv(c->socket, into, room, 0));
    ERR_clear_error();
    return outcome(c, SSL_read(c->tls, into, (int)room));
}

static ssize_t transmit(struct conversation *c, const char *from, size_t count) {
    if (!c->secure) return outcome(c, send(c->socket, from, count, MSG_NOSIGNAL));
    ERR_clear_error();
    return outcome(c, SSL_write(c->tls, from, (int)count));
}

void conversation_flush(struct conversation *c) {
    while (c->socket >= 0 && c->out_length) {
        bool slow = c->server == SERVER_TARPIT;
        if (slow && c->queue == &octets) return;
        ssize_t count = transmit(c, c->out, slow ? 1 : c->out_length);
        if (count < 0) conversation_end(c);
        if (count <= 0) return;
        c->out_length -= (size_t)count;
        memmove(c->out, c->out + count, c->out_length);
        if (slow) wait_in(c, &octets);
    }
}

__attribute__((format(printf, 2, 3))) void conversation_say(struct conversation *c, const char *format, ...) {
    size_t room = sizeof c->out - c->out_length;
    va_list arguments;
    va_start(arguments, format);
    int count = vsnprintf(c->out + c->out_length, room, format, arguments);
    va_end(arguments);
    if (count > 0 && (size_t)count < room) c->out_length += (size_t)count;
}

bool conversation_is_full(const struct conversation *c) { return c->out_length > sizeof c->out / 2; }

// MARK: Life

void conversation_start_tls(struct conversation *c) {
    conversation_say(c, "220 2.0.0 Ready to start TLS\r\n");
    conversation_flush(c);
    if (c->socket < 0) return;
    if (c->out_length) return conversation_end(c);  // it did not even read that
    c->tls = SSL_new(c->server == SERVER_OLD_TLS ? old : modern);
    if (!c->tls || !SSL_set_fd(c->tls, c->socket)) return conversation_end(c);
    SSL_set_app_data(c->tls, c);
    SSL_set_accept_state(c->tls);
    c->state = STATE_HANDSHAKE;
    c->in_length = 0;  // RFC 3207, section 4.2: nothing said before TLS counts
    c->greeted = c->has_sender = false;
}

static void greet(struct conversation *c) {
    conversation_say(c, "220 %s ESMTP farm\r\n", c->name);
    c->state = STATE_TALKING;
    if (c->queue != &octets) wait_in(c, &patient);
    conversation_flush(c);
}

static void turn_away(struct conversation *c) {
    c->count->refused++;
    conversation_say(c, "421 4.7.0 %s Too many connections, try again later\r\n", c->name);
    conversation_flush(c);
    conversation_leave(c);
}

// Each connection fills a bucket that leaks; impatience counts, but not for ever.
static bool is_over_limit(struct address_count *count, int64_t now) {
    double rate = options.throttle_connections / options.throttle_seconds;
    count->level -= (double)(now - count->level_ns) / 1e9 * rate;
    count->level_ns = now;
    if (count->level < 0) count->level = 0;
    count->level += 1;
    bool over = count->level > options.throttle_connections;
    if (count->level > 2 * options.throttle_connections) count->level = 2 * options.throttle_connections;
    return over;
}

static void handshake(struct conversation *c) {
    ERR_clear_error();
    int result = SSL_accept(c->tls);
    if (result == 1) {
        c->count->handshakes++;
        c->secure = true;
        c->state = STATE_TALKING;
        return;
    }
    int error = SSL_get_error(c->tls, result);
    if (error == SSL_ERROR_WANT_READ || error == SSL_ERROR_WANT_WRITE) return;
    c->count->failed_handshakes++;
    conversation_leave(c);
}

// Whatever it still says is not read; that it has closed is what we wait for.
static void ignore(struct conversation *c) {
    char unread[4096];
    ssize_t count;
    while ((count = recv(c->socket, unread, sizeof unread, 0)) > 0) continue;
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) conversation_end(c);
}

static void happened(struct source *source, uint32_t events) {
    struct conversation *c = (struct conversation *)source;
    conversation_flush(c);
    // The first event of each only says that it can be written to.
    if (events == EPOLLOUT && c->state != STATE_HANDSHAKE && !c->is_stalled) return;
    while (c->socket >= 0) {
        if (c->state == STATE_LEAVING) return ignore(c);
        if (c->state == STATE_HANDSHAKE) {
            handshake(c);
            if (c->state == STATE_HANDSHAKE) return;
            continue;
        }
        if (c->state == STATE_WAITING) c->in_length = 0;  // who talks before the greeting is not heard
        commands_do(c);
        conversation_flush(c);
        if (c->socket < 0) return;
        c->is_stalled = conversation_is_full(c);
        if (c->is_stalled) return;
        if (c->state == STATE_HANDSHAKE || c->state == STATE_LEAVING || (c->state == STATE_TALKING && commands_wait(c))) continue;
        ssize_t count = receive(c, c->in + c->in_length, sizeof c->in - c->in_length);
        if (count < 0) conversation_end(c);
        if (count <= 0) return;
        c->in_length += (size_t)count;
    }
}

static struct conversation *due(struct queue *queue, int64_t now) {
    return queue->first && queue->first->due_ns <= now ? queue->first : NULL;
}

int conversations_tick(void) {
    int64_t now = now_ns(), next = -1;
    struct conversation *c;
    while ((c = due(&patient, now))) conversation_end(c);
    while ((c = due(&leaving, now))) conversation_end(c);
    while ((c = due(&late, now))) greet(c);
    while ((c = due(&octets, now))) {
        wait_in(c, &patient);
        happened(&c->source, EPOLLIN);
    }
    struct queue *queues[] = {&patient, &leaving, &late, &octets};
    for (size_t index = 0; index < sizeof queues / sizeof *queues; index++) {
        struct conversation *first = queues[index]->first;
        if (first && (next < 0 || first->due_ns < next)) next = first->due_ns;
    }
    return next < 0 ? -1 : next <= now ? 0 : (int)((next - now) / 1000000 + 1);
}

// How long ago a connection was made on which nothing has been sent yet. It may have waited for us while we computed.
static int64_t age_ns(int socket) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size)) return 0;
    return info.tcpi_last_data_sent * (SECOND / 1000);
}

static void begin(int socket, address_t address) {
    struct conversation *c = calloc(1, sizeof *c);
    if (!c) {
        close(socket);
        return;
    }
    c->source.happened = happened;
    c->socket = socket;
    c->address = address;
    c->server = world_server(address);
    world_name_of(address, c->name);
    int64_t now = now_ns();
    c->count = counts_begin(c, address, now - age_ns(socket));
    struct epoll_event event = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, .data.ptr = &c->source};
    if (epoll_ctl(epoll, EPOLL_CTL_ADD, socket, &event)) return conversation_end(c);
    switch (c->server) {
        case SERVER_RESET:
        case SERVER_REFUSES: return reset(c);
        case SERVER_BUSY: return turn_away(c);
        case SERVER_THROTTLES: return is_over_limit(c->count, now) ? turn_away(c) : greet(c);
        case SERVER_LATE: return wait_in(c, &late);
        case SERVER_SILENT: return wait_in(c, &patient);
        default: return greet(c);
    }
}

void conversations_accept(int listener) {
    int socket;
    while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct sockaddr_in local;
        socklen_t size = sizeof local;
        int yes = 1;
        setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        if (getsockname(socket, (struct sockaddr *)&local, &size)) close(socket);
        else begin(socket, ntohl(local.sin_addr.s_addr));
    }
    if (errno == EMFILE || errno == ENFILE) fputs("farm: no room for another connection\n", stderr);
}

// MARK: The start

// Takes the certificate when the client has said whom it wants.
static int choose_certificate(SSL *tls, void *unused) {
    (void)unused;
    struct conversation *c = SSL_get_app_data(tls);
    return certificates_use(tls, c->address, c->server, SSL_get_servername(tls, TLSEXT_NAMETYPE_host_name));
}

static SSL_CTX *make_context(int least, int most, const char *ciphers) {
    SSL_CTX *made = SSL_CTX_new(TLS_server_method());
    if (!made || !SSL_CTX_set_min_proto_version(made, least) || !SSL_CTX_set_max_proto_version(made, most) ||
        !SSL_CTX_set_cipher_list(made, ciphers)) {
        ERR_print_errors_fp(stderr);
        exit(1);
    }
    // Tickets, as OpenSSL gives them; a list of sessions besides would only grow.
    SSL_CTX_set_session_cache_mode(made, SSL_SESS_CACHE_OFF);
    SSL_CTX_set_mode(made, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER | SSL_MODE_ENABLE_PARTIAL_WRITE);
    SSL_CTX_set_options(made, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_cert_cb(made, choose_certificate, NULL);
    return made;
}

void conversations_make(int events, const struct conversation_options *given) {
    epoll = events;
    options = *given;
    late.delay_ns = (int64_t)(options.late_seconds * 1e9);
    modern = make_context(TLS1_2_VERSION, TLS1_3_VERSION, "ECDHE+AESGCM:ECDHE+CHACHA20");
    old = make_context(TLS1_VERSION, TLS1_1_VERSION, "ECDHE-ECDSA-AES128-SHA:@SECLEVEL=0");
}

int conversations_listen(unsigned port) {
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    // Only of the loopback: nobody else can reach this port.
    if (setsockopt(listener, SOL_SOCKET, SO_BINDTODEVICE, "lo", 3) ||
        bind(listener, (struct sockaddr *)&address, sizeof address)) {
        fprintf(stderr, "farm: port %u: %s\n", port, strerror(errno));
        exit(1);
    }
    closed_bury(listener);
    if (listen(listener, 4096)) {
        perror("farm: listen");
        exit(1);
    }
    closed_refuse(port);
    return listener;
}
