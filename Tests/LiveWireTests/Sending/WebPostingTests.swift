import MailModel
import Testing

@testable import LiveWire

/// Posts to a server on loopback.
@Suite("Posts", .timeLimit(.minutes(10)))
struct WebPostingTests {
    /// What the server got, and how posting to it ended.
    private func post(
        tls name: String? = nil, trusting store: TrustStore = TestPKI.shared.trustStore, secret: String? = nil,
        fields: [String: String] = [:], answer: String = "HTTP/1.1 204 No Content\r\n\r\n"
    ) async throws -> (lines: [String], failure: Undelivered?) {
        let identity = name.map {
            TestIdentity.make(.init(alternativeNames: "DNS:\($0)"), by: TestPKI.shared.intermediate)
        }
        let tls = identity.map { ServerTLS($0, chain: [TestPKI.shared.intermediate]) }
        let lines = Locked<[String]>([])
        let failure = try await ScriptedServer.run(implicitTLS: tls) { peer in
            if tls != nil, try await !peer.awaitTLS() { return }
            while let line = try await peer.line() {
                lines.withLock { $0.append(line) }
                // The body is one line without an end: a line end is sent by the test.
                if line.hasPrefix("{") { break }
            }
            try await peer.send(answer)
        } _: { server in
            let address = try #require(
                WebAddress("\(tls == nil ? "http" : "https")://localhost:\(server.port)/hook?list=a"))
            do {
                try await LiveCourier(trustStore: store, name: "watch.example.net").post(
                    OutgoingPost(
                        to: address, fields: fields, body: Array("{\"a\":1}\n".utf8),
                        secret: secret.map { Array($0.utf8) }))
                return nil as Undelivered?
            } catch {
                return try #require(error as? Undelivered)
            }
        }
        return (lines.withLock { $0 }, failure)
    }

    @Test("a signature is HMAC with SHA-256: RFC 4231, test cases 1, 2 and 6")
    func signature() {
        #expect(
            MessageSignature.hex(Array("Hi There".utf8), key: Array(repeating: 0x0B, count: 20))
                == "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7")
        #expect(
            MessageSignature.hex(Array("what do ya want for nothing?".utf8), key: Array("Jefe".utf8))
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
        #expect(
            MessageSignature.hex(
                Array("Test Using Larger Than Block-Size Key - Hash Key First".utf8),
                key: Array(repeating: 0xAA, count: 131))
                == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54")
    }

    @Test("a post to this machine has its fields, its signature and its body")
    func plain() async throws {
        let (lines, failure) = try await post(
            secret: "key", fields: ["Idempotency-Key": "k1", "Title": "a\r\nX-Evil: 1"])
        #expect(failure == nil)
        #expect(lines.first == "POST /hook?list=a HTTP/1.1")
        #expect(lines.contains("Idempotency-Key: k1") && lines.contains("Title: aX-Evil: 1"))
        let signature = MessageSignature.hex(Array("{\"a\":1}\n".utf8), key: Array("key".utf8))
        #expect(lines.contains("X-Mailgrade-Signature: sha256=\(signature)"))
        #expect(lines.last == "{\"a\":1}")
    }

    @Test("https goes to a host whose certificate is valid for it, and nothing to any other")
    func secure() async throws {
        let (lines, failure) = try await post(tls: "localhost")
        #expect(failure == nil && lines.last == "{\"a\":1}")
        let (other, second) = try await post(tls: "other.example")
        #expect(other.isEmpty && second?.description.contains("is for another host") == true)
        let (unknown, third) = try await post(
            tls: "localhost", trusting: TrustStore.trusting(TestIdentity.make(.authority("Other"))))
        #expect(unknown.isEmpty && third?.description.contains("is not trusted") == true)
    }

    @Test(
        "anything but 2xx is a failure, and may have arrived",
        arguments: [
            ("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n", "the answer is 500"),
            ("HTTP/1.1 302 Found\r\nLocation: http://localhost/\r\nContent-Length: 0\r\n\r\n", "the answer is 302"),
            ("", "ended without an answer"), ("SSH-2.0-x\r\n\r\n", "localhost"),
            ("HTTP/1.1 200 OK\r\nX: \(String(repeating: "a", count: 20_000))\r\n\r\n", "localhost"),
        ])
    func refused(answer: String, why: String) async throws {
        let (_, failure) = try await post(answer: answer)
        let found = try #require(failure)
        #expect(found.description.contains(why) && found.mayHaveArrived, "\(found)")
    }

    @Test("an interim answer is not the answer")
    func interim() async throws {
        let answer = "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
        #expect(try await post(answer: answer).failure == nil)
    }

    @Test("plain http never leaves the machine and its own networks")
    func guarded() async throws {
        let courier = try LiveCourier(trustStore: TestPKI.shared.trustStore, name: "watch.example.net")
        let address = try #require(WebAddress("http://192.0.2.1/hook"))
        let error = await #expect(throws: Undelivered.self) {
            try await courier.post(OutgoingPost(to: address, fields: [:], body: []))
        }
        #expect(error?.description.contains("http:// is for this machine") ?? false)
    }

    @Test("where nobody listens, that is said")
    func nobody() async throws {
        let courier = try LiveCourier(trustStore: TestPKI.shared.trustStore, name: "watch.example.net")
        let address = try #require(WebAddress("http://127.0.0.1:1/hook"))
        let error = await #expect(throws: Undelivered.self) {
            try await courier.post(OutgoingPost(to: address, fields: [:], body: []))
        }
        #expect(error?.description.contains("refused") ?? false)
        #expect(error?.mayHaveArrived == false)
    }
}
