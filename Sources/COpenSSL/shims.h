// OpenSSL 3 for Swift. Functions import as they are; what is a macro in OpenSSL's headers gets a function or a
// constant here, named shim_ and the macro's name, with the macro's meaning.
#pragma once
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/ct.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/objects.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

// Options of a context; the macros are casts that Swift cannot import.
static const uint64_t shim_SSL_OP_LEGACY_SERVER_CONNECT = SSL_OP_LEGACY_SERVER_CONNECT;
static const uint64_t shim_SSL_OP_NO_RENEGOTIATION = SSL_OP_NO_RENEGOTIATION;
static const uint64_t shim_SSL_OP_ALLOW_CLIENT_RENEGOTIATION = SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
static const uint64_t shim_SSL_OP_NO_COMPRESSION = SSL_OP_NO_COMPRESSION;
static const uint64_t shim_SSL_OP_IGNORE_UNEXPECTED_EOF = SSL_OP_IGNORE_UNEXPECTED_EOF;

// RFC 4514 text with characters outside ASCII left readable.
static const unsigned long shim_XN_FLAG_RFC4514 = XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB;

static inline long shim_SSL_set_min_proto_version(SSL *ssl, int version) { return SSL_set_min_proto_version(ssl, version); }
static inline long shim_SSL_set_max_proto_version(SSL *ssl, int version) { return SSL_set_max_proto_version(ssl, version); }
static inline long shim_SSL_CTX_set_min_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_min_proto_version(context, version);
}
static inline long shim_SSL_CTX_set_max_proto_version(SSL_CTX *context, int version) {
    return SSL_CTX_set_max_proto_version(context, version);
}
static inline long shim_SSL_CTX_set_mode(SSL_CTX *context, long mode) { return SSL_CTX_set_mode(context, mode); }
static inline long shim_SSL_CTX_set_max_cert_list(SSL_CTX *context, long bytes) {
    return SSL_CTX_set_max_cert_list(context, bytes);
}
static inline long shim_SSL_CTX_set1_groups_list(SSL_CTX *context, const char *groups) {
    return SSL_CTX_set1_groups_list(context, groups);
}
static inline long shim_SSL_CTX_set_session_cache_mode(SSL_CTX *context, long mode) {
    return SSL_CTX_set_session_cache_mode(context, mode);
}
static inline long shim_SSL_CTX_add_extra_chain_cert(SSL_CTX *context, X509 *certificate) {
    return SSL_CTX_add_extra_chain_cert(context, certificate);
}
static inline long shim_SSL_set_tlsext_host_name(SSL *ssl, const char *name) { return SSL_set_tlsext_host_name(ssl, name); }
static inline long shim_SSL_set1_sigalgs_list(SSL *ssl, const char *list) { return SSL_set1_sigalgs_list(ssl, list); }
static inline int shim_SSL_get_negotiated_group(SSL *ssl) { return (int)SSL_get_negotiated_group(ssl); }
static inline long shim_SSL_get_extms_support(SSL *ssl) { return SSL_get_extms_support(ssl); }
static inline long shim_SSL_get_secure_renegotiation_support(SSL *ssl) { return SSL_get_secure_renegotiation_support(ssl); }

static inline long shim_SSL_get_peer_signature_nid(SSL *ssl, int *nid) { return SSL_get_peer_signature_nid(ssl, nid); }

// The peer's ephemeral key, or NULL; the caller frees it.
static inline EVP_PKEY *shim_SSL_get_peer_tmp_key(SSL *ssl) {
    EVP_PKEY *key = NULL;
    return SSL_get_peer_tmp_key(ssl, &key) == 1 ? key : NULL;
}

static inline long shim_SSL_set_tlsext_status_type(SSL *ssl, int type) { return SSL_set_tlsext_status_type(ssl, type); }
// The stapled OCSP response, or NULL; it belongs to the session.
static inline const unsigned char *shim_SSL_get_tlsext_status_ocsp_resp(SSL *ssl, long *length) {
    const unsigned char *response = NULL;
    *length = SSL_get_tlsext_status_ocsp_resp(ssl, &response);
    return *length > 0 ? response : NULL;
}
// Calls back for every extension of the peer's.
static inline void shim_SSL_set_tlsext_debug_callback(
    SSL *ssl, void (*callback)(SSL *, int, int, const unsigned char *, int, void *), void *argument) {
    SSL_set_tlsext_debug_callback(ssl, callback);
    SSL_set_tlsext_debug_arg(ssl, argument);
}

static inline long shim_BIO_set_mem_eof_return(BIO *bio, int value) { return BIO_set_mem_eof_return(bio, value); }
static inline size_t shim_BIO_ctrl_pending(BIO *bio) { return BIO_ctrl_pending(bio); }
static inline long shim_BIO_get_mem_data(BIO *bio, char **data) { return BIO_get_mem_data(bio, data); }

static inline int shim_ERR_GET_LIB(unsigned long code) { return ERR_GET_LIB(code); }
static inline int shim_ERR_GET_REASON(unsigned long code) { return ERR_GET_REASON(code); }

static inline int shim_sk_X509_num(const STACK_OF(X509) *stack) { return stack ? sk_X509_num(stack) : 0; }
static inline X509 *shim_sk_X509_value(const STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
static inline STACK_OF(X509) *shim_sk_X509_new_null(void) { return sk_X509_new_null(); }
static inline int shim_sk_X509_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
// Frees the stack, not the certificates on it.
static inline void shim_sk_X509_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }

static inline int shim_sk_GENERAL_NAME_num(const GENERAL_NAMES *names) { return names ? sk_GENERAL_NAME_num(names) : 0; }
// The text of a name of type dNSName, or NULL; it belongs to the names.
static inline const ASN1_STRING *shim_GENERAL_NAMES_dns(const GENERAL_NAMES *names, int index) {
    const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, index);
    return name && name->type == GEN_DNS ? (const ASN1_STRING *)name->d.dNSName : NULL;
}
static inline GENERAL_NAMES *shim_X509_get_subject_alt_names(const X509 *certificate) {
    return (GENERAL_NAMES *)X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
}
// How many signed certificate timestamps are embedded in a certificate.
static inline int shim_X509_count_scts(const X509 *certificate) {
    STACK_OF(SCT) *list = (STACK_OF(SCT) *)X509_get_ext_d2i(certificate, NID_ct_precert_scts, NULL, NULL);
    int count = list ? sk_SCT_num(list) : 0;
    SCT_LIST_free(list);
    return count;
}
// Whether a certificate asks for a TLS feature by its number: RFC 7633, section 4.
static inline int shim_X509_has_tls_feature(const X509 *certificate, long number) {
    TLS_FEATURE *features = (TLS_FEATURE *)X509_get_ext_d2i(certificate, NID_tlsfeature, NULL, NULL);
    int found = 0;
    for (int i = 0; features && i < sk_ASN1_INTEGER_num(features); i++) {
        if (ASN1_INTEGER_get(sk_ASN1_INTEGER_value(features, i)) == number) found = 1;
    }
    TLS_FEATURE_free(features);
    return found;
}
// Whether a certificate says where something is, by the method's NID: RFC 5280, section 4.2.2.1.
static inline int shim_X509_has_access_method(const X509 *certificate, int method) {
    AUTHORITY_INFO_ACCESS *places =
        (AUTHORITY_INFO_ACCESS *)X509_get_ext_d2i(certificate, NID_info_access, NULL, NULL);
    int found = 0;
    for (int i = 0; places && i < sk_ACCESS_DESCRIPTION_num(places); i++) {
        if (OBJ_obj2nid(sk_ACCESS_DESCRIPTION_value(places, i)->method) == method) found = 1;
    }
    AUTHORITY_INFO_ACCESS_free(places);
    return found;
}
static inline void shim_OPENSSL_free(void *memory) { OPENSSL_free(memory); }

// For tests, which make their own certificates and servers.
static inline long shim_SSL_CTX_set_tlsext_status_cb(SSL_CTX *context, int (*callback)(SSL *, void *)) {
    return SSL_CTX_set_tlsext_status_cb(context, callback);
}
// Takes the response over; it must come from OPENSSL_malloc.
static inline long shim_SSL_set_tlsext_status_ocsp_resp(SSL *ssl, void *response, long length) {
    return SSL_set_tlsext_status_ocsp_resp(ssl, (unsigned char *)response, length);
}
static inline void *shim_OPENSSL_memdup(const void *bytes, size_t length) { return OPENSSL_memdup(bytes, length); }
static inline EVP_PKEY *shim_EVP_EC_gen(const char *curve) { return EVP_EC_gen(curve); }
static inline EVP_PKEY *shim_EVP_RSA_gen(unsigned int bits) { return EVP_RSA_gen(bits); }
