internal import COpenSSL
internal import MailModel

/// The settings that all handshakes of our side share: those of a common sender that takes what it can get.
///
/// Everything from TLS 1.0 on with every suite that shows a certificate, at security level 0: a tester must be able to
/// see a weak server. Anonymous, NULL and export suites are not offered: a server that prefers them would show no
/// certificate. Nothing is verified during the handshake; `PathBuilder` judges the chain afterwards.
final class TLSContext: @unchecked Sendable {
    // Never written to after `init`; an SSL_CTX is then safe to share between threads.
    private let context: OpaquePointer

    /// How many octets of certificates a server may send: OpenSSL's own limit, which senders leave as it is. A server that sends more
    /// has no TLS for Postfix and its like, whatever we could read.
    static let certificateBytes = 100 * 1024

    /// The suites up to TLS 1.2.
    private static let suites = "ALL:!aNULL:!eNULL:!EXPORT:!PSK:!SRP"

    init() throws(OpenSSL.Failure) {
        OpenSSL.start()
        ERR_clear_error()
        guard let context = SSL_CTX_new(TLS_client_method()) else { throw OpenSSL.drain("no TLS context") }
        self.context = context
        // A configuration that another library loaded first must not leak in: every setting is made here.
        SSL_CTX_clear_options(context, ~0)
        SSL_CTX_set_options(
            context, shim_SSL_OP_LEGACY_SERVER_CONNECT | shim_SSL_OP_NO_RENEGOTIATION | shim_SSL_OP_NO_COMPRESSION)
        SSL_CTX_set_security_level(context, 0)
        SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nil)
        SSL_CTX_set_cert_verify_callback(context, { _, _ in 1 }, nil)
        _ = shim_SSL_CTX_set_session_cache_mode(context, Int(SSL_SESS_CACHE_OFF))
        _ = shim_SSL_CTX_set_max_cert_list(context, Self.certificateBytes)
        guard SSL_CTX_set_cipher_list(context, Self.suites + ":@SECLEVEL=0") == 1,
            SSL_CTX_set_ciphersuites(
                context, "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256") == 1,
            shim_SSL_CTX_set1_groups_list(
                context, "X25519:P-256:X448:P-521:P-384:ffdhe2048:ffdhe3072:ffdhe4096:ffdhe6144:ffdhe8192") == 1
        else {
            SSL_CTX_free(context)
            throw OpenSSL.drain("the TLS offer was refused")
        }
    }

    deinit { SSL_CTX_free(context) }

    /// A session for one handshake; it must be made and used on one event loop.
    func session(_ offer: TLSOffer) throws(WireFailure) -> TLSConnection {
        guard let lowest = offer.versions.lowerBound.protocolNumber,
            let highest = offer.versions.upperBound.protocolNumber
        else { throw .local("OpenSSL does not speak \(offer.versions.lowerBound)") }
        ERR_clear_error()
        guard let ssl = SSL_new(context) else { throw .local(OpenSSL.drain("no TLS session").description) }
        guard shim_SSL_set_min_proto_version(ssl, lowest) == 1, shim_SSL_set_max_proto_version(ssl, highest) == 1,
            offer.serverName.map({ shim_SSL_set_tlsext_host_name(ssl, $0.text) == 1 }) ?? true,
            offer.key.map({ Self.restrict(ssl, to: $0) }) ?? true,
            shim_SSL_set_tlsext_status_type(ssl, TLSEXT_STATUSTYPE_ocsp) == 1
        else {
            SSL_free(ssl)
            throw .local(OpenSSL.drain("the TLS offer was refused").description)
        }
        SSL_set_connect_state(ssl)
        return try TLSConnection(adopting: ssl)
    }

    /// Leaves out the other kind of key: among the signature algorithms, and up to TLS 1.2 among the suites.
    private static func restrict(_ ssl: OpaquePointer, to key: TLSOffer.Key) -> Bool {
        let (signatures, others) =
            switch key {
            case .rsa:
                (
                    "rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:RSA+SHA256:RSA+SHA384:RSA+SHA512:"
                        + "RSA+SHA1", "!aECDSA:!aDSS"
                )
            case .ecdsa: ("ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1", "!aRSA:!aDSS")
            }
        return shim_SSL_set1_sigalgs_list(ssl, signatures) == 1
            && SSL_set_cipher_list(ssl, "\(suites):\(others):@SECLEVEL=0") == 1
    }
}

extension TLSVersion {
    /// The number on the wire; nil for what OpenSSL 3 no longer speaks.
    var protocolNumber: Int32? {
        switch self {
        case .ssl2, .ssl3: nil
        case .tls10: TLS1_VERSION
        case .tls11: TLS1_1_VERSION
        case .tls12: TLS1_2_VERSION
        case .tls13: TLS1_3_VERSION
        }
    }

    /// The version with a number on the wire.
    init?(protocolNumber: Int32) {
        guard let version = Self.allCases.first(where: { $0.protocolNumber == protocolNumber }) else { return nil }
        self = version
    }
}
