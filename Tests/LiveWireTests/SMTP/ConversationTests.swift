import MailModel
import Testing

@testable import LiveWire

@Suite("An SMTP conversation", .timeLimit(.minutes(10)))
struct ConversationTests {
    @Test("goes from the greeting through STARTTLS to a farewell inside TLS", arguments: [TLSVersion.tls12, .tls13])
    func wholeDialogue(version: TLSVersion) async throws {
        let pki = TestPKI.shared
        let tls = ServerTLS(pki.leaf, chain: [pki.intermediate], versions: version...version)
        let transcript = Transcript()
        let client = try LiveSMTPClient.forTests()
        let handshake = try await ScriptedServer.run { peer in
            try await peer.send("220 mx.example ESMTP\r\n")
            _ = try await peer.line()
            try await peer.send("250-mx.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            while let line = try await peer.line() {
                try await peer.send(line == "QUIT" ? "221 bye\r\n" : "250 mx.example\r\n")
            }
        } _: { server in
            try await client.withConnection(
                to: server.server, port: server.port, waits: .patient, transcript: transcript
            ) { connection in
                #expect(await connection.localAddress() == .loopback)
                #expect(try await connection.greeting() == SMTPReply(220, "mx.example ESMTP"))
                let ehlo = try await connection.send("EHLO probe.example")
                #expect(ehlo == SMTPReply(250, "mx.example", "SIZE 1000", "STARTTLS"))
                #expect(try await connection.startTLS().code == 220)
                let handshake = try await connection.handshake(TLSOffer(serverName: server.server.host))
                #expect(try await connection.send("EHLO probe.example") == SMTPReply(250, "mx.example"))
                #expect(await connection.plaintextAfterStartTLS().isEmpty)
                await connection.quit()
                return handshake
            }
        }
        #expect(handshake.version == version)
        #expect(handshake.path.problems == [])
        #expect(handshake.path.certificates == [0, 1])
        #expect(handshake.chain.map(\.commonName) == ["leaf.example", "Intermediate"])
        #expect(handshake.group == "x25519")
        #expect(handshake.peerSignature == "ECDSA with SHA256")
        #expect(handshake.suite.hasPrefix("TLS_"))
        #expect(handshake.extendedMasterSecret && handshake.secureRenegotiation)
        #expect(
            transcript.lines.map { "\($0.direction.rawValue)\($0.encrypted ? "*" : "") \($0.text)" }.dropFirst() == [
                "S 220 mx.example ESMTP", "C EHLO probe.example", "S 250-mx.example", "S 250-SIZE 1000",
                "S 250 STARTTLS", "C STARTTLS", "S 220 go ahead", "!* TLS established: \(version), \(handshake.suite)",
                "C* EHLO probe.example", "S* 250 mx.example", "C* QUIT", "S* 221 bye", "! closed",
            ])
    }
}
