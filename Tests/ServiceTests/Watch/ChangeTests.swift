import Batch
import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import MailModel
import MailgradeKit
import Store
import Testing

@testable import Service

/// A watch over a DNS that changes, through the looks that the service makes.
@Suite("Changes", .timeLimit(.minutes(10)))
struct ChangeTests {
    private static let three = ["one.example", "three.example", "two.example"]

    private static func zone(tlsa: String, mx: String = "mx.provider.example") -> String {
        three.map { "\($0) MX 10 \(mx) ; secure\n\($0) SOA ns.example ; secure\n" }.joined()
            + """
            \(mx) A 192.0.2.25 ; secure
            \(mx) AAAA - ; secure
            provider.example SOA ns.example ; secure
            _25._tcp.\(mx) TLSA 3 1 1 \(String(repeating: tlsa, count: 32)) ; secure
            """
    }

    private let folder: TestFolder
    private let clock = Locked(Date(timeIntervalSince1970: 1_790_000_000))
    private let steps = ManualClock()
    private let zone = Locked(Self.zone(tlsa: "ab"))
    private let asked = Locked<[String]>([])

    init() throws { folder = try TestFolder() }

    private func pass(_ seconds: TimeInterval) {
        clock.withLock { $0 += seconds }
        steps.advance(by: .seconds(seconds))
    }

    private func watcher(_ store: Store, _ rules: [AlertRule.Subject]) throws -> Watcher {
        var list = WatchedList()
        list.domains = Self.three.map(domain)
        list.certificates = nil
        list.graded = .seconds(30 * 86_400)
        list.alerts = rules.map { AlertRule($0, channels: ["hook"]) }
        var configuration = ServiceConfiguration()
        configuration.lists = ["ours": list]
        configuration.channels = ["hook": .webhook(WebAddress("https://hooks.example.net/")!, secretFile: nil)]
        let policies = ["ours": try Policies(["default"], plugins: Plugin.builtIn)]
        let now: @Sendable () -> Date = { [clock] in clock.withLock { $0 } }
        let looks = try Looks(
            policies, plugins: Plugin.builtIn, settings: .unhurried, manners: Manners(), store: store, now: now,
            clock: steps
        ) { [zone] in
            Wire(dns: ScriptedDNS(zone.withLock { $0 }), smtp: ScriptedSMTP([:]))
        }
        return try Watcher(
            Watcher.Means(
                configuration, policies: policies, plugins: Plugin.builtIn, settings: .unhurried, store: store,
                now: now, sleep: { _ in }
            ) { [asked] time, kind in
                asked.withLock { $0.append("\(time.domain) \(kind.rawValue)") }
                return try await looks.observe(time.domain, kind, ofList: time.list)
            })
    }

    private func store() throws -> Store {
        try Store(
            file: "\(folder.path)/store", known: try Policies.facts(Plugin.builtIn),
            ages: .init(settled: .zero, open: .zero)
        ) { [clock] in clock.withLock { $0 } }
    }

    private func drain(_ watcher: Watcher) async throws {
        for _ in 0..<100 where try await !watcher.step() { return }
        Issue.record("there is always something due")
    }

    private func messages(_ store: Store) throws -> [AlertMessage] {
        try store.unfinishedDeliveries().map { try AlertMessage(json: $0.body) }
    }

    @Test("what a provider changes is one message that names the fact and lists the domains, and makes them due")
    func provider() async throws {
        let store = try store()
        let watcher = try watcher(store, [.change])
        try await watcher.begin()
        pass(3600)
        try await drain(watcher)
        #expect(try messages(store).isEmpty, "there was nothing before")
        zone.withLock { $0 = Self.zone(tlsa: "cd") }
        asked.withLock { $0 = [] }
        pass(3600)
        try await drain(watcher)
        let messages = try messages(store)
        #expect(messages.count == 1, "\(messages.map(\.text))")
        let message = try #require(messages.first)
        #expect(message.cause == "host:mx.provider.example" && message.kind == "change")
        #expect(message.domains == Self.three)
        #expect(message.facts.first?.contains("dane.tlsa") ?? false)
        #expect(message.facts.first?.contains("abab") ?? false && message.facts.first?.contains("cdcd") ?? false)
        #expect(asked.withLock { looks in Self.three.allSatisfy { looks.contains("\($0) graded") } })
    }

    @Test("what changes after a clock was ahead and is set back is told, once")
    func clockSetBack() async throws {
        let store = try store()
        let watcher = try watcher(store, [.change])
        try await watcher.begin()
        pass(3600)
        try await drain(watcher)
        clock.withLock { $0 += 30 * 86_400 }
        try await drain(watcher)
        clock.withLock { $0 -= 30 * 86_400 }
        try await drain(watcher)
        #expect(try messages(store).isEmpty)
        zone.withLock { $0 = Self.zone(tlsa: "cd") }
        pass(3600)
        try await drain(watcher)
        pass(3600)
        try await drain(watcher)
        let told = try messages(store)
        #expect(told.map(\.kind) == ["change"], "\(told.map(\.text))")
    }

    @Test("each zone that changes is a cause of its own")
    func zones() async throws {
        let store = try store()
        let watcher = try watcher(store, [.change])
        try await watcher.begin()
        pass(3600)
        try await drain(watcher)
        zone.withLock { $0 = Self.zone(tlsa: "ab", mx: "mx2.provider.example") }
        pass(3600)
        try await drain(watcher)
        let messages = try messages(store)
        #expect(Set(messages.map(\.cause)) == Set(Self.three.map { "zone:\($0)" }), "\(messages.map(\.text))")
        #expect(messages.allSatisfy { $0.domainCount == 1 })
    }

    @Test("what changes while a lookup fails is told once the next one succeeds")
    func behindFailure() async throws {
        let store = try store()
        let watcher = try watcher(store, [.change])
        try await watcher.begin()
        let failing = Self.three.map { "\($0) MX ! servfail\n" }.joined()
        for zoneText in [Self.zone(tlsa: "ab"), failing, Self.zone(tlsa: "ab", mx: "mx2.provider.example")] {
            zone.withLock { $0 = zoneText }
            pass(3600)
            try await drain(watcher)
        }
        let messages = try messages(store)
        #expect(Set(messages.map(\.cause)) == Set(Self.three.map { "zone:\($0)" }), "\(messages.map(\.text))")
    }

    @Test("a lookup that fails is no change, and neither is its success afterwards")
    func failed() async throws {
        let store = try store()
        let watcher = try watcher(store, [.change])
        try await watcher.begin()
        for zoneText in [
            Self.zone(tlsa: "ab"),
            Self.three.map { "\($0) MX ! servfail\n" }.joined(), Self.zone(tlsa: "ab"),
        ] {
            zone.withLock { $0 = zoneText }
            pass(3600)
            try await drain(watcher)
        }
        let messages = try messages(store)
        #expect(messages.isEmpty, "\(messages.map(\.text))")
    }

    @Test("a domain whose owner wants to be left alone is not looked at, and that is nobody's alert")
    func leftAlone() async throws {
        let store = try store()
        zone.withLock { $0 += Self.three.map { "\n_mailgrade.\($0) TXT \"v=mailgrade; test=no\"" }.joined() }
        let watcher = try watcher(store, [.change, .drop])
        try await watcher.begin()
        for _ in 0..<3 {
            pass(3600)
            try await drain(watcher)
        }
        #expect(try messages(store).isEmpty)
        #expect(store.evidence(of: domain("one.example"), RunSettings.unhurried.fingerprint, .unhurried) == nil)
    }
}
