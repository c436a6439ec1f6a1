#define _GNU_SOURCE
#include "dns.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "counts.h"
#include "source.h"
#include "world.h"

#define MOST_MESSAGE 4096
#define HEADER 12
#define TTL 3600
#define ROOM 1232  // in a datagram

enum type { TYPE_A = 1, TYPE_NS = 2, TYPE_SOA = 6, TYPE_PTR = 12, TYPE_MX = 15, TYPE_TXT = 16, TYPE_OPT = 41, TYPE_DS = 43 };
enum rcode { NOERROR = 0, FORMERR = 1, SERVFAIL = 2, NXDOMAIN = 3, NOTIMP = 4 };

struct answer {
    unsigned char *octets;
    size_t length;
    unsigned records;
    enum rcode code;
    bool silent;       // no answer at all
    bool from_root;    // not ours
    const char *zone;  // whose SOA record a negative answer has
};

static int root_socket = -1;

void dns_make(struct sockaddr_in root) {
    root_socket = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct timeval patience = {.tv_sec = 1};
    setsockopt(root_socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (connect(root_socket, (struct sockaddr *)&root, sizeof root)) perror("farm: the root's name server");
}

// MARK: Writing

static void put(struct answer *answer, const void *octets, size_t count) {
    memcpy(answer->octets + answer->length, octets, count);
    answer->length += count;
}

static void put16(struct answer *answer, unsigned value) { put(answer, (unsigned char[]){value >> 8 & 255, value & 255}, 2); }

static void put32(struct answer *answer, uint32_t value) {
    put16(answer, value >> 16);
    put16(answer, value & 0xFFFF);
}

// A name without compression; "" is the root.
static void put_name(struct answer *answer, const char *name) {
    while (*name) {
        size_t length = strcspn(name, ".");
        put(answer, (unsigned char[]){(unsigned char)length}, 1);
        put(answer, name, length);
        name += length + (name[length] == '.');
    }
    put(answer, "", 1);
}

// A record of the name that was asked for, but for its data.
static void begin_record(struct answer *answer, unsigned type, size_t data) {
    put16(answer, 0xC000 | HEADER);
    put16(answer, type);
    put16(answer, 1);
    put32(answer, TTL);
    put16(answer, (unsigned)data);
    answer->records++;
}

static size_t name_size(const char *name) { return *name ? strlen(name) + 2 : 1; }

static void put_text(struct answer *answer, const char *text) {
    size_t length = strlen(text);
    begin_record(answer, TYPE_TXT, length + 1);
    put(answer, (unsigned char[]){(unsigned char)length}, 1);
    put(answer, text, length);
}

static void put_mx(struct answer *answer, unsigned preference, const char *host) {
    begin_record(answer, TYPE_MX, 2 + name_size(host));
    put16(answer, preference);
    put_name(answer, host);
}

static void put_soa(struct answer *answer, const char *zone) {
    put_name(answer, zone);
    put16(answer, TYPE_SOA);
    put16(answer, 1);
    put32(answer, TTL);
    const char *server = "ns.farm.test", *contact = "hostmaster.farm.test";
    put16(answer, (unsigned)(name_size(server) + name_size(contact) + 20));
    put_name(answer, server);
    put_name(answer, contact);
    for (unsigned index = 0; index < 5; index++) put32(answer, (uint32_t[]){1, 3600, 600, 86400, TTL}[index]);
}

// MARK: The answers

static void answer_domain(struct answer *answer, uint32_t domain, unsigned type) {
    char hosts[MOST_HOSTS][NAME_SIZE];
    if (type != TYPE_MX) return;
    if (world_place(domain) == PLACE_NULL_MX) put_mx(answer, 0, "");
    size_t count = world_hosts(domain, hosts);
    for (size_t index = 0; index < count; index++) put_mx(answer, 10 * (unsigned)(index + 1), hosts[index]);
}

static void answer_forward(struct answer *answer, const char *text, unsigned type) {
    struct name name = world_read(text);
    char value[NAME_SIZE];
    counts_question(name.domain, type);
    if (name.domain) {
        enum place place = world_place(name.domain);
        answer->silent = place == PLACE_TIMEOUT;
        answer->code = place == PLACE_SERVFAIL ? SERVFAIL : place == PLACE_NXDOMAIN ? NXDOMAIN : NOERROR;
        if (answer->silent || answer->code) return;
    }
    switch (name.kind) {
        case NAME_ZONE: break;
        case NAME_DOMAIN: return answer_domain(answer, name.domain, type);
        case NAME_HOST:
            for (size_t index = 0; type == TYPE_A && index < name.count; index++) {
                begin_record(answer, TYPE_A, 4);
                put32(answer, name.addresses[index]);
            }
            break;
        case NAME_STS:
            if (type == TYPE_TXT) put_text(answer, "v=STSv1; id=1;");
            break;
        case NAME_REPORTS:
            snprintf(value, sizeof value, "v=TLSRPTv1; rua=mailto:tls@d%06u.farm.test", name.domain);
            if (type == TYPE_TXT) put_text(answer, value);
            break;
        case NAME_NONE: answer->code = NXDOMAIN; break;
    }
}

static void answer_reverse(struct answer *answer, const char *text, unsigned type) {
    unsigned second, third, fourth;
    int length = 0;
    char name[NAME_SIZE];
    counts_question(0, type);
    answer->zone = "in-addr.arpa";
    if (sscanf(text, "%3u.%3u.%3u.127.in-addr.arpa%n", &fourth, &third, &second, &length) < 3 || !length || text[length] ||
        second > 255 || third > 255 || fourth > 255 || !world_pointer_of(ADDRESS(second, third, fourth), name)) {
        bool above = !strcmp(text, "in-addr.arpa") || !strcmp(text, "127.in-addr.arpa");
        answer->code = above ? NOERROR : NXDOMAIN;
    } else if (type == TYPE_PTR) {
        begin_record(answer, TYPE_PTR, name_size(name));
        put_name(answer, name);
    }
}

static bool ends(const char *text, const char *suffix) {
    size_t length = strlen(text), count = strlen(suffix);
    return length >= count && !strcmp(text + length - count, suffix) && (length == count || text[length - count - 1] == '.');
}

static void answer_question(struct answer *answer, const char *text, unsigned type) {
    // The root has the DS records of what is right below it, or rather the proof that there are none.
    bool cut = !strcmp(text, "test") || !strcmp(text, "arpa");
    if ((cut && type == TYPE_DS) || !(ends(text, "test") || ends(text, "arpa"))) {
        answer->from_root = true;
    } else if (ends(text, "farm.test")) {
        answer->zone = "farm.test";
        answer_forward(answer, text, type);
    } else if (ends(text, "in-addr.arpa")) {
        answer_reverse(answer, text, type);
    } else {
        counts_question(0, type);
        answer->zone = ends(text, "test") ? "test" : "arpa";
        answer->code = cut ? NOERROR : NXDOMAIN;
    }
}

// MARK: Messages

// Reads the name of the question in lower case; returns what follows it, or nothing if it is not one.
static const unsigned char *read_name(const unsigned char *at, const unsigned char *end, char text[NAME_SIZE]) {
    size_t length = 0;
    while (at < end && *at) {
        unsigned label = *at++;
        if (label > 63 || (size_t)(end - at) <= label || length + label + 1 >= NAME_SIZE) return NULL;
        if (length) text[length++] = '.';
        for (; label; label--, at++) {
            if (*at == '.' || *at == 0) return NULL;
            text[length++] = lower((char)*at);
        }
    }
    text[length] = 0;
    return at < end ? at + 1 : NULL;
}

// Has the root's own name server answer. It is on this machine and asked a few times in a run, so that we wait for it.
static size_t ask_root(const unsigned char *query, size_t length, unsigned char *into) {
    if (send(root_socket, query, length, MSG_NOSIGNAL) < 0) return 0;
    for (;;) {
        ssize_t count = recv(root_socket, into, MOST_MESSAGE, 0);
        if (count < HEADER) return 0;
        if (memcmp(into, query, 2)) continue;  // an answer that came too late for its question
        into[2] &= (unsigned char)~4;          // not authoritative
        into[3] |= 0x80;                       // recursion available
        return (size_t)count;
    }
}

// Writes the answer to a message, and returns its length; 0 for none. INTO has room for MOST_MESSAGE octets.
static size_t answer_message(const unsigned char *query, size_t length, unsigned char *into) {
    if (length < HEADER || query[2] & 0x80) return 0;
    const unsigned char *end = query + length;
    char text[NAME_SIZE];
    const unsigned char *after = query[4] == 0 && query[5] == 1 ? read_name(query + HEADER, end, text) : NULL;
    struct answer answer = {.octets = into, .code = FORMERR};
    bool readable = after && end - after >= 4;
    put(&answer, query, HEADER);
    if (readable) {
        unsigned type = (unsigned)after[0] << 8 | after[1];
        put(&answer, query + HEADER, (size_t)(after + 4 - query) - HEADER);
        answer.code = query[2] & 0x78 ? NOTIMP : NOERROR;
        if (!answer.code) answer_question(&answer, text, type);
    }
    if (answer.silent) return 0;
    if (answer.from_root) {
        size_t count = ask_root(query, length, into);
        if (count) return count;
        answer.code = SERVFAIL;
    }
    bool negative = answer.zone && !answer.records && (answer.code == NOERROR || answer.code == NXDOMAIN);
    if (negative) put_soa(&answer, answer.zone);
    // An OPT record follows the question, with the root as its owner (RFC 6891).
    bool has_options = readable && (query[10] || query[11]) && end - after >= 15 && after[4] == 0 &&
                       ((unsigned)after[5] << 8 | after[6]) == TYPE_OPT;
    if (has_options) {
        put_name(&answer, "");
        put16(&answer, TYPE_OPT);
        put16(&answer, ROOM);
        put16(&answer, 0);
        put16(&answer, (unsigned)(after[11] & 0x80) << 8);  // DNSSEC OK
        put16(&answer, 0);
    }
    into[2] = (unsigned char)(0x80 | (query[2] & 0x79));                // an answer; opcode and RD are the question's
    into[3] = (unsigned char)(0x80 | (query[3] & 0x10) | answer.code);  // recursion available; CD is the question's
    memcpy(into + 4, (unsigned char[]){0, readable, 0, (unsigned char)answer.records, 0, negative, 0, has_options}, 8);
    return answer.length;
}

int dns_listen(struct sockaddr_in address, int type) {
    int made = socket(AF_INET, type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), yes = 1, room = 4 << 20;
    setsockopt(made, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    setsockopt(made, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    if (bind(made, (struct sockaddr *)&address, sizeof address) || (type == SOCK_STREAM && listen(made, 256))) {
        fprintf(stderr, "farm: DNS: %s\n", strerror(errno));
        exit(1);
    }
    return made;
}

void dns_datagrams(int socket) {
    unsigned char query[MOST_MESSAGE], answer[MOST_MESSAGE];
    for (unsigned turn = 0; turn < 64; turn++) {  // the mail servers want their turn, too
        struct sockaddr_in client;
        socklen_t size = sizeof client;
        ssize_t count = recvfrom(socket, query, sizeof query, 0, (struct sockaddr *)&client, &size);
        if (count < 0) return;
        size_t length = answer_message(query, (size_t)count, answer);
        if (length) sendto(socket, answer, length, MSG_NOSIGNAL, (struct sockaddr *)&client, size);
    }
}

// MARK: TCP

// Each message stands behind its length: RFC 1035, section 4.2.2.
struct stream {
    struct source source;
    int socket;
    size_t length;
    unsigned char octets[2 + MOST_MESSAGE];
};

static void close_stream(struct stream *stream) {
    close(stream->socket);
    free(stream);
}

// Answers the messages that are complete; false if the client is not worth more of our time.
static bool answer_stream(struct stream *stream) {
    unsigned char answer[2 + MOST_MESSAGE];
    while (stream->length >= 2) {
        size_t length = (size_t)stream->octets[0] << 8 | stream->octets[1];
        if (length > MOST_MESSAGE) return false;
        if (stream->length < 2 + length) return true;
        size_t count = answer_message(stream->octets + 2, length, answer + 2);
        answer[0] = (unsigned char)(count >> 8);
        answer[1] = count & 255;
        if (count && send(stream->socket, answer, 2 + count, MSG_NOSIGNAL) != (ssize_t)(2 + count)) return false;
        stream->length -= 2 + length;
        memmove(stream->octets, stream->octets + 2 + length, stream->length);
    }
    return true;
}

static void happened(struct source *source, uint32_t events) {
    struct stream *stream = (struct stream *)source;
    (void)events;
    ssize_t count = recv(stream->socket, stream->octets + stream->length, sizeof stream->octets - stream->length, 0);
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (count <= 0) return close_stream(stream);
    stream->length += (size_t)count;
    if (!answer_stream(stream)) close_stream(stream);
}

void dns_accept(int listener, int events) {
    int socket;
    while ((socket = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct stream *stream = calloc(1, sizeof *stream);
        if (!stream) {
            close(socket);
            return;
        }
        stream->source.happened = happened;
        stream->socket = socket;
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = &stream->source};
        if (epoll_ctl(events, EPOLL_CTL_ADD, socket, &event)) close_stream(stream);
    }
}
