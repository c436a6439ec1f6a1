internal import MailModel

/// Where tasks of a test wait until it lets them go on, one by one and in whatever order it likes.
package final class SeededGates: Sendable {
    private struct State {
        var next = 0
        var waiting: [(number: Int, go: CheckedContinuation<Void, any Error>)] = []
    }

    private let state = Locked(State())

    /// No gate, and nobody who waits.
    package init() {}

    /// How many wait.
    package var count: Int { state.withLock { $0.waiting.count } }

    /// Waits until it is let go. Throws `CancellationError` when cancelled.
    package func wait() async throws {
        let number = state.withLock { state in
            state.next += 1
            return state.next
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (go: CheckedContinuation<Void, any Error>) in
                let isCancelled = state.withLock { state in
                    if !Task.isCancelled { state.waiting.append((number, go)) }
                    return Task.isCancelled
                }
                if isCancelled { go.resume(throwing: CancellationError()) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiting.firstIndex { $0.number == number }.map { state.waiting.remove(at: $0) }
            }
            waiter?.go.resume(throwing: CancellationError())
        }
    }

    /// Lets one of those who wait go on; which one, the generator says.
    package func open(using random: inout some RandomNumberGenerator) {
        let waiter = state.withLock { state in
            state.waiting.isEmpty
                ? nil : state.waiting.remove(at: Int.random(in: 0..<state.waiting.count, using: &random))
        }
        waiter?.go.resume()
    }
}
