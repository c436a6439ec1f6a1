import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("A hostile or broken HTTPS server")
struct HostileHTTPSTests {
    private func failure(
        limits: HTTPSLimits = HTTPSLimits(total: .seconds(120)),
        _ answer: @escaping @Sendable (Peer) async throws -> Void
    ) async throws -> WireFailure? {
        let outcome = try await HTTPSServer().fetch(limits: limits, answer: answer)
        #expect(outcome.exchange.response == nil)
        #expect(outcome.exchange.handshake != nil)
        return outcome.exchange.failure
    }

    @Test("that drips one octet at a time gains no time: the deadline covers the whole request")
    func slowDrip() async throws {
        // Long enough for a busy machine to connect and to shake hands; the whole answer would take twenty minutes.
        let outcome = try await HTTPSServer().fetch(limits: HTTPSLimits(total: .seconds(5))) { peer in
            try await peer.drip(
                "HTTP/1.1 200 OK\r\n\r\n" + String(repeating: "x", count: 60000), every: .milliseconds(20))
        }
        guard case .timedOut = outcome.exchange.failure else {
            Issue.record("\(outcome.exchange)")
            return
        }
        #expect(outcome.exchange.response == nil)
    }

    @Test("that takes the connection and says nothing runs into the deadline in the handshake")
    func silent() async throws {
        let outcome = try await HTTPSServer().fetchRaw(limits: HTTPSLimits(total: .seconds(2))) { peer in
            await peer.waitUntilClosed()
        }
        #expect(outcome.exchange.failure == .timedOut(stage: "handshake"))
        #expect(outcome.exchange.address == .loopback)
        #expect(outcome.exchange.handshake == nil)
    }

    @Test("that answers with something else than HTTP")
    func garbage() async throws {
        for text in ["SSH-2.0-OpenSSH_9.9\r\n", "220 mx.example ESMTP\r\n", "\u{0}\u{1}\u{2}\r\n\r\n"] {
            guard case .protocolError(let why) = try await failure({ try await $0.send(text) }) else {
                Issue.record("\(text)")
                continue
            }
            #expect(why.hasPrefix("the answer is not HTTP/1.1"))
        }
    }

    @Test("that answers in HTTP/2 or HTTP/0.9 is not understood")
    func otherVersions() async throws {
        for text in ["HTTP/2.0 200 OK\r\n\r\n", "HTTP/0.9 200 OK\r\n\r\n"] {
            guard case .protocolError = try await failure({ try await $0.send(text) }) else {
                Issue.record("\(text)")
                continue
            }
        }
    }

    @Test("that closes before it has answered")
    func close() async throws {
        #expect(try await failure { await $0.close() } == .closedEarly(stage: "response"))
        #expect(try await failure { try await $0.sayGoodbye() } == .closedEarly(stage: "response"))
    }

    @Test("that cuts the body off, whether or not it says how long the body is")
    func cutOff() async throws {
        let withLength = try await failure { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmode: enforce\n")
            await peer.close()
        }
        #expect(withLength == .closedEarly(stage: "response, without close_notify of TLS"))
        let withGoodbye = try await failure { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmode: enforce\n")
            try await peer.sayGoodbye()
        }
        #expect(withGoodbye == .closedEarly(stage: "response"))
        // Without a length and without a farewell inside TLS, anybody on the way could have cut it off.
        let without = try await failure { peer in
            try await peer.send("HTTP/1.1 200 OK\r\n\r\nmode: enforce\n")
            await peer.close()
        }
        #expect(without == .closedEarly(stage: "response, without close_notify of TLS"))
    }

    @Test("that cuts the body off: what came is kept apart from a whole response")
    func partial() async throws {
        let exchange = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nmode: enforce\n")
            try await peer.sayGoodbye()
        }.exchange
        #expect(exchange.response == nil)
        #expect(exchange.partial?.status == 200)
        #expect(exchange.partial?.contentLength == 100)
        #expect(exchange.partial?.text == "mode: enforce\n")
    }

    @Test("that speaks HTTP/2 and nothing else")
    func http2() async throws {
        let failure = try await failure { peer in
            // An empty SETTINGS frame: RFC 9113, section 6.5.
            try await peer.send("\0\0\0\u{04}\0\0\0\0\0")
            await peer.close()
        }
        #expect(failure == .protocolError("the answer is HTTP/2, not HTTP/1.1"))
    }

    @Test("that compresses unasked says so in its response")
    func compressed() async throws {
        let exchange = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nx")
            try await peer.sayGoodbye()
        }.exchange
        #expect(exchange.response?.contentEncoding == "gzip")
        #expect(exchange.response?.contentLength == nil)
    }

    @Test("that sends header fields without end")
    func endlessHeader() async throws {
        let failure = try await failure { peer in
            try await peer.send("HTTP/1.1 200 OK\r\n")
            while true { try await peer.send("X-Padding: \(String(repeating: "x", count: 1000))\r\n") }
        }
        #expect(failure == .limitExceeded("header fields of more than 16384 octets"))
    }

    @Test("that sends one header field without end")
    func endlessField() async throws {
        let failure = try await failure { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nX-Padding: ")
            while true { try await peer.send(String(repeating: "x", count: 1000)) }
        }
        #expect(failure == .limitExceeded("header fields of more than 16384 octets"))
    }

    @Test("that sends interim responses without end")
    func endlessInterim() async throws {
        let failure = try await failure(limits: HTTPSLimits(total: .seconds(120), body: 1000, header: 1000)) { peer in
            while true { try await peer.send(String(repeating: "HTTP/1.1 103 Hints\r\n\r\n", count: 100)) }
        }
        #expect(failure == .limitExceeded("more octets than the response can have"))
    }

    @Test("that speaks something else than TLS")
    func notTLS() async throws {
        let outcome = try await HTTPSServer().fetchRaw { peer in
            try await peer.send("HTTP/1.1 400 Bad Request\r\n\r\n")
            await peer.waitUntilClosed()
        }
        guard case .handshake(let reason, nil) = outcome.exchange.failure else {
            Issue.record("\(String(describing: outcome.exchange.failure))")
            return
        }
        #expect(reason.hasPrefix("the answer is not TLS"))
    }

    @Test("RFC 8461, section 7.2: that has only TLS 1.1 fails the handshake")
    func oldTLS() async throws {
        let outcome = try await HTTPSServer(versions: .tls10 ... .tls11).fetch { _ in }
        #expect(
            outcome.exchange.failure == .handshake(reason: "tlsv1 alert protocol version", alert: "protocol_version"))
        #expect(outcome.exchange.handshake == nil)
    }
}

@Suite("The addresses of an HTTPS server")
struct HTTPSAddressTests {
    private func fetch(_ addresses: [String], allowed: [String] = ["127.0.0.0/8"]) async throws -> HTTPSServer.Outcome {
        try await HTTPSServer().fetch(from: addresses.map { made(IPAddress($0)) }, allowed: allowed) { peer in
            try await peer.send(HTTPSServer.response("200 OK", body: "mode: none\n"))
        }
    }

    @Test("are tried in turn until one takes the connection")
    func nextAddress() async throws {
        let outcome = try await fetch(["127.0.0.9", "127.0.0.1", "127.0.0.2"])
        #expect(outcome.exchange.failedAttempts == [.init(made(IPAddress("127.0.0.9")), .refused)])
        #expect(outcome.exchange.address == .loopback)
        #expect(outcome.exchange.response?.status == 200)
        #expect(outcome.ledger.connections.count == 2)
    }

    @Test("that are special-purpose addresses are not contacted")
    func specialAddresses() async throws {
        let outcome = try await fetch(
            ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1", "::ffff:127.0.0.1", "64:ff9b::7f00:1"], allowed: [])
        #expect(
            outcome.exchange.failedAttempts.map(\.failure)
                == ["loopback", "private use", "link-local", "loopback", "loopback", "loopback"]
                .map { .specialAddress($0) })
        #expect(outcome.exchange.address == nil && outcome.exchange.failure == nil)
        #expect(outcome.ledger.connections == [:])
    }

    @Test("that are none lead to an exchange of nothing")
    func noAddress() async throws {
        #expect(try await fetch([]).exchange == HTTPSExchange())
    }

    @Test("are left at once when the task is cancelled")
    func cancelled() async throws {
        await #expect(throws: CancellationError.self) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    _ = try await HTTPSServer().fetchRaw { peer in await peer.waitUntilClosed() }
                }
                try await Task.sleep(for: .milliseconds(200))
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }
}

@Suite struct HTTPResponseTests {
    @Test("A response is written with its body as text, or as base64 where it is none", arguments: [false, true])
    func coding(binary: Bool) throws {
        let response = HTTPResponse(
            status: 200, contentType: "text/plain", body: binary ? [0xFF, 0xFE, 0] : Array("mode: none\n".utf8))
        let data = try JSONEncoder().encode(response)
        #expect(try JSONDecoder().decode(HTTPResponse.self, from: data) == response)
        #expect(String(decoding: data, as: UTF8.self).contains(binary ? "base64" : "mode: none"))
    }
}
