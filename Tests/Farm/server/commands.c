#include "commands.h"

#include <string.h>
#include <strings.h>

#define MOST_ERRORS 20

// Writes the domain of a path in lower case: what follows the last @. Empty if it has none.
static void domain_of(const char *path, char domain[NAME_SIZE]) {
    const char *at = strrchr(path, '@');
    size_t length = 0;
    for (const char *each = at ? at + 1 : ""; *each && *each != '>' && *each != ' ' && length < NAME_SIZE - 1; each++) {
        domain[length++] = lower(*each);
    }
    domain[length] = 0;
}

static bool is_postmaster(const char *path) {
    const char *name = strchr(path, '<');
    name = name ? name + 1 : path;
    return !strncasecmp(name, "postmaster@", 11) || !strncasecmp(name, "postmaster>", 11) || !strncasecmp(name, "abuse@", 6);
}

static void recipient(struct conversation *c, const char *path) {
    char domain[NAME_SIZE];
    domain_of(path, domain);
    enum name_kind kind = world_read(domain).kind;
    bool ours = !*domain || kind == NAME_DOMAIN || kind == NAME_HOST;
    if (!c->has_sender) conversation_say(c, "503 5.5.1 MAIL first\r\n");
    else if (c->server == SERVER_RELAY || (ours && is_postmaster(path))) conversation_say(c, "250 2.1.5 Ok\r\n");
    else if (ours) conversation_say(c, "550 5.1.1 User unknown\r\n");
    else conversation_say(c, "554 5.7.1 Relay access denied\r\n");
}

static bool offers_tls(const struct conversation *c) {
    return c->server != SERVER_NO_STARTTLS && c->server != SERVER_TARPIT && !c->tls;
}

static bool begins(const char *line, const char *verb) {
    size_t length = strlen(verb);
    return !strncasecmp(line, verb, length) && (line[length] == 0 || line[length] == ' ' || line[length - 1] == ':');
}

static void command(struct conversation *c, const char *line) {
    if (begins(line, "EHLO")) {
        conversation_say(c, "250-%s\r\n250-PIPELINING\r\n250-SIZE 52428800\r\n", c->name);
        if (offers_tls(c)) conversation_say(c, "250-STARTTLS\r\n");
        conversation_say(c, "250 8BITMIME\r\n");
        c->greeted = true;
    } else if (begins(line, "HELO")) {
        conversation_say(c, "250 %s\r\n", c->name);
        c->greeted = true;
    } else if (begins(line, "STARTTLS") && offers_tls(c)) {
        conversation_start_tls(c);
    } else if (begins(line, "MAIL FROM:")) {
        conversation_say(c, c->greeted ? "250 2.1.0 Ok\r\n" : "503 5.5.1 EHLO first\r\n");
        c->has_sender = c->greeted;
    } else if (begins(line, "RCPT TO:")) {
        recipient(c, line + 8);
    } else if (begins(line, "RSET")) {
        c->has_sender = false;
        conversation_say(c, "250 2.0.0 Ok\r\n");
    } else if (begins(line, "NOOP")) {
        conversation_say(c, "250 2.0.0 Ok\r\n");
    } else if (begins(line, "VRFY")) {
        conversation_say(c, "252 2.0.0 Send some mail\r\n");
    } else if (begins(line, "DATA") || begins(line, "BDAT")) {
        c->count->data++;
        conversation_say(c, "421 4.7.0 No message was to be sent here\r\n");
        conversation_flush(c);
        conversation_leave(c);
    } else if (begins(line, "QUIT")) {
        conversation_say(c, "221 2.0.0 Bye\r\n");
        c->errors = MOST_ERRORS;
    } else {
        conversation_say(c, "502 5.5.2 Command not recognized\r\n");
        c->errors++;
    }
    if (c->errors < MOST_ERRORS || c->server == SERVER_TARPIT) return;
    conversation_flush(c);
    if (c->out_length) conversation_end(c);
    else conversation_leave(c);
}

bool commands_wait(const struct conversation *c) { return memchr(c->in, '\n', c->in_length); }

void commands_do(struct conversation *c) {
    size_t from = 0;
    char *end_of_line;
    while (c->state == STATE_TALKING && c->socket >= 0 &&
           (end_of_line = memchr(c->in + from, '\n', c->in_length - from))) {
        if (conversation_is_full(c)) conversation_flush(c);
        if (conversation_is_full(c)) break;
        char *line = c->in + from;
        from = (size_t)(end_of_line - c->in) + 1;
        *end_of_line = 0;
        if (end_of_line > line && end_of_line[-1] == '\r') end_of_line[-1] = 0;
        command(c, line);
    }
    if (c->in_length < from) return;  // thrown away by STARTTLS
    c->in_length -= from;
    memmove(c->in, c->in + from, c->in_length);
    if (c->in_length == sizeof c->in && !commands_wait(c)) {
        conversation_say(c, "500 5.5.2 Line too long\r\n");
        c->in_length = 0;
        c->errors++;
    }
}
