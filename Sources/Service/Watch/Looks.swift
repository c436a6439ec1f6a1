public import Batch
internal import CheckEngine
public import CheckKit
public import FoundationEssentials
public import MailModel
public import MailgradeKit
public import Store

/// How domains are looked at on the real network: nothing that was seen before counts, but what others see at the same time.
public struct Looks: Sendable {
    private let policies: [String: Policies]
    private let certificates: Plan
    private let settings: RunSettings
    private let manners: Manners
    private let facts: MemoryFactStore
    private let store: Store
    private let now: @Sendable () -> Date
    private let wire: @Sendable () async throws -> Wire

    /// Domains of lists that share a server are looked at together within this time.
    private static let age = Duration.seconds(300)

    /// Looks over a network, of which `wire` gives wires. `policies` are those of each list. Throws `UsageError` or `PlanError` where
    /// plugins do not fit together. `clock` measures for how long looks at the same server are one.
    public init<C: Clock>(
        _ policies: [String: Policies], plugins: [Plugin], settings: RunSettings, manners: Manners, store: Store,
        now: @escaping @Sendable () -> Date = { Date() }, clock: C = ContinuousClock(),
        wire: @escaping @Sendable () async throws -> Wire
    ) throws where C.Duration == Duration {
        self.policies = policies
        certificates = try Plan(observing: Forecasts.facts, from: plugins)
        self.settings = settings
        self.manners = manners
        self.store = store
        self.now = now
        self.wire = wire
        facts = MemoryFactStore(
            MemoryFactStore.Limits(age: Self.age, count: 8000, lendsNames: false), before: OneWayShelf(store),
            clock: clock)
    }

    /// Looks at a domain, and keeps what it publishes. Throws `LeftAlone` for one that is not to be contacted, `UsageError` where the
    /// network cannot be used.
    public func observe(_ domain: DomainName, _ kind: LookKind, ofList list: String) async throws -> Evidence {
        let wire = try await wire()
        guard let policies = policies[list] else { throw LeftAlone("there is no list \(list)") }
        try await respect(domain, wire)
        let plan = kind == .certificates ? certificates : policies.plan
        let collector = Collector(plan, wire: wire, settings: settings, facts: facts)
        let nothing = Evidence(domain: domain, collectedAt: now(), settings: settings)
        var evidence = await collector.collect(continuing: nothing, .names)
        if kind != .lookups {
            for host in evidence.hosts {
                try await respect(host.name, wire, onlyServers: true)
                if let address = host.addresses.first(where: manners.never.holds) {
                    throw LeftAlone("\(address) of \(host.name) is never contacted", onlyServers: true)
                }
            }
            evidence = await collector.collect(continuing: evidence, .everything)
        }
        try Task.checkCancellation()
        await store.keep(evidence, settings.fingerprint)
        return evidence
    }

    /// Goes on where nobody says that a name is not to be contacted.
    private func respect(_ name: DomainName, _ wire: Wire, onlyServers: Bool = false) async throws {
        if let why = await manners.reasonToLeaveAlone(name, wire.dns) {
            throw LeftAlone(why, onlyServers: onlyServers)
        }
    }
}

/// Why a domain is not looked at: it, or its owner, says so.
public struct LeftAlone: Error, Sendable, CustomStringConvertible {
    /// A phrase.
    public let description: String
    /// Whether only its servers are not contacted: what the DNS says of it is still looked up.
    let onlyServers: Bool

    init(_ description: String, onlyServers: Bool = false) {
        self.description = description
        self.onlyServers = onlyServers
    }
}
