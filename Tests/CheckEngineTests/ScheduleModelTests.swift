import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import CheckEngine

/// Runs that share facts, in every order that a few hundred seeds can think of: which piece of which task comes next, when a server
/// answers, who is cancelled at which await, and whose deadline passes. Nothing here depends on a clock or on threads, so that a seed
/// fails again as it has failed.
@Suite("In whatever order runs go on", .timeLimit(.minutes(10)))
struct ScheduleModelTests {
    /// One schedule.
    fileprivate final class World: Sendable {
        private struct State {
            var atIt: [Slot: Int] = [:]
            var starts: [Slot: Int] = [:]
            var problems: [String] = []
            var stopped: Set<Int> = []
            var ended: [Int: Evidence] = [:]
            var events: [Int: [RunEvent]] = [:]
        }

        let seed: Int
        let executor: SeededExecutor
        let gates = SeededGates()
        let store: MemoryFactStore
        let shelf: SlowShelf?
        let clocks: [ManualClock]
        private let state = Locked(State())
        private let hasDisturbances: Bool
        private static let limit = 5

        init(seed: Int, disturbed: Bool) {
            self.seed = seed
            hasDisturbances = disturbed
            executor = SeededExecutor(seed: UInt64(seed))
            shelf = seed.isMultiple(of: 3) ? SlowShelf(gates) : nil
            store = MemoryFactStore(.init(count: Self.limit), before: shelf, clock: ManualClock())
            clocks = (0..<(2 + seed % 4)).map { _ in ManualClock() }
        }

        /// Runs everything to its end, and says what was wrong.
        func run() throws -> [String] {
            let plan = try self.plan()
            var tasks: [Task<Void, Never>] = []
            for (number, clock) in clocks.enumerated() {
                let collector = Collector(
                    plan, wire: Wire(dns: NoDNS(), smtp: ScriptedSMTP([:])), settings: RunSettings(), facts: store,
                    clock: clock)
                tasks.append(
                    Task(executorPreference: executor) { [self] in
                        let evidence = await collector.collect(name("d\(number).example"), at: anInstant) {
                            [self] event in
                            state.withLock { $0.events[number, default: []].append(event) }
                        }
                        state.withLock { $0.ended[number] = evidence }
                    })
            }
            drive(tasks)
            return state.withLock { $0.problems } + atTheEnd()
        }

        /// What happened, to be compared.
        var log: [String] {
            state.withLock { state in
                state.events.sorted { $0.key < $1.key }.flatMap { number, events in
                    events.map { "\(number) \($0.word)" }
                }
            }
        }

        private func drive(_ tasks: [Task<Void, Never>]) {
            var random = SplitMix(seed: UInt64(seed) &* 7919)
            var disturbances = hasDisturbances ? Int.random(in: 1...tasks.count, using: &random) : 0
            while executor.count > 0 || gates.count > 0 {
                let isDisturbed = disturbances > 0 && Int.random(in: 0..<25, using: &random) == 0
                if isDisturbed {
                    disturbances -= 1
                    let number = Int.random(in: 0..<tasks.count, using: &random)
                    state.withLock { _ = $0.stopped.insert(number) }
                    if Bool.random(using: &random) {
                        tasks[number].cancel()
                    } else {
                        clocks[number].advance(by: RunSettings().deadline)
                    }
                } else if executor.count == 0 || gates.count > 0 && Int.random(in: 0..<4, using: &random) == 0 {
                    gates.open(using: &random)
                } else {
                    executor.step()
                }
            }
        }

        /// A probe is at work; two at the same question are one too many.
        private func atIt<Value>(_ slot: Slot, _ work: () async throws -> Value) async throws -> Value {
            state.withLock { state in
                state.atIt[slot, default: 0] += 1
                state.starts[slot, default: 0] += 1
                if state.atIt[slot] != 1 { state.problems.append("\(slot) is asked for twice at the same time") }
            }
            defer { state.withLock { $0.atIt[slot, default: 0] -= 1 } }
            return try await work()
        }
    }

    /// A shelf that takes its time, as a disk does, and gives what it was given.
    fileprivate final class SlowShelf: FactShelf {
        private let gates: SeededGates
        private let kept = Locked<[FactQuestion: SharedFact]>([:])

        init(_ gates: SeededGates) { self.gates = gates }

        func fact(_ question: FactQuestion) async -> SharedFact? {
            try? await gates.wait()
            return kept.withLock { $0[question] }
        }

        func keep(_ fact: SharedFact, _ question: FactQuestion) async {
            try? await gates.wait()
            if !fact.leavesOpen { kept.withLock { $0[question] = fact } }
        }
    }

    @Test("one run asks for each thing, each run ends, and all have the same evidence", arguments: WholeTests.seeds)
    func undisturbed(seed: Int) throws {
        let problems = try World(seed: seed, disturbed: false).run()
        #expect(problems == [], "seed \(seed)")
    }

    @Test(
        "whoever is cancelled or out of time, at whichever await, leaves nothing running and takes nothing from others",
        arguments: WholeTests.seeds)
    func disturbed(seed: Int) throws {
        let problems = try World(seed: seed, disturbed: true).run()
        #expect(problems == [], "seed \(seed)")
    }

    @Test("a seed is the same order again, and another seed another one")
    func seeds() throws {
        func log(_ seed: Int) throws -> [String] {
            let world = World(seed: seed, disturbed: true)
            _ = try world.run()
            return world.log
        }
        #expect(try log(42) == log(42))
        #expect(try log(42) != log(46))
    }
}

// MARK: What is collected

extension ScheduleModelTests.World {
    private static let servers = [server("mx1.example", "192.0.2.1"), server("mx2.example", "192.0.2.2")]

    /// Two servers; a number of each, a tally that is learnt bit by bit once the number is there, what is derived, and a sum.
    private func plan() throws -> Plan {
        let number = Probe.perServer { [self] (target: ServerTarget) async throws -> Number in
            try await atIt(Slot(Number.id, .server(target.server))) {
                try await gates.wait()
                return Number(value: Self.value(target.server))
            }
        }
        let tally = Probe.perServer(drafting: Tally(value: 0)) {
            [self] (target: ServerTarget, draft: Draft<Tally>, number: Number) async throws -> Void in
            try await atIt(Slot(Tally.id, .server(target.server))) {
                for step in 1...3 {
                    draft.update { $0.value = number.value * 10 + step }
                    try await gates.wait()
                }
            }
        }
        let doubled = Derivation.perServer { (number: Number) throws(Absence) -> Doubled in
            Doubled(value: number.value * 2)
        }
        let sum = Probe.perDomain { (_: DomainTarget, all: PerServer<Doubled>) async throws -> Sum in
            Sum(value: all.elements.reduce(0) { $0 + ($1.observed.value?.value ?? 0) })
        }
        let tallied = Check.perServer("toy.tally", title: "t", why: "w", references: [], examples: []) {
            (_: Tally, _: Doubled) -> Verdict<ToyFinding> in .passed
        }
        let summed = Check.perDomain("toy.sum", title: "t", why: "w", references: [], examples: []) {
            (_: Sum) -> Verdict<OtherToyFinding> in .passed
        }
        return try Plan(from: [
            Plugin(
                "Toy", summary: "", probes: [ToyServers.probe(Self.servers), number, tally, sum],
                derivations: [doubled], checks: [tallied, summed])
        ])
    }

    private static func value(_ server: MailServer) -> Int { server == servers[0] ? 1 : 2 }
}

// MARK: What must be so

extension ScheduleModelTests.World {
    private func atTheEnd() -> [String] {
        let (starts, atIt, stopped, ended, events) = state.withLock {
            ($0.starts, $0.atIt, $0.stopped, $0.ended, $0.events)
        }
        var problems: [String] = []
        if store.waiting != 0 { problems.append("\(store.waiting) wait in the store") }
        if store.count > Self.limit { problems.append("the store keeps \(store.count)") }
        if atIt.values.contains(where: { $0 != 0 }) { problems.append("a probe is still at work") }
        if clocks.contains(where: { $0.sleepers != 0 }) { problems.append("somebody still waits for a deadline") }
        for number in clocks.indices {
            guard let evidence = ended[number] else {
                problems.append("run \(number) never ends")
                continue
            }
            problems += wrong(evidence, events[number] ?? [], wasStopped: stopped.contains(number)).map {
                "run \(number): \($0)"
            }
        }
        for (slot, count) in starts where count > 1 + stopped.count {
            problems.append("\(slot) was asked for \(count) times")
        }
        return problems
    }

    private func wrong(_ evidence: Evidence, _ events: [RunEvent], wasStopped: Bool) -> [String] {
        var problems: [String] = []
        if events.count(where: \.isEnd) != 1 || events.last?.isEnd != true { problems.append("its end is not last") }
        var settled: Set<Slot> = []
        for case .settled(let slot, _, _) in events where !settled.insert(slot).inserted {
            problems.append("\(slot) is settled twice")
        }
        for server in Self.servers {
            let place = Place.server(server)
            let value = Self.value(server)
            let (number, tally) = (
                evidence.observed(Number.self, at: place), evidence.observed(Tally.self, at: place)
            )
            if wasStopped {
                // What is there is right, and what is not says why.
                if let number = number.value, number != Number(value: value) { problems.append("\(number)") }
                if let tally = tally.value, tally.value != value * 10 + 3, tally.why == nil {
                    problems.append("\(tally) does not say that it was cut off")
                }
                if number.absence == .unplanned || tally.absence == .unplanned { problems.append("nothing says why") }
            } else {
                if number.value != Number(value: value) { problems.append("\(place): \(number)") }
                if tally.value != Tally(value: value * 10 + 3) { problems.append("\(place): \(tally)") }
            }
            if stoppedNobody {
                let seen = events.compactMap { event -> Int? in
                    guard case .kept(let slot, let tally as Tally) = event, slot.place == place else { return nil }
                    return tally.value
                }
                if seen != seen.sorted() { problems.append("\(place) unfolds as \(seen)") }
            }
        }
        if !wasStopped, evidence.observed(Sum.self, at: .domain).value != Sum(value: 6) { problems.append("the sum") }
        return problems
    }

    private var stoppedNobody: Bool { state.withLock { $0.stopped.isEmpty } }
}

extension RunEvent {
    fileprivate var isEnd: Bool { if case .finished = self { true } else { false } }

    fileprivate var word: String {
        switch self {
        case .started(let slot, _): "started \(slot)"
        case .kept(let slot, _): "kept \(slot)"
        case .noted(let slot, _): "noted \(slot)"
        case .settled(let slot, _, _): "settled \(slot)"
        case .servers: "servers"
        case .finished: "finished"
        }
    }
}
