internal import GRDB
internal import MailModel

/// Writes what many tasks have to write in few transactions: a commit costs more than a row.
final class GroupCommit: Sendable {
    typealias Change = @Sendable (Database) throws -> Void

    private struct State {
        var changes: [Change] = []
        var waiting: [CheckedContinuation<Void, any Error>] = []
        var isRunning = false
        /// The wait for others; who cannot wait ends it.
        var pause: Task<Void, Never>?
        var failure: StoreProblem?
    }

    /// How long a change waits for others at most.
    private static let pause = Duration.milliseconds(100)
    /// With so many changes nobody waits for more.
    private static let many = 2000

    private let pool: DatabasePool
    private let state = Locked(State())

    init(_ pool: DatabasePool) { self.pool = pool }

    /// Takes a change; it is on disk soon. Changes are made in the order in which they came.
    func add(_ change: @escaping Change) {
        let starts = state.withLock { state in
            state.changes.append(change)
            defer { state.isRunning = true }
            return !state.isRunning
        }
        if starts { Task { await run() } }
    }

    /// How many changes are not on disk yet: who produces them faster than they can be written waits.
    var backlog: Int { state.withLock { $0.changes.count } }

    /// Waits until everything that was added before is on disk. Throws what went wrong, from then on for ever.
    func flush() async throws {
        try await withCheckedThrowingContinuation { continuation in
            let now: Result<Void, any Error>? = state.withLock { state in
                if let failure = state.failure { return .failure(failure) }
                if state.changes.isEmpty, !state.isRunning { return .success(()) }
                state.waiting.append(continuation)
                state.pause?.cancel()
                return nil
            }
            if let now { continuation.resume(with: now) }
        }
    }

    private func run() async {
        while true {
            let pause = state.withLock { state -> Task<Void, Never>? in
                guard state.waiting.isEmpty, state.changes.count < Self.many else { return nil }
                state.pause = Task { try? await Task.sleep(for: Self.pause) }
                return state.pause
            }
            await pause?.value
            let waiting = state.withLock { state in
                defer { state.waiting = [] }
                state.pause = nil
                return state.waiting
            }
            // Whoever waits finds everything done, and nothing held by changes that are made.
            let result = await write()
            for continuation in waiting { continuation.resume(with: result) }
            let isOver = state.withLock { state in
                state.isRunning = !state.changes.isEmpty || !state.waiting.isEmpty
                return !state.isRunning
            }
            if isOver { return }
        }
    }

    private func write() async -> Result<Void, any Error> {
        let changes = state.withLock { state in
            defer { state.changes = [] }
            return state.changes
        }
        if let failure = state.withLock({ $0.failure }) { return .failure(failure) }
        do {
            try await pool.write { db in for change in changes { try change(db) } }
            return .success(())
        } catch {
            let failure = StoreProblem(
                "The store cannot be written: \((error as? DatabaseError)?.message ?? "\(error)").")
            state.withLock { $0.failure = failure }
            return .failure(failure)
        }
    }
}
