import MailModel
import Testing

@testable import LiveWire

/// RFC 5321, section 4.2: one reply to one command. What came and was not read yet counts.
@Suite("Replies and commands in step")
struct InStepTests {
    private let pki = TestPKI.shared

    @Test("octets that came before a command end the conversation, whether they came with a reply or behind it")
    func before() async throws {
        for pause in [Duration.zero, .milliseconds(30)] {
            let error = try await converse { peer in
                try await peer.send("220 mx.example\r\n")
                _ = try await peer.line()
                try await peer.send("250 mx.example\r\n")
                if pause > .zero { try await Task.sleep(for: pause) }
                try await peer.send("250 stray\r\n")
                await peer.waitUntilClosed()
            } _: { connection in
                _ = try await connection.greeting()
                #expect(try await connection.send("EHLO probe.example") == SMTPReply(250, "mx.example"))
                try await spoken(to: connection)
                return await failure { try await connection.send("MAIL FROM:<>") }
            }
            #expect(error == .outOfStep("\"250 stray\" came before MAIL was sent"))
        }
    }

    @Test("of a flood a line is enough: it ends the conversation, and does not fill the memory")
    func flood() async throws {
        let block = [UInt8](repeating: UInt8(ascii: "2"), count: 1 << 20)
        let error = try await converse { peer in
            try await peer.send("220 mx.example\r\n250 stray\r\n")
            while (try? await peer.send(block)) != nil {}
        } _: { connection in
            _ = try await connection.greeting()
            try await spoken(to: connection)
            let error = await failure { try await connection.send("EHLO probe.example") }
            let kept = try #require(connection as? LiveSMTPConnection)
            // A line, and what the last read from the socket brought beyond it.
            #expect(await kept.parser.unread.count < ReplyParser.lineLimit + (128 << 10))
            return error
        }
        #expect(error == .outOfStep("\"250 stray\" came before EHLO was sent"))
    }

    @Test("inside TLS as well")
    func inside() async throws {
        let tls = ServerTLS(pki.leaf, chain: [pki.intermediate])
        let error = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("220 Ready\r\n")
            try await peer.startTLS(tls)
            try await peer.send("220 mx.example once more\r\n")
            await peer.waitUntilClosed()
        } _: { connection in
            _ = try await connection.greeting()
            #expect(try await connection.startTLS().grantsTLS)
            _ = try await connection.handshake(TLSOffer(serverName: nil))
            try await spoken(to: connection)
            return await failure { try await connection.send("EHLO probe.example") }
        }
        #expect(error == .outOfStep("\"220 mx.example once more\" came before EHLO was sent"))
    }

    @Test(
        "QUIT is evidence: the farewell, nothing, or what nobody asked for",
        arguments: [
            ("221 Bye\r\n", Farewell.said(SMTPReply(221, "Bye"))), ("250 Bye\r\n", .said(SMTPReply(250, "Bye"))),
            ("", .silent), ("221 Bye\r\n250 Ok\r\n", .outOfStep("\"250 Ok\" came behind the reply to QUIT")),
            ("250 Ok\r\n221 Bye\r\n", .outOfStep("QUIT was answered 250 Ok, and then came 221 Bye")),
        ])
    func farewell(words: String, expected: Farewell) async throws {
        // A busy machine answers late; only who says nothing at all is to be left.
        let waits = Waits(farewell: words.isEmpty ? .milliseconds(100) : .seconds(60))
        let farewell = try await converse(waits: waits) { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send(words)
        } _: { connection in
            _ = try await connection.greeting()
            return await connection.quit()
        }
        #expect(farewell == expected)
    }

    @Test("a group's replies are heard one by one, and those before a hang-up are not lost")
    func group() async throws {
        let heard = Locked<[Int]>([])
        let error = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("250 Ok\r\n550 No\r\n")
        } _: { connection in
            _ = try await connection.greeting()
            return await failure {
                try await connection.pipeline(["MAIL FROM:<>", "RCPT TO:<a@example.net>", "RSET"]) { reply in
                    heard.withLock { $0.append(reply.code) }
                }
            }
        }
        #expect(heard.withLock { $0 } == [250, 550])
        #expect(error == .closedEarly(stage: "command") || error == .reset)
    }

    @Test("A7: the handshake may follow any 2yz to STARTTLS")
    func anyYes() async throws {
        let tls = ServerTLS(pki.leaf, chain: [pki.intermediate])
        let version = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("250 ok\r\n")
            try await peer.startTLS(tls)
            await peer.waitUntilClosed()
        } _: { connection in
            _ = try await connection.greeting()
            #expect(try await connection.startTLS().code == 250)
            return try await connection.handshake(TLSOffer(serverName: nil)).version
        }
        #expect(version == .tls13)
    }

    /// Waits until something has come that nobody has read.
    private func spoken(to connection: any SMTPConnection) async throws {
        let live = try #require(connection as? LiveSMTPConnection)
        while await live.parser.unread.isEmpty, await live.arrivals.octets <= live.taken {
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
