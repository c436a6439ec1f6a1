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
    private let wire: @Sendable () async throws -> Wire
    /// Looks names up, those that many have in common once.
    public let dns: any DNSClient
    private let facts: MemoryFactStore
    private let collector: Collector
    private let assembly: Assembly
    private let types: [FactID: FactType]
    private let questions: SharedQuestions

    /// The stages over a network, of which `open` gives wires. `facts` are those that all domains share.
    public init(
        _ policies: Policies, _ settings: RunSettings, facts: MemoryFactStore,
        wire open: @escaping @Sendable () async throws -> Wire
    ) async throws {
        // What many have in common is looked up once.
        let first = try await open()
        let dns = SharedLookups(first.dns)
        let wire = { @Sendable () async throws -> Wire in
            var one = try await open()
            one.dns = dns
            return one
        }
        self.dns = dns
        self.policies = policies
        self.settings = settings
        self.facts = facts
        self.wire = wire
        collector = Collector(policies.plan, wire: first, settings: settings, facts: facts)
        assembly = Assembly(policies.plan, settings)
        types = Dictionary(policies.plan.knownFacts.map { ($0.id, $0) }) { first, _ in first }
        questions = SharedQuestions(policies.plan, settings)
    }

    /// What the domain and its MX hosts publish; no mail server is contacted. Goes on from what is known already.
    public func resolve(_ domain: DomainName, at instant: Date) async throws -> Evidence {
        try await resolve(continuing: Evidence(domain: domain, collectedAt: instant, settings: settings))
    }

    /// The same, where some of it is known.
    func resolve(continuing known: Evidence) async throws -> Evidence {
        await collector.over(try await wire()).collect(continuing: known, .names)
    }

    /// What holds at an address, and for the domain's hosts there. What other domains have had asked already is not asked again.
    public func probe(_ address: IPAddress, of evidence: Evidence) async throws -> Probed {
        let wire = try await wire()
        let probed = await collector.over(wire).collect(continuing: evidence, .address(address))
        let ledger = wire.ledger
        return Probed(
            evidence: probed, connections: ledger.connections[address] ?? 0, sign: ledger.turnedAway[address],
            isHeard: probed.isHeard(at: address))
    }

    /// An address that was asked.
    public struct Probed: Sendable {
        /// What is known now.
        public var evidence: Evidence
        /// How many connections that took.
        public var connections: Int
        /// How the address turned us away the last time; nil where it did not.
        public var sign: String?
        /// Whether a server at the address was heard, or refused the connection: then our port is open.
        public var isHeard: Bool
    }

    /// The whole evidence of a domain, put together without a packet. `models` are servers that others are like, which nobody asked.
    public func complete(_ evidence: Evidence, models: [MailServer: MailServer] = [:]) async -> Evidence {
        await assembly.complete(evidence) { [facts, types] question in
            if let fact = await facts.known(question) { return fact }
            guard case .server(let server) = question.place, let model = models[server], let type = types[question.fact]
            else { return nil }
            let asked = FactQuestion(
                question.fact, version: question.version, at: .server(model), conditions: question.conditions)
            return await facts.known(asked)?.supposed(of: server, seenAt: model, as: type)
        }
    }

    /// What is known of a server that was asked before, and of its host.
    func known(_ server: MailServer, in evidence: Evidence) async -> Evidence {
        var known = Evidence(domain: evidence.domain, collectedAt: evidence.collectedAt, settings: settings)
        for place in [Place.host(server.host), .server(server)] {
            for type in types.values where type.scope == place.scope {
                guard let question = questions.question(type, at: place), let fact = await facts.known(question) else {
                    continue
                }
                known.settle(Slot(type.id, place), fact.observed)
            }
        }
        return known
    }

    /// The reports of whole evidence.
    public func reports(_ evidence: Evidence) -> Reports { policies.reports(evidence) }
}
