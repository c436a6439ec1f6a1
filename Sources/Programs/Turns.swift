internal import Synchronization

/// How many may be at something at a time.
final class Turns: Sendable {
    private let free: Atomic<Int>

    init(_ count: Int) { free = Atomic(count) }

    /// Waits for a turn. Throws `CancellationError` when the task is cancelled.
    func take() async throws {
        var pause = Duration.milliseconds(1)
        while true {
            try Task.checkCancellation()
            if free.subtract(1, ordering: .acquiringAndReleasing).newValue >= 0 { return }
            free.add(1, ordering: .acquiringAndReleasing)
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(10))
        }
    }

    /// Gives the turn back.
    func leave() { free.add(1, ordering: .acquiringAndReleasing) }
}
