internal import COpenSSL
internal import MailModel

/// What a completed handshake shows, as plain values that may leave the event loop. Certificates are still DER.
struct TLSSessionFacts: Hashable, Sendable {
    /// More certificates than this are dropped.
    static let certificateLimit = 20

    /// The version agreed on; nil for a number that TLS does not know.
    let version: TLSVersion?
    /// The IANA name of the suite.
    let suite: String
    /// The code point of the suite.
    let suiteCode: UInt16
    /// The key exchange group.
    let group: String?
    /// SHA-256 of the public key that the peer made for the key exchange, in hexadecimal; nil where there is none.
    let keyShare: String?
    /// How the peer signed the handshake.
    let peerSignature: String?
    /// The DER of the first certificates the peer sent, in its order.
    let chain: [[UInt8]]
    /// How many certificates the peer sent.
    let sentCertificates: Int
    /// RFC 7627, or TLS 1.3, which needs no extension for it.
    let extendedMasterSecret: Bool
    /// RFC 5746, or TLS 1.3, which has no renegotiation.
    let secureRenegotiation: Bool
    /// The numbers of the peer's extensions, each once.
    let extensions: [UInt16]
    /// The stapled OCSP response, DER.
    let staple: [UInt8]?
    /// Whether the peer asked for a certificate of ours.
    let asksForCertificate: Bool

    init(_ ssl: OpaquePointer, extensions: [UInt16], asksForCertificate: Bool) {
        self.extensions = extensions
        self.asksForCertificate = asksForCertificate
        var stapleLength = 0
        staple = shim_SSL_get_tlsext_status_ocsp_resp(ssl, &stapleLength).map {
            Array(UnsafeBufferPointer(start: $0, count: stapleLength))
        }
        version = TLSVersion(protocolNumber: SSL_version(ssl))
        let cipher = SSL_get_current_cipher(ssl)
        suite = cipher.flatMap { SSL_CIPHER_standard_name($0) }.map { String(cString: $0) } ?? "unknown"
        suiteCode = cipher.map { SSL_CIPHER_get_protocol_id($0) } ?? 0
        group = Self.group(of: ssl)
        keyShare = Self.keyShare(of: ssl)
        peerSignature = Self.peerSignature(of: ssl)
        let stack = SSL_get_peer_cert_chain(ssl)
        sentCertificates = Int(shim_sk_X509_num(stack))
        chain = (0..<min(sentCertificates, Self.certificateLimit)).compactMap { index in
            shim_sk_X509_value(stack, Int32(index)).map(DER.certificate)
        }
        extendedMasterSecret = version == .tls13 || shim_SSL_get_extms_support(ssl) == 1
        secureRenegotiation = version == .tls13 || shim_SSL_get_secure_renegotiation_support(ssl) == 1
    }

    /// The group by its name in the IANA registry; for DHE with parameters of the server's own, `dh-` and their bits.
    private static func group(of ssl: OpaquePointer) -> String? {
        defer { ERR_clear_error() }
        let identifier = shim_SSL_get_negotiated_group(ssl)
        if identifier != NID_undef, let name = SSL_group_to_name(ssl, identifier) { return String(cString: name) }
        guard let key = shim_SSL_get_peer_tmp_key(ssl) else { return nil }
        defer { EVP_PKEY_free(key) }
        return KeyReader.groupName(key) ?? "dh-\(EVP_PKEY_get_bits(key))"
    }

    private static func keyShare(of ssl: OpaquePointer) -> String? {
        defer { ERR_clear_error() }
        guard let key = shim_SSL_get_peer_tmp_key(ssl) else { return nil }
        defer { EVP_PKEY_free(key) }
        var encoded: UnsafeMutablePointer<UInt8>?
        let length = EVP_PKEY_get1_encoded_public_key(key, &encoded)
        defer { shim_OPENSSL_free(encoded) }
        guard let encoded, length > 0 else { return nil }
        return DER.sha256(Array(UnsafeBufferPointer(start: encoded, count: length)))
    }

    private static func peerSignature(of ssl: OpaquePointer) -> String? {
        var scheme: Int32 = NID_undef
        var hash: Int32 = NID_undef
        guard SSL_get_peer_signature_type_nid(ssl, &scheme) == 1, scheme != NID_undef else { return nil }
        _ = shim_SSL_get_peer_signature_nid(ssl, &hash)
        let name =
            switch scheme {
            case EVP_PKEY_RSA: "RSA"
            case EVP_PKEY_RSA_PSS: "RSA-PSS"
            case EVP_PKEY_EC: "ECDSA"
            default: OBJ_nid2sn(scheme).map { String(cString: $0) } ?? "unknown"
            }
        guard hash != NID_undef, let words = OBJ_nid2sn(hash) else { return name }
        return "\(name) with \(String(cString: words))"
    }
}
