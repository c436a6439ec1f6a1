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

    init(
        plan: Plan, wire: Wire, settings: RunSettings, clock: any Clock<Duration>, evidence: Evidence,
        spent: Duration, events: @escaping @Sendable (RunEvent) -> Void
    ) {
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
        let began = ContinuousClock.now
        var schedule = Schedule(plan: plan, evidence: start, events: events)
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
                case .probe(let slot, let observed):
                    settle(slot, observed, &schedule)
                    start(&schedule, in: &group)
                }
            }
            group.cancelAll()
        }
        schedule.settleTheRest { [exchange] in exchange.named($0, at: $1) }
        var evidence = schedule.evidence
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
            group.addTask { [self] in .probe(slot, await collect(slot, probe, inputs)) }
        }
        for (slot, observed) in schedule.takeNews() { exchange.arrived(slot, observed) }
    }

    private func settle(_ slot: Slot, _ observed: Observed<any Fact>, _ schedule: inout Schedule) {
        schedule.settle(slot, observed)
    }

    private func collect(_ slot: Slot, _ probe: Probe, _ inputs: Inputs) async -> Observed<any Fact> {
        let context = exchange.context(for: slot, wire: wire, settings: settings)
        let names = NameNotes(earlier: exchange.named(at: slot.place)) { [events] fact in
            events(.kept(Slot(type(of: fact).id, slot.place), fact))
        }
        let inputs = inputs.naming(names)
        let observed = await collect(slot, probe, inputs, context)
        exchange.file(names.kept, at: slot.place)
        // What names the domain was learnt by the way, and is there even where its own probe was cut off.
        guard observed.value == nil, let named = exchange.named(probe.provides, at: slot.place) else { return observed }
        return .present(named)
    }

    private func collect(
        _ slot: Slot, _ probe: Probe, _ inputs: Inputs, _ context: ProbeContext
    ) async -> Observed<any Fact> {
        do {
            return .present(
                try await withTimeLimit(probe.timeLimit, on: clock) { try await probe.collect(context, inputs) })
        } catch {
            let why = exchange.reason ?? Absence(error)
            // Needs that were absent leave no draft behind; anything later keeps what was learnt.
            guard var draft = exchange.draft(slot) else { return .absent(why) }
            draft.end(why)
            return .present(draft)
        }
    }
}

/// How a child task of the run ended.
private enum Ended: Sendable {
    case probe(Slot, Observed<any Fact>)
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
