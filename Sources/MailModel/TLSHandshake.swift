public import FoundationEssentials

/// What our side offers in a TLS handshake.
public struct TLSOffer: Hashable, Sendable, Codable {
    /// The versions offered: a contiguous range.
    public var versions: ClosedRange<TLSVersion>
    /// The name sent as SNI; nil sends none.
    public var serverName: DomainName?
    /// The kind of key that the server's certificate must have; nil welcomes every kind.
    public var key: Key?

    /// A kind of key, as signature algorithms name it. RFC 8446, section 4.2.3.
    public enum Key: String, Hashable, Sendable, Codable, CaseIterable, CustomStringConvertible {
        case rsa = "RSA"
        case ecdsa = "ECDSA"

        /// The name.
        public var description: String { rawValue }
    }

    /// Offers a range of versions; the default is a common sender's: every version of TLS that OpenSSL still speaks.
    public init(versions: ClosedRange<TLSVersion> = .tls10 ... .tls13, serverName: DomainName?, key: Key? = nil) {
        self.versions = versions
        self.serverName = serverName
        self.key = key
    }
}

/// What a completed TLS handshake showed.
public struct TLSHandshake: Hashable, Sendable, Codable {
    /// The version agreed on.
    public var version: TLSVersion
    /// The cipher suite agreed on, by its IANA name, for example `TLS_AES_256_GCM_SHA384`.
    public var suite: String
    /// The suite's code point in the IANA registry.
    public var suiteCode: UInt16
    /// The key exchange group, for example `x25519`; nil for static RSA.
    public var group: String?
    /// How the server signed the handshake, for example `RSA-PSS` with `SHA256`.
    public var peerSignature: String?
    /// The certificates as the server sent them, the leaf first; empty for an anonymous suite.
    public var chain: [Certificate]
    /// What OpenSSL says of the path from the leaf to the trust anchors in use.
    public var path: CertificatePath
    /// The name sent as SNI.
    public var serverName: DomainName?
    /// Whether RFC 7627 was negotiated; TLS 1.3 always binds like it.
    public var extendedMasterSecret: Bool
    /// Whether RFC 5746 was negotiated; TLS 1.3 has no renegotiation.
    public var secureRenegotiation: Bool

    /// All fields, in their order.
    public init(
        version: TLSVersion, suite: String, suiteCode: UInt16, group: String?, peerSignature: String?,
        chain: [Certificate], path: CertificatePath, serverName: DomainName?, extendedMasterSecret: Bool,
        secureRenegotiation: Bool
    ) {
        self.version = version
        self.suite = suite
        self.suiteCode = suiteCode
        self.group = group
        self.peerSignature = peerSignature
        self.chain = chain
        self.path = path
        self.serverName = serverName
        self.extendedMasterSecret = extendedMasterSecret
        self.secureRenegotiation = secureRenegotiation
    }
}

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
    /// How many of the certificates that were sent lie on the path.
    public var length: Int
    /// SHA-256 over the trust anchors in use, in hexadecimal: two results are comparable only with the same anchors.
    public var trustStore: String
    /// When the path was built.
    public var checkedAt: Date

    /// The result of one path building.
    public init(problems: [Problem], length: Int, trustStore: String, checkedAt: Date) {
        self.problems = problems
        self.length = length
        self.trustStore = trustStore
        self.checkedAt = checkedAt
    }

    /// Whether the leaf chains to a trust anchor.
    public var isTrusted: Bool { problems.isEmpty }
}
