import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import CheckEngine

/// Runs that share facts.
@Suite("Runs that share facts", .timeLimit(.minutes(10)))
struct SharingTests {
    private static let here = server("mx.example", "192.0.2.1")
    private static let place = Place.server(here)
    private let store = MemoryFactStore(clock: ManualClock())

    /// A gate in a probe, and how often it was passed.
    private final class Gate: Sendable {
        private let state = Locked((isOpen: false, arrivals: 0))
        var arrivals: Int { state.withLock { $0.arrivals } }

        func open() { state.withLock { $0.isOpen = true } }

        func pass() async throws {
            state.withLock { $0.arrivals += 1 }
            while !state.withLock({ $0.isOpen }) {
                try Task.checkCancellation()
                await pause()
            }
        }

        func expect(_ count: Int) async { while arrivals < count { await pause() } }
    }

    private func plan(_ probes: Probe..., asking: Check = check) throws -> Plan {
        try Plan(
            from: [Plugin("Toy", summary: "", probes: [ToyServers.probe([Self.here])] + probes, checks: [asking])])
    }

    private static let check = Check.perServer("toy.tally", title: "t", why: "w", references: [], examples: []) {
        (tally: Tally) -> Verdict<ToyFinding> in tally.value > 0 ? .passed : .found(.bad, [.size: "None"])
    }

    private func tally(_ gate: Gate, named: Bool = false) -> Probe {
        Probe.perServer(drafting: Tally(value: 0)) { (_: ServerTarget, draft: Draft<Tally>) async throws -> Void in
            draft.update { $0.value = 1 }
            try await gate.pass()
            draft.update { $0.value = 2 }
        }
    }

    private func run(
        _ plan: Plan, _ domain: String, settings: RunSettings = RunSettings(),
        events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) -> Task<Evidence, Never> {
        let wire = Wire(dns: NoDNS(), smtp: ScriptedSMTP([:]))
        let collector = Collector(plan, wire: wire, settings: settings, facts: store)
        return Task { await collector.collect(name(domain), at: anInstant, events: events) }
    }

    private func hasWaiter(_ count: Int = 1) async { while store.waiting < count { await pause() } }

    @Test("are joined: one collects, the other sees it unfold, and both have the same fact, with when it was seen")
    func joined() async throws {
        let gate = Gate()
        let plan = try plan(tally(gate))
        let first = run(plan, "one.example")
        await gate.expect(1)
        let kept = Locked<[Int]>([])
        let second = run(plan, "two.example") { event in
            if case .kept(_, let tally as Tally) = event { kept.withLock { $0.append(tally.value) } }
        }
        await hasWaiter()
        gate.open()
        let (one, two) = (await first.value, await second.value)
        #expect(gate.arrivals == 1)
        #expect(kept.withLock { $0 } == [1, 2])
        #expect(one.observed(Tally.self, at: Self.place).value == Tally(value: 2))
        #expect(two.observed(Tally.self, at: Self.place) == one.observed(Tally.self, at: Self.place))
        let slot = Slot(Tally.id, Self.place)
        #expect(one.sharedSince(slot) == nil)
        // The instant of the run, and what the machine took since.
        let seen = try #require(two.sharedSince(slot))
        #expect(seen >= anInstant)
        let saved = try Evidence(json: two.json(), known: plan.knownFacts)
        #expect(saved.sharedSince(slot) == seen)
        #expect(saved == two)
        let later = await run(plan, "three.example").value
        #expect(gate.arrivals == 1)
        #expect(later.sharedSince(slot) == seen)
    }

    @Test("lose nothing when the one who collects is cancelled: another takes over")
    func takenOver() async throws {
        let gate = Gate()
        let plan = try plan(tally(gate))
        let first = run(plan, "one.example")
        await gate.expect(1)
        let second = run(plan, "two.example")
        await hasWaiter()
        first.cancel()
        #expect(await first.value.observed(Tally.self, at: Self.place).value?.why == "the run was cancelled")
        await gate.expect(2)
        gate.open()
        #expect(await second.value.observed(Tally.self, at: Self.place).value == Tally(value: 2))
        #expect(await second.value.sharedSince(Slot(Tally.id, Self.place)) == nil)
    }

    @Test("keep what they saw of another one's probe when they are cancelled themselves, and that one goes on")
    func waiterCancelled() async throws {
        let gate = Gate()
        let plan = try plan(tally(gate))
        let first = run(plan, "one.example")
        await gate.expect(1)
        let second = run(plan, "two.example")
        await hasWaiter()
        second.cancel()
        let seen = await second.value.observed(Tally.self, at: Self.place).value
        #expect(seen == Tally(value: 1, why: "the run was cancelled"))
        gate.open()
        #expect(await first.value.observed(Tally.self, at: Self.place).value == Tally(value: 2))
    }

    @Test("a run whose deadline passes hands over, and what it blames is its own")
    func deadline() async throws {
        let gate = Gate()
        let plan = try plan(tally(gate))
        let clock = ManualClock()
        let wire = Wire(dns: NoDNS(), smtp: ScriptedSMTP([:]))
        let collector = Collector(
            plan, wire: wire, settings: RunSettings(deadline: .seconds(9)), facts: store, clock: clock)
        let first = Task { await collector.collect(name("one.example"), at: anInstant) }
        await gate.expect(1)
        let second = run(plan, "two.example")
        await hasWaiter()
        while clock.sleepers == 0 { await pause() }
        clock.advance(by: .seconds(10))
        #expect(await first.value.observed(Tally.self, at: Self.place).value?.why?.contains("deadline") == true)
        gate.open()
        #expect(await second.value.observed(Tally.self, at: Self.place).value == Tally(value: 2))
        #expect(gate.arrivals == 2)
    }

    @Test("are not joined when servers would see another client, and are when only the run differs")
    func settings() async throws {
        let gate = Gate()
        gate.open()
        let plan = try plan(tally(gate))
        for (settings, arrivals) in [
            (RunSettings(), 1), (RunSettings(deadline: .seconds(5), maximumHosts: 3), 1),
            (RunSettings(families: [.ipv4]), 1), (RunSettings(helo: "probe.example"), 2),
            (RunSettings(relaySender: "other@example.org"), 3), (RunSettings(connectionsPerServer: 1), 4),
            (RunSettings(port: 2525), 5),
        ] {
            _ = await run(plan, "one.example", settings: settings).value
            #expect(gate.arrivals == arrivals)
        }
    }

    @Test("are not joined when the plans ask for more on the way, be it of another fact")
    func wanted() async throws {
        let number = Probe.perServer { (_: ServerTarget, sum: Wanted<Doubled>) async throws -> Number in
            Number(value: sum.isWanted ? 2 : 1)
        }
        let double = Derivation.perServer { (number: Number) throws(Absence) -> Doubled in
            Doubled(value: number.value)
        }
        let counted = Probe.perServer(drafting: Tally(value: 0)) {
            (_: ServerTarget, draft: Draft<Tally>, number: Number) async throws -> Void in
            draft.update { $0.value = number.value }
        }
        let doubled = Check.perServer("toy.doubled", title: "t", why: "w", references: [], examples: []) {
            (_: Doubled) -> Verdict<OtherToyFinding> in .passed
        }
        let plugin = Plugin(
            "Toy", summary: "", probes: [ToyServers.probe([Self.here]), number, counted], derivations: [double],
            checks: [Self.check, doubled])
        let few = await run(try Plan(running: ["toy.tally"], from: [plugin]), "one.example").value
        #expect(few.observed(Tally.self, at: Self.place).value?.value == 1)
        let many = await run(try Plan(from: [plugin]), "one.example").value
        #expect(many.observed(Tally.self, at: Self.place).value?.value == 2)
    }

    @Test("share nothing that was learnt of a domain's facts, or in its name")
    func domainDependent() async throws {
        let total = Probe.perDomain { (_: DomainTarget) async throws -> Sum in Sum(value: 1) }
        let number = Probe.perServer { (_: ServerTarget, sum: Sum) async throws -> Number in Number(value: sum.value) }
        let double = Derivation.perServer { (number: Number) throws(Absence) -> Doubled in
            Doubled(value: number.value)
        }
        let counted = Probe.perServer(drafting: Tally(value: 0)) {
            (_: ServerTarget, draft: Draft<Tally>, doubled: Doubled) async throws -> Void in
            draft.update { $0.value = doubled.value }
        }
        let plugin = Plugin(
            "Toy", summary: "", probes: [ToyServers.probe([Self.here]), total, number, counted], derivations: [double],
            checks: [Self.check])
        #expect(try Plan(from: [plugin]).sharedFacts == [])
        #expect(try plan(tally(Gate())).sharedFacts == [Tally.id])
    }

    @Test("a probe that names the domain keeps that apart; whoever is lent it reads whose name it was")
    func named() async throws {
        let asked = Locked<[String]>([])
        let counted = Probe.perServer(drafting: Tally(value: 0)) {
            (_: ServerTarget, draft: Draft<Tally>, name: InName<InDomain>) async throws -> Void in
            name.keep(InDomain(domains: [name.domain.text]))
            draft.update { $0.value = 2 }
        }
        let inDomain = Probe.perServer {
            (_: ServerTarget, name: InName<InDomain>, _: Observed<Tally>) async throws -> InDomain in
            if name.earlier.isEmpty { asked.withLock { $0.append(name.domain.text) } }
            return InDomain(joining: name.earlier.isEmpty ? [InDomain(domains: [name.domain.text])] : name.earlier)
        }
        let both = Check.perServer("toy.tally", title: "t", why: "w", references: [], examples: []) {
            (_: Tally, _: InDomain) -> Verdict<ToyFinding> in .passed
        }
        let plan = try plan(counted, inDomain, asking: both)
        #expect(plan.sharedFacts == [Tally.id])
        for lends in [true, false] {
            let store = MemoryFactStore(.init(lendsNames: lends))
            for domain in ["one.example", "two.example"] {
                let wire = Wire(dns: NoDNS(), smtp: ScriptedSMTP([:]))
                let evidence = await Collector(plan, wire: wire, settings: RunSettings(), facts: store)
                    .collect(name(domain), at: anInstant)
                let names = evidence.observed(InDomain.self, at: Self.place).value?.domains
                #expect(names == [lends ? "one.example" : domain])
            }
            #expect(asked.withLock { $0 } == (lends ? [] : ["two.example"]))
        }
    }

    @Test(
        "tell others what came of asking, and nothing of what came of not asking",
        arguments: [
            (Absence.timedOut("x"), true), (.inconclusive("x"), true), (.failed(.refused), true),
            (.notApplicable("x"), false), (.blocked(by: Number.id, because: .cancelled), false), (.unplanned, false),
            (.cancelled, false),
        ])
    func absences(why: Absence, isTold: Bool) {
        let learnt = Learnt(observed: .absent(why))
        let fact = learnt.shared(seen: anInstant, by: name("one.example"), isStopped: false)
        #expect((fact != nil) == isTold)
        // A refusal is an answer; what may pass is not kept.
        #expect(fact?.leavesOpen != (why == .failed(.refused)))
        #expect(learnt.shared(seen: anInstant, by: name("one.example"), isStopped: true) == nil)
    }

    @Test("what was cut off leaves something open, whatever it says itself")
    func cutOff() {
        let learnt = Learnt(observed: .present(Tally(value: 1)), isCut: true)
        #expect(learnt.shared(seen: anInstant, by: name("one.example"), isStopped: false)?.leavesOpen == true)
    }
}
