import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("An HTTPS request")
struct HTTPSClientTests {
    static let policy = "version: STSv1\nmode: enforce\nmx: mx.example\nmax_age: 604800\n"

    @Test("fetches a policy with one GET, with SNI and Host of the policy host", arguments: [TLSVersion.tls12, .tls13])
    func good(version: TLSVersion) async throws {
        let seen = Locked<[String]>([])
        let outcome = try await HTTPSServer(versions: version...version).fetch { lines in
            seen.withLock { $0 = lines }
        } answer: { peer in
            try await peer.send(HTTPSServer.response("200 OK", body: Self.policy))
        }
        let exchange = outcome.exchange
        #expect(
            exchange.response
                == HTTPResponse(status: 200, contentType: "text/plain", body: Array(Self.policy.utf8)))
        #expect(exchange.response?.text == Self.policy)
        #expect(exchange.failure == nil && exchange.failedAttempts == [])
        #expect(exchange.address == .loopback)
        #expect(exchange.handshake?.version == version)
        #expect(exchange.handshake?.serverName == HTTPSServer.host)
        #expect(exchange.handshake?.path.isTrusted == true)
        #expect(exchange.handshake?.chain.first?.dnsNames == ["mta-sts.example"])
        #expect(outcome.ledger.connections == [.loopback: 1])
        let request = seen.withLock { $0 }
        #expect(request.first == "GET /.well-known/mta-sts.txt HTTP/1.1")
        #expect(request.contains { $0.lowercased().hasPrefix("host: mta-sts.example:") })
        #expect(request.contains("Connection: close"))
        #expect(!request.contains { $0.lowercased().hasPrefix("transfer-encoding") })
    }

    @Test("the verdict on the certificate is there before the request is sent")
    func verdictFirst() async throws {
        let outcome = try await HTTPSServer().fetch { peer in
            try await peer.send(HTTPSServer.response("200 OK", body: Self.policy))
        }
        let texts = outcome.texts
        let established = try #require(texts.firstIndex { $0.hasPrefix("! TLS established") })
        let get = try #require(texts.firstIndex { $0.hasPrefix("C GET") })
        #expect(established < get)
        #expect(texts.last == "! body of \(Self.policy.utf8.count) octets")
    }

    @Test("STS-15: nothing is cached: asking twice is two requests on two connections")
    func noCache() async throws {
        let requests = Locked(0)
        let client = try LiveHTTPSClient(
            trustStore: TestPKI.shared.trustStore, allowed: [made(AddressBlock("127.0.0.1"))])
        let tls = ServerTLS(HTTPSServer().identity, chain: HTTPSServer().chain)
        try await ScriptedServer.run(implicitTLS: tls) { peer in
            guard try await peer.awaitTLS() else { return }
            while let line = try await peer.line(), !line.isEmpty {}
            requests.withLock { $0 += 1 }
            try await peer.send(
                HTTPSServer.response("200 OK", ["Cache-Control: max-age=86400", "ETag: \"1\""], body: Self.policy))
        } _: { server in
            let request = HTTPSRequest(
                host: HTTPSServer.host, addresses: [.loopback], path: "/.well-known/mta-sts.txt", port: server.port)
            for _ in 1...2 {
                let exchange = try await client.get(request, transcript: Transcript())
                #expect(exchange.response?.status == 200)
            }
        }
        #expect(requests.withLock { $0 } == 2)
    }

    @Test("a redirect is an answer like any other: it is not followed", arguments: [301, 302, 303, 307, 308])
    func redirect(status: Int) async throws {
        let outcome = try await HTTPSServer().fetch { peer in
            try await peer.send(
                HTTPSServer.response("\(status) Moved", ["Location: https://www.example/mta-sts.txt"], body: ""))
        }
        #expect(outcome.exchange.response?.status == status)
        #expect(outcome.exchange.response?.location == "https://www.example/mta-sts.txt")
        #expect(outcome.ledger.connections == [.loopback: 1])
    }

    @Test("404 and another media type are kept for the checks to judge")
    func otherAnswers() async throws {
        let outcome = try await HTTPSServer().fetch { peer in
            try await peer.send(
                HTTPSServer.response("404 Not Found", ["Content-Type: text/html; charset=utf-8"], body: "<p>"))
        }
        #expect(
            outcome.exchange.response
                == HTTPResponse(status: 404, contentType: "text/html; charset=utf-8", body: Array("<p>".utf8)))
    }

    @Test("a body in chunks and one up to the end of the stream are whole")
    func framing() async throws {
        let chunked = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
            for line in ["mode: none\n", "max_age: 0\n"] {
                try await peer.send("\(String(line.utf8.count, radix: 16))\r\n\(line)\r\n")
            }
            try await peer.send("0\r\n\r\n")
        }
        #expect(chunked.exchange.response?.text == "mode: none\nmax_age: 0\n")
        let toTheEnd = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.0 200 OK\r\n\r\nmode: none\n")
            try await peer.sayGoodbye()
        }
        #expect(toTheEnd.exchange.response?.text == "mode: none\n")
    }

    @Test("an interim response is passed over")
    func interim() async throws {
        let outcome = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n")
            try await peer.send(HTTPSServer.response("200 OK", body: Self.policy))
        }
        #expect(outcome.exchange.response?.status == 200)
    }

    @Test("a body of exactly the limit is whole; one octet more is cut off, and reading stops")
    func bodyLimit() async throws {
        let limits = HTTPSLimits(total: .seconds(120), body: 100)
        for extra in 0...1 {
            let outcome = try await HTTPSServer().fetch(limits: limits) { peer in
                try await peer.send(HTTPSServer.response("200 OK", body: String(repeating: "x", count: 100 + extra)))
            }
            #expect(outcome.exchange.response?.body.count == 100)
            #expect(outcome.exchange.response?.isTruncated == (extra == 1))
        }
    }

    @Test("an endless body is read up to 64 KiB, and then the connection is closed")
    func endlessBody() async throws {
        let sent = Locked(0)
        let outcome = try await HTTPSServer().fetch { peer in
            try await peer.send("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while true {
                try await peer.send(String(repeating: "x", count: 8192))
                sent.withLock { $0 += 8192 }
            }
        }
        #expect(outcome.exchange.response?.isTruncated == true)
        #expect(outcome.exchange.response?.body.count == 64 * 1024)
        #expect(sent.withLock { $0 } < 16 << 20)
    }
}
