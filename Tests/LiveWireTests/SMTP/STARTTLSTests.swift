import MailModel
import Testing

@testable import LiveWire

@Suite("STARTTLS", .timeLimit(.minutes(10)))
struct STARTTLSTests {
    private let pki = TestPKI.shared
    private var tls: ServerTLS { ServerTLS(pki.leaf, chain: [pki.intermediate]) }

    /// Greets, answers STARTTLS with `reply` and goes on with `rest`.
    private func afterSTARTTLS(
        reply: String = "220 go ahead\r\n", offer: TLSOffer = TLSOffer(serverName: nil), waits: Waits = .patient,
        transcript: Transcript = Transcript(), before pause: @escaping @Sendable () async throws -> Void = {},
        _ rest: @escaping @Sendable (Peer) async throws -> Void,
        then body: @escaping @Sendable (any SMTPConnection, TLSHandshake) async throws -> Void = { _, _ in }
    ) async throws -> [UInt8] {
        try await converse(waits: waits, transcript: transcript) { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send(reply)
            try await rest(peer)
        } _: { connection in
            _ = try await connection.greeting()
            #expect(try await connection.startTLS().code == 220)
            try await pause()
            let handshake = try await connection.handshake(offer)
            try await body(connection, handshake)
            return await connection.plaintextAfterStartTLS()
        }
    }

    @Test("every version is agreed on when it is the only one", arguments: [TLSVersion.tls10, .tls11, .tls12, .tls13])
    func versions(version: TLSVersion) async throws {
        let tls = tls
        _ = try await afterSTARTTLS(offer: TLSOffer(versions: version...version, serverName: nil)) { peer in
            try await peer.startTLS(tls)
        } then: { _, handshake in
            #expect(handshake.version == version)
            #expect(handshake.path.isTrusted)
        }
    }

    @Test("a server that waits for a second handshake does not understand QUIT, and keeps its place to the end")
    func deafToQuit() async throws {
        let tls = tls
        let client = try LiveSMTPClient.forTests(connections: 1)
        let isOver = Locked(false)
        let waits = Waits(farewell: .milliseconds(100))
        try await ScriptedServer.run { peer in
            try await peer.send("220 mx.example\r\n")
            guard try await peer.line() == "STARTTLS" else {
                #expect(isOver.withLock { $0 })
                return
            }
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            _ = try await peer.line()
            try await peer.send("220 once more\r\n")
            while try await peer.line() != nil {}
        } _: { server in
            let next = try await client.withConnection(
                to: server.server, port: server.port, waits: waits, transcript: Transcript()
            ) { connection in
                _ = try await connection.greeting()
                _ = try await connection.startTLS()
                _ = try await connection.handshake(TLSOffer(serverName: nil))
                let next = Task {
                    try await client.withConnection(
                        to: server.server, port: server.port, waits: waits, transcript: Transcript()
                    ) { connection in
                        _ = try await connection.greeting()
                        await connection.quit()
                    }
                }
                #expect(try await connection.send("STARTTLS").code == 220)
                #expect(await connection.quit() == .silent)
                isOver.withLock { $0 = true }
                return next
            }
            try await next.value
        }
    }

    @Test("ST-05: a command behind STARTTLS goes out in the same segment, and a reply to it inside TLS can be read")
    func commandBehindSTARTTLS() async throws {
        let tls = tls
        try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            #expect(try await peer.bytes() == Array("STARTTLS\r\nNOOP\r\n".utf8))
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            try await peer.send("250 injected\r\n")
            _ = try await peer.line()
            try await peer.send("503 no\r\n")
        } _: { connection in
            _ = try await connection.greeting()
            #expect(try await connection.startTLS(followedBy: "NOOP").code == 220)
            _ = try await connection.handshake(TLSOffer(serverName: nil))
            #expect(try await connection.send("STARTTLS") == SMTPReply(250, "injected"))
            #expect(try await connection.furtherReply() == SMTPReply(503, "no"))
        }
    }

    @Test("a session that our side cannot make is our failure, not the server's")
    func cannotOffer() async throws {
        let offer = TLSOffer(versions: .ssl3 ... .ssl3, serverName: nil)
        let error = await failure { try await afterSTARTTLS(offer: offer) { _ = try await $0.line() } }
        #expect(error == .local("OpenSSL does not speak SSL 3.0"))
    }

    @Test("injected plaintext is put aside, never parsed, and the handshake goes on")
    func injection() async throws {
        let tls = tls
        let plaintext = try await afterSTARTTLS(reply: "220 go ahead\r\n250 injected\r\n") { peer in
            try await peer.startTLS(tls)
            _ = try await peer.line()
            try await peer.send("250 genuine\r\n")
        } then: { connection, _ in
            let reply = try await connection.send("EHLO probe.example")
            #expect(reply == SMTPReply(250, "genuine"))
        }
        #expect(plaintext == Array("250 injected\r\n".utf8))
    }

    @Test("plaintext that comes in a segment of its own is put aside too, the first 4 KiB of it")
    func lateInjection() async throws {
        let tls = tls
        let transcript = Transcript()
        let sent = Promise<Void>()
        let plaintext = try await afterSTARTTLS(
            transcript: transcript,
            before: {
                await sent.value
                try await Task.sleep(for: .milliseconds(50))
            }
        ) { peer in
            try await peer.send(String(repeating: "X", count: 10_000))
            sent.fulfil(())
            try await peer.startTLS(tls)
        }
        #expect(plaintext == Array(repeating: 0x58, count: LiveSMTPConnection.plaintextLimit))
        #expect(transcript.lines.contains { $0.text.hasPrefix("discarded plaintext after the reply to STARTTLS") })
    }

    @Test("an answer that is not TLS is quoted")
    func garbage() async {
        let error = await failure {
            try await afterSTARTTLS { peer in
                _ = try await peer.bytes()
                try await peer.send("503 bad sequence\r\n")
                await peer.waitUntilClosed()
            }
        }
        #expect(error == .protocolError(#"the answer is not TLS: "503 bad sequence\u{d}\u{a}""#))
    }

    @Test(
        "a close, a reset and a silence during the handshake are told apart", arguments: ["close", "reset", "silence"])
    func endings(kind: String) async {
        let error = await failure {
            try await afterSTARTTLS(waits: kind == "silence" ? .short(\.handshake) : .patient) { peer in
                switch kind {
                case "close": break
                case "reset": try await peer.reset()
                default: await peer.waitUntilClosed()
                }
            }
        }
        let expected: [String: WireFailure] = [
            "close": .closedEarly(stage: "handshake"), "reset": .reset, "silence": .timedOut(stage: "handshake"),
        ]
        #expect(error == expected[kind])
    }

    @Test("the server's alert is named as RFC 8446 names it")
    func alert() async {
        let tls = ServerTLS(pki.leaf, versions: .tls13 ... .tls13)
        let error = await failure {
            try await afterSTARTTLS(offer: TLSOffer(versions: .tls10 ... .tls12, serverName: nil)) { peer in
                try await peer.startTLS(tls)
            }
        }
        #expect(error == .handshake(reason: "tlsv1 alert protocol version", alert: "protocol_version"))
        #expect(error?.description == "TLS handshake failed: alert protocol_version")
    }

    @Test("more certificates than senders take end the handshake, and say so", arguments: [10, 400])
    func manyCertificates(count: Int) async {
        let tls = ServerTLS(pki.leaf, chain: Array(repeating: pki.intermediate, count: count))
        let error = await failure {
            try await afterSTARTTLS { peer in try await peer.startTLS(tls) }
        }
        #expect(error == (count == 10 ? nil : .handshake(reason: WireFailure.oversizedMessage, alert: nil)))
    }

    @Test(
        "the key exchange is named",
        arguments: [
            ("ECDHE-ECDSA-AES128-SHA", "secp384r1", Optional("secp384r1")), ("AES128-SHA", "P-256", nil),
            ("DHE-RSA-AES128-SHA", "ffdhe3072", "modp_2048"),
        ])
    func keyExchange(suite: String, group: String, expected: String?) async throws {
        var request = TestIdentity.Request()
        if suite.contains("RSA") || !suite.contains("EC") { request.key = .rsa2048 }
        request.keyUsage = nil
        let tls = ServerTLS(
            .make(request), versions: .tls12 ... .tls12, ciphers: "\(suite):@SECLEVEL=0", groups: group)
        _ = try await afterSTARTTLS { peer in
            try await peer.startTLS(tls)
        } then: { _, handshake in
            #expect(handshake.group == expected)
            #expect(handshake.suite.hasSuffix("WITH_AES_128_CBC_SHA"))
            #expect((handshake.peerSignature == nil) == (expected == nil))
        }
    }

    @Test("only the first 20 certificates are kept")
    func manyCertificates() async throws {
        let tls = ServerTLS(pki.leaf, chain: Array(repeating: pki.intermediate, count: 30))
        let transcript = Transcript()
        _ = try await afterSTARTTLS(transcript: transcript) { peer in
            try await peer.startTLS(tls)
        } then: { _, handshake in
            #expect(handshake.chain.count == 20)
            #expect(handshake.path.isTrusted)
        }
        #expect(transcript.lines.contains { $0.text == "31 certificates came, 20 kept" })
    }

    @Test("a close_notify in place of a reply is a close")
    func closeNotify() async {
        let tls = tls
        let error = await failure {
            try await afterSTARTTLS { peer in
                try await peer.startTLS(tls)
                _ = try await peer.line()
                try await peer.closeTLS()
                await peer.waitUntilClosed()
            } then: { connection, _ in
                _ = try await connection.send("EHLO probe.example")
            }
        }
        #expect(error == .closedEarly(stage: "EHLO"))
    }

    @Test("after 220 nothing but the handshake may follow, and without it no handshake")
    func order() async throws {
        let errors = try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("454 not now\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
        } _: { connection in
            _ = try await connection.greeting()
            let offer = TLSOffer(serverName: nil)
            #expect(try await connection.startTLS().code == 454)
            let early = await failure { try await connection.handshake(offer) }
            #expect(try await connection.startTLS().code == 220)
            return [early, await failure { try await connection.send("NOOP") }]
        }
        #expect(errors[0] == .local("STARTTLS has not been accepted"))
        #expect(errors[1] == .local("after a 2yz to STARTTLS only the handshake may follow"))
    }
}
