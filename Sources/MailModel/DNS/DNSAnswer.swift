/// A record type of the DNS.
public struct DNSRecordType: Hashable, Sendable, RawRepresentable, CustomStringConvertible, Codable {
    /// The number in the IANA registry.
    public let rawValue: UInt16

    /// A type by its number.
    public init(rawValue: UInt16) { self.rawValue = rawValue }

    /// An IPv4 address (RFC 1035).
    public static let a = DNSRecordType(rawValue: 1)
    /// An authoritative name server (RFC 1035).
    public static let ns = DNSRecordType(rawValue: 2)
    /// An alias (RFC 1035).
    public static let cname = DNSRecordType(rawValue: 5)
    /// The start of a zone (RFC 1035).
    public static let soa = DNSRecordType(rawValue: 6)
    /// A name for an address (RFC 1035).
    public static let ptr = DNSRecordType(rawValue: 12)
    /// A mail exchange (RFC 1035).
    public static let mx = DNSRecordType(rawValue: 15)
    /// Text (RFC 1035).
    public static let txt = DNSRecordType(rawValue: 16)
    /// An IPv6 address (RFC 3596).
    public static let aaaa = DNSRecordType(rawValue: 28)
    /// A delegation signer (RFC 4034).
    public static let ds = DNSRecordType(rawValue: 43)
    /// A zone's public key (RFC 4034).
    public static let dnskey = DNSRecordType(rawValue: 48)
    /// The parameters of hashed denial of existence (RFC 5155).
    public static let nsec3Param = DNSRecordType(rawValue: 51)
    /// A TLS certificate association (RFC 6698).
    public static let tlsa = DNSRecordType(rawValue: 52)

    /// Which CAs may issue certificates (RFC 8659).
    public static let caa = DNSRecordType(rawValue: 257)

    /// The mnemonic, or `TYPE` and the number (RFC 3597, section 5).
    public var description: String {
        switch self {
        case .a: "A"
        case .ns: "NS"
        case .cname: "CNAME"
        case .soa: "SOA"
        case .ptr: "PTR"
        case .mx: "MX"
        case .txt: "TXT"
        case .aaaa: "AAAA"
        case .ds: "DS"
        case .dnskey: "DNSKEY"
        case .nsec3Param: "NSEC3PARAM"
        case .tlsa: "TLSA"
        case .caa: "CAA"
        default: "TYPE\(rawValue)"
        }
    }
}

/// The data of one record, decoded.
public enum DNSRecord: Hashable, Sendable, Codable {
    case address(IPAddress)
    case mx(preference: UInt16, exchange: DomainName)
    case cname(DomainName)
    case ptr(DomainName)
    /// The character strings of a TXT record, each as bytes.
    case txt([[UInt8]])
    case tlsa(usage: UInt8, selector: UInt8, matchingType: UInt8, data: [UInt8])
    /// The digest of a zone's key, as the parent zone publishes it. RFC 4034, section 5.1.
    case ds(keyTag: UInt16, algorithm: UInt8, digestType: UInt8, digest: [UInt8])
    /// A key of a zone. RFC 4034, section 2.1.
    case dnskey(flags: UInt16, algorithm: UInt8, key: [UInt8])
    /// How the names of a zone are hashed in proofs that a name does not exist. RFC 5155, section 4.2.
    case nsec3Param(hash: UInt8, iterations: UInt16, salt: [UInt8])
    /// Record data that this type does not decode, or that is malformed.
    case other(type: DNSRecordType, data: [UInt8])
}

/// The security status of an answer as our own validator found it. RFC 4033, section 5.
public enum DNSSecurity: Hashable, Sendable {
    /// A chain of signatures leads from a trust anchor to the answer.
    case secure
    /// A signed proof shows that the zone is not signed, or no trust anchor covers it.
    case insecure
    /// The answer should be signed and is not, or a signature is wrong; the reason is the validator's.
    case bogus(String)
    /// The zone is signed and our validator cannot check it, although others can; the reason names what it lacks. No verdict
    /// on DNSSEC or DANE follows.
    case indeterminate(String)
}

extension DNSSecurity: Codable {
    private enum Key: String, CodingKey { case status, reason }

    /// Reads `{"status": "bogus", "reason": …}`.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        switch try container.decode(String.self, forKey: .status) {
        case "secure": self = .secure
        case "insecure": self = .insecure
        case "bogus": self = .bogus(try container.decode(String.self, forKey: .reason))
        case "indeterminate": self = .indeterminate(try container.decode(String.self, forKey: .reason))
        default:
            throw DecodingError.dataCorruptedError(forKey: .status, in: container, debugDescription: "not a status")
        }
    }

    /// Writes `{"status": "secure"}`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .secure: try container.encode("secure", forKey: .status)
        case .insecure: try container.encode("insecure", forKey: .status)
        case .bogus(let reason):
            try container.encode("bogus", forKey: .status)
            try container.encode(reason, forKey: .reason)
        case .indeterminate(let reason):
            try container.encode("indeterminate", forKey: .status)
            try container.encode(reason, forKey: .reason)
        }
    }
}

/// The outcome of a DNS lookup that got an answer.
public struct DNSAnswer: Hashable, Sendable, Codable {
    /// What the response code means.
    public enum Status: String, Hashable, Sendable, Codable {
        /// The name exists; `records` may still be empty (NODATA).
        case noError = "NOERROR"
        /// The name does not exist.
        case nxDomain = "NXDOMAIN"
    }

    /// Whether the name exists.
    public var status: Status
    /// The security status. Look at it first: a bogus answer may carry data.
    public var security: DNSSecurity
    /// The records of the type asked for, sorted, aliases followed.
    public var records: [DNSRecord]
    /// Where the alias chain ended, when the name is an alias.
    public var canonicalName: DomainName?
    /// The smallest time to live, in seconds.
    public var ttl: Int
    /// From when to when the signature over the records holds; nil without one, and where the client does not tell.
    public var signature: SignatureTimes?

    /// An answer, insecure and with an hour to live unless said otherwise.
    public init(
        status: Status = .noError, security: DNSSecurity = .insecure, records: [DNSRecord] = [],
        canonicalName: DomainName? = nil, ttl: Int = 3600, signature: SignatureTimes? = nil
    ) {
        self.status = status
        self.security = security
        self.records = records
        self.canonicalName = canonicalName
        self.ttl = ttl
        self.signature = signature
    }
}

/// When a signature of DNSSEC holds. RFC 4034, section 3.1.5.
public struct SignatureTimes: Hashable, Sendable, Codable {
    /// The first second, counted from 1970.
    public var inception: Int
    /// The last second, counted from 1970.
    public var expiration: Int

    /// Two instants.
    public init(inception: Int, expiration: Int) {
        self.inception = inception
        self.expiration = expiration
    }

    /// How long it holds from beginning to end, in days.
    public var days: Double { Double(expiration - inception) / 86_400 }
}

/// Why a lookup got no usable answer. None of these says that a record is absent.
public enum DNSFailure: Error, Hashable, Sendable, Codable, CustomStringConvertible {
    /// No answer in time.
    case timedOut
    /// The servers of the zone fail: SERVFAIL and its like, with the response code's name.
    case serverFailure(String)
    /// The name cannot be asked for, or our resolver broke.
    case local(String)

    /// A phrase without a full stop.
    public var description: String {
        switch self {
        case .timedOut: "the lookup got no answer in time"
        case .serverFailure(let code): "the name servers answered \(code)"
        case .local(let text): "the resolver of this run failed: \(text)"
        }
    }
}

/// Looks names up and validates the answers itself. RFC 4033, section 7.
public protocol DNSClient: Sendable {
    /// Asks for the records of a type. Throws `DNSFailure`, or `CancellationError` when the task is cancelled.
    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer

    /// Finds out whether signatures arrive here and verify; no verdict on DNSSEC or DANE is worth anything before that.
    func selfTest() async -> ResolverHealth
}
