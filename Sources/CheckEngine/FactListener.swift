internal import CheckKit
internal import MailModel

/// Who waits in a store for another run's answer. It hears what that run learns in the order in which it is learnt, one thing at a time,
/// and nothing after its own answer; no lock is held meanwhile, so that whoever hears may give up on the spot.
final class FactListener: Sendable {
    private struct State {
        var last: UInt64 = 0
        var next: (any DraftFact)?
        var isHearing = false
        var isOver = false
        var answer: Result<FactAnswer, any Error>?
    }

    private let unfolding: @Sendable (any DraftFact) -> Void
    private let continuation: CheckedContinuation<FactAnswer, any Error>
    private let state = Locked(State())

    init(
        _ unfolding: @escaping @Sendable (any DraftFact) -> Void,
        _ continuation: CheckedContinuation<FactAnswer, any Error>
    ) {
        self.unfolding = unfolding
        self.continuation = continuation
    }

    /// Shows what has been learnt so far; what is older than what was shown is left out.
    func hear(_ draft: any DraftFact, _ number: UInt64) {
        var next: (any DraftFact)? = state.withLock { state in
            guard !state.isOver, number > state.last else { return nil }
            state.last = number
            guard !state.isHearing else {
                state.next = draft
                return nil
            }
            state.isHearing = true
            return draft
        }
        var answer: Result<FactAnswer, any Error>?
        while let draft = next {
            unfolding(draft)
            (next, answer) = state.withLock { state in
                defer { state.next = nil }
                let next = state.isOver ? nil : state.next
                state.isHearing = next != nil
                return (next, state.answer)
            }
        }
        if let answer { continuation.resume(with: answer) }
    }

    /// Ends the waiting, once what is being heard has been. Must be called once.
    func answer(_ answer: Result<FactAnswer, any Error>) {
        let isHearing = state.withLock { state in
            state.isOver = true
            if state.isHearing { state.answer = answer }
            return state.isHearing
        }
        if !isHearing { continuation.resume(with: answer) }
    }
}
