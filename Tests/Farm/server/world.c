#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ZONE "farm.test"
#define SELF_NETWORKS 61440u  // the /24s from 127.16.0.0 to 127.255.255.0
#define STRIDE 37973u         // has no factor in common with that, and spreads neighbours

// Of 1,000 domains. Of those with MX records 40 % are at one provider, 20 % at a second, 23.5 % on their own.
static const unsigned share[PLACES] = {
    [PLACE_ALPHA] = 340, [PLACE_BETA] = 170,  [PLACE_MID] = 80,      [PLACE_TENANT] = 58,
    [PLACE_SELF] = 200,  [PLACE_NO_MX] = 110, [PLACE_NULL_MX] = 25,  [PLACE_NXDOMAIN] = 5,
    [PLACE_SERVFAIL] = 5, [PLACE_TIMEOUT] = 3, [PLACE_PRIVATE] = 4,
};

static const char *const place_names[PLACES] = {"alpha",   "beta",     "mid",      "tenant",  "self",   "no-mx",
                                                "null-mx", "nxdomain", "servfail", "timeout", "private"};

// The rule: the second octet of an address says what answers there. Below 16 are the providers, all of them fine, and so
// is the rest.
static const struct {
    const char *name;
    unsigned first, last;
} rule[SERVERS] = {
    [SERVER_FINE] = {"fine", 16, 203},       [SERVER_NO_STARTTLS] = {"no-starttls", 204, 215},
    [SERVER_SELF_SIGNED] = {"self-signed", 216, 223}, [SERVER_OLD_TLS] = {"old-tls", 224, 227},
    [SERVER_THROTTLES] = {"throttles", 228, 231}, [SERVER_BUSY] = {"busy", 232, 233},
    [SERVER_LATE] = {"late", 234, 237},      [SERVER_TARPIT] = {"tarpit", 238, 239},
    [SERVER_RESET] = {"reset", 240, 241},    [SERVER_REFUSES] = {"refuses", 242, 245},
    [SERVER_RELAY] = {"relay", 246, 247},    [SERVER_DEAD] = {"dead", 248, 251},
    [SERVER_SILENT] = {"silent", 252, 253},
};

static uint32_t domains, tenants_in_pool;
static uint64_t seed;
static uint8_t *places;        // by domain
static uint32_t *ordinals;     // by domain: which one of its place it is, from 0
static uint32_t *selves;       // the domains that are on their own, by ordinal
static uint32_t *tenants;      // the tenants, by ordinal
static uint16_t *providers;    // by ordinal of a mid domain: its provider
static uint32_t counts[PLACES];

static struct {
    address_t address;
    enum server server;
} exceptions[MOST_EXCEPTIONS];
static size_t exception_count;

// SplitMix64: a good hash of two small numbers.
static uint64_t mix(uint64_t what, uint64_t number) {
    uint64_t z = seed * 0x9E3779B97F4A7C15u + what * 0xD1B54A32D192ED03u + number * 0x9E3779B97F4A7C15u;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static void *table(size_t count, size_t size) {
    void *memory = calloc(count ? count : 1, size);
    if (!memory) {
        fputs("farm: out of memory\n", stderr);
        exit(1);
    }
    return memory;
}

void world_make(uint32_t domain_count, uint64_t of_seed, uint32_t tenant_count) {
    domains = domain_count;
    seed = of_seed;
    tenants_in_pool = tenant_count;
    places = table(domains + 1, sizeof *places);
    ordinals = table(domains + 1, sizeof *ordinals);
    selves = table(domains, sizeof *selves);
    tenants = table(domains, sizeof *tenants);
    for (uint32_t domain = 1; domain <= domains; domain++) {
        unsigned draw = (unsigned)(mix(1, domain) % 1000), place = 0;
        while (draw >= share[place]) draw -= share[place++];
        places[domain] = (uint8_t)place;
        ordinals[domain] = counts[place]++;
        if (place == PLACE_SELF) selves[ordinals[domain]] = domain;
        if (place == PLACE_TENANT) tenants[ordinals[domain]] = domain;
    }
    providers = table(counts[PLACE_MID], sizeof *providers);
    uint16_t provider = 0;
    for (uint32_t next = 0; next < counts[PLACE_MID]; provider++) {
        // 10 to 1,000 domains, as many providers of 10 to 100 as of 100 to 1,000.
        uint64_t draw = mix(2, provider);
        uint32_t size = draw & 1 ? 10 + (uint32_t)((draw >> 8) % 90) : 100 + (uint32_t)((draw >> 8) % 900);
        for (; size && next < counts[PLACE_MID]; size--) providers[next++] = provider;
    }
}

uint32_t world_domains(void) { return domains; }

bool world_set_server(address_t address, enum server server) {
    for (size_t index = 0; index < exception_count; index++) {
        if (exceptions[index].address == address) return false;
    }
    if (exception_count == MOST_EXCEPTIONS) return false;
    exceptions[exception_count].address = address;
    exceptions[exception_count++].server = server;
    return true;
}

size_t world_exceptions(address_t addresses[MOST_EXCEPTIONS], enum server servers[MOST_EXCEPTIONS]) {
    for (size_t index = 0; index < exception_count; index++) {
        addresses[index] = exceptions[index].address;
        servers[index] = exceptions[index].server;
    }
    return exception_count;
}

enum place world_place(uint32_t domain) { return places[domain]; }
const char *world_place_name(enum place place) { return place_names[place]; }
const char *world_server_name(enum server server) { return rule[server].name; }

enum server world_server(address_t address) {
    for (size_t index = 0; index < exception_count; index++) {
        if (exceptions[index].address == address) return exceptions[index].server;
    }
    unsigned octet = address >> 16 & 255;
    for (unsigned server = 0; server < SERVERS; server++) {
        if (octet >= rule[server].first && octet <= rule[server].last) return server;
    }
    return SERVER_FINE;
}

bool world_server_named(const char *text, enum server *server) {
    for (unsigned each = 0; each < SERVERS; each++) {
        if (strcmp(rule[each].name, text)) continue;
        *server = each;
        return true;
    }
    return false;
}

void world_range(enum server server, unsigned *first, unsigned *last) {
    *first = rule[server].first;
    *last = rule[server].last;
}

// MARK: Domains on their own
//
// The n-th has a /24 that is far from its neighbours'; its second and third host are in other /24s with the same second
// octet, so that all of them answer alike. Once every /24 is taken, the next three addresses of each are.

static unsigned self_hosts(uint32_t ordinal) {
    unsigned draw = (unsigned)(mix(3, ordinal) % 10);
    return draw < 2 ? 1 : draw < 7 ? 2 : 3;
}

static uint32_t self_shift(void) { return (uint32_t)(seed * 7919 % SELF_NETWORKS); }

static address_t self_address(uint32_t ordinal, unsigned host) {
    uint32_t network = (uint32_t)(((uint64_t)(ordinal % SELF_NETWORKS) * STRIDE + self_shift()) % SELF_NETWORKS);
    unsigned third = ((network & 255) + 85 * host) & 255;
    return ADDRESS(16 + (network >> 8), third, 1 + 3 * (ordinal / SELF_NETWORKS) + host);
}

// The other way round: which host of which domain an address belongs to. False if none.
static bool self_at(address_t address, uint32_t *ordinal, unsigned *host) {
    static uint32_t inverse;
    for (uint32_t each = 1; !inverse; each += 2) {
        if ((uint64_t)each * STRIDE % SELF_NETWORKS == 1) inverse = each;
    }
    unsigned second = address >> 16 & 255, third = address >> 8 & 255, fourth = address & 255;
    if (second < 16 || fourth == 0) return false;
    *host = (fourth - 1) % 3;
    uint32_t network = (second - 16) << 8 | ((third - 85 * *host) & 255);
    uint32_t back = (network + SELF_NETWORKS - self_shift()) % SELF_NETWORKS;
    *ordinal = (uint32_t)((uint64_t)back * inverse % SELF_NETWORKS) + SELF_NETWORKS * ((fourth - 1) / 3);
    return *ordinal < counts[PLACE_SELF] && *host < self_hosts(*ordinal);
}

// MARK: Providers and pools

static unsigned alpha_width(void) { return domains < 50000 ? 1 + domains / 10000 : 6; }
static unsigned beta_width(void) { return domains < 60000 ? 2 + domains / 10000 : 8; }
static address_t alpha_address(unsigned host, unsigned index) { return ADDRESS(1, host, index + 1); }
static address_t beta_address(unsigned host, unsigned index) { return ADDRESS(2, host, index + 1); }
static address_t mid_address(unsigned provider, unsigned host) {
    return ADDRESS(8 + (provider >> 8 & 7), provider & 255, host);
}

static uint32_t pool_of(uint32_t tenant) { return tenant / tenants_in_pool; }
static enum pool pool_kind(uint32_t pool) { return pool % POOLS; }
static address_t pool_address(uint32_t pool, unsigned index) {
    uint32_t turn = pool / POOLS;
    return ADDRESS(4 + pool % POOLS, turn & 255, 1 + 2 * (turn >> 8) + index);
}
static bool is_odd(uint32_t tenant) {
    return pool_kind(pool_of(tenant)) == POOL_ODD && tenant % tenants_in_pool == tenants_in_pool / 2;
}

static void write_tenant(uint32_t tenant, char name[NAME_SIZE]) {
    const char *form = pool_kind(pool_of(tenant)) == POOL_WILDCARD ? "d%06u.tenants." ZONE : "mx.d%06u." ZONE;
    snprintf(name, NAME_SIZE, form, tenants[tenant]);
}

size_t world_hosts(uint32_t domain, char hosts[MOST_HOSTS][NAME_SIZE]) {
    uint32_t ordinal = ordinals[domain];
    size_t count = 0;
    switch (places[domain]) {
        case PLACE_ALPHA:
            for (; count < 5; count++) snprintf(hosts[count], NAME_SIZE, "mx%zu.alpha." ZONE, count + 1);
            return count;
        case PLACE_BETA:
            for (; count < 2; count++) snprintf(hosts[count], NAME_SIZE, "mx%zu.beta." ZONE, count + 1);
            return count;
        case PLACE_MID:
            for (; count < 2; count++) {
                snprintf(hosts[count], NAME_SIZE, "mx%zu.mid%04u." ZONE, count + 1, providers[ordinal]);
            }
            return count;
        case PLACE_TENANT: write_tenant(ordinal, hosts[0]); return 1;
        case PLACE_SELF:
            for (; count < self_hosts(ordinal); count++) {
                snprintf(hosts[count], NAME_SIZE, "mx%zu.d%06u." ZONE, count + 1, domain);
            }
            return count;
        case PLACE_PRIVATE: snprintf(hosts[0], NAME_SIZE, "mx.d%06u." ZONE, domain); return 1;
        default: return 0;
    }
}

// MARK: Names

// Takes LETTER and a number off the front; false if there is none.
static bool take(const char **text, const char *letters, unsigned *number) {
    size_t length = strlen(letters);
    if (strncmp(*text, letters, length) || (*text)[length] < '0' || (*text)[length] > '9') return false;
    char *end;
    unsigned long value = strtoul(*text + length, &end, 10);
    if (value > 0xFFFFFFFFul) return false;
    *number = (unsigned)value;
    *text = end;
    return true;
}

static bool is(const char *text, const char *other) { return !strcmp(text, other); }

static void add(struct name *name, address_t address) {
    name->kind = NAME_HOST;
    name->addresses[name->count++] = address;
}

static void read_tenant(struct name *name, const char *text, bool wildcard) {
    uint32_t tenant = ordinals[name->domain], pool = pool_of(tenant);
    if ((pool_kind(pool) == POOL_WILDCARD) != wildcard) return;
    add(name, pool_address(pool, 0));
    add(name, pool_address(pool, 1));
    name->odd = is_odd(tenant);
    snprintf(name->certificate, NAME_SIZE, "%s", wildcard ? "*.tenants." ZONE : text);
}

// What is in front of ".d000001.farm.test".
static void read_below(struct name *name, const char *label, size_t length, const char *text) {
    char prefix[32] = "";
    if (length < sizeof prefix) memcpy(prefix, label, length);
    const char *rest = prefix;
    unsigned number;
    enum place place = places[name->domain];
    if (is(prefix, "_mta-sts")) {
        name->kind = world_has_sts(name->domain) ? NAME_STS : NAME_NONE;
    } else if (is(prefix, "_smtp._tls")) {
        name->kind = world_has_reports(name->domain) ? NAME_REPORTS : NAME_NONE;
    } else if (is(prefix, "mx") && place == PLACE_PRIVATE) {
        add(name, 10u << 24 | 1);
    } else if (is(prefix, "mx") && place == PLACE_TENANT) {
        read_tenant(name, text, false);
    } else if (place == PLACE_SELF && take(&rest, "mx", &number) && !*rest) {
        if (number < 1 || number > self_hosts(ordinals[name->domain])) return;
        add(name, self_address(ordinals[name->domain], number - 1));
        snprintf(name->certificate, NAME_SIZE, "%s", text);
    }
}

struct name world_read(const char *text) {
    struct name name = {.kind = NAME_NONE};
    size_t length = strlen(text), zone = strlen(ZONE);
    if (is(text, ZONE)) {
        name.kind = NAME_ZONE;
        return name;
    }
    if (length <= zone || length >= NAME_SIZE || text[length - zone - 1] != '.' || !is(text + length - zone, ZONE)) return name;
    const char *end = text + length - zone - 1, *rest = text;
    unsigned number, provider, third, fourth;
    if (take(&rest, "a-127-", &number) && take(&rest, "-", &third) && take(&rest, "-", &fourth) && rest == end) {
        if (number > 255 || third > 255 || fourth > 255) return name;
        add(&name, ADDRESS(number, third, fourth));
        snprintf(name.certificate, NAME_SIZE, "%s", text);
        return name;
    }
    rest = text;
    if (take(&rest, "mx", &number) && number >= 1 && number <= MOST_HOSTS) {
        if (!strncmp(rest, ".alpha." ZONE, sizeof ".alpha." ZONE) && number <= 5) {
            for (unsigned index = 0; index < alpha_width(); index++) add(&name, alpha_address(number, index));
        } else if (!strncmp(rest, ".beta." ZONE, sizeof ".beta." ZONE) && number <= 2) {
            for (unsigned index = 0; index < beta_width(); index++) add(&name, beta_address(number, index));
        } else if (take(&rest, ".mid", &provider) && rest == end && number <= 2) {
            if (provider < 2048) add(&name, mid_address(provider, number));
        }
        if (name.count) {
            snprintf(name.certificate, NAME_SIZE, "*%s", strchr(text, '.'));
            return name;
        }
    }
    // What is left belongs to a domain: d000001, mx.d000001, d000001.tenants.
    const char *label = end;
    while (label > text && label[-1] != '.') label--;
    rest = label;
    if (is(label, "tenants." ZONE)) {
        rest = text;
        if (!take(&rest, "d", &number) || rest + 1 != label || number < 1 || number > domains) return name;
        name.domain = number;
        if (places[number] == PLACE_TENANT) read_tenant(&name, text, true);
        return name;
    }
    if (!take(&rest, "d", &number) || rest != end || rest - label < 7 || number < 1 || number > domains) return name;
    name.domain = number;
    if (label == text) name.kind = NAME_DOMAIN;
    else read_below(&name, text, (size_t)(label - text) - 1, text);
    return name;
}

void world_name_of(address_t address, char name[NAME_SIZE]) {
    unsigned second = address >> 16 & 255, third = address >> 8 & 255, fourth = address & 255, host;
    uint32_t ordinal;
    if (self_at(address, &ordinal, &host)) {
        snprintf(name, NAME_SIZE, "mx%u.d%06u." ZONE, host + 1, selves[ordinal]);
    } else if (second == 1 && third >= 1 && third <= 5 && fourth >= 1 && fourth <= alpha_width()) {
        snprintf(name, NAME_SIZE, "mx%u.alpha." ZONE, third);
    } else if (second == 2 && third >= 1 && third <= 2 && fourth >= 1 && fourth <= beta_width()) {
        snprintf(name, NAME_SIZE, "mx%u.beta." ZONE, third);
    } else if (second >= 8 && second < 16 && (fourth == 1 || fourth == 2)) {
        snprintf(name, NAME_SIZE, "mx%u.mid%04u." ZONE, fourth, (second - 8) << 8 | third);
    } else {
        snprintf(name, NAME_SIZE, "a-127-%u-%u-%u." ZONE, second, third, fourth);
    }
}

bool world_pointer_of(address_t address, char name[NAME_SIZE]) {
    unsigned draw = (unsigned)(mix(4, address) % 100);
    bool own = (address >> 16 & 255) >= 16;
    if (own && draw < 4) return false;
    if (own && draw < 6) {
        // A name that is another address's.
        snprintf(name, NAME_SIZE, "a-127-0-0-9." ZONE);
        return true;
    }
    world_name_of(address, name);
    return true;
}

bool world_has_sts(uint32_t domain) { return mix(5, domain) % 200 == 0; }
bool world_has_reports(uint32_t domain) { return mix(6, domain) % 50 == 0; }

// MARK: The list

static void list_hosts(uint32_t domain) {
    char hosts[MOST_HOSTS][NAME_SIZE];
    size_t count = world_hosts(domain, hosts);
    const char *server = "-";
    if (count && places[domain] != PLACE_PRIVATE) server = rule[world_server(world_read(hosts[0]).addresses[0])].name;
    printf(" %s %s", place_names[places[domain]], server);
    for (size_t index = 0; index < count; index++) {
        struct name host = world_read(hosts[index]);
        printf(" %s=", hosts[index]);
        for (size_t each = 0; each < host.count; each++) {
            address_t address = host.addresses[each];
            printf("%s%u.%u.%u.%u", each ? "," : "", address >> 24, address >> 16 & 255, address >> 8 & 255, address & 255);
        }
    }
}

void world_list(bool kinds) {
    for (uint32_t domain = 1; domain <= domains; domain++) {
        printf("d%06u." ZONE, domain);
        if (kinds) list_hosts(domain);
        putchar('\n');
    }
}
