import MailModel
import Testing

@testable import LiveWire

/// The servers are fakes: no implementation that is still kept answers a heartbeat that is too long.
@Suite("A heartbeat that says it is longer than it is", .timeLimit(.minutes(10)))
struct HeartbeatProbeTests {
    /// ServerHello of TLS 1.2 with these extensions, and ServerHelloDone.
    private static func flight(_ extensions: [UInt8]) -> [UInt8] {
        let body =
            [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x2F, 0, 0, UInt8(extensions.count)] + extensions
        let messages = [2, 0, 0, UInt8(body.count)] + body + [14, 0, 0, 0]
        return [22, 3, 3, 0, UInt8(messages.count)] + messages
    }
    private static let heartbeat: [UInt8] = [0, 15, 0, 1, 1]
    /// What a server without the check sends back: response, 32 octets as claimed, and padding.
    private static let response: [UInt8] = [24, 3, 3, 0, 51, 2, 0, 32] + [UInt8](repeating: 109, count: 48)
    private static let alert: [UInt8] = [21, 3, 3, 0, 2, 2, 10]

    private static func probe(
        taking extensions: [UInt8] = heartbeat, waits: Waits = .patient,
        _ rest: @escaping @Sendable (Peer, _ request: [UInt8]) async throws -> Void
    ) async throws -> HeartbeatAnswer {
        let client = try LiveSMTPClient.forTests()
        return try await ScriptedServer.run { peer in
            try await peer.send("220 mx.example ESMTP\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            let hello = try await peer.bytes()
            #expect(hello.firstRange(of: heartbeat) != nil)
            try await peer.send(flight(extensions))
            try await rest(peer, try await peer.bytes())
        } _: { server in
            try await client.withConnection(
                to: server.server, port: server.port, waits: waits, transcript: Transcript()
            ) { connection in
                _ = try await connection.greeting()
                #expect(try await connection.startTLS().code == 220)
                return try await connection.probeHeartbeat(HelloOffer(versions: [.tls12], suites: [0xC02F]))
            }
        }
    }

    @Test("a server without the check answers, in whatever pieces its answer comes")
    func answered() async throws {
        let whole = try await Self.probe { peer, request in
            // 35 octets that claim to hold 32 of payload: payload and padding together, and nothing behind them.
            #expect(request.prefix(8) == [24, 3, 3, 0, 35, 1, 0, 32])
            #expect(request.dropFirst(5 + 35) == [21, 3, 3, 0, 2, 2, 90])
            try await peer.send(Self.response)
        }
        #expect(whole == .answered)
        let behind = try await Self.probe { peer, _ in
            for byte in Self.alert + Self.response { try await peer.send([byte]) }
        }
        #expect(behind == .answered)
    }

    @Test("a server with the check throws it away, and closes over what comes behind it")
    func discarded() async throws {
        #expect(try await Self.probe { peer, _ in await peer.close() } == .discarded)
        #expect(
            try await Self.probe { peer, _ in
                try await peer.send(Self.alert)
                await peer.close()
            } == .discarded)
    }

    @Test("silence leaves it open")
    func silent() async {
        await #expect(throws: WireFailure.timedOut(stage: "heartbeat")) {
            _ = try await Self.probe(waits: Waits(handshake: .seconds(6))) { peer, _ in
                await peer.waitUntilClosed()
            }
        }
    }

    @Test("where heartbeat is not taken, no request is sent")
    func notTaken() async throws {
        let answer = try await Self.probe(taking: [0, 23, 0, 0]) { peer, request in
            #expect(request.first != 24)
            await peer.waitUntilClosed()
        }
        #expect(answer == .notTaken)
    }
}
