internal import COpenSSL
internal import FoundationEssentials
internal import Glibc
internal import MailModel

/// Reads the fields of a certificate that verdicts are made of. What cannot be read gets a value that cannot pass.
enum CertificateReader {
    static func read(_ handle: X509Handle) -> Certificate {
        // Swift may drop an object after its last use, and the fields are read through a bare pointer.
        withExtendedLifetime(handle) { read(handle.pointer) }
    }

    /// The fields of a trust anchor that senders look at.
    static func readAnchor(_ certificate: OpaquePointer) -> CertificatePath.TrustAnchor {
        CertificatePath.TrustAnchor(
            subject: NameReader.text(X509_get_subject_name(certificate)),
            notBefore: date(X509_get0_notBefore(certificate)), notAfter: date(X509_get0_notAfter(certificate)))
    }

    private static func read(_ certificate: OpaquePointer) -> Certificate {
        defer { ERR_clear_error() }
        let flags = X509_get_extension_flags(certificate)
        return Certificate(
            der: Data(DER.certificate(certificate)),
            subject: NameReader.text(X509_get_subject_name(certificate)),
            issuer: NameReader.text(X509_get_issuer_name(certificate)),
            serial: serial(certificate),
            notBefore: date(X509_get0_notBefore(certificate)),
            notAfter: date(X509_get0_notAfter(certificate)),
            dnsNames: NameReader.dnsNames(certificate),
            commonName: NameReader.commonName(X509_get_subject_name(certificate)),
            key: KeyReader.read(certificate),
            signatureHash: signatureHash(certificate),
            signatureAlgorithm: signatureAlgorithm(certificate),
            isCA: flags & UInt32(EXFLAG_CA) != 0,
            isSelfIssued: flags & UInt32(EXFLAG_SI) != 0,
            keyUsage: flags & UInt32(EXFLAG_KUSAGE) == 0 ? nil : keyUsage(certificate),
            mustStaple: shim_X509_has_tls_feature(certificate, Int(TLSEXT_TYPE_status_request)) == 1,
            timestamps: Int(max(0, shim_X509_count_scts(certificate))),
            namesResponder: shim_X509_has_access_method(certificate, NID_ad_OCSP) == 1,
            namesIssuer: shim_X509_has_access_method(certificate, NID_ad_ca_issuers) == 1)
    }

    private static func serial(_ certificate: OpaquePointer) -> String {
        guard let number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nil) else { return "" }
        defer { BN_free(number) }
        guard let hex = BN_bn2hex(number) else { return "" }
        defer { shim_OPENSSL_free(hex) }
        return String(cString: hex)
    }

    /// An instant of validity; a malformed one reads as 1970, so that the certificate counts as expired.
    private static func date(_ time: UnsafePointer<ASN1_TIME>?) -> Date {
        var fields = tm()
        guard let time, ASN1_TIME_to_tm(time, &fields) == 1 else { return Date(timeIntervalSince1970: 0) }
        return Date(timeIntervalSince1970: Double(timegm(&fields)))
    }

    /// RFC 5280, section 4.2.1.3; OpenSSL keeps the bits in the order in which they are encoded.
    private static func keyUsage(_ certificate: OpaquePointer) -> [String] {
        let bits = X509_get_key_usage(certificate)
        let names: [(Int32, String)] = [
            (KU_DIGITAL_SIGNATURE, "digitalSignature"), (KU_NON_REPUDIATION, "nonRepudiation"),
            (KU_KEY_ENCIPHERMENT, "keyEncipherment"), (KU_DATA_ENCIPHERMENT, "dataEncipherment"),
            (KU_KEY_AGREEMENT, "keyAgreement"), (KU_KEY_CERT_SIGN, "keyCertSign"), (KU_CRL_SIGN, "cRLSign"),
            (KU_ENCIPHER_ONLY, "encipherOnly"), (KU_DECIPHER_ONLY, "decipherOnly"),
        ]
        return names.filter { bits & UInt32($0.0) != 0 }.map(\.1)
    }

    private static func signatureHash(_ certificate: OpaquePointer) -> String? {
        var hash: Int32 = NID_undef
        X509_get_signature_info(certificate, &hash, nil, nil, nil)
        guard hash != NID_undef, let name = OBJ_nid2sn(hash) else { return nil }
        return String(cString: name)
    }

    private static func signatureAlgorithm(_ certificate: OpaquePointer) -> String {
        var algorithm: UnsafePointer<X509_ALGOR>?
        X509_get0_signature(nil, &algorithm, certificate)
        var object: OpaquePointer?
        X509_ALGOR_get0(&object, nil, nil, algorithm)
        return ObjectName.text(object)
    }
}

/// Names of ASN.1 object identifiers.
enum ObjectName {
    /// The long name that the standards use, for example `sha256WithRSAEncryption`, else the dotted number.
    static func text(_ object: OpaquePointer?) -> String {
        guard let object else { return "unknown" }
        var buffer = [UInt8](repeating: 0, count: 128)
        let length = buffer.withUnsafeMutableBytes {
            OBJ_obj2txt($0.bindMemory(to: CChar.self).baseAddress, 128, object, 0)
        }
        return String(decoding: buffer.prefix(Int(max(0, min(length, 127)))), as: UTF8.self)
    }
}

/// Encodings in DER.
enum DER {
    static func certificate(_ certificate: OpaquePointer) -> [UInt8] {
        encode { i2d_X509(certificate, $0) }
    }

    /// Runs one of OpenSSL's i2d functions twice: for the length, and into an array of that length.
    static func encode(_ function: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32) -> [UInt8] {
        let length = Int(function(nil))
        guard length > 0 else { return [] }
        return [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
            var cursor = buffer.baseAddress
            count = Int(max(0, function(&cursor)))
        }
    }

    /// SHA-256 in hexadecimal.
    static func sha256(_ bytes: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha256(), nil)
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
