import MailModel
import Testing

@testable import LiveWire

@Suite("The manners of our side", .timeLimit(.minutes(10)))
struct ConnectionPolicyTests {
    @Test("it says nothing before the greeting")
    func neverFirst() async throws {
        let spoke = Locked<Bool?>(nil)
        let accepted = Promise<Void>()
        let error = try await converse { peer in
            accepted.fulfil(())
            let line = try await peer.line()
            spoke.withLock { $0 = line != nil }
        } _: { connection in
            await accepted.value
            try await Task.sleep(for: .milliseconds(50))
            return await failure { try await connection.send("EHLO probe.example") }
        }
        #expect(error == .local("the greeting has not come yet"))
        #expect(spoke.withLock { $0 } == false)
    }

    @Test("no text becomes two commands", arguments: ["NOOP\r\nDATA", "NOOP\nDATA", "NOOP\rDATA", "NOOP\0", "\r\n"])
    func noInjection(command: String) async throws {
        let received = Locked("nothing came")
        let errors = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            let line = try await peer.line()
            received.withLock { $0 = line ?? "closed" }
        } _: { connection in
            _ = try await connection.greeting()
            return [
                await failure { try await connection.send(command) },
                await failure { try await connection.pipeline(["NOOP", command]) },
            ]
        }
        #expect(errors == Array(repeating: .local("a command must not hold CR, LF or NUL"), count: 2))
        #expect(received.withLock { $0 } == "closed")
    }

    @Test("several commands go out together and every reply finds its command")
    func pipelining() async throws {
        let replies = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            let commands = [try await peer.line(), try await peer.line(), try await peer.line()]
            try await peer.send(commands.map { "250 \($0 ?? "")\r\n" }.joined())
        } _: { connection in
            _ = try await connection.greeting()
            return try await connection.pipeline(["MAIL FROM:<>", "RCPT TO:<a@example>", "RSET"])
        }
        #expect(replies == ["MAIL FROM:<>", "RCPT TO:<a@example>", "RSET"].map { SMTPReply(250, $0) })
    }

    @Test("QUIT waits two seconds at most, and never fails")
    func quit() async throws {
        try await converse(waits: Waits(command: .seconds(3600))) { peer in
            try await peer.send("220 mx.example\r\n")
            while try await peer.line() != nil {}
        } _: { connection in
            _ = try await connection.greeting()
            await connection.quit()
            await connection.quit()
        }
    }

    @Test("whoever comes next begins while the answer to QUIT is awaited, and not before QUIT is sent")
    func placeOfQuit() async throws {
        let client = try LiveSMTPClient.forTests(connections: 1)
        // A busy machine answers late.
        let waits = Waits(farewell: .seconds(60))
        let met = Locked(0)
        let nextHasGreeted = Promise<Void>()
        let isQuitting = Locked(false)
        let farewell = try await ScriptedServer.run { peer in
            let number = met.withLock { met in
                met += 1
                return met
            }
            #expect(isQuitting.withLock { $0 } == (number == 2))
            try await peer.send("220 mx.example\r\n")
            #expect(try await peer.line() == "QUIT")
            isQuitting.withLock { $0 = true }
            if number == 1 { await nextHasGreeted.value }
            try await peer.send("221 bye\r\n")
        } _: { server in
            try await client.withConnection(
                to: server.server, port: server.port, waits: waits, transcript: Transcript()
            ) { connection in
                _ = try await connection.greeting()
                async let next: Void = client.withConnection(
                    to: server.server, port: server.port, waits: waits, transcript: Transcript()
                ) { connection in
                    _ = try await connection.greeting()
                    nextHasGreeted.fulfil(())
                    await connection.quit()
                }
                let farewell = await connection.quit()
                try await next
                return farewell
            }
        }
        #expect(farewell == .said(SMTPReply(221, "bye")))
    }

    @Test("two commands at once on one connection are refused")
    func oneAtATime() async throws {
        let error = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await Task.sleep(for: .milliseconds(100))
            try await peer.send("250 ok\r\n")
        } _: { connection in
            _ = try await connection.greeting()
            async let first = connection.send("NOOP")
            try await Task.sleep(for: .milliseconds(30))
            let error = await failure { try await connection.send("NOOP") }
            #expect(try await first.code == 250)
            return error
        }
        #expect(error == .local("two commands at once on one connection"))
    }

    @Test("a port that is none is our own mistake", arguments: [0, -1, 65536])
    func ports(port: Int) async throws {
        let client = try LiveSMTPClient.forTests()
        let error = await failure {
            try await client.withConnection(to: .loopback, port: port, waits: .patient, transcript: Transcript()) { _ in
            }
        }
        #expect(error == .local("no such port: \(port)"))
    }
}
