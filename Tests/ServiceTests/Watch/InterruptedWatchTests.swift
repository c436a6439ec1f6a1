import CheckKit
import FoundationEssentials
import MailModel
import Store
import Testing

@testable import Service

/// A watch that ends while looks go on.
@Suite("A watch that is interrupted", .timeLimit(.minutes(10)))
struct InterruptedWatchTests {
    /// A domain has dropped and its look is over, while that of another one of the group goes on.
    private func interrupted() async throws -> (world: WatcherTests.World, going: Task<Void, any Error>) {
        let (world, watcher) = try await WatcherTests().fine([.drop])
        world.shows.withLock { shows in (shows["one.example"], shows["two.example"]) = ("expired", "hangs") }
        world.pass(86_400)
        let going = Task { _ = try await watcher.step() }
        while await watcher.alerts.isEmpty { await Task.yield() }
        world.shows.withLock { $0["two.example"] = "modern" }
        return (world, going)
    }

    /// What is told by a watch that begins with what is on disk.
    private func told(_ world: WatcherTests.World) async throws -> [AlertMessage] {
        let next = try world.watcher(WatcherTests.configuration(WatcherTests.three, [.drop]))
        try await next.begin()
        for _ in 0..<3 {
            try await world.drain(next)
            world.pass(Watcher.confirmation)
        }
        return try world.messages()
    }

    @Test("who is killed while looks of a group go on compares with the same letter as before")
    func killed() async throws {
        let (world, going) = try await interrupted()
        // Whatever was written by then is on disk, and nothing that comes later.
        try await world.store.withLock { $0 }.flush()
        let messages = try await told(world)
        going.cancel()
        _ = await going.result
        #expect(messages.map(\.kind) == ["drop"] && messages.first?.domains == ["one.example"])
        #expect(messages.first?.letters == ["one.example": "A \u{2192} C"])
    }

    @Test("who is stopped while looks of a group go on writes down what the others have shown")
    func stopped() async throws {
        let (world, going) = try await interrupted()
        going.cancel()
        _ = await going.result
        try await world.restart()
        let kept = try world.store.withLock { $0 }.unsettledAlerts()
        #expect(kept.map(\.kind) == ["drop"])
        world.looks.withLock { $0 = [] }
        world.pass(Watcher.confirmation)
        let messages = try await told(world)
        #expect(messages.map(\.kind) == ["drop"] && messages.first?.domains == ["one.example"])
        #expect(world.looks.withLock { $0.filter { $0 == "three.example graded" } }.isEmpty, "its look was over")
    }
}
