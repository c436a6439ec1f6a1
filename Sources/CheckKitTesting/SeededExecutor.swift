internal import MailModel

/// Runs the pieces of tasks between their awaits one at a time, in an order that a seed determines: the same in every run. A test starts
/// its tasks here (`Task(executorPreference:)`; their children follow) and steps through them on its own thread. Where nothing is left to
/// run, every task has ended or waits for somebody else: a wake-up that was lost is seen at once, without a clock.
package final class SeededExecutor: TaskExecutor {
    private let state: Locked<(jobs: [UnownedJob], random: SplitMix)>

    /// An executor without tasks.
    package init(seed: UInt64) { state = Locked(([], SplitMix(seed: seed))) }

    /// How many pieces could run now.
    package var count: Int { state.withLock { $0.jobs.count } }

    /// Takes a piece that can run.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        state.withLock { $0.jobs.append(job) }
    }

    /// Runs one of the pieces that can; false where there is none.
    @discardableResult
    package func step() -> Bool {
        let job = state.withLock { state -> UnownedJob? in
            guard !state.jobs.isEmpty else { return nil }
            return state.jobs.remove(at: Int.random(in: 0..<state.jobs.count, using: &state.random))
        }
        job?.runSynchronously(on: asUnownedTaskExecutor())
        return job != nil
    }
}
