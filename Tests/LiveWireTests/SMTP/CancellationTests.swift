import MailModel
import NIOCore
import Testing

@testable import LiveWire

@Suite("Cancelling", .timeLimit(.minutes(10)))
struct CancellationTests {
    enum Moment: String, CaseIterable {
        case greeting, command, handshake, idle
    }

    @Test("closes the socket, wherever the conversation stands", arguments: Moment.allCases)
    func closes(moment: Moment) async throws {
        let reached = Promise<Void>()
        let closed = Promise<Void>()
        let idles = Promise<Void>()
        let client = try LiveSMTPClient.forTests()
        // Nothing but the cancellation ends a wait within the time limit of the suite.
        let patient = Waits(greeting: .seconds(3600), command: .seconds(3600))
        try await ScriptedServer.run { peer in
            if moment != .greeting { try await peer.send("220 mx.example\r\n") }
            if moment == .handshake {
                _ = try await peer.line()
                try await peer.send("220 go ahead\r\n")
            }
            if moment == .command { _ = try await peer.line() }
            reached.fulfil(())
            await peer.waitUntilClosed()
            closed.fulfil(())
        } _: { server in
            let task = Task {
                try await client.withConnection(
                    to: server.server, port: server.port, waits: patient, transcript: Transcript()
                ) { connection in
                    _ = try await connection.greeting()
                    switch moment {
                    // Work that does not listen: the socket must close all the same.
                    case .idle:
                        idles.fulfil(())
                        await Task { await closed.value }.value
                    case .handshake:
                        _ = try await connection.startTLS()
                        _ = try await connection.handshake(TLSOffer(serverName: nil))
                    default: _ = try await connection.send("NOOP")
                    }
                }
            }
            await reached.value
            if moment == .idle { await idles.value }
            task.cancel()
            if moment == .idle {
                try await task.value
            } else {
                await closed.value
                await #expect(throws: CancellationError.self) { try await task.value }
            }
        }
    }

    @Test("ends a connection attempt that hangs")
    func duringConnect() async throws {
        // A listener whose queue is full drops what comes after: the attempt hangs as with a firewall that swallows.
        let listener = try FullListener()
        let client = try LiveSMTPClient.forTests()
        let task = Task {
            try await client.withConnection(
                to: .loopback, port: listener.port, waits: .patient, transcript: Transcript()
            ) { _ in }
        }
        try await Task.sleep(for: .milliseconds(100))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("a connection attempt that hangs ends with its wait")
    func connectWait() async throws {
        let listener = try FullListener()
        let client = try LiveSMTPClient.forTests()
        let error = await failure {
            try await client.withConnection(
                to: .loopback, port: listener.port, waits: Waits(connect: .milliseconds(150)),
                transcript: Transcript()
            ) { _ in }
        }
        #expect(error == .timedOut(stage: "connect"))
    }

    @Test("a task that is cancelled before it starts opens nothing")
    func before() async throws {
        let ledger = ConnectionLedger()
        let client = try LiveSMTPClient.forTests(ledger: ledger)
        let task = Task {
            await Self.sleepThroughCancellation()
            try await client.withConnection(to: .loopback, port: 9, waits: .patient, transcript: Transcript()) { _ in }
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
