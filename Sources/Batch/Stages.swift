public import CheckEngine
public import CheckKit
public import FoundationEssentials
public import MailModel
public import MailgradeKit
public import Reporting

/// The three stages of many domains: what a domain publishes, what holds at an address, and what comes of both. A batch joins them,
/// and the filters do one each.
public struct Stages: Sendable {
    /// What is asked for, and how it is judged.
    public let policies: Policies
    /// How servers are treated.
    public let settings: RunSettings
    private let wire: @Sendable (DomainName?) async throws -> Wire
    private let facts: MemoryFactStore
    private let collector: Collector
    private let assembly: Assembly

    /// The stages over a network. `facts` are those that all domains share.
    public init(
        _ policies: Policies, _ settings: RunSettings, facts: MemoryFactStore,
        wire: @escaping @Sendable (DomainName?) async throws -> Wire
    ) async throws {
        self.policies = policies
        self.settings = settings
        self.facts = facts
        self.wire = wire
        collector = Collector(policies.plan, wire: try await wire(nil), settings: settings, facts: facts)
        assembly = Assembly(policies.plan, settings)
    }

    /// What the domain and its MX hosts publish; no mail server is contacted. Goes on from what is known already.
    public func resolve(_ domain: DomainName, at instant: Date) async throws -> Evidence {
        try await resolve(continuing: Evidence(domain: domain, collectedAt: instant, settings: settings))
    }

    /// The same, where some of it is known.
    func resolve(continuing known: Evidence) async throws -> Evidence {
        await collector.over(try await wire(known.domain)).collect(continuing: known, .names)
    }

    /// What holds at an address, and for the domain's hosts there. What other domains have had asked already is not asked again.
    public func probe(_ address: IPAddress, of evidence: Evidence) async throws -> Probed {
        let wire = try await wire(nil)
        let probed = await collector.over(wire).collect(continuing: evidence, .address(address))
        let ledger = wire.ledger
        return Probed(
            evidence: probed, connections: ledger.connections[address] ?? 0, sign: ledger.turnedAway[address])
    }

    /// An address that was asked.
    public struct Probed: Sendable {
        /// What is known now.
        public var evidence: Evidence
        /// How many connections that took.
        public var connections: Int
        /// How the address turned us away the last time; nil where it did not.
        public var sign: String?
    }

    /// The whole evidence of a domain, put together without a packet.
    public func complete(_ evidence: Evidence) async -> Evidence {
        await assembly.complete(evidence) { [facts] question in await facts.known(question) }
    }

    /// The reports of whole evidence.
    public func reports(_ evidence: Evidence) -> Reports { policies.reports(evidence) }
}
