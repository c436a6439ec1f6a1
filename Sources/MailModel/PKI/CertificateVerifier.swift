/// What needs a cryptographic library and no network: comparing certificates with TLSA records, building paths.
///
/// Its results are facts, recorded when a chain was seen; dates and names are judged later, from the certificates.
public protocol CertificateVerifier: Sendable {
    /// Compares each record with the certificates that a server presented, DER, the leaf first. RFC 6698, section 2.1.
    ///
    /// Gives one result for each record, in their order. Throws `WireFailure.local` when it cannot compare at all.
    func match(_ records: [TLSARecord], chain: [[UInt8]]) throws -> [TLSAMatch]
}

/// The verifier of a wire that has none: every comparison fails on our side.
public struct NoCertificateVerifier: CertificateVerifier {
    /// A verifier that cannot verify.
    public init() {}

    /// Throws `WireFailure.local`.
    public func match(_ records: [TLSARecord], chain: [[UInt8]]) throws -> [TLSAMatch] {
        throw WireFailure.local("there is no certificate verifier")
    }
}

/// How one TLSA record relates to a presented chain.
public struct TLSAMatch: Hashable, Sendable, Codable {
    /// The record.
    public var record: TLSARecord
    /// Whether the data could be read: a certificate or key in full (matching type 0) must be one.
    public var isReadable: Bool
    /// Which of the presented certificates have the certificate or key that the record names; 0 is the leaf.
    public var depths: [Int]
    /// For a trust anchor (usage 2): the path to it; nil where the record leads to no anchor of this chain.
    public var path: TrustAnchorPath?

    /// A record that matches at some depths.
    public init(_ record: TLSARecord, isReadable: Bool = true, depths: [Int] = [], path: TrustAnchorPath? = nil) {
        self.record = record
        self.isReadable = isReadable
        self.depths = depths
        self.path = path
    }
}

/// The path from a leaf to the trust anchor that a TLSA record names, with dates and names left out.
/// RFC 7671, section 5.2.
public struct TrustAnchorPath: Hashable, Sendable, Codable {
    /// What is wrong with the path, the leaf's problems first; empty when it is valid.
    public var problems: [CertificatePath.Problem]
    /// Which of the presented certificates lie on it, by their depth, the leaf first; the anchor is the last, if it was sent.
    public var certificates: [Int]
    /// The anchor where it came with the record and not from the server: `2 0 0`.
    public var anchorFromDNS: Certificate?
    /// Whether the anchor is a bare key, `2 1 0`, that signed the last certificate and is in none. RFC 7671, section 5.2.3.
    public var endsInBareKey: Bool

    /// A path.
    public init(
        problems: [CertificatePath.Problem] = [], certificates: [Int], anchorFromDNS: Certificate? = nil,
        endsInBareKey: Bool = false
    ) {
        self.problems = problems
        self.certificates = certificates
        self.anchorFromDNS = anchorFromDNS
        self.endsInBareKey = endsInBareKey
    }
}
