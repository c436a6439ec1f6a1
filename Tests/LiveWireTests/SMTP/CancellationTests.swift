import MailModel
import NIOCore
import Testing

@testable import LiveWire

@Suite("Cancelling", .timeLimit(.minutes(1)))
struct CancellationTests {
    enum Moment: String, CaseIterable {
        case greeting, command, handshake, idle
    }

    @Test("closes the socket within 100 ms, wherever the conversation stands", arguments: Moment.allCases)
    func closesAtOnce(moment: Moment) async throws {
        // On a busy machine one measurement says little; the best of a few says what the code does.
        var best = Duration.seconds(60)
        for _ in 0..<5 where best >= .milliseconds(100) { best = min(best, try await delay(at: moment)) }
        #expect(best < .milliseconds(100))
    }

    /// The time from the cancellation to the end of file that the server sees.
    private func delay(at moment: Moment) async throws -> Duration {
        let reached = Promise<Void>()
        let closed = Promise<ContinuousClock.Instant>()
        let client = try LiveSMTPClient.forTests()
        return try await ScriptedServer.run { peer in
            if moment != .greeting { try await peer.send("220 mx.example\r\n") }
            if moment == .handshake {
                _ = try await peer.line()
                try await peer.send("220 go ahead\r\n")
            }
            if moment == .command { _ = try await peer.line() }
            reached.fulfil(())
            await peer.waitUntilClosed()
            closed.fulfil(.now)
        } _: { server in
            let task = Task {
                try await client.withConnection(
                    to: server.server, port: server.port, waits: Waits(), transcript: Transcript()
                ) { connection in
                    _ = try await connection.greeting()
                    switch moment {
                    case .idle: await Self.sleepThroughCancellation()
                    case .handshake:
                        _ = try await connection.startTLS()
                        _ = try await connection.handshake(TLSOffer(serverName: nil))
                    default: _ = try await connection.send("NOOP")
                    }
                }
            }
            await reached.value
            try await Task.sleep(for: .milliseconds(50))
            let cancelled = ContinuousClock.now
            task.cancel()
            let delay = cancelled.duration(to: try #require(await closed.value))
            if moment != .idle { await #expect(throws: CancellationError.self) { try await task.value } }
            return delay
        }
    }

    @Test("ends a connection attempt that hangs")
    func duringConnect() async throws {
        // A listener whose queue is full drops what comes after: the attempt hangs as with a firewall that swallows.
        let listener = try FullListener()
        let client = try LiveSMTPClient.forTests()
        let task = Task {
            try await client.withConnection(
                to: .loopback, port: listener.port, waits: Waits(), transcript: Transcript()
            ) { _ in }
        }
        try await Task.sleep(for: .milliseconds(100))
        let (_, duration) = await timed {
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(duration < .seconds(9))
    }

    @Test("a connection attempt that hangs ends with its wait")
    func connectWait() async throws {
        let listener = try FullListener()
        let client = try LiveSMTPClient.forTests()
        let (error, duration) = await timed {
            await failure {
                try await client.withConnection(
                    to: .loopback, port: listener.port, waits: Waits(connect: .milliseconds(150)),
                    transcript: Transcript()
                ) { _ in }
            }
        }
        #expect(error == .timedOut(stage: "connect"))
        #expect(duration < .seconds(9))
    }

    @Test("a task that is cancelled before it starts opens nothing")
    func before() async throws {
        let ledger = ConnectionLedger()
        let client = try LiveSMTPClient.forTests(ledger: ledger)
        let task = Task {
            await Self.sleepThroughCancellation()
            try await client.withConnection(to: .loopback, port: 9, waits: Waits(), transcript: Transcript()) { _ in }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(ledger.connections.isEmpty)
    }

    /// Work that does not listen: the socket must close all the same.
    private static func sleepThroughCancellation() async {
        await Task { try? await Task.sleep(for: .milliseconds(300)) }.value
    }
}
