import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import CheckEngine

@Suite("A collector")
struct CollectorTests {
    private static let sum = Derivation.perDomain { (numbers: PerServer<Number>) throws(Absence) -> Sum in
        Sum(value: numbers.present.map(\.value).reduce(0, +))
    }

    private static let sumCheck = Check.perDomain(
        "toy.sum", title: "t", why: "w", references: [], examples: []
    ) { (sum: Sum) -> Verdict<ToyFinding> in
        sum.value == 0 ? .found(.bad, [.size: "Zero"]) : .passed
    }

    private static let numberCheck = Check.perServer(
        "toy.number", title: "t", why: "w", references: [], examples: []
    ) { (number: Number, sum: Sum) -> Verdict<OtherToyFinding> in
        number.value > sum.value ? .found(.bad, [.size: "Too big"]) : .passed
    }

    private func collector(
        servers: [MailServer], number: Probe, clock: any Clock<Duration> = ContinuousClock(),
        deadline: Duration = .seconds(60)
    ) throws -> (Collector, Plan) {
        let plan = try Plan(
            from: [
                Plugin(
                    "Toy", summary: "", probes: [ToyServers.probe(servers), number], derivations: [Self.sum],
                    checks: [Self.sumCheck, Self.numberCheck])
            ])
        let wire = Wire(dns: NoDNS(), smtp: ScriptedSMTP([:]))
        return (Collector(plan, wire: wire, settings: RunSettings(deadline: deadline), clock: clock), plan)
    }

    @Test("runs a probe at every server and fans its facts in", arguments: [0, 1, 2, 40])
    func fanIn(count: Int) async throws {
        let servers = (0..<count).map { server("mx\($0).example", "192.0.2.\($0 + 1)") }
        let number = Probe.perServer { (target: ServerTarget) async throws -> Number in
            // Later servers answer first: the evidence must not care.
            try await Task.sleep(for: .milliseconds(50 - Int(target.server.address.bytes[3])))
            return Number(value: Int(target.server.address.bytes[3]))
        }
        let (collector, plan) = try collector(servers: servers, number: number)
        let evidence = await collector.collect(name("example.test"), at: anInstant)
        #expect(evidence.servers == servers)
        #expect(evidence.observed(Sum.self, at: .domain).value == Sum(value: count * (count + 1) / 2))
        let results = Judge(plan).judge(evidence)
        #expect(results.filter { $0.check == "toy.number" }.count == max(count, 1))
        if count == 0 {
            #expect(
                results.last
                    == CheckResult(
                        check: "toy.number", place: .domain,
                        outcome: .notApplicable("There is no mail server to test.")))
        }
    }

    @Test("blocks what needs an absent fact, and names the root cause")
    func blocked() async throws {
        let servers = [server("mx1.example", "192.0.2.1"), server("mx2.example", "192.0.2.2")]
        let number = Probe.perServer { (target: ServerTarget) async throws -> Number in
            if target.server == servers[1] { throw WireFailure.refused }
            return Number(value: 1)
        }
        let (collector, plan) = try collector(servers: servers, number: number)
        let results = Judge(plan).judge(await collector.collect(name("example.test"), at: anInstant))
        #expect(results.map(\.outcome) == [.passed, .passed, .blocked(by: Number.id, because: .failed(.refused))])
    }

    @Test("turns 4yz, timeouts and failed lookups into open questions, never into a verdict")
    func inconclusive() async throws {
        let failures: [any Error] = [
            WireFailure.rejected(SMTPReply(421, "later")), WireFailure.timedOut(stage: "greeting"), DNSFailure.timedOut,
            DNSFailure.serverFailure("SERVFAIL"), WireFailure.local("no sockets"),
        ]
        for failure in failures {
            let number = Probe.perServer { (_: ServerTarget) async throws -> Number in throw failure }
            let (collector, plan) = try collector(servers: [server("mx.example", "192.0.2.1")], number: number)
            let results = Judge(plan).judge(await collector.collect(name("example.test"), at: anInstant))
            guard case .blocked(Number.id, let why)? = results.last?.outcome, why.certainty == .inconclusive else {
                Issue.record("\(failure) became \(String(describing: results.last?.outcome))")
                continue
            }
        }
    }

    /// A probe that does not end by itself.
    private static let endless = Probe.perServer { (_: ServerTarget) async throws -> Number in
        try await Task.sleep(for: .seconds(3600))
        return Number(value: 1)
    }

    @Test("ends at the deadline of the run, and what is missing says so")
    func deadline() async throws {
        let clock = ManualClock()
        let (collector, _) = try collector(
            servers: [server("mx.example", "192.0.2.1")], number: Self.endless, clock: clock, deadline: .seconds(120))
        async let evidence = collector.collect(name("example.test"), at: anInstant)
        while clock.sleepers == 0 { await Task.yield() }
        clock.advance(by: .seconds(120))
        let absence = await evidence.observed(Number.self, at: .server(server("mx.example", "192.0.2.1"))).absence
        #expect(absence == .timedOut("the run's deadline of 120.0 s passed"))
    }

    @Test("what has passed before the first probe counts against the deadline")
    func spent() async throws {
        let clock = ManualClock()
        let (collector, _) = try collector(
            servers: [server("mx.example", "192.0.2.1")], number: Self.endless, clock: clock, deadline: .seconds(120))
        async let evidence = collector.collect(name("example.test"), at: anInstant, spent: .seconds(100))
        while clock.sleepers == 0 { await Task.yield() }
        clock.advance(by: .seconds(20))
        #expect(await evidence.trace.seconds >= 100)
    }

    @Test("ends when its task is cancelled, with everything accounted for")
    func cancelled() async throws {
        let (collector, plan) = try collector(servers: [server("mx.example", "192.0.2.1")], number: Self.endless)
        let task = Task { await collector.collect(name("example.test"), at: anInstant) }
        try await Task.sleep(for: .milliseconds(30))
        task.cancel()
        let evidence = await task.value
        #expect(evidence.observed(Number.self, at: .server(server("mx.example", "192.0.2.1"))).absence == .cancelled)
        #expect(Set(evidence.slots.map(\.fact)) == plan.facts)
    }

    @Test("lets a probe start before a pending fact is there, and hands it over when it comes")
    func pending() async throws {
        let order = Locked<[String]>([])
        let number = Probe.perServer { (_: ServerTarget) async throws -> Number in
            try await Task.sleep(for: .milliseconds(20))
            order.withLock { $0.append("number") }
            return Number(value: 21)
        }
        let doubled = Probe.perServer { (_: ServerTarget, number: Pending<Number>) async throws -> Doubled in
            order.withLock { $0.append("doubled starts") }
            return Doubled(value: 2 * (try await number.observed().get().value))
        }
        let check = Check.perServer("toy.doubled", title: "t", why: "w", references: [], examples: []) {
            (_: Doubled, _: Number) -> Verdict<ToyFinding> in .passed
        }
        let here = server("mx.example", "192.0.2.1")
        let plan = try Plan(
            from: [Plugin("Toy", summary: "", probes: [ToyServers.probe([here]), number, doubled], checks: [check])])
        let collector = Collector(
            plan, wire: Wire(dns: NoDNS(), smtp: ScriptedSMTP([:])), settings: RunSettings(deadline: .seconds(10)))
        let evidence = await collector.collect(name("example.test"), at: anInstant)
        #expect(evidence.observed(Doubled.self, at: .server(here)).value == Doubled(value: 42))
        #expect(order.withLock { $0 } == ["doubled starts", "number"])
    }

    @Test("tells what happens in order, the end last")
    func events() async throws {
        let here = server("mx.example", "192.0.2.1")
        let number = Probe.perServer { (_: ServerTarget) async throws -> Number in Number(value: 1) }
        let (collector, _) = try collector(servers: [here], number: number)
        let seen = Locked<[String]>([])
        _ = await collector.collect(name("example.test"), at: anInstant) { event in
            let word =
                switch event {
                case .started(let slot, _): "started \(slot.fact)"
                case .kept(let slot, _): "kept \(slot.fact)"
                case .settled(let slot, _, _): "settled \(slot.fact)"
                case .servers(let servers): "servers \(servers.count)"
                case .noted(let slot, _): "noted \(slot.fact)"
                case .finished: "finished"
                }
            seen.withLock { $0.append(word) }
        }
        #expect(
            seen.withLock { $0 } == [
                "started toy.servers", "settled toy.servers", "servers 1", "started toy.number", "settled toy.number",
                "settled toy.sum", "finished",
            ])
    }
}
