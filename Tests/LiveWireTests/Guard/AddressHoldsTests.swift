import MailModel
import Testing

@testable import LiveWire

/// Having an address to oneself, without a network or a clock.
@Suite("An address to oneself", .timeLimit(.minutes(10)))
struct AddressHoldsTests {
    private static let address = MailServer.loopback.address
    private let holds = AddressHolds()

    /// A hold that lasts until it is told to end; returns once it is in place.
    private func begin(_ body: @escaping @Sendable () async throws -> Void = {}) async -> (
        end: @Sendable () -> Void, task: Task<Void, any Error>
    ) {
        let (ended, end) = AsyncStream<Void>.makeStream()
        let (begun, begin) = AsyncStream<Void>.makeStream()
        let task = Task { [holds] in
            try await holds.hold(Self.address) {
                begin.finish()
                for await _ in ended {}
                try await body()
            }
        }
        for await _ in begun {}
        return ({ end.finish() }, task)
    }

    @Test("others wait until it ends; other addresses do not")
    func others() async throws {
        let passed = Locked(false)
        let hold = await begin { #expect(passed.withLock { $0 } == false) }
        try await holds.pass(IPAddress("192.0.2.7")!)
        let other = Task { [holds] in
            try await holds.pass(Self.address)
            passed.withLock { $0 = true }
        }
        for _ in 0..<100 { await Task.yield() }
        hold.end()
        try await hold.task.value
        try await other.value
        #expect(passed.withLock { $0 })
    }

    @Test("a hold waits for those that begin, keeps others from beginning meanwhile, and can be cancelled then")
    func beginning() async throws {
        #expect(holds.begins(Self.address))
        #expect(holds.begins(Self.address))
        let first = Task { [holds] in try await holds.hold(Self.address) {} }
        while holds.begins(Self.address) {
            holds.begun(Self.address)
            await Task.yield()
        }
        let second = Task { [holds] in
            try await holds.hold(Self.address) { #expect(holds.begins(Self.address), "it may itself") }
            holds.begun(Self.address)
        }
        for _ in 0..<100 { await Task.yield() }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        #expect(!holds.begins(Self.address), "the second has it now")
        holds.begun(Self.address)
        #expect(!holds.begins(Self.address), "and waits for the other one")
        holds.begun(Self.address)
        try await second.value
        #expect(holds.begins(Self.address))
    }

    @Test("whoever holds it goes on, whatever its child tasks do, and may hold it again")
    func own() async throws {
        let holds = holds
        try await holds.hold(Self.address) {
            try await holds.pass(Self.address)
            async let child: Void = holds.pass(Self.address)
            try await child
            try await holds.hold(Self.address) { try await holds.pass(Self.address) }
            try await holds.pass(Self.address)
        }
    }

    @Test("two who want it have it one after the other, and a failure ends a hold")
    func oneAfterTheOther() async throws {
        struct Failure: Error {}
        let inside = Locked(0)
        let holds = holds
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<50 {
                group.addTask {
                    try? await holds.hold(Self.address) {
                        inside.withLock { $0 += 1 }
                        await Task.yield()
                        #expect(inside.withLock { $0 } == 1)
                        inside.withLock { $0 -= 1 }
                        throw Failure()
                    }
                }
                group.addTask { try await holds.pass(Self.address) }
            }
            try await group.waitForAll()
        }
    }

    @Test("a cancelled task waits no longer, and is not counted as a holder")
    func cancelled() async throws {
        let hold = await begin()
        let waiting: [Task<Void, any Error>] = [
            Task { [holds] in try await holds.pass(Self.address) },
            Task { [holds] in try await holds.hold(Self.address) { _ = Issue.record("it was cancelled") } },
        ]
        for _ in 0..<100 { await Task.yield() }
        for task in waiting {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        hold.end()
        try await hold.task.value
        try await holds.pass(Self.address)
    }
}
