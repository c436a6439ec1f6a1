import COpenSSL
import MailModel
import Testing

@testable import LiveWire

/// Asking a server for a certificate with one kind of key.
@Suite("A kind of key", .timeLimit(.minutes(10)))
struct KindOfKeyTests {
    static let rsa = TestIdentity.make(.init(key: .rsa2048), by: TestPKI.shared.root)
    static let ecdsa = TestIdentity.make(.init(), by: TestPKI.shared.root)

    private func handshake(_ tls: ServerTLS, _ key: TLSOffer.Key?) async throws -> TLSHandshake {
        let client = try LiveSMTPClient.forTests()
        return try await ScriptedServer.run { peer in
            try await peer.send("220 mx.example ESMTP\r\n")
            _ = try await peer.line()
            try await peer.send("250-mx.example\r\n250 STARTTLS\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            while try await peer.line() != nil { try await peer.send("221 bye\r\n") }
        } _: { server in
            try await client.withConnection(
                to: server.server, port: server.port, waits: .patient, transcript: Transcript()
            ) { connection in
                _ = try await connection.greeting()
                _ = try await connection.send("EHLO probe.example")
                _ = try await connection.startTLS()
                let handshake = try await connection.handshake(
                    TLSOffer(serverName: server.server.host, key: key))
                await connection.quit()
                return handshake
            }
        }
    }

    @Test("DANE-33: a server with both shows each to whom asks for it", arguments: [TLSVersion.tls12, .tls13])
    func both(version: TLSVersion) async throws {
        let tls = ServerTLS(Self.rsa, versions: version...version, besides: Self.ecdsa)
        let first = try await handshake(tls, .rsa)
        #expect(first.chain.first.map { Array($0.der) } == Self.rsa.der)
        let second = try await handshake(tls, .ecdsa)
        #expect(second.chain.first.map { Array($0.der) } == Self.ecdsa.der)
        #expect(first.version == version && second.version == version)
        let records = [TLSARecord.naming(Self.rsa, 3, 1, 1), .naming(Self.ecdsa, 3, 1, 1)]
        for (handshake, depths) in [(first, [[0], []]), (second, [[], [0]])] {
            let matches = try OpenSSLVerifier().match(records, chain: handshake.chain.map { Array($0.der) })
            #expect(matches.map(\.depths) == depths)
        }
    }

    @Test("DANE-33: a server with one kind ends the handshake with the other", arguments: [TLSVersion.tls12, .tls13])
    func one(version: TLSVersion) async throws {
        let tls = ServerTLS(Self.rsa, versions: version...version)
        #expect(try await handshake(tls, .rsa).chain.first.map { Array($0.der) } == Self.rsa.der)
        await #expect(throws: WireFailure.self) { try await handshake(tls, .ecdsa) }
    }
}
