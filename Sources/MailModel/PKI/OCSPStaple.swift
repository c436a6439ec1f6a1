public import FoundationEssentials

/// What a stapled OCSP response says of the leaf: its CA's word on whether it was revoked, brought along by the server.
/// RFC 6960, section 2.2; RFC 6066, section 8.
public struct OCSPStaple: Hashable, Sendable, Codable {
    /// What the CA says.
    public enum Status: String, Hashable, Sendable, Codable {
        /// Not revoked.
        case good
        /// Revoked.
        case revoked
        /// The CA does not know the certificate.
        case unknown
    }

    /// What it says; nil where it says nothing about this leaf.
    public var status: Status?
    /// From when on that is so.
    public var thisUpdate: Date?
    /// When there will be newer information; nil where the CA does not say.
    public var nextUpdate: Date?
    /// When the leaf was revoked.
    public var revokedAt: Date?
    /// Why it cannot be relied on, whatever it says; a phrase without a full stop.
    public var problem: String?

    /// A response with a status.
    public init(
        _ status: Status?, thisUpdate: Date? = nil, nextUpdate: Date? = nil, revokedAt: Date? = nil,
        problem: String? = nil
    ) {
        self.status = status
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.revokedAt = revokedAt
        self.problem = problem
    }
}
