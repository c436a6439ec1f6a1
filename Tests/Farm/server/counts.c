#include "counts.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

#include "conversation.h"

#define BUCKETS (1u << 17)
#define TYPE_MX 15

static struct address_count *addresses[BUCKETS];
static struct network_count *networks[BUCKETS];
static struct {
    uint32_t all, mx;
} *questions;  // by domain; 0 holds what is about none
static uint32_t domain_count;
static uint32_t open_now, most_open;
static uint64_t all_questions;

static unsigned bucket(uint32_t key) { return key * 2654435761u >> 15; }

static void *new(size_t size) {
    void *memory = calloc(1, size);
    if (!memory) {
        fputs("farm: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void counts_make(uint32_t domains) {
    domain_count = domains;
    questions = new(((size_t)domains + 1) * sizeof *questions);
}

static struct network_count *network_of(uint32_t network) {
    struct network_count **slot = &networks[bucket(network)];
    for (struct network_count *each = *slot; each; each = each->next) {
        if (each->network == network) return each;
    }
    struct network_count *made = new(sizeof *made);
    made->network = network;
    made->next = *slot;
    return *slot = made;
}

static struct address_count *count_of(address_t address) {
    struct address_count **slot = &addresses[bucket(address)];
    for (struct address_count *each = *slot; each; each = each->next) {
        if (each->address == address) return each;
    }
    struct address_count *made = new(sizeof *made);
    made->address = address;
    made->last_ns = made->least_gap_ns = -1;
    made->network = network_of(address & ~255u);
    made->next = *slot;
    return *slot = made;
}

// Whether the client still has its side open. The kernel knows at once; we hear of it only when its turn has come, which
// may be after the client's next connection.
static bool is_open(const struct conversation *conversation) {
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(conversation->socket, IPPROTO_TCP, TCP_INFO, &info, &size)) return false;
    return info.tcpi_state == TCP_ESTABLISHED;
}

struct address_count *counts_begin(struct conversation *conversation, address_t address, int64_t time) {
    struct address_count *count = count_of(address);
    struct network_count *network = count->network;
    for (struct conversation *each = network->first, *next; each; each = next) {
        next = each->network_next;
        if (!is_open(each)) counts_end(each);
    }
    conversation->count = count;
    conversation->network_next = network->first;
    conversation->network_link = &network->first;
    if (network->first) network->first->network_link = &conversation->network_next;
    network->first = conversation;

    count->connections++;
    network->connections++;
    if (++count->open > count->most) count->most = count->open;
    if (++network->open > network->most) network->most = network->open;
    if (++open_now > most_open) most_open = open_now;
    int64_t gap = time > count->last_ns ? time - count->last_ns : 0;
    if (count->last_ns >= 0 && (count->least_gap_ns < 0 || gap < count->least_gap_ns)) count->least_gap_ns = gap;
    count->last_ns = time;
    return count;
}

void counts_end(struct conversation *conversation) {
    if (!conversation->network_link) return;
    *conversation->network_link = conversation->network_next;
    if (conversation->network_next) conversation->network_next->network_link = conversation->network_link;
    conversation->network_link = NULL;
    conversation->count->open--;
    conversation->count->network->open--;
    open_now--;
}

void counts_question(uint32_t domain, unsigned type) {
    all_questions++;
    questions[domain].all++;
    if (type == TYPE_MX) questions[domain].mx++;
}

// MARK: The report

struct totals {
    uint64_t addresses, connections, handshakes, failed_handshakes, refused, data, domains;
    uint32_t most_address, most_network;
    int64_t least_gap_ns;
};

static void write_address(FILE *out, uint32_t address) {
    fprintf(out, "%u.%u.%u.%u", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
}

static void write_gap(FILE *out, int64_t gap_ns) {
    if (gap_ns < 0) fputs("null", out);
    else fprintf(out, "%.1f", (double)gap_ns / 1e6);
}

static void add_address(FILE *out, const struct address_count *count, struct totals *totals) {
    totals->addresses++;
    totals->connections += count->connections;
    totals->handshakes += count->handshakes;
    totals->failed_handshakes += count->failed_handshakes;
    totals->refused += count->refused;
    totals->data += count->data;
    if (count->most > totals->most_address) totals->most_address = count->most;
    if (count->least_gap_ns >= 0 && (totals->least_gap_ns < 0 || count->least_gap_ns < totals->least_gap_ns)) {
        totals->least_gap_ns = count->least_gap_ns;
    }
    if (!out) return;
    fputs("{\"kind\":\"address\",\"address\":\"", out);
    write_address(out, count->address);
    fprintf(out, "\",\"server\":\"%s\",\"connections\":%u,\"most\":%u,\"gap_ms\":",
            world_server_name(world_server(count->address)), count->connections, count->most);
    write_gap(out, count->least_gap_ns);
    fprintf(out, ",\"handshakes\":%u,\"failed_handshakes\":%u,\"refused\":%u,\"data\":%u}\n", count->handshakes,
            count->failed_handshakes, count->refused, count->data);
}

static void write_totals(FILE *out, const struct totals *totals) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    fprintf(out,
            "{\"kind\":\"total\",\"addresses\":%lu,\"connections\":%lu,\"most\":%u,\"most_address\":%u,\"most_network\":%u,"
            "\"gap_ms\":",
            totals->addresses, totals->connections, most_open, totals->most_address, totals->most_network);
    write_gap(out, totals->least_gap_ns);
    fprintf(out,
            ",\"handshakes\":%lu,\"failed_handshakes\":%lu,\"refused\":%lu,\"data\":%lu,\"questions\":%lu,"
            "\"domains\":%lu,\"cpu_user_s\":%ld.%03ld,\"cpu_system_s\":%ld.%03ld,\"memory_kb\":%ld}\n",
            totals->handshakes, totals->failed_handshakes, totals->refused, totals->data, all_questions, totals->domains,
            usage.ru_utime.tv_sec, usage.ru_utime.tv_usec / 1000, usage.ru_stime.tv_sec, usage.ru_stime.tv_usec / 1000,
            usage.ru_maxrss);
}

// Adds up everything, and writes it where there is something to write to.
static struct totals add_all(FILE *out) {
    struct totals totals = {.least_gap_ns = -1};
    for (unsigned index = 0; index < BUCKETS; index++) {
        for (struct address_count *each = addresses[index]; each; each = each->next) add_address(out, each, &totals);
    }
    for (unsigned index = 0; index < BUCKETS; index++) {
        for (struct network_count *each = networks[index]; each; each = each->next) {
            if (each->most > totals.most_network) totals.most_network = each->most;
            if (!out) continue;
            fputs("{\"kind\":\"network\",\"network\":\"", out);
            write_address(out, each->network);
            fprintf(out, "/24\",\"connections\":%u,\"most\":%u}\n", each->connections, each->most);
        }
    }
    for (uint32_t domain = 1; domain <= domain_count; domain++) {
        if (!questions[domain].all) continue;
        totals.domains++;
        if (!out) continue;
        fprintf(out, "{\"kind\":\"domain\",\"domain\":\"d%06u.farm.test\",\"questions\":%u,\"mx\":%u}\n", domain,
                questions[domain].all, questions[domain].mx);
    }
    return totals;
}

void counts_report(const char *file) {
    char part[4096];
    snprintf(part, sizeof part, "%s.part", file);
    FILE *out = fopen(part, "w");
    bool failed = !out;
    if (out) {
        struct totals totals = add_all(out);
        write_totals(out, &totals);
        failed = ferror(out);
        failed |= fclose(out) || rename(part, file);
    }
    if (failed) fprintf(stderr, "farm: %s: %s\n", file, strerror(errno));
}

void counts_say_totals(void) {
    struct totals totals = add_all(NULL);
    fputs("farm: ", stderr);
    write_totals(stderr, &totals);
}
