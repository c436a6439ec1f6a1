import Batch
import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import MailModel
import MailgradeKit
import Observations
import Store
import Testing

@testable import Service

/// A watch over lists, with the time of a test.
@Suite("A watch", .timeLimit(.minutes(10)))
struct WatcherTests {
    /// What is seen of domains, and when.
    final class World: Sendable {
        let folder: TestFolder
        let store: Locked<Store>
        let clock: Locked<Date>
        /// The file of the corpus that each domain shows; `error` fails.
        let shows = Locked<[String: String]>([:])
        let looks = Locked<[String]>([])
        let policies: Policies
        let courier = RecordingCourier()
        private let known: Locked<[String: Evidence]> = Locked([:])

        init() throws {
            folder = try TestFolder()
            policies = try Policies(["default"], plugins: Plugin.builtIn)
            // The certificates of the corpus are young then.
            let recorded = try Self.saved("modern", policies).collectedAt
            clock = Locked(recorded.addingTimeInterval(3600))
            store = Locked(try Self.open(folder, policies, clock))
        }

        private static func open(_ folder: TestFolder, _ policies: Policies, _ clock: Locked<Date>) throws -> Store {
            try Store(
                file: "\(folder.path)/store", known: policies.plan.knownFacts,
                ages: .init(settled: .zero, open: .zero)
            ) { clock.withLock { $0 } }
        }

        /// What is left when the process is killed.
        func restart() async throws {
            try await store.withLock { $0 }.close()
            let next = try Self.open(folder, policies, clock)
            store.withLock { $0 = next }
        }

        func pass(_ seconds: TimeInterval) { clock.withLock { $0 += seconds } }

        private static func saved(_ name: String, _ policies: Policies) throws -> Evidence {
            let path = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .deletingLastPathComponent().appending(path: "Corpus/evidence/\(name).test.json").path
            return try SavedEvidence.read(path, policies.plan, keepingTrace: false)
        }

        /// Evidence of a domain whose servers answer nothing at all.
        private static func silent(_ policies: Policies) throws -> Evidence {
            var evidence = try saved("all-dead", policies)
            for server in evidence.servers {
                var conversation = Conversation()
                conversation.greeting = .absent(.failed(.timedOut(stage: "connect")))
                evidence.settle(Slot(Conversation.id, .server(server)), .present(conversation))
            }
            return evidence
        }

        func evidence(_ name: String, of domain: DomainName) throws -> Evidence {
            let saved = try known.withLock { known in
                if let saved = known[name] { return saved }
                let saved = try name == "silent" ? Self.silent(policies) : Self.saved(name, policies)
                known[name] = saved
                return saved
            }
            var evidence = saved
            evidence.domain = domain
            evidence.collectedAt = clock.withLock { $0 }
            return evidence
        }

        func watcher(_ configuration: ServiceConfiguration) throws -> Watcher {
            let store = store.withLock { $0 }
            let means = Watcher.Means(
                configuration, policies: configuration.lists.mapValues { _ in policies }, plugins: Plugin.builtIn,
                settings: RunSettings(), store: store, now: { [clock] in clock.withLock { $0 } }, sleep: { _ in }
            ) { [self] time, kind in
                looks.withLock { $0.append("\(time.domain) \(kind.rawValue)") }
                guard let name = shows.withLock({ $0[time.domain.text] }), name != "error" else {
                    throw UsageError("The network cannot be used.")
                }
                if name == "left alone" { throw LeftAlone("its owner says so") }
                // A server that says nothing for as long as somebody waits.
                if name == "hangs" { try await Task.sleep(for: .seconds(86_400)) }
                let evidence = try evidence(name, of: time.domain)
                await store.keep(evidence, RunSettings().fingerprint)
                return evidence
            }
            return try Watcher(means)
        }

        /// Everything that is due, until nothing is.
        func drain(_ watcher: Watcher) async throws {
            for _ in 0..<100 where try await !watcher.step() { return }
            Issue.record("there is always something due")
        }

        /// The messages that wait, the oldest first.
        func messages() throws -> [AlertMessage] {
            try store.withLock { $0 }.unfinishedDeliveries().map { try AlertMessage(json: $0.body) }
        }
    }

    static func configuration(_ names: [String], _ rules: [AlertRule.Subject]) -> ServiceConfiguration {
        var list = WatchedList()
        list.domains = names.map(domain)
        list.lookups = nil
        list.certificates = nil
        list.graded = .seconds(86_400)
        list.alerts = rules.map { AlertRule($0, channels: ["hook"]) }
        var configuration = ServiceConfiguration()
        configuration.lists = ["ours": list]
        configuration.channels = ["hook": .webhook(WebAddress("https://hooks.example.net/")!, secretFile: nil)]
        return configuration
    }

    static let three = ["one.example", "three.example", "two.example"]

    /// A world in which three domains were fine for a day.
    func fine(_ rules: [AlertRule.Subject]) async throws -> (World, Watcher) {
        let world = try World()
        world.shows.withLock { shows in for name in Self.three { shows[name] = "modern" } }
        let watcher = try world.watcher(Self.configuration(Self.three, rules))
        try await watcher.begin()
        world.pass(3600)
        try await world.drain(watcher)
        #expect(world.looks.withLock { $0.sorted() } == Self.three.map { "\($0) graded" })
        return (world, watcher)
    }

    @Test("a provider's fault is one message with all its domains, after it was seen twice; its end is another")
    func provider() async throws {
        let (world, watcher) = try await fine([.drop])
        #expect(try world.messages().isEmpty)
        world.shows.withLock { shows in for name in Self.three { shows[name] = "expired" } }
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().isEmpty, "one sighting")
        world.pass(Watcher.confirmation)
        try await world.drain(watcher)
        let messages = try world.messages()
        #expect(messages.count == 1)
        let message = try #require(messages.first)
        #expect(message.stage == .opened && message.domains == Self.three)
        #expect(message.cause.hasPrefix("host:") && message.cause.hasSuffix("expired.test"), "\(message.cause)")
        #expect(message.letters == Dictionary(uniqueKeysWithValues: Self.three.map { ($0, "A \u{2192} C") }))
        #expect(message.facts.count == 1 && message.facts.first?.contains("expired") == true, "\(message.facts)")
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().count == 1, "it is still so")
        world.shows.withLock { shows in for name in Self.three { shows[name] = "modern" } }
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().map(\.stage) == [.opened, .closed])
    }

    @Test("a drop that is gone at the second look is told to nobody")
    func once() async throws {
        let (world, watcher) = try await fine([.drop])
        world.shows.withLock { $0["one.example"] = "expired" }
        world.pass(86_400)
        try await world.drain(watcher)
        world.shows.withLock { $0["one.example"] = "modern" }
        world.pass(Watcher.confirmation)
        try await world.drain(watcher)
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().isEmpty)
        #expect(await watcher.alerts.isEmpty)
    }

    @Test(
        "a clock that was ahead and is set back stops no watch and makes none look again and again",
        arguments: [3600, 86_400, 400 * 86_400] as [TimeInterval])
    func clockSetBack(jump: TimeInterval) async throws {
        let (world, watcher) = try await fine([.drop])
        world.looks.withLock { $0 = [] }
        world.pass(jump)
        try await world.drain(watcher)
        #expect(world.looks.withLock { $0.count } <= 3, "one look at each, however far it jumps")
        // What is seen once while it is ahead has to be seen again.
        world.shows.withLock { shows in for name in Self.three { shows[name] = "expired" } }
        world.pass(86_400)
        try await world.drain(watcher)
        world.pass(-86_400 - jump)
        world.looks.withLock { $0 = [] }
        try await world.drain(watcher)
        world.pass(Watcher.confirmation)
        try await world.drain(watcher)
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().map(\.stage) == [.opened])
        let looks = world.looks.withLock { $0.count }
        #expect((3...9).contains(looks), "\(looks) looks in a day")
        world.shows.withLock { shows in for name in Self.three { shows[name] = "modern" } }
        world.pass(86_400)
        try await world.drain(watcher)
        #expect(try world.messages().map(\.stage) == [.opened, .closed])
    }

    @Test("an answer of the future does not prove that silence is not ours")
    func provenInFuture() {
        var view = OwnView()
        let instant = Date(timeIntervalSince1970: 1_790_000_000)
        view.prove(at: instant + 86_400)
        #expect(!view.isProven(at: instant))
        view.prove(at: instant)
        #expect(view.isProven(at: instant + 1800) && !view.isProven(at: instant + 1801))
    }

    @Test("while nobody at all answers, nothing is told but that; when somebody does, that is over")
    func ownSide() async throws {
        let (world, watcher) = try await fine([.drop, .gradeBelow("A")])
        world.shows.withLock { shows in for name in Self.three { shows[name] = "silent" } }
        for _ in 0..<2 {
            world.pass(86_400)
            try await world.drain(watcher)
        }
        var messages = try world.messages()
        #expect(messages.map(\.kind) == ["own-side"] && messages.map(\.cause) == ["ourselves"])
        world.shows.withLock { shows in for name in Self.three { shows[name] = "modern" } }
        world.pass(86_400)
        try await world.drain(watcher)
        messages = try world.messages()
        #expect(messages.map(\.stage) == [.opened, .closed] && Set(messages.map(\.kind)) == ["own-side"])
    }

    @Test("looks that cannot be made are ours to mend, and no domain's")
    func broken() async throws {
        let (world, watcher) = try await fine([.drop])
        world.shows.withLock { shows in for name in Self.three { shows[name] = "error" } }
        for _ in 0..<2 {
            world.pass(86_400)
            try await world.drain(watcher)
        }
        let messages = try world.messages()
        #expect(messages.map(\.kind) == ["own-side"])
        #expect(messages.first?.facts.first?.contains("The network cannot be used") ?? false)
    }

    @Test(
        "a domain that gives no letter any more has dropped: all servers refuse, or are silent while others answer",
        arguments: ["all-dead", "silent"])
    func noLetter(_ shows: String) async throws {
        let (world, watcher) = try await fine([.drop])
        world.shows.withLock { $0["two.example"] = shows }
        for _ in 0..<2 {
            // The others are looked at within the same hour.
            world.pass(86_400)
            try await world.drain(watcher)
            world.pass(Watcher.confirmation)
            try await world.drain(watcher)
        }
        let messages = try world.messages()
        let alerts = await watcher.alerts
        #expect(messages.count == 1, "\(messages) \(alerts)")
        #expect(messages.first?.kind == "drop" && messages.first?.domains == ["two.example"])
    }

    @Test("after a restart nothing is lost, and nothing is told twice")
    func restart() async throws {
        let (world, first) = try await fine([.drop])
        world.shows.withLock { shows in for name in Self.three { shows[name] = "expired" } }
        world.pass(86_400)
        try await world.drain(first)
        let configuration = Self.configuration(Self.three, [.drop])
        try await world.restart()
        let second = try world.watcher(configuration)
        try await second.begin()
        #expect(await second.alerts.map(\.state) == [.pending])
        world.pass(Watcher.confirmation)
        try await world.drain(second)
        #expect(try world.messages().count == 1)
        try await world.restart()
        let third = try world.watcher(configuration)
        try await third.begin()
        world.pass(86_400)
        try await world.drain(third)
        #expect(try world.messages().count == 1)
        let store = world.store.withLock { $0 }
        let outbox = Outbox(configuration.channels, store, world.courier) { [clock = world.clock] in
            clock.withLock { $0 }
        }
        #expect(try await outbox.deliverDue() == nil)
        #expect(world.courier.state.withLock { $0.posts.count } == 1)
    }

    @Test("during maintenance nothing is sent; what still holds afterwards is")
    func maintenance() async throws {
        let world = try World()
        world.shows.withLock { $0["one.example"] = "expired" }
        var configuration = Self.configuration(["one.example"], [.gradeBelow("A")])
        let now = world.clock.withLock { $0 }
        configuration.maintenance = [MaintenanceWindow(from: now, until: now.addingTimeInterval(3 * 86_400))]
        let watcher = try world.watcher(configuration)
        try await watcher.begin()
        for _ in 0..<2 {
            world.pass(86_400)
            try await world.drain(watcher)
        }
        #expect(try world.messages().isEmpty)
        #expect(await watcher.alerts.map(\.state) == [.open])
        world.pass(2 * 86_400)
        try await world.drain(watcher)
        #expect(try world.messages().map(\.kind) == ["below"])
    }

    @Test("an alert that is acknowledged stays so in the store")
    func acknowledged() async throws {
        let (world, watcher) = try await fine([.gradeBelow("A+")])
        world.pass(86_400)
        try await world.drain(watcher)
        let alert = try #require(await watcher.alerts.first)
        #expect(alert.state == .open)
        #expect(try await watcher.acknowledge(alert.stored.key))
        #expect(try await !watcher.acknowledge("no such alert"))
        let stored = try world.store.withLock { $0 }.alerts(ofLists: ["ours"], since: .distantPast)
        #expect(stored.filter { $0.acknowledged != nil }.map(\.key) == [alert.stored.key])
        #expect(try world.store.withLock { $0 }.alerts(ofLists: ["theirs"], since: .distantPast).isEmpty)
    }

    @Test("a list that is not watched any more has no looks and no alerts")
    func dropped() async throws {
        let (world, watcher) = try await fine([.gradeBelow("A+")])
        #expect(await !watcher.alerts.isEmpty)
        let next = try world.watcher(ServiceConfiguration())
        try await next.begin()
        world.pass(86_400)
        #expect(try await !next.step())
        #expect(await next.alerts.isEmpty)
    }
}
