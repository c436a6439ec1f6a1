import MailModel
import Testing

@testable import LiveWire

/// The server is OpenSSL in all but its silence and its hanging up.
@Suite("Asking for a second handshake", .timeLimit(.minutes(10)))
struct RenegotiationTests {
    private static let old = TLSOffer(versions: .tls10 ... .tls12, serverName: nil)

    private func renegotiate(
        letting letsRenegotiate: Bool = false, versions: ClosedRange<TLSVersion> = .tls10 ... .tls12,
        waits: Waits = .patient, _ rest: @escaping @Sendable (Peer) async throws -> Void,
        then body: @escaping @Sendable (any SMTPConnection) async throws -> Void = { _ in }
    ) async throws -> Renegotiation {
        let tls = ServerTLS(TestPKI.shared.leaf, versions: versions, letsRenegotiate: letsRenegotiate)
        return try await converse(waits: waits) { peer in
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            try await peer.startTLS(tls)
            try await rest(peer)
        } _: { connection in
            _ = try await connection.greeting()
            #expect(try await connection.startTLS().code == 220)
            _ = try await connection.handshake(Self.old)
            let renegotiation = try await connection.renegotiate()
            try await body(connection)
            return renegotiation
        }
    }

    @Test(
        "a server that lets clients renegotiate does it, and the conversation goes on",
        arguments: [TLSVersion.tls10, .tls12])
    func accepted(version: TLSVersion) async throws {
        let outcome = try await renegotiate(letting: true, versions: version...version) { peer in
            #expect(try await peer.line() == "NOOP")
            try await peer.send("250 ok\r\n")
        } then: { connection in
            let reply = try await connection.send("NOOP")
            #expect(reply == SMTPReply(250, "ok"))
        }
        #expect(outcome == .accepted)
    }

    @Test("a server that does not answers no_renegotiation")
    func refused() async throws {
        let outcome = try await renegotiate { await $0.waitUntilClosed() }
        #expect(outcome == .refused("no renegotiation"))
    }

    @Test("a server that hangs up over it has refused too")
    func hungUp() async throws {
        let outcome = try await renegotiate { peer in
            try await Task.sleep(for: .milliseconds(50))
            try await peer.reset()
        }
        #expect(outcome == .refused("the server hung up") || outcome == .refused("no renegotiation"))
        let polite = try await renegotiate { try await $0.sayGoodbye() }
        #expect(polite != .accepted)
    }

    @Test("it is refused on our side before there is a session")
    func outOfTurn() async throws {
        try await converse { peer in
            try await peer.send("220 mx.example\r\n")
            await peer.waitUntilClosed()
        } _: { connection in
            _ = try await connection.greeting()
            let error = await #expect(throws: WireFailure.self) { _ = try await connection.renegotiate() }
            #expect(error == .local("there is no TLS session to renegotiate in"))
        }
    }
}
