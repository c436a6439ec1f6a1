public import CheckKit
public import MailModel
internal import Observations

/// TLSA records that were published at the domain although senders look at its MX hosts: a common slip. RFC 7672,
/// section 2.2.
///
/// Absent where there are none, where a host has some, and where the domain is its own mail host.
public struct TLSAAtDomain: DomainFact, Hashable {
    /// `dane.tlsa-at-domain`.
    public static let id: FactID = "dane.tlsa-at-domain"

    /// Where the records are, for example `_25._tcp.example.com`.
    public var name: DomainName
    /// How many there are.
    public var count: Int

    /// Records at a name.
    public init(_ name: DomainName, count: Int) {
        self.name = name
        self.count = count
    }
}

extension Probe {
    /// One question, and only where it is known of every host that it has no TLSA records.
    static let tlsaAtDomain = Probe.perDomain(.lookingUp("TLSA records at the domain").sending(.atDomain)) {
        (target: DomainTarget, hosts: PerHost<TLSARecords>) async throws -> TLSAAtDomain in
        let isOwnHost = hosts.elements.contains { $0.0 == target.domain }
        let areAllKnown = hosts.present.count == hosts.elements.count
        guard areAllKnown, !hosts.elements.isEmpty, !isOwnHost, !hosts.present.contains(where: \.arePublished) else {
            throw Absence.notApplicable("Senders look for TLSA records at the MX hosts.")
        }
        let name = target.domain.prefixed("_tcp").prefixed("_\(target.settings.port)")
        let answer = try await target.wire.dns.lookup(name, .tlsa)
        guard !answer.records.isEmpty, answer.security.bogusReason == nil else {
            throw Absence.notApplicable("There is no TLSA record at \(name).")
        }
        return TLSAAtDomain(name, count: answer.records.count)
    }
}

extension TLSARecords {
    /// Whether there is any record, be it one that does not count.
    fileprivate var arePublished: Bool { ignored != nil || lookups.contains(where: \.hasRecords) }
}

extension Traffic {
    fileprivate static let atDomain = Traffic.lookups(0...1, "TLSA of {domain}, where no MX host has any")
}
