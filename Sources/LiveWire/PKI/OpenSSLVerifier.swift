internal import COpenSSL
public import MailModel

/// Compares certificates with TLSA records and builds the paths to their trust anchors, with OpenSSL.
///
/// OpenSSL's own DANE verification is not used: it stops at the first record that matches and judges dates and names at
/// the same time, while verdicts need each record by itself, and dates at another instant. The comparison is RFC 6698,
/// section 2.1, literally; the path is built as for every other trust anchor.
public struct OpenSSLVerifier: CertificateVerifier {
    /// A verifier; it keeps nothing.
    public init() { OpenSSL.start() }

    /// Compares each record with the certificates of a chain, DER, the leaf first.
    ///
    /// A trust anchor must be above the leaf (RFC 7671, section 5.2): the leaf itself is never one. Throws
    /// `WireFailure.local` when a presented certificate cannot be parsed.
    public func match(_ records: [TLSARecord], chain: [[UInt8]]) throws -> [TLSAMatch] {
        let certificates = try chain.map { der in
            guard let handle = X509Handle(der: der) else { throw WireFailure.local("a certificate cannot be parsed") }
            return handle
        }
        return records.map { TLSAMatcher(record: $0, chain: certificates).match() }
    }
}
