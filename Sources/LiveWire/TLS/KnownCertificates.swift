internal import MailModel

/// Certificates that were read before, by their DER: every further handshake with a server shows the same chain, and many servers
/// share their issuers. Parsing is the dearest part of a handshake after the key exchange.
final class KnownCertificates: Sendable {
    /// A certificate as OpenSSL holds it, and its fields.
    struct Known: Sendable {
        let handle: X509Handle
        let fields: Certificate
    }

    /// What the process knows. A certificate is what its bytes are, whoever sent it.
    static let shared = KnownCertificates()

    /// Larger ones, in octets, are read each time: a stranger must not fill our memory.
    static let largest = 8192

    private let limit: Int
    private let known = Locked<[[UInt8]: Known]>([:])

    /// Knows nothing yet. When so many are known, they are forgotten.
    init(limit: Int = 512) { self.limit = limit }

    /// How many are known.
    var count: Int { known.withLock { $0.count } }

    /// The certificate of these bytes; nil when they are none.
    func read(_ der: [UInt8]) -> Known? {
        if let known = known.withLock({ $0[der] }) { return known }
        guard let handle = X509Handle(der: der) else { return nil }
        let latest = Known(handle: handle, fields: CertificateReader.read(handle))
        guard der.count <= Self.largest else { return latest }
        known.withLock { known in
            if known.count >= limit { known = [:] }
            known[der] = latest
        }
        return latest
    }
}
