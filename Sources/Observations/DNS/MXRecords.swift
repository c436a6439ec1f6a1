// Where a domain receives mail, it says with MX records: each names a host and a preference, and senders try the lowest
// preference first. RFC 5321, section 5.1. The name must be one that owns addresses: no alias, no address literal.
//
//     example.com.  MX  10 mx1.example.com.      the first choice
//     example.com.  MX  20 mx2.example.net.      when the first does not answer; but a sender may end at either
//     example.com.  MX   0 .                     null MX: no mail is accepted here (RFC 7505), and no other MX may be
//
// Without any MX record the domain's own addresses receive its mail: the implicit MX. A lookup that fails says nothing
// about records: senders queue and try again, and we call it inconclusive.
public import CheckKit
public import MailModel

/// The MX records of the domain. Absent when the lookup failed; an answer that does not validate is kept as bogus.
public struct MXRecords: DomainFact {
    /// `mx.records`.
    public static let id: FactID = "mx.records"

    /// Whether the domain exists.
    public var status: DNSAnswer.Status
    /// What our validator says of the answer. Records of a bogus answer are a diagnosis, not something to rely on.
    public var security: DNSSecurity
    /// The records, lowest preference first, then by name.
    public var records: [MXRecord]
    /// How many records more there are whose data is malformed.
    public var malformed: Int
    /// Where the alias chain ended, when the domain itself is an alias.
    public var canonicalName: DomainName?
    /// The domain that was asked about: the next hop that senders start from; nil in evidence of the time when nobody noted it.
    public var domain: DomainName?
    /// The records that the domain publishes, where the run is about named servers and `records` are what they would be then; nil
    /// else. Empty where the lookup failed, too.
    public var published: [MXRecord]?
    /// Whether the domain exists, where `published` is there and the lookup was answered.
    public var publishedStatus: DNSAnswer.Status?

    /// Records as they were found, in any order.
    public init(
        status: DNSAnswer.Status = .noError, security: DNSSecurity = .insecure, _ records: [MXRecord] = [],
        malformed: Int = 0, canonicalName: DomainName? = nil, of domain: DomainName? = nil
    ) {
        self.status = status
        self.security = security
        self.records = records.sorted { ($0.preference, $0.exchange) < ($1.preference, $1.exchange) }
        self.malformed = malformed
        self.canonicalName = canonicalName
        self.domain = domain
    }

    /// The records of an answer to an MX lookup of a domain.
    public init(_ answer: DNSAnswer, of domain: DomainName) {
        let records = answer.records.compactMap { record -> MXRecord? in
            if case .mx(let preference, let exchange) = record { MXRecord(preference, exchange) } else { nil }
        }
        self.init(
            status: answer.status, security: answer.security, records,
            malformed: answer.records.count - records.count, canonicalName: answer.canonicalName, of: domain)
    }

    /// What the records of a domain would be if they named these hosts: the answer is signed as the published one is.
    public func naming(_ hosts: [DomainName]) -> MXRecords {
        var seen: Set<DomainName> = []
        var named = MXRecords(
            security: security, hosts.filter { seen.insert($0).inserted }.map { MXRecord(10, $0) },
            canonicalName: canonicalName, of: domain)
        named.published = records
        named.publishedStatus = status
        return named
    }

    /// The null MX records: those that name the root, whatever their preference. RFC 7505, section 3.
    public var nullMX: [MXRecord] { records.filter(\.isNullMX) }

    /// The records that name a host.
    public var withHost: [MXRecord] { records.filter { !$0.isNullMX } }

    /// Whether the domain says that it accepts no mail.
    public var isNullMX: Bool { !nullMX.isEmpty && withHost.isEmpty }

    /// Whether there is no MX record, for certain, on a name that exists: then its own addresses count. RFC 5321, section 5.1.
    public var isMissing: Bool {
        status == .noError && records.isEmpty && malformed == 0 && security.bogusReason == nil
    }
}

/// One MX record. RFC 1035, section 3.3.9.
public struct MXRecord: Hashable, Sendable, Codable {
    /// Lower is preferred.
    public var preference: UInt16
    /// The host; the root in a null MX.
    public var exchange: DomainName

    /// A preference and a host.
    public init(_ preference: UInt16, _ exchange: DomainName) {
        self.preference = preference
        self.exchange = exchange
    }

    /// Whether it names the root. RFC 7505, section 3.
    public var isNullMX: Bool { exchange == .root }
}

extension DNSSecurity {
    /// Why the answer is bogus; nil when it is not.
    public var bogusReason: String? {
        if case .bogus(let reason) = self { reason } else { nil }
    }

    /// What our validator lacks to tell whether the answer is secure; nil when it can tell.
    public var indeterminateReason: String? {
        if case .indeterminate(let reason) = self { reason } else { nil }
    }
}

extension MXRecords {
    /// How many there are.
    public var inBrief: String? {
        if status == .nxDomain { return "no such domain" }
        return isNullMX ? "null MX" : records.count == 1 ? "1 MX record" : "\(records.count) MX records"
    }
}
