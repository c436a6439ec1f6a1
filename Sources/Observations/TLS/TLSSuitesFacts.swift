// Whether anything weak is accepted takes a handful of questions (tls.classes). What a policy such as "these suites and no
// others" needs is the whole list, and that takes one connection for each suite:
//
//     C: ClientHello, TLS 1.2, all suites        S: TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384, x25519
//     C: the same without that suite and group   S: TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, secp256r1
//     C: …                                       S: alert handshake_failure: that was all
//
// So it is learnt only where a check of the plan asks for it. A server either takes the first of the client's suites that
// it knows, or the first of its own list that the client knows; answers in another order than that of the list tell which.
public import CheckKit
public import MailModel

/// Every cipher suite and group that an address accepts, version by version.
public struct TLSSuites: AddressFact, DraftFact, Hashable {
    /// `tls.suites`.
    public static let id: FactID = "tls.suites"

    /// The versions that were enumerated, oldest first; SSL 2.0 is not.
    public private(set) var versions: [TLSVersionSuites]
    /// How many connections it took.
    public var connections: Int
    /// Why a version may be missing; nil when none is.
    public private(set) var missing: String?

    /// What is known, in any order.
    public init(_ versions: [TLSVersionSuites] = [], connections: Int = 0, missing: String? = nil) {
        self.versions = versions.sorted { $0.version < $1.version }
        self.connections = connections
        self.missing = missing
    }

    /// Adds what was learnt of a version, in place of what was there.
    public mutating func note(_ found: TLSVersionSuites) {
        self = TLSSuites(
            versions.filter { $0.version != found.version } + [found], connections: connections, missing: missing)
    }

    /// What was not reached is missing.
    public mutating func end(_ why: Absence) {
        missing = missing ?? why.description
    }

    /// Whether more may be accepted than is listed.
    public var leavesOpen: Bool { doubt != nil }

    /// Why more may be accepted than is listed; nil when the lists are whole.
    public var doubt: String? {
        missing ?? versions.lazy.compactMap { found in found.doubt.map { "\(found.version): \($0)" } }.first
    }
}

/// Every cipher suite and group that an address accepts in one version.
public struct TLSVersionSuites: Hashable, Sendable, Codable {
    /// Whose order of preference decides which suite is used.
    public enum Chooser: String, Hashable, Sendable, Codable {
        case server
        case client
    }

    /// The version.
    public var version: TLSVersion
    /// The IANA names of the suites: in the server's order where it has one, else by code point. Empty where the version
    /// is refused.
    public var suites: [String]
    /// Whose order counts; nil where there is only one suite, or it cannot be told.
    public var chooser: Chooser?
    /// The names of the groups: in the server's order where it has one, else by code point. Up to TLS 1.2 these are curves;
    /// finite fields are `primes`.
    public var groups: [String]
    /// Whose order of groups counts; nil where there is only one, or it cannot be told.
    public var groupChooser: Chooser?
    /// The Diffie-Hellman primes that the server brought itself; up to TLS 1.2.
    public var primes: [KeyParameters]
    /// Why more may be accepted than is listed; a phrase without a full stop, nil when the list is whole.
    public var doubt: String?

    /// What a version accepts.
    public init(
        _ version: TLSVersion, suites: [String], chooser: Chooser? = nil, groups: [String] = [],
        groupChooser: Chooser? = nil, primes: [KeyParameters] = [], doubt: String? = nil
    ) {
        self.version = version
        self.suites = suites
        self.chooser = chooser
        self.groups = groups
        self.groupChooser = groupChooser
        self.primes = primes
        self.doubt = doubt
    }
}

extension TLSSuites {
    /// How many suites are accepted, as far as they are known.
    public var inBrief: String? {
        let found = Set(versions.flatMap(\.suites)).count
        return found == 0 ? nil : found == 1 ? "1 suite" : "\(found) suites"
    }
}
