import CheckKitTesting
import MailModel
import Testing

@testable import LiveWire

/// A budget whose connections come, greet, are turned away, fail and are given up in every order that a few hundred seeds can think of.
/// Nothing here depends on a clock or on threads, so that a seed fails again as it has failed.
@Suite("In whatever order connections come and go", .timeLimit(.minutes(10)))
struct BudgetModelTests {
    private final class World: Sendable {
        private struct State {
            var now = ContinuousClock.now
            var inUse: [IPAddress: Int] = [:]
            var greeted: Set<IPAddress> = []
            var problems: [String] = []
            var ended: Set<Int> = []
        }

        static let addresses = [IPAddress("192.0.2.1")!, IPAddress("2001:db8::1")!]
        private let seed: Int
        private let executor: SeededExecutor
        private let gates = SeededGates()
        private let state = Locked(State())
        private let budget: ConnectionBudget
        private let most: Int

        init(seed: Int) {
            self.seed = seed
            most = 1 + seed % 3
            executor = SeededExecutor(seed: UInt64(seed))
            // Whoever sleeps wakes when the schedule says so, and then it is as late as he wanted.
            budget = ConnectionBudget(
                ConnectionPolicy(
                    connectionsPerServer: most, spacing: seed.isMultiple(of: 2) ? .zero : .seconds(1),
                    patience: [.seconds(5), .seconds(15)]),
                now: { [state] in state.withLock { $0.now } }
            ) { [state, gates] pause in
                let until = state.withLock { $0.now + pause }
                try await gates.wait()
                state.withLock { $0.now = max($0.now, until) }
            }
        }

        func run() -> [String] {
            var random = SplitMix(seed: UInt64(seed) &* 7919)
            let tasks = (0..<Int.random(in: 3...8, using: &random)).map { number in
                Task(executorPreference: executor) { [self, seed = random.next()] in
                    await connect(Self.addresses[number % 2], SplitMix(seed: seed))
                    state.withLock { _ = $0.ended.insert(number) }
                }
            }
            var cancellations = Int.random(in: 0...3, using: &random)
            while executor.count > 0 || gates.count > 0 {
                if cancellations > 0, Int.random(in: 0..<15, using: &random) == 0 {
                    cancellations -= 1
                    tasks.randomElement(using: &random)?.cancel()
                } else if executor.count == 0 || gates.count > 0 && Int.random(in: 0..<3, using: &random) == 0 {
                    gates.open(using: &random)
                } else {
                    executor.step()
                }
            }
            let (ended, inUse, problems) = state.withLock { ($0.ended.count, $0.inUse, $0.problems) }
            var found = problems
            if ended != tasks.count { found.append("\(tasks.count - ended) of \(tasks.count) never end") }
            if budget.load != (0, 0) { found.append("at the end the load is \(budget.load)") }
            if inUse.values.contains(where: { $0 != 0 }) { found.append("a connection is still there") }
            return found
        }

        /// Some connections, one after the other, as long as the address is not left alone.
        private func connect(_ address: IPAddress, _ generator: SplitMix) async {
            var random = generator
            do {
                for _ in 0..<Int.random(in: 1...3, using: &random) {
                    let wave = try await budget.acquire(address)
                    defer { budget.release(address) }
                    came(to: address)
                    defer { state.withLock { $0.inUse[address, default: 0] -= 1 } }
                    try await gates.wait()
                    switch Int.random(in: 0..<8, using: &random) {
                    case 0: budget.turnedAway(address, sign: "421 busy", wave: wave)
                    case 1: budget.failed(address, .reset, wave: wave)
                    case 2: budget.rest(address, for: .seconds(3))
                    default:
                        // Noted before the budget knows: who is let in by that comes later.
                        state.withLock { _ = $0.greeted.insert(address) }
                        budget.greeted(address, after: .seconds(Int.random(in: 0...11, using: &random)))
                    }
                    try await gates.wait()
                }
            } catch {}
        }

        private func came(to address: IPAddress) {
            state.withLock { state in
                state.inUse[address, default: 0] += 1
                let (count, limit) = (state.inUse[address] ?? 0, state.greeted.contains(address) ? most : 1)
                if count > limit { state.problems.append("\(count) connections to \(address), and \(limit) may be") }
            }
        }
    }

    @Test(
        "no place is lost or given twice, and everybody gets a turn or hears why not, whoever is cancelled at whichever await",
        arguments: WholeTests.seeds)
    func schedules(seed: Int) {
        #expect(World(seed: seed).run() == [], "seed \(seed)")
    }
}
