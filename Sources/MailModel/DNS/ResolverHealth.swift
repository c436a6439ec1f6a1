/// Whether a resolver lets us validate: what its self-test found at the root of the DNS.
public enum ResolverHealth: Hashable, Sendable {
    /// The root's signatures arrive and verify.
    case validates
    /// An answer arrives without signatures that verify; the reason is the validator's. Verdicts on DNSSEC and DANE
    /// would be false. An upstream that does not know DNSSEC is the usual cause, a wrong clock on this machine another.
    case stripsDNSSEC(reason: String)
    /// No answer at all.
    case unreachable(DNSFailure)
}

extension DNSClient {
    /// A client that is no resolver of its own has nothing to test.
    public func selfTest() async -> ResolverHealth { .validates }
}

extension ResolverHealth: Codable {
    private enum Key: String, CodingKey { case status, reason, failure }

    /// Reads `{"status": "strips-dnssec", "reason": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(String.self, forKey: .status) {
        case "validates": self = .validates
        case "strips-dnssec": self = .stripsDNSSEC(reason: try container.decode(String.self, forKey: .reason))
        case "unreachable": self = .unreachable(try container.decode(DNSFailure.self, forKey: .failure))
        default:
            throw DecodingError.dataCorruptedError(forKey: .status, in: container, debugDescription: "not a status")
        }
    }

    /// Writes `{"status": "validates"}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .validates: try container.encode("validates", forKey: .status)
        case .stripsDNSSEC(let reason):
            try container.encode("strips-dnssec", forKey: .status)
            try container.encode(reason, forKey: .reason)
        case .unreachable(let failure):
            try container.encode("unreachable", forKey: .status)
            try container.encode(failure, forKey: .failure)
        }
    }
}
