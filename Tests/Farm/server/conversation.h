// The conversations with mail servers: how each kind of server begins, waits and ends them. commands.c has what is said.
#pragma once

#include <openssl/ssl.h>

#include "counts.h"
#include "source.h"
#include "world.h"

enum state { STATE_WAITING, STATE_TALKING, STATE_HANDSHAKE, STATE_LEAVING };

// Conversations that wait for something that comes after a fixed time stand in a queue, first come first.
struct queue {
    int64_t delay_ns;
    struct conversation *first, *last;
};

struct conversation {
    struct source source;
    int socket;
    enum state state;
    enum server server;
    SSL *tls;          // from STARTTLS on
    bool secure;       // the handshake is done
    bool is_stalled;   // until it has read some of what it was sent
    bool greeted, has_sender;
    unsigned errors;
    address_t address;
    struct address_count *count;
    struct conversation *network_next, **network_link;  // counts.c
    struct queue *queue;
    struct conversation *queue_next, *queue_before;
    int64_t due_ns;
    char name[NAME_SIZE];
    size_t in_length, out_length;
    char in[1024], out[2048];
};

struct conversation_options {
    double throttle_connections, throttle_seconds;
    double late_seconds;
};

// Makes what all conversations share, and queues their events on EVENTS (epoll).
void conversations_make(int events, const struct conversation_options *options);
// A socket on which mail servers are reached, at a PORT of every address of 127.0.0.0/8.
int conversations_listen(unsigned port);
// Takes every connection that waits.
void conversations_accept(int listener);
// What commands do to their conversation: say something; write as much of it as the client takes; begin TLS, once 220 is
// said; leave when all is said; end at once.
__attribute__((format(printf, 2, 3))) void conversation_say(struct conversation *conversation, const char *format, ...);
void conversation_flush(struct conversation *conversation);
void conversation_start_tls(struct conversation *conversation);
void conversation_leave(struct conversation *conversation);
void conversation_end(struct conversation *conversation);
// Whether the client must read what it has asked for before it is heard again. There is room for one more reply.
bool conversation_is_full(const struct conversation *conversation);
// Does what is due, and returns the milliseconds until something will be; -1 if nothing waits.
int conversations_tick(void);
// Frees what ended. Call it when all events of a round have been handled.
void conversations_sweep(void);
int64_t now_ns(void);
