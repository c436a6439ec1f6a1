/// A clock for deadlines, most of which never come.
///
/// A sleep of the standard library that is cancelled keeps its timer, its task's memory and its place in the queue until it would have
/// ended: a batch begins some thousand deadlines a second, and nearly all of them are over long before. Here, who is cancelled is
/// forgotten at once. One timer serves everybody, looks around every 50 ms, and rests when nobody sleeps; a sleep ends up to that
/// much late, never early. Decision 0047.
public final class DeadlineClock: Clock {
    /// The one of this process.
    public static let shared = DeadlineClock()

    private typealias Sleeper = CheckedContinuation<Void, any Error>

    private struct State {
        /// Who is to be woken at which look around.
        var sleepers: [Int: [Int: Sleeper]] = [:]
        /// The last look around that is over.
        var looked = 0
        var isLooking = false
        var numbers = 0

        /// Everybody up to a look around, the earliest first.
        mutating func takeSleepers(until look: Int) -> [Sleeper] {
            guard look > looked else { return [] }
            // After a rest there are fewer sleepers than looks around that nobody needed.
            let due =
                look - looked < sleepers.count
                ? Array(looked + 1...look) : sleepers.keys.filter { $0 <= look }.sorted()
            looked = look
            return due.flatMap { (sleepers.removeValue(forKey: $0) ?? [:]).values }
        }
    }

    private static let pause = Duration.milliseconds(50)

    private let begin = ContinuousClock.now
    private let state = Locked(State())

    /// A clock of one's own; `shared` is for everybody.
    public init() {}

    /// The time.
    public var now: ContinuousClock.Instant { .now }
    /// How exact a sleep is.
    public var minimumResolution: Duration { Self.pause }
    /// How many tasks are asleep.
    var sleepers: Int { state.withLock { $0.sleepers.values.reduce(0) { $0 + $1.count } } }
    /// Whether the timer goes.
    var isLooking: Bool { state.withLock { $0.isLooking } }

    /// Sleeps until an instant has passed. Throws `CancellationError` at once when the task is cancelled.
    public func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        // A deadline of a million years is as good as a later one, and a number.
        let look = Int(min((begin.duration(to: deadline) / Self.pause).rounded(.up), 1e15))
        let number = state.withLock { state in
            state.numbers += 1
            return state.numbers
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (sleeper: Sleeper) in
                let (result, begins) = state.withLock { state -> (Result<Void, any Error>?, Bool) in
                    if Task.isCancelled { return (.failure(CancellationError()), false) }
                    if look <= state.looked || deadline <= now { return (.success(()), false) }
                    state.sleepers[look, default: [:]][number] = sleeper
                    defer { state.isLooking = true }
                    return (nil, !state.isLooking)
                }
                if let result { sleeper.resume(with: result) }
                if begins { lookAround() }
            }
        } onCancel: {
            let sleeper = state.withLock { state in
                let sleeper = state.sleepers[look]?.removeValue(forKey: number)
                if state.sleepers[look]?.isEmpty == true { state.sleepers[look] = nil }
                return sleeper
            }
            sleeper?.resume(throwing: CancellationError())
        }
    }

    /// Wakes those whose time has come, as long as anybody sleeps.
    private func lookAround() {
        Task.detached(priority: .high) { [self] in
            repeat {
                try? await Task.sleep(for: Self.pause)
            } while wake()
        }
    }

    /// Wakes those whose time has come; whether anybody sleeps still.
    private func wake() -> Bool {
        let look = Int((begin.duration(to: now) / Self.pause).rounded(.down))
        let (woken, goesOn) = state.withLock { state in
            let woken = state.takeSleepers(until: look)
            state.isLooking = !state.sleepers.isEmpty
            return (woken, state.isLooking)
        }
        for sleeper in woken { sleeper.resume() }
        return goesOn
    }
}
