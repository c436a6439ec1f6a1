import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import Grading
import MailModel
import MailgradeKit
import Observations
import Reporting
import Testing

/// Many runs in one process, on servers that they share.
@Suite(.serialized, .timeLimit(.minutes(10))) struct ManyRunsTests {
    private static let domains = (0..<40).map { DomainName.of("d\($0).example") }

    /// Each domain has its mail at one, two or three of the servers.
    private static func zone(_ domain: DomainName?) -> String {
        let index = domains.firstIndex { $0 == domain } ?? 0
        let mine = SharedServers.all.enumerated().filter { ((index % 7) + 1) & (1 << $0.offset) != 0 }.map(
            \.element.server)
        return mine.map { "\(domains[index]) MX 10 \($0.host)\n\($0.host) A \($0.address)" }.joined(separator: "\n")
    }

    private let policies: Policies

    init() throws { policies = try Mailgrade(plugins: Plugin.builtIn).policies(["default"]) }

    private func mailgrade(_ servers: SharedServers, _ facts: (any FactStore)?) -> Mailgrade {
        Mailgrade(plugins: Plugin.builtIn, facts: facts) { request in
            let ledger = ConnectionLedger()
            return Wire(
                dns: ScriptedDNS(Self.zone(request.domain)), smtp: servers.counting(in: ledger), ledger: ledger)
        }
    }

    private func evidence(_ mailgrade: Mailgrade, _ domain: DomainName) async throws -> Evidence {
        let run = mailgrade.run(domain, policies, at: Rig.instant)
        return try await run.evidence()
    }

    @Test
    func
        `200 runs of 40 domains ask each of 3 servers once, never more than its budget at a time, and each is as if it were alone`()
        async throws
    {
        var alone: [DomainName: Evidence] = [:]
        var once: [IPAddress: Int] = [:]
        for domain in Self.domains {
            let servers = SharedServers()
            alone[domain] = try await evidence(mailgrade(servers, nil), domain).withoutNames
            once.merge(servers.connections, uniquingKeysWith: max)
        }
        let servers = SharedServers()
        let store = MemoryFactStore()
        let shared = mailgrade(servers, store)
        let together = try await withThrowingTaskGroup(of: Evidence.self) { group in
            for run in 0..<200 { group.addTask { try await evidence(shared, Self.domains[run % Self.domains.count]) } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(together.count == 200)
        #expect(servers.connections == once)
        #expect(servers.mostOpen <= SharedServers.connectionsAtATime)
        for evidence in together {
            let lonely = try #require(alone[evidence.domain])
            let other = evidence.withoutNames
            let isLikeAlone = other == lonely
            #expect(isLikeAlone, "\(other.firstDifference(from: lonely))")
        }
        // The domains repeat after seven; a report is made of nothing but evidence.
        for domain in Self.domains.prefix(7) {
            let evidence = try #require(together.first { $0.domain == domain })
            let lonely = try #require(alone[domain])
            let grade = policies.reports(evidence).first.assessment.grade
            #expect(grade != nil && grade == policies.reports(lonely).first.assessment.grade)
        }
        let conversations = together.flatMap { $0.trace.conversations.filter { $0.label == "session" } }
        #expect(Set(conversations.map(\.place)).count == 3)
        // One that comes later asks no server at all.
        let before = servers.connections
        let late = try await evidence(shared, Self.domains[6])
        #expect(servers.connections == before)
        #expect(late.trace.connections == [:])
        let isLateLikeAlone = late.withoutNames == alone[Self.domains[6]]
        #expect(isLateLikeAlone)
    }

    @Test func `A run that has ended keeps nothing of the wire that it had`() async throws {
        weak var client: SharedServers?
        do {
            let own = SharedServers().counting(in: ConnectionLedger())
            client = own
            let mailgrade = Mailgrade(plugins: Plugin.builtIn, facts: MemoryFactStore()) { [zone = Self.zone] request in
                Wire(dns: ScriptedDNS(zone(request.domain)), smtp: own)
            }
            _ = try await evidence(mailgrade, Self.domains[6])
        }
        // The task of the run is over a moment after its result is there.
        for _ in 0..<10_000 where client != nil { await Task.yield() }
        #expect(client == nil)
    }

    @Test func `Without a store, each run asks each server for itself`() async throws {
        let servers = SharedServers()
        let apart = mailgrade(servers, nil)
        _ = try await evidence(apart, Self.domains[6])
        let once = servers.connections
        _ = try await evidence(apart, Self.domains[6])
        #expect(servers.connections == once.mapValues { 2 * $0 })
    }

    @Test
    func `Where no names are lent, each domain is asked about in its own name, and the rest is shared all the same`()
        async throws
    {
        let domain = Self.domains[6]
        let lonely = try await evidence(mailgrade(SharedServers(), nil), domain)
        let servers = SharedServers()
        let shared = mailgrade(servers, MemoryFactStore(.init(lendsNames: false)))
        _ = try await evidence(shared, Self.domains[13])
        let before = servers.connections.values.reduce(0, +)
        let own = try await evidence(shared, domain)
        // Three servers in plaintext, two of them inside TLS as well.
        #expect(servers.connections.values.reduce(0, +) == before + 5)
        for server in own.servers {
            let ways = own.observed(RelayInName.self, at: .server(server)).value?.ways ?? []
            #expect(!ways.isEmpty && ways.allSatisfy { $0.domain == domain })
            let attempts = try lonely.observed(RelayInName.self, at: .server(server)).get().ways.flatMap(\.attempts)
            #expect(ways.flatMap(\.attempts).map(\.variant) == attempts.map(\.variant))
            #expect(ways.flatMap(\.attempts).map(\.recipientReply) == attempts.map(\.recipientReply))
        }
        let isLikeAlone = own.withoutNames == lonely.withoutNames
        #expect(isLikeAlone, "\(own.withoutNames.firstDifference(from: lonely.withoutNames))")
    }

    @Test func `Runs that are cancelled in the middle of it take nothing from the others`() async throws {
        let servers = SharedServers()
        let shared = mailgrade(servers, MemoryFactStore())
        let runs = (0..<20).map { shared.run(Self.domains[6 + 7 * ($0 % 5)], policies, at: Rig.instant) }
        for (index, run) in runs.enumerated() where index % 2 == 0 {
            await Task.yield()
            run.cancel()
        }
        let alone = try await evidence(mailgrade(SharedServers(), nil), Self.domains[6]).withoutNames
        for (index, run) in runs.enumerated() where index % 2 == 1 {
            let evidence = try await run.evidence()
            let rest = evidence.withoutNames
            for slot in alone.slots where slot.place.scope != .domain {
                let isLikeAlone = rest.agrees(with: alone, on: slot)
                #expect(isLikeAlone, "\(slot.fact) at \(slot.place)")
            }
        }
    }
}

extension Evidence {
    /// The same with a mark in place of each name that was named to a server: of this domain, of another, or of nonsense.
    fileprivate var withoutNames: Evidence {
        var evidence = self
        for slot in slots where slot.fact == RelayInName.id {
            guard case .present(let fact as RelayInName) = observed(slot) else { continue }
            var named = fact
            for way in named.ways.indices {
                named.ways[way].domain = .of("named.example")
                named.ways[way].attempts = named.ways[way].attempts.map(\.withoutNames)
            }
            evidence.settle(slot, .present(named))
        }
        // What is derived of it holds the names as well.
        for slot in slots {
            switch observed(slot).value {
            case let replies as RelayReplies:
                var replies = replies
                replies.attempts = replies.attempts.map(\.withoutNames)
                evidence.settle(slot, .present(replies))
            case let detours as RelayDetours:
                evidence.settle(slot, .present(RelayDetours(detours.attempts.map(\.withoutNames))))
            default: continue
            }
        }
        return evidence
    }

    fileprivate func firstDifference(from other: Evidence) -> String {
        for slot in Set(slots + other.slots).sorted() where !agrees(with: other, on: slot) {
            return "\(slot.fact) at \(slot.place): \(observed(slot)), alone \(other.observed(slot))"
        }
        return ""
    }
}

extension RelayAttempt {
    fileprivate var withoutNames: RelayAttempt {
        var attempt = self
        if variant.namesDomain { (attempt.sender, attempt.recipient) = ("sender", "recipient") }
        return attempt
    }
}
