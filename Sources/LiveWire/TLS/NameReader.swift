internal import COpenSSL

/// Reads the names in a certificate. They are chosen by whoever made it: nothing here trusts a length or an encoding.
enum NameReader {
    /// A distinguished name in the text form of RFC 4514.
    static func text(_ name: OpaquePointer?) -> String {
        guard let name, let output = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(output) }
        guard X509_NAME_print_ex(output, name, 0, shim_XN_FLAG_RFC4514) >= 0 else { return "" }
        var data: UnsafeMutablePointer<CChar>?
        let length = shim_BIO_get_mem_data(output, &data)
        guard let data, length > 0 else { return "" }
        return String(decoding: UnsafeRawBufferPointer(start: data, count: length), as: UTF8.self)
    }

    /// The dNSName entries of the subjectAltName extension (RFC 5280, section 4.2.1.6), in their order.
    static func dnsNames(_ certificate: OpaquePointer) -> [String] {
        guard let names = shim_X509_get_subject_alt_names(certificate) else { return [] }
        defer { GENERAL_NAMES_free(names) }
        return (0..<shim_sk_GENERAL_NAME_num(names)).compactMap { index in
            shim_GENERAL_NAMES_dns(names, index).map { escaped(bytes($0)) }
        }
    }

    /// The last common name, which is the most specific one.
    static func commonName(_ name: OpaquePointer?) -> String? {
        var last: Int32 = -1
        while case let next = X509_NAME_get_index_by_NID(name, NID_commonName, last), next >= 0 { last = next }
        guard last >= 0, let entry = X509_NAME_get_entry(name, last) else { return nil }
        var utf8: UnsafeMutablePointer<UInt8>?
        let length = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(entry))
        guard let utf8, length >= 0 else { return nil }
        defer { shim_OPENSSL_free(utf8) }
        return escaped(Array(UnsafeBufferPointer(start: utf8, count: Int(length))), keepingUTF8: true)
    }

    private static func bytes(_ string: UnsafePointer<ASN1_STRING>) -> [UInt8] {
        guard let data = ASN1_STRING_get0_data(string) else { return [] }
        return Array(UnsafeBufferPointer(start: data, count: Int(max(0, ASN1_STRING_length(string)))))
    }

    /// Text in which every byte that no host name has is written `\DDD` (RFC 1035, section 5.1), so that a NUL inside a
    /// name can never end it early and no such name matches a host.
    static func escaped(_ bytes: [UInt8], keepingUTF8: Bool = false) -> String {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        for byte in bytes {
            switch byte {
            case UInt8(ascii: "\\"): result += [byte, byte]
            case 0x21...0x7E: result.append(byte)
            case 0x20 where keepingUTF8, 0x80... where keepingUTF8: result.append(byte)
            default:
                let digits = String(byte)
                result += Array(("\\" + String(repeating: "0", count: 3 - digits.count) + digits).utf8)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
