internal import COpenSSL
internal import FoundationEssentials
internal import MailModel

/// Whether the other end of a TLS session is who we wanted to talk to. Servers that are tested are judged elsewhere, and later; here
/// something secret is about to be sent.
enum PeerIdentity {
    /// Why a handshake does not prove that this is the host, a phrase; nil where it does. RFC 5280, section 6; RFC 9525, section 6.
    static func doubt(of host: String, _ handshake: TLSHandshake, at instant: Date = .now) -> String? {
        guard let leaf = handshake.chain.first, let known = KnownCertificates.shared.read(Array(leaf.der)) else {
            return "\(host) shows no certificate"
        }
        if let problem = handshake.path.problems.first {
            return "the certificate of \(host) is not trusted: \(problem.detail)"
        }
        for depth in handshake.path.certificates where handshake.chain.indices.contains(depth) {
            let certificate = handshake.chain[depth]
            if instant < certificate.notBefore || instant > certificate.notAfter {
                return "the certificate of \(host) is out of date"
            }
        }
        let isNamed =
            IPAddress(host) == nil
            ? X509_check_host(known.handle.pointer, host, host.utf8.count, 0, nil) == 1
            : X509_check_ip_asc(known.handle.pointer, host, 0) == 1
        return isNamed ? nil : "the certificate is for another host than \(host)"
    }
}

/// HMAC with SHA-256. RFC 2104.
package enum MessageSignature {
    /// The signature of some bytes by a key, 64 lower-case hexadecimal digits.
    package static func hex(_ bytes: [UInt8], key: [UInt8]) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let made = HMAC(EVP_sha256(), key, Int32(clamping: key.count), bytes, bytes.count, &digest, &length)
        precondition(made != nil && length == 32, "OpenSSL has no SHA-256")
        return digest.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}
