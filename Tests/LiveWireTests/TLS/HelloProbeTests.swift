import MailModel
import Testing

@testable import LiveWire

@Suite("A ClientHello probe against OpenSSL")
struct HelloProbeTests {
    private static let suites: [UInt16] = [0x1301, 0x1302, 0x1303, 0xC02B, 0xC02C, 0xCCA9, 0xC009, 0xC00A]

    private static func probe(
        _ offer: HelloOffer, waits: Waits = .patient, transcript: Transcript = Transcript(),
        _ answer: @escaping @Sendable (Peer) async throws -> Void
    ) async throws -> HelloAnswer {
        let client = try LiveSMTPClient.forTests()
        return try await ScriptedServer.run { peer in
            try await peer.send("220 mx.example ESMTP\r\n")
            _ = try await peer.line()
            try await peer.send("250-mx.example\r\n250 STARTTLS\r\n")
            _ = try await peer.line()
            try await peer.send("220 go ahead\r\n")
            try await answer(peer)
        } _: { server in
            try await client.withConnection(
                to: server.server, port: server.port, waits: waits, transcript: transcript
            ) { connection in
                _ = try await connection.greeting()
                _ = try await connection.send("EHLO probe.example")
                #expect(try await connection.startTLS().code == 220)
                return try await connection.probe(offer)
            }
        }
    }

    private static func openSSL(_ versions: ClosedRange<TLSVersion>) -> @Sendable (Peer) async throws -> Void {
        let pki = TestPKI.shared
        let tls = ServerTLS(pki.leaf, chain: [pki.intermediate], versions: versions)
        return { peer in try await peer.startTLS(tls) }
    }

    @Test("learns the suite and the group of TLS 1.3 from a HelloRetryRequest")
    func tls13() async throws {
        let transcript = Transcript()
        let offer = HelloOffer(versions: [.tls13, .tls12], suites: Self.suites, groups: [0x0018, 0x0017])
        let choice = try #require(
            try await Self.probe(offer, transcript: transcript, Self.openSSL(.tls12 ... .tls13)).choice)
        #expect(choice.version == .tls13 && choice.isRetryRequest)
        #expect(choice.group == 0x0018 || choice.group == 0x0017)
        #expect(CipherSuite.with(code: choice.suite)?.isTLS13 == true)
        #expect(transcript.lines.suffix(3).first?.text == "ClientHello: TLS 1.2, TLS 1.3; 8 suites, 2 groups")
    }

    @Test("learns certificates, curve and signature of TLS 1.2 in clear")
    func tls12() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: Self.suites, groups: [0x0017, 0x0018], depth: .flight)
        let choice = try #require(try await Self.probe(offer, Self.openSSL(.tls12 ... .tls13)).choice)
        #expect(choice.version == .tls12 && !choice.isRetryRequest)
        #expect(choice.certificates.count == 2)
        #expect(choice.group == 0x0017 || choice.group == 0x0018)
        #expect(choice.signatureScheme == 0x0403)
        #expect(choice.has(.extendedMasterSecret) && choice.has(.renegotiationInfo))
    }

    @Test("sees a version refused with an alert")
    func refused() async throws {
        let offer = HelloOffer(versions: [.tls11], suites: [0xC009])
        let answer = try await Self.probe(offer, Self.openSSL(.tls12 ... .tls13))
        #expect(answer == .alert(TLSAlert(code: 70)))
    }

    @Test("sees suites refused with an alert")
    func noSuite() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: [0x0005])
        #expect(try await Self.probe(offer, Self.openSSL(.tls12 ... .tls12)) == .alert(TLSAlert(code: 40)))
    }

    @Test("tells a server that hangs up from one that says nothing")
    func silence() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: [0xC009])
        #expect(try await Self.probe(offer) { await $0.close() } == .hungUp)
        #expect(try await Self.probe(offer) { try await $0.reset() } == .hungUp)
        await #expect(throws: WireFailure.timedOut(stage: "handshake")) {
            _ = try await Self.probe(offer, waits: Waits(handshake: .milliseconds(80))) { peer in
                await peer.waitUntilClosed()
            }
        }
    }

    @Test("a server that drips its answer is not silent, and what it has chosen by then counts")
    func dripped() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: [0xC009], depth: .flight)
        // What is sent has to come before, on a busy machine, too.
        let waits = Waits(handshake: .seconds(3))
        await #expect(throws: WireFailure.timedOut(stage: "rest of the handshake")) {
            _ = try await Self.probe(offer, waits: waits) { peer in
                try await peer.bytes()
                try await peer.send([22, 3, 3, 0, 42, 2, 0, 0, 38])
                await peer.waitUntilClosed()
            }
        }
        let answer = try await Self.probe(offer, waits: waits) { peer in
            try await peer.bytes()
            let hello = [3, 3] + [UInt8](repeating: 7, count: 32) + [0, 0xC0, 0x09, 0]
            try await peer.send([22, 3, 3, 0, 42, 2, 0, 0, 38] + hello + [22, 3, 3])
            await peer.waitUntilClosed()
        }
        #expect(answer.choice?.suite == 0xC009)
    }

    @Test("quotes an answer that is not TLS")
    func notTLS() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: [0xC009])
        let answer = try await Self.probe(offer) { peer in
            try await peer.bytes()
            try await peer.send("454 TLS not available\r\n")
        }
        guard case .unreadable(let text) = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(text.hasPrefix("the answer is not TLS: 454 TLS not available"))
    }
}
