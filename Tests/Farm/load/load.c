// Load for the farm: conversations from many addresses' point of view, one after the other in a few processes.
//
//     load plain|tls1.2|tls1.3|hello|dns COUNT PROCESSES PORT RESOLVER
//
// plain: greeting, EHLO, MAIL, RCPT, RSET, QUIT. tls1.2, tls1.3: greeting, EHLO, STARTTLS, a full handshake, EHLO, QUIT.
// hello: greeting, EHLO, STARTTLS, a ClientHello, and gone when the server has answered. dns: questions for PTR records, at
// most 16 waiting in each process. Each conversation is with another address of 127.16.0.0/12, where all servers are
// fine. Fails if a single one does not go as it must.
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *mode;
static unsigned port;
static struct sockaddr_in resolver;

static void fail(const char *what) {
    fprintf(stderr, "load: %s: %s\n", mode, what);
    exit(1);
}

static void need(bool fine, const char *what) {
    if (!fine) fail(what);
}

static void give_patience(int made) {
    struct timeval patience = {.tv_sec = 30};
    setsockopt(made, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

static int call(unsigned number) {
    int made = socket(AF_INET, SOCK_STREAM, 0), yes = 1;
    unsigned host = number % (1u << 20);
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port),
                                 .sin_addr.s_addr = htonl(127u << 24 | 16u << 16 | (host + 1))};
    setsockopt(made, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    give_patience(made);
    need(!connect(made, (struct sockaddr *)&server, sizeof server), "connecting");
    return made;
}

// Says something, if anything, and reads until the last line of a reply with this code.
static void talk(int made, SSL *tls, const char *text, const char *code) {
    char reply[1024] = "";
    size_t length = 0, count = strlen(text);
    if (count) need(tls ? SSL_write(tls, text, (int)count) > 0 : send(made, text, count, MSG_NOSIGNAL) > 0, "sending");
    for (;;) {
        ssize_t got = tls ? SSL_read(tls, reply + length, (int)(sizeof reply - 1 - length))
                          : recv(made, reply + length, sizeof reply - 1 - length, 0);
        if (got <= 0) fail("no reply");
        reply[length += (size_t)got] = 0;
        if (reply[length - 1] != '\n') continue;
        const char *last = reply + length - 1;
        while (last > reply && last[-1] != '\n') last--;
        if (last[3] == '-') continue;
        if (strncmp(last, code, 3)) fail(reply);
        return;
    }
}

static void converse(int made) {
    talk(made, NULL, "", "220");
    talk(made, NULL, "EHLO load.test\r\n", "250");
    talk(made, NULL, "MAIL FROM:<a@load.test>\r\n", "250");
    talk(made, NULL, "RCPT TO:<b@load.test>\r\n", "554");
    talk(made, NULL, "RSET\r\n", "250");
    talk(made, NULL, "QUIT\r\n", "221");
}

static void secure(int made, SSL_CTX *context) {
    talk(made, NULL, "", "220");
    talk(made, NULL, "EHLO load.test\r\n", "250");
    talk(made, NULL, "STARTTLS\r\n", "220");
    SSL *tls = SSL_new(context);
    SSL_set_fd(tls, made);
    need(SSL_connect(tls) == 1, "handshake");
    talk(made, tls, "EHLO load.test\r\n", "250");
    talk(made, tls, "QUIT\r\n", "221");
    SSL_free(tls);
}

// What `secure` sends first, taken from the library once.
static void hello(int made, SSL_CTX *context) {
    static unsigned char octets[2048];
    static int length;
    if (!length) {
        SSL *tls = SSL_new(context);
        BIO *out = BIO_new(BIO_s_mem()), *in = BIO_new(BIO_s_mem());
        SSL_set_bio(tls, in, out);
        SSL_connect(tls);
        length = BIO_read(out, octets, sizeof octets);
        SSL_free(tls);
    }
    talk(made, NULL, "", "220");
    talk(made, NULL, "EHLO load.test\r\n", "250");
    talk(made, NULL, "STARTTLS\r\n", "220");
    need(send(made, octets, (size_t)length, MSG_NOSIGNAL) == length, "sending");
    unsigned char answer[4096];
    need(recv(made, answer, sizeof answer, 0) > 5 && answer[0] == 22, "no ServerHello");
}

static void ask(unsigned first, unsigned step, unsigned count) {
    int made = socket(AF_INET, SOCK_DGRAM, 0);
    give_patience(made);
    need(!connect(made, (struct sockaddr *)&resolver, sizeof resolver), "connecting");
    unsigned sent = 0, received = 0;
    while (received < count) {
        for (; sent < count && sent - received < 16; sent++) {
            unsigned char query[64] = {(unsigned char)(sent >> 8), (unsigned char)sent, 1, 0, 0, 1};
            unsigned char *at = query + 12;
            for (unsigned label = 0, number = first + sent * step; label < 3; label++, number >>= 8) {
                int length = snprintf((char *)at + 1, 4, "%u", number & 255);
                *at = (unsigned char)length;
                at += 1 + length;
            }
            static const unsigned char rest[] = "\003127\007in-addr\004arpa\0\0\014\0\001";
            memcpy(at, rest, sizeof rest - 1);
            need(send(made, query, (size_t)(at - query) + sizeof rest - 1, 0) > 0, "sending");
        }
        unsigned char answer[2048];
        ssize_t got = recv(made, answer, sizeof answer, 0);
        need(got > 12 && answer[2] & 0x80, "no answer");
        received++;
    }
}

static void work(unsigned first, unsigned step, unsigned count) {
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    int version = strcmp(mode, "tls1.2") ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, version == TLS1_3_VERSION && strcmp(mode, "tls1.3") ? TLS1_2_VERSION : version);
    SSL_CTX_set_max_proto_version(context, version);
    if (!strcmp(mode, "dns")) {
        ask(first, step, count);
    } else {
        for (unsigned index = 0; index < count; index++) {
            int made = call(first + index * step);
            if (!strcmp(mode, "plain")) converse(made);
            else if (!strcmp(mode, "hello")) hello(made, context);
            else secure(made, context);
            close(made);
        }
    }
    SSL_CTX_free(context);
}

int main(int count, char **arguments) {
    if (count != 6) return fputs("usage: load MODE COUNT PROCESSES PORT RESOLVER\n", stderr), 2;
    mode = arguments[1];
    unsigned total = (unsigned)atoi(arguments[2]), processes = (unsigned)atoi(arguments[3]);
    port = (unsigned)atoi(arguments[4]);
    char address[64];
    unsigned resolver_port;
    if (sscanf(arguments[5], "%63[0-9.]:%u", address, &resolver_port) != 2) return 2;
    resolver = (struct sockaddr_in){.sin_family = AF_INET, .sin_port = htons((uint16_t)resolver_port)};
    inet_pton(AF_INET, address, &resolver.sin_addr);
    for (unsigned index = 0; index < processes; index++) {
        if (fork()) continue;
        work(index, processes, total / processes);
        exit(0);
    }
    int status, failed = 0;
    while (wait(&status) > 0) failed |= status;
    return failed ? 1 : 0;
}
