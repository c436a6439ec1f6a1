#include "certificates.h"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DAY 86400

struct certificate {
    char subject[NAME_SIZE];
    X509 *leaf;
    EVP_PKEY *key;
    bool alone;  // signed by itself
    struct certificate *next;
};

// A client that comes back finds the same certificate, as long as not too many others were made in between.
#define BUCKETS (1u << 15)
#define MOST_CERTIFICATES 30000
static struct certificate *certificates[BUCKETS];
static struct certificate *ring[MOST_CERTIFICATES];
static unsigned ring_next;

static X509 *root, *intermediate;
static EVP_PKEY *root_key, *intermediate_key;
static STACK_OF(X509) *chain;
static X509_EXTENSION *leaf_extensions[4];

static void check(bool fine, const char *what) {
    if (fine) return;
    fprintf(stderr, "farm: cannot make %s\n", what);
    ERR_print_errors_fp(stderr);
    exit(1);
}

static X509_EXTENSION *extension(X509 *issuer, X509 *subject, int nid, const char *value) {
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, subject, NULL, NULL, 0);
    X509_EXTENSION *made = X509V3_EXT_conf_nid(NULL, &context, nid, value);
    check(made, value);
    return made;
}

static void extend(X509 *subject, X509 *issuer, int nid, const char *value) {
    X509_EXTENSION *made = extension(issuer, subject, nid, value);
    X509_add_ext(subject, made, -1);
    X509_EXTENSION_free(made);
}

// A certificate with everything but its extensions and its signature.
static X509 *begin(const char *common_name, EVP_PKEY *key, X509 *issuer, int days) {
    X509 *made = X509_new();
    check(made && key, common_name);
    unsigned char serial[16];
    RAND_bytes(serial, sizeof serial);
    serial[0] &= 0x7F;
    BIGNUM *number = BN_bin2bn(serial, sizeof serial, NULL);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(made));
    BN_free(number);
    X509_set_version(made, X509_VERSION_3);
    X509_gmtime_adj(X509_getm_notBefore(made), -DAY);
    X509_gmtime_adj(X509_getm_notAfter(made), (long)days * DAY);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made), "CN", MBSTRING_ASC, (const unsigned char *)common_name, -1, -1, 0);
    X509_set_issuer_name(made, X509_get_subject_name(issuer ? issuer : made));
    X509_set_pubkey(made, key);
    return made;
}

static X509 *authority(const char *name, EVP_PKEY *key, X509 *issuer, EVP_PKEY *issuer_key) {
    X509 *made = begin(name, key, issuer, 3650);
    extend(made, issuer, NID_basic_constraints, issuer ? "critical,CA:TRUE,pathlen:0" : "critical,CA:TRUE");
    extend(made, issuer, NID_key_usage, "critical,keyCertSign,cRLSign");
    extend(made, issuer, NID_subject_key_identifier, "hash");
    if (issuer) extend(made, issuer, NID_authority_key_identifier, "keyid");
    check(X509_sign(made, issuer_key, EVP_sha256()), name);
    return made;
}

void certificates_make(const char *file) {
    root_key = EVP_EC_gen("P-256");
    root = authority("mailgrade farm root", root_key, NULL, root_key);
    intermediate_key = EVP_EC_gen("P-256");
    intermediate = authority("mailgrade farm intermediate", intermediate_key, root, root_key);
    chain = sk_X509_new_null();
    sk_X509_push(chain, intermediate);
    leaf_extensions[0] = extension(NULL, NULL, NID_basic_constraints, "critical,CA:FALSE");
    leaf_extensions[1] = extension(NULL, NULL, NID_key_usage, "critical,digitalSignature");
    leaf_extensions[2] = extension(NULL, NULL, NID_ext_key_usage, "serverAuth");
    leaf_extensions[3] = extension(intermediate, NULL, NID_authority_key_identifier, "keyid");
    if (!file) return;
    FILE *out = fopen(file, "w");
    check(out && PEM_write_X509(out, root) && !fclose(out), file);
}

static struct certificate *issue(const char *subject, bool alone) {
    struct certificate *made = calloc(1, sizeof *made);
    check(made, subject);
    snprintf(made->subject, sizeof made->subject, "%s", subject);
    made->alone = alone;
    made->key = EVP_EC_gen("P-256");
    // A common name holds 64 octets at most; the names count.
    made->leaf = begin(strlen(subject) < 64 ? subject : "mail server", made->key, alone ? NULL : intermediate, 90);
    for (unsigned index = 0; index < (alone ? 3 : 4); index++) X509_add_ext(made->leaf, leaf_extensions[index], -1);
    char names[NAME_SIZE + 8];
    snprintf(names, sizeof names, "DNS:%s", subject);
    extend(made->leaf, NULL, NID_subject_alt_name, names);
    check(X509_sign(made->leaf, alone ? made->key : intermediate_key, EVP_sha256()), subject);
    return made;
}

static unsigned bucket(const char *subject, bool alone) {
    uint32_t hash = 2166136261u + alone;
    for (; *subject; subject++) hash = (hash ^ (unsigned char)*subject) * 16777619u;
    return hash % BUCKETS;
}

static void forget(struct certificate *old) {
    struct certificate **link = &certificates[bucket(old->subject, old->alone)];
    while (*link != old) link = &(*link)->next;
    *link = old->next;
    X509_free(old->leaf);
    EVP_PKEY_free(old->key);
    free(old);
}

static struct certificate *find(const char *subject, bool alone) {
    struct certificate **slot = &certificates[bucket(subject, alone)];
    for (struct certificate *each = *slot; each; each = each->next) {
        if (each->alone == alone && !strcmp(each->subject, subject)) return each;
    }
    if (ring[ring_next]) forget(ring[ring_next]);
    struct certificate *made = issue(subject, alone);
    ring[ring_next] = made;
    ring_next = (ring_next + 1) % MOST_CERTIFICATES;
    made->next = *slot;
    return *slot = made;
}

// The name that counts: the client's if it is one of this address, otherwise the address's own.
static struct name host_of(address_t address, const char *asked) {
    char text[NAME_SIZE] = "";
    if (asked && strlen(asked) < NAME_SIZE) {
        for (size_t index = 0; asked[index]; index++) text[index] = lower(asked[index]);
        struct name name = world_read(text);
        for (size_t index = 0; name.kind == NAME_HOST && index < name.count; index++) {
            if (name.addresses[index] == address) return name;
        }
    }
    world_name_of(address, text);
    return world_read(text);
}

bool certificates_use(SSL *tls, address_t address, enum server server, const char *asked) {
    struct name host = host_of(address, asked);
    struct certificate *certificate = find(host.certificate, host.odd || server == SERVER_SELF_SIGNED);
    return SSL_use_cert_and_key(tls, certificate->leaf, certificate->key, certificate->alone ? NULL : chain, 1) == 1;
}
