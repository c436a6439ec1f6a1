internal import CheckKit
internal import MailModel

/// Where running probes leave what they learn, and where they wait for facts that are still arriving.
final class Desk: Sendable {
    private struct State {
        var drafts: [Slot: any DraftFact] = [:]
        var transcripts: [(place: Place, label: String, transcript: Transcript)] = []
        var arrived: [Slot: Observed<any Fact>] = [:]
        var waiting: [Slot: [Int: CheckedContinuation<Observed<any Fact>, Never>]] = [:]
        var nextWaiter = 0
        var reason: Absence?
    }

    private let state = Locked(State())
    private let events: @Sendable (RunEvent) -> Void

    init(events: @escaping @Sendable (RunEvent) -> Void) {
        self.events = events
    }

    func context(for slot: Slot, domain: DomainName, wire: Wire, settings: RunSettings) -> ProbeContext {
        ProbeContext(domain: domain, wire: wire, settings: settings) { [self] draft in
            state.withLock { $0.drafts[slot] = draft }
            events(.kept(slot, draft))
        } file: { [self] label, transcript in
            state.withLock { $0.transcripts.append((slot.place, label, transcript)) }
        }
    }

    func draft(_ slot: Slot) -> (any DraftFact)? { state.withLock { $0.drafts[slot] } }

    /// Why the whole run is being stopped, once it is.
    var reason: Absence? { state.withLock { $0.reason } }

    /// Stops the run: whoever waits for a fact is told why it will not come.
    func stop(_ why: Absence) {
        let waiting = state.withLock { state in
            state.reason = why
            defer { state.waiting = [:] }
            return state.waiting.values.flatMap(\.values)
        }
        for continuation in waiting { continuation.resume(returning: .absent(why)) }
    }

    func arrived(_ slot: Slot, _ observed: Observed<any Fact>) {
        let waiting = state.withLock { state in
            state.arrived[slot] = observed
            return state.waiting.removeValue(forKey: slot)?.values.map { $0 } ?? []
        }
        for continuation in waiting { continuation.resume(returning: observed) }
    }

    /// Waits for a slot to be settled; a cancelled waiter is let go at once.
    var arrival: @Sendable (Slot) async -> Observed<any Fact> {
        { [self] slot in
            let waiter = state.withLock { state in
                state.nextWaiter += 1
                return state.nextWaiter
            }
            return await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let now: Observed<any Fact>? = state.withLock { state in
                        if let observed = state.arrived[slot] { return observed }
                        if let reason = state.reason { return .absent(reason) }
                        if Task.isCancelled { return .absent(.cancelled) }
                        state.waiting[slot, default: [:]][waiter] = continuation
                        return nil
                    }
                    if let now { continuation.resume(returning: now) }
                }
            } onCancel: {
                let continuation = state.withLock { $0.waiting[slot]?.removeValue(forKey: waiter) }
                continuation?.resume(returning: .absent(.cancelled))
            }
        }
    }

    var trace: Trace {
        var trace = Trace()
        trace.conversations = state.withLock { state in
            state.transcripts.map {
                Trace.Conversation(place: $0.place, label: $0.label, lines: $0.transcript.lines)
            }
        }
        return trace
    }
}
