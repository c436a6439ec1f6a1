internal import CheckKit
internal import MailModel

/// Where running probes leave what they learn, and where they wait for facts that are still arriving.
final class FactExchange: Sendable {
    /// Who waits for a fact, or for enough of it to be known.
    private struct Waiter {
        let isEnough: (@Sendable (any DraftFact) -> Bool)?
        let continuation: CheckedContinuation<Observed<any Fact>, Never>
    }

    private struct State {
        var drafts: [Slot: any DraftFact] = [:]
        var transcripts: [(place: Place, label: String, transcript: Transcript)] = []
        var arrived: [Slot: Observed<any Fact>] = [:]
        var waiting: [Slot: [Int: Waiter]] = [:]
        var nextWaiter = 0
        var reason: Absence?
        var named: [Place: [any NamedFact]] = [:]
    }

    private let state = Locked(State())
    private let events: @Sendable (RunEvent) -> Void

    private let began = ContinuousClock.now

    init(events: @escaping @Sendable (RunEvent) -> Void) {
        self.events = events
    }

    /// What a probe works with; `told` hears of each draft, too.
    func context(
        for slot: Slot, wire: Wire, settings: RunSettings, told: @escaping @Sendable (any DraftFact) -> Void
    ) -> ProbeContext {
        ProbeContext(wire: wire, settings: settings) { [self] draft in
            keep(draft, slot)
            told(draft)
        } file: { [self] label, transcript in
            state.withLock { $0.transcripts.append((slot.place, label, transcript)) }
        }
    }

    /// Keeps a draft, of a probe of this run or of another run that this one waits for.
    func keep(_ draft: any DraftFact, _ slot: Slot) {
        let content = state.withLock { state in
            state.drafts[slot] = draft
            let content = (state.waiting[slot] ?? [:]).filter { $0.value.isEnough?(draft) ?? false }
            for waiter in content.keys { state.waiting[slot]?[waiter] = nil }
            return content.values
        }
        for waiter in content { waiter.continuation.resume(returning: .present(draft)) }
        events(.kept(slot, draft))
    }

    /// Forgets a draft of another run, which this one takes over from.
    func forget(_ slot: Slot) { state.withLock { $0.drafts[slot] = nil } }

    func draft(_ slot: Slot) -> (any DraftFact)? { state.withLock { $0.drafts[slot] } }

    /// Files what was learnt at a place in the name of a domain.
    func file(_ named: [any NamedFact], at place: Place) {
        state.withLock { $0.named[place, default: []] += named }
    }

    /// What was filed at a place.
    func named(at place: Place) -> [any NamedFact] { state.withLock { $0.named[place] ?? [] } }

    /// What was filed of a fact, put together; nil where nothing was, and for a fact of another kind.
    func named(_ type: FactType, at place: Place) -> (any Fact)? {
        named(at: place).joined(type)
    }

    /// Puts what was filed into evidence of a stage, which has no probe of its own for it.
    func settleNamed(in evidence: inout Evidence) {
        for (place, facts) in state.withLock({ $0.named }) {
            for type in Set(facts.map { Swift.type(of: $0).factType }) {
                let slot = Slot(type.id, place)
                if !evidence.isSettled(slot), let fact = facts.joined(type) { evidence.settle(slot, .present(fact)) }
            }
        }
    }

    /// Why the whole run is being stopped, once it is.
    var reason: Absence? { state.withLock { $0.reason } }

    /// Stops the run: whoever waits for a fact is told why it will not come.
    func stop(_ why: Absence) {
        let waiting = state.withLock { state in
            state.reason = why
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.values)
        }
        for waiter in waiting { waiter.continuation.resume(returning: .absent(why)) }
    }

    func arrived(_ slot: Slot, _ observed: Observed<any Fact>) {
        let waiting = state.withLock { state in
            state.arrived[slot] = observed
            return state.waiting.removeValue(forKey: slot)?.values.map { $0 } ?? []
        }
        for waiter in waiting { waiter.continuation.resume(returning: observed) }
    }

    /// Waits for a slot to be settled, or for enough of it to be kept; a cancelled waiter is let go at once.
    var arrival: Inputs.Arrival {
        { [self] slot, isEnough in
            let waiter = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let now: Observed<any Fact>? = state.withLock { state in
                        if let observed = state.arrived[slot] { return observed }
                        if let draft = state.drafts[slot], isEnough?(draft) ?? false { return .present(draft) }
                        if let reason = state.reason { return .absent(reason) }
                        if Task.isCancelled { return .absent(.cancelled) }
                        state.waiting[slot, default: [:]][waiter] = Waiter(
                            isEnough: isEnough, continuation: continuation)
                        return nil
                    }
                    if let now { continuation.resume(returning: now) }
                }
            } onCancel: {
                let waiter = state.withLock { $0.waiting[slot]?.removeValue(forKey: waiter) }
                waiter?.continuation.resume(returning: .absent(.cancelled))
            }
        }
    }

    var trace: Trace {
        var trace = Trace()
        trace.conversations = state.withLock { state in
            state.transcripts.map { place, label, transcript in
                let seconds = began.duration(to: transcript.started).inSeconds
                return Trace.Conversation(place: place, label: label, began: max(0, seconds), lines: transcript.lines)
            }
        }
        return trace
    }
}

extension [any NamedFact] {
    /// What there is of a fact, put together; nil where there is nothing, and for a fact of another kind.
    func joined(_ type: FactType) -> (any Fact)? { (type.type as? any NamedFact.Type).flatMap { joined($0) } }

    private func joined<F: NamedFact>(_ type: F.Type) -> F? {
        let parts = compactMap { $0 as? F }
        return parts.isEmpty ? nil : F(joining: parts)
    }
}
