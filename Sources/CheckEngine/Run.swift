internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// One run of a collector. Its state changes only in `finish`, in one task; probes reach it through `FactExchange`.
final class Run: Sendable {
    private let plan: Plan
    private let wire: Wire
    private let settings: RunSettings
    private let clock: any Clock<Duration>
    private let start: Evidence
    private let spent: Duration
    private let exchange: FactExchange
    private let events: @Sendable (RunEvent) -> Void
    private let sharing: Sharing?
    private let reach: Reach
    private let began = ContinuousClock.now

    init(
        plan: Plan, wire: Wire, settings: RunSettings, clock: any Clock<Duration>, evidence: Evidence,
        spent: Duration, sharing: Sharing?, reach: Reach, events: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.sharing = sharing
        self.reach = reach
        self.plan = plan
        self.wire = wire
        self.settings = settings
        self.clock = clock
        self.events = events
        start = evidence
        self.spent = spent
        exchange = FactExchange(events: events)
    }

    func finish() async -> Evidence {
        var schedule = Schedule(
            plan: plan, evidence: start, derivesAll: reach.isComplete,
            mayStart: { [reach, shared = sharing?.questions.facts ?? []] in reach.includes($0, at: $1, shared) },
            events: events)
        await withTaskGroup(of: Ended.self) { group in
            group.addTask { [clock, settings, spent] in
                do {
                    try await clock.sleep(for: settings.deadline - spent)
                    return .deadline
                } catch {
                    return .cancelled
                }
            }
            start(&schedule, in: &group)
            while schedule.isRunning, let ended = await group.next() {
                switch ended {
                case .deadline:
                    let why = Absence.timedOut("the run's deadline of \(settings.deadline.inSeconds) s passed")
                    schedule.stop(why)
                    exchange.stop(why)
                    group.cancelAll()
                case .cancelled:
                    schedule.stop(.cancelled)
                    exchange.stop(.cancelled)
                    group.cancelAll()
                case .probe(let slot, let observed, let seen):
                    schedule.settle(slot, observed, seen: seen)
                    start(&schedule, in: &group)
                }
            }
            group.cancelAll()
        }
        if reach.isComplete { schedule.settleTheRest { [exchange] in exchange.named($0, at: $1) } }
        var evidence = schedule.evidence
        if !reach.isComplete { exchange.settleNamed(in: &evidence) }
        evidence.trace = exchange.trace
        evidence.trace.seconds = (spent + began.duration(to: .now)).inSeconds
        evidence.trace.engine = Engine.version
        evidence.trace.connections = Dictionary(
            uniqueKeysWithValues: wire.ledger.connections.map { ($0.key.description, $0.value) })
        return evidence
    }

    private func start(_ schedule: inout Schedule, in group: inout TaskGroup<Ended>) {
        for (slot, probe) in schedule.takeReady() {
            let inputs = schedule.inputs(at: slot.place, arrival: exchange.arrival)
            events(.started(slot, probe.activity))
            group.addTask { [self] in
                let (observed, seen) = await collect(slot, probe, inputs)
                // What names the domain was learnt by the way, and is there even where its own probe was cut off.
                let named = observed.value == nil ? exchange.named(probe.provides, at: slot.place) : nil
                return .probe(slot, named.map { .present($0) } ?? observed, seen: seen)
            }
        }
        for (slot, observed) in schedule.takeNews() { exchange.arrived(slot, observed) }
    }

    /// Asks the other runs first, where the fact is one to share; with when it was seen, where another run saw it.
    private func collect(_ slot: Slot, _ probe: Probe, _ inputs: Inputs) async -> (Observed<any Fact>, seen: Date?) {
        guard let sharing, let question = sharing.questions.question(probe.provides, at: slot.place) else {
            return (await learn(slot, probe, inputs).observed, nil)
        }
        let answer: FactAnswer
        do {
            answer = try await sharing.store.ask(question, for: start.domain) { [exchange] in exchange.keep($0, slot) }
        } catch {
            return (cut(slot, exchange.reason ?? Absence(error)).observed, nil)
        }
        switch answer {
        case .known(let fact):
            exchange.file(fact.named, at: slot.place)
            for named in fact.named { events(.noted(slot, named)) }
            return (fact.observed, fact.seen)
        case .unknown(let turn):
            exchange.forget(slot)
            let learnt = await learn(slot, probe, inputs) { sharing.store.hear($0, on: turn) }
            let isStopped = exchange.reason != nil || Task.isCancelled
            await sharing.store.tell(learnt.shared(seen: now, by: start.domain, isStopped: isStopped), on: turn)
            return (learnt.observed, nil)
        }
    }

    /// Runs the probe.
    private func learn(
        _ slot: Slot, _ probe: Probe, _ inputs: Inputs, told: @escaping @Sendable (any DraftFact) -> Void = { _ in }
    ) async -> Learnt {
        let context = exchange.context(for: slot, wire: wire, settings: settings, told: told)
        let names = NameNotes(earlier: exchange.named(at: slot.place)) { [events] fact in
            events(.noted(slot, fact))
            events(.kept(Slot(type(of: fact).id, slot.place), fact))
        }
        let inputs = inputs.naming(names)
        var learnt: Learnt
        do {
            learnt = Learnt(
                observed: .present(
                    try await withTimeLimit(probe.timeLimit, on: clock) { try await probe.collect(context, inputs) }))
        } catch {
            learnt = cut(slot, exchange.reason ?? Absence(error))
        }
        learnt.named = names.kept
        exchange.file(learnt.named, at: slot.place)
        return learnt
    }

    /// What is left of a probe that was cut off. Needs that were absent leave no draft behind; anything later keeps what was learnt.
    private func cut(_ slot: Slot, _ why: Absence) -> Learnt {
        guard var draft = exchange.draft(slot) else { return Learnt(observed: .absent(why)) }
        draft.end(why)
        return Learnt(observed: .present(draft), isCut: true)
    }

    /// The instant, by the start of the run.
    private var now: Date { start.collectedAt.addingTimeInterval((spent + began.duration(to: .now)).inSeconds) }
}

/// How a child task of the run ended.
private enum Ended: Sendable {
    case probe(Slot, Observed<any Fact>, seen: Date?)
    case deadline
    case cancelled
}

extension Absence {
    /// What an error that ended a probe says about its fact.
    init(_ error: any Error) {
        switch error {
        case let absence as Absence: self = absence
        case .timedOut(let stage) as WireFailure: self = .failed(.timedOut(stage: stage))
        case let failure as WireFailure: self = .failed(failure)
        case let throttled as Throttled: self = .inconclusive(throttled.description)
        case let failure as DNSFailure: self = .inconclusive(failure.description)
        case is CancellationError: self = .cancelled
        case let limit as TimeLimitPassed: self = .timedOut("no answer within \(limit.limit.inSeconds) s")
        default: self = .failed(.local("\(error)"))
        }
    }
}
