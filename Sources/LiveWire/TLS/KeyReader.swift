internal import COpenSSL
internal import MailModel

/// Reads public keys.
enum KeyReader {
    /// The key of a certificate; one that OpenSSL does not know has its algorithm's name and 0 bits.
    static func read(_ certificate: OpaquePointer) -> Certificate.PublicKey {
        let encoded = X509_get_X509_PUBKEY(certificate)
        let digest = DER.sha256(DER.encode { i2d_X509_PUBKEY(encoded, $0) })
        guard let key = X509_get0_pubkey(certificate) else {
            ERR_clear_error()
            var algorithm: OpaquePointer?
            X509_PUBKEY_get0_param(&algorithm, nil, nil, nil, encoded)
            return .init(algorithm: ObjectName.text(algorithm), bits: 0, sha256: digest)
        }
        let kind = EVP_PKEY_get_base_id(key)
        return .init(
            algorithm: algorithm(kind), bits: Int(EVP_PKEY_get_bits(key)),
            curve: kind == EVP_PKEY_EC ? groupName(key) : nil,
            sha256: digest)
    }

    /// The group of a key by its name in the IANA registry of TLS groups; nil when its parameters have no name.
    static func groupName(_ key: OpaquePointer) -> String? {
        var buffer = [UInt8](repeating: 0, count: 64)
        var length = 0
        let found = buffer.withUnsafeMutableBytes {
            EVP_PKEY_get_group_name(key, $0.bindMemory(to: CChar.self).baseAddress, 64, &length)
        }
        guard found == 1, length > 0 else {
            ERR_clear_error()
            return nil
        }
        let name = String(decoding: buffer.prefix(length), as: UTF8.self)
        // OpenSSL uses the older names of X9.62 for two curves.
        return ["prime256v1": "secp256r1", "prime192v1": "secp192r1"][name] ?? name
    }

    private static func algorithm(_ kind: Int32) -> String {
        switch kind {
        case EVP_PKEY_RSA: "RSA"
        case EVP_PKEY_RSA_PSS: "RSA-PSS"
        case EVP_PKEY_EC: "EC"
        case EVP_PKEY_DSA: "DSA"
        default: OBJ_nid2sn(kind).map { String(cString: $0) } ?? "unknown"
        }
    }
}
