public import FoundationEssentials

/// The result of building a path from a leaf to a trust anchor (RFC 5280, section 6), with dates and names left out:
/// those are judged from the certificates. Recorded when collected, because it depends on the trust anchors of that moment.
public struct CertificatePath: Hashable, Sendable, Codable {
    /// One reason why the path is not valid.
    public struct Problem: Hashable, Sendable, Codable {
        /// What kind of problem, independent of the library that found it.
        public var kind: Kind
        /// Which certificate: 0 is the leaf.
        public var depth: Int
        /// The library's own words.
        public var detail: String

        /// A problem of a kind at a depth.
        public init(kind: Kind, depth: Int, detail: String) {
            self.kind = kind
            self.depth = depth
            self.detail = detail
        }
    }

    /// The kinds of problem; the list is closed.
    public enum Kind: String, Codable, Sendable, CaseIterable {
        /// The only certificate is issued by itself and is not a trust anchor.
        case selfSigned = "self-signed"
        /// The path ends in a self-issued certificate that is not a trust anchor: a private CA.
        case untrustedIssuer = "untrusted-issuer"
        /// The issuer of a certificate was not sent and is not a trust anchor.
        case missingIssuer = "missing-issuer"
        /// A signature in the path does not verify.
        case badSignature = "bad-signature"
        /// A CA certificate breaks RFC 5280: not a CA, path too long, name constraints, key usage.
        case notAllowed = "not-allowed"
        /// The leaf may not be used for a TLS server (extended key usage).
        case wrongPurpose = "wrong-purpose"
        /// Anything else the library refused.
        case other
    }

    /// Every problem found, the leaf's first; empty when the path is valid.
    public var problems: [Problem]
    /// Which of the certificates that were sent lie on the path, by their place in the chain: the leaf first, each followed by
    /// its issuer.
    public var certificates: [Int]
    /// The trust anchor at the end of a valid path, sent or not; nil where there is none, and in older evidence.
    public var anchor: TrustAnchor?
    /// SHA-256 over the trust anchors in use, in hexadecimal: two results are comparable only with the same anchors.
    public var trustStore: String
    /// When the path was built.
    public var checkedAt: Date

    /// What senders look at in the certificate of a trust anchor of their own. By RFC 5280, section 6.1.1 (d), an anchor is a
    /// name and a key; OpenSSL and GnuTLS refuse one outside its dates all the same.
    public struct TrustAnchor: Hashable, Sendable, Codable {
        /// The distinguished name, in the form of RFC 4514.
        public var subject: String
        /// The first second at which it is valid.
        public var notBefore: Date
        /// The last second at which it is valid.
        public var notAfter: Date

        /// A name and two instants.
        public init(subject: String, notBefore: Date, notAfter: Date) {
            self.subject = subject
            self.notBefore = notBefore
            self.notAfter = notAfter
        }
    }

    /// The result of one path building.
    public init(
        problems: [Problem], certificates: [Int], anchor: TrustAnchor? = nil, trustStore: String, checkedAt: Date
    ) {
        self.anchor = anchor
        self.problems = problems
        self.certificates = certificates
        self.trustStore = trustStore
        self.checkedAt = checkedAt
    }

    /// Whether the leaf chains to a trust anchor.
    public var isTrusted: Bool { problems.isEmpty }
}

extension CertificatePath {
    private enum CodingKeys: String, CodingKey { case problems, certificates, anchor, trustStore, checkedAt }
    private enum FormerKeys: String, CodingKey { case length }

    /// Reads a path. Evidence of the first days says only how long it is: servers send certificates in the path's order.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let former = try decoder.container(keyedBy: FormerKeys.self).decodeIfPresent(Int.self, forKey: .length)
        self.init(
            problems: try container.decode([Problem].self, forKey: .problems),
            certificates: try former.map { Array(0..<max(0, min($0, 100))) }
                ?? container.decode([Int].self, forKey: .certificates),
            anchor: try container.decodeIfPresent(TrustAnchor.self, forKey: .anchor),
            trustStore: try container.decode(String.self, forKey: .trustStore),
            checkedAt: try container.decode(Date.self, forKey: .checkedAt))
    }
}
