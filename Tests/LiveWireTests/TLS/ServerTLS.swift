import COpenSSL
import MailModel

@testable import LiveWire

/// The TLS side of a test server.
final class ServerTLS: @unchecked Sendable {
    private let context: OpaquePointer
    private let staple: [UInt8]?

    /// A server that shows a leaf and the certificates after it; `second` is a leaf with another kind of key.
    init(
        _ leaf: TestIdentity, chain: [TestIdentity] = [], versions: ClosedRange<TLSVersion> = .tls10 ... .tls13,
        ciphers: String = "ALL:@SECLEVEL=0", groups: String? = nil, besides second: TestIdentity? = nil,
        staple: [UInt8]? = nil, earlyData: UInt32 = 0, asksForCertificate: Bool = false, letsRenegotiate: Bool = false
    ) {
        OpenSSL.start()
        self.staple = staple
        context = made(SSL_CTX_new(TLS_server_method()))
        SSL_CTX_set_security_level(context, 0)
        precondition(shim_SSL_CTX_set_min_proto_version(context, made(versions.lowerBound.protocolNumber)) == 1)
        precondition(shim_SSL_CTX_set_max_proto_version(context, made(versions.upperBound.protocolNumber)) == 1)
        precondition(SSL_CTX_set_cipher_list(context, ciphers) == 1)
        if let groups { precondition(shim_SSL_CTX_set1_groups_list(context, groups) == 1) }
        for identity in [leaf, second].compactMap({ $0 }) {
            precondition(SSL_CTX_use_certificate(context, identity.certificate.pointer) == 1)
            precondition(SSL_CTX_use_PrivateKey(context, identity.key.pointer) == 1)
        }
        for certificate in chain {
            X509_up_ref(certificate.certificate.pointer)
            _ = shim_SSL_CTX_add_extra_chain_cert(context, certificate.certificate.pointer)
        }
        SSL_CTX_set_dh_auto(context)
        if asksForCertificate { SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil) }
        if letsRenegotiate { SSL_CTX_set_options(context, shim_SSL_OP_ALLOW_CLIENT_RENEGOTIATION) }
        precondition(SSL_CTX_set_max_early_data(context, earlyData) == 1)
        if staple != nil { _ = shim_SSL_CTX_set_tlsext_status_cb(context, { _, _ in SSL_TLSEXT_ERR_OK }) }
    }

    deinit { SSL_CTX_free(context) }

    /// One server-side session.
    func session() throws -> TLSConnection {
        let ssl = made(SSL_new(context))
        SSL_set_accept_state(ssl)
        if let staple {
            _ = shim_SSL_set_tlsext_status_ocsp_resp(ssl, shim_OPENSSL_memdup(staple, staple.count), staple.count)
        }
        return try TLSConnection(adopting: ssl)
    }

    private func SSL_CTX_set_dh_auto(_ context: OpaquePointer) {
        SSL_CTX_ctrl(context, SSL_CTRL_SET_DH_AUTO, 1, nil)
    }
}
