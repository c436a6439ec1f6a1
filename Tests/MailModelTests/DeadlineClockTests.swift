import Testing

@testable import MailModel

@Suite("The clock for deadlines", .timeLimit(.minutes(10)))
struct DeadlineClockTests {
    private let clock = DeadlineClock()

    @Test("wakes nobody early, and rests when nobody sleeps")
    func wakes() async throws {
        try await withThrowingTaskGroup(of: (asked: Duration, slept: Duration).self) { group in
            for number in 0..<50 {
                let pause = Duration.milliseconds(number * 7)
                group.addTask { [clock] in
                    let begin = ContinuousClock.now
                    try await clock.sleep(for: pause)
                    return (pause, begin.duration(to: .now))
                }
            }
            for try await (asked, slept) in group { #expect(slept >= asked) }
        }
        #expect(clock.sleepers == 0)
        while clock.isLooking { try await Task.sleep(for: .milliseconds(5)) }
        // And begins again.
        try await clock.sleep(for: .milliseconds(1))
    }

    @Test("forgets at once who is cancelled, before the sleep and in it")
    func cancelled() async throws {
        let tasks = (0..<1000).map { _ in Task { [clock] in try await clock.sleep(for: .seconds(3600)) } }
        while clock.sleepers < 1000 { try await Task.sleep(for: .milliseconds(5)) }
        for task in tasks { task.cancel() }
        #expect(clock.sleepers == 0)
        for task in tasks { await #expect(throws: CancellationError.self) { try await task.value } }
        let late = Task { [clock] in
            while !Task.isCancelled { await Task.yield() }
            try await clock.sleep(for: .seconds(3600))
        }
        late.cancel()
        await #expect(throws: CancellationError.self) { try await late.value }
        #expect(clock.sleepers == 0)
    }

    @Test("takes a deadline that is further away than looks around can be counted")
    func farAway() async throws {
        let task = Task { [clock] in try await clock.sleep(until: .now + .seconds(1e18), tolerance: nil) }
        while clock.sleepers == 0 { try await Task.sleep(for: .milliseconds(5)) }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("does not wait for what is over")
    func past() async throws {
        try await clock.sleep(until: .now - .seconds(10), tolerance: nil)
        try await clock.sleep(for: .zero)
        #expect(!clock.isLooking)
    }
}
