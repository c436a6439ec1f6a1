// What the farm counts: how each address and each /24 was treated, and what was asked of the DNS.
#pragma once

#include <stdint.h>

#include "world.h"

struct conversation;

struct network_count {
    uint32_t network;             // the address of the /24
    uint32_t connections, open, most;
    struct conversation *first;   // those that are open, for `counts_begin`
    struct network_count *next;
};

struct address_count {
    address_t address;
    uint32_t connections, open, most;
    uint32_t handshakes, failed_handshakes, refused, data;
    int64_t last_ns, least_gap_ns;  // the beginning before, and the least distance of two; -1 if there were none
    double level;                   // of a server that throttles: connections that are not forgotten yet
    int64_t level_ns;               // and when that was; 0 if never
    struct network_count *network;
    struct address_count *next;
};

void counts_make(uint32_t domains);
// A connection to an address began at a TIME, in nanoseconds of a clock that only goes forward; the kernel knows it to a
// few milliseconds.
struct address_count *counts_begin(struct conversation *conversation, address_t address, int64_t time);
// It is over: once for each.
void counts_end(struct conversation *conversation);
// A question about a domain, 0 for one that is about none.
void counts_question(uint32_t domain, unsigned type);

// Writes everything as NDJSON, the whole file anew.
void counts_report(const char *file);
// Writes the totals to standard error.
void counts_say_totals(void);
