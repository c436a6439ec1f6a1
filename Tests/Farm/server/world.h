// The made-up world: which domains there are, where their mail goes, and what answers at an address. Everything follows
// from the number of domains, the seed and arithmetic; world.c has the shares, and the rule of the addresses.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// An address of 127.0.0.0/8 in host order: the first octet is the highest.
typedef uint32_t address_t;

#define ADDRESS(b, c, d) (127u << 24 | (address_t)(b) << 16 | (address_t)(c) << 8 | (address_t)(d))
#define MOST_ADDRESSES 8
#define MOST_HOSTS 5
#define MOST_EXCEPTIONS 256
#define NAME_SIZE 256

// Where a domain's mail goes.
enum place {
    PLACE_ALPHA,     // the largest provider: five MX names that all its domains share
    PLACE_BETA,      // the second: two
    PLACE_MID,       // a provider of 10 to 1,000 domains
    PLACE_TENANT,    // an MX name of its own on addresses that are shared with other tenants
    PLACE_SELF,      // one to three servers of its own
    PLACE_NO_MX,     // nothing
    PLACE_NULL_MX,   // "MX 0 ." (RFC 7505)
    PLACE_NXDOMAIN,  // the domain does not exist
    PLACE_SERVFAIL,  // the name server fails
    PLACE_TIMEOUT,   // the name server does not answer
    PLACE_PRIVATE,   // the address of the MX host is 10.0.0.1
    PLACES
};

// How the tenants of a pool have their certificates.
enum pool { POOL_OWN, POOL_WILDCARD, POOL_ODD, POOLS };

// What answers at an address.
enum server {
    SERVER_FINE,
    SERVER_NO_STARTTLS,
    SERVER_SELF_SIGNED,
    SERVER_OLD_TLS,
    SERVER_THROTTLES,
    SERVER_BUSY,
    SERVER_LATE,
    SERVER_TARPIT,
    SERVER_RESET,
    SERVER_REFUSES,
    SERVER_RELAY,
    SERVER_DEAD,
    SERVER_SILENT,
    SERVERS
};

// What a name of the farm stands for.
enum name_kind {
    NAME_ZONE,     // farm.test itself
    NAME_DOMAIN,   // d000001
    NAME_HOST,     // a mail server: it has addresses
    NAME_STS,      // _mta-sts.d000001
    NAME_REPORTS,  // _smtp._tls.d000001
    NAME_NONE      // no such name
};

struct name {
    enum name_kind kind;
    uint32_t domain;  // of this domain; 0 when of none
    size_t count;     // addresses of a host
    address_t addresses[MOST_ADDRESSES];
    char certificate[NAME_SIZE];  // what the certificate of a host is issued to
    bool odd;                     // a host whose certificate nobody has signed
};

// Makes the tables. DOMAINS are numbered from 1; TENANTS share a pool.
void world_make(uint32_t domains, uint64_t seed, uint32_t tenants);
uint32_t world_domains(void);
// Sets what answers at one address, whatever the rule says; false if that was done before, or to too many.
bool world_set_server(address_t address, enum server server);
size_t world_exceptions(address_t addresses[MOST_EXCEPTIONS], enum server servers[MOST_EXCEPTIONS]);

enum place world_place(uint32_t domain);
const char *world_place_name(enum place place);
enum server world_server(address_t address);
const char *world_server_name(enum server server);
bool world_server_named(const char *text, enum server *server);
// The first and the last second octet whose addresses answer as SERVER.
void world_range(enum server server, unsigned *first, unsigned *last);

// Writes the names of the MX hosts of a domain, best first, and returns how many there are.
size_t world_hosts(uint32_t domain, char hosts[MOST_HOSTS][NAME_SIZE]);
static inline char lower(char letter) { return letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter; }
// Reads a name in lower case without the dot at its end.
struct name world_read(const char *text);
// The name that an address greets with.
void world_name_of(address_t address, char name[NAME_SIZE]);
// The name in its PTR record, mostly the same; false if it has none.
bool world_pointer_of(address_t address, char name[NAME_SIZE]);
// Whether a domain has an MTA-STS or a TLS-RPT record.
bool world_has_sts(uint32_t domain);
bool world_has_reports(uint32_t domain);

// Writes every domain on a line of its own; with KINDS also place, server, and MX hosts with their addresses.
void world_list(bool kinds);
