import CheckKit
import FoundationEssentials
import HTTPTypes
import Hummingbird
import MailModel
import NIOCore
import NIOEmbedded
import NIOHTTP1
import Testing

@testable import Service
@testable import Store

@Suite struct DoorTests {
    @Test("every answer says what a page may do, and that nobody keeps or lists it")
    func headers() async throws {
        let site = try Site()
        let run = try await site.stored()
        try await site.asking { client async throws in
            for path in ["/", "/about", "/runs/\(run.id)", "/runs/nothing", "/metrics", "/api/v1/profiles", "/nowhere"]
            {
                let response = try await client.read(path)
                let policy = try #require(response.headers[.contentSecurityPolicy], "\(path)")
                #expect(policy.hasPrefix("default-src 'none';"))
                #expect(!policy.contains("unsafe"))
                #expect(response.headers[.xContentTypeOptions] == "nosniff")
                #expect(response.headers[.robots] == "noindex")
                #expect(response.headers[.cacheControl] == "no-store")
                #expect(response.headers[.setCookie] == nil)
            }
        }
    }

    @Test("the styles and scripts of every page are those that the policy names")
    func hashes() async throws {
        let site = try Site()
        let run = try await site.stored()
        try await site.asking { client async throws in
            for path in ["/", "/about", "/runs/\(run.id)"] {
                let response = try await client.read(path)
                let policy = try #require(response.headers[.contentSecurityPolicy])
                for match in response.text.matches(of: /<(style|script)>([\s\S]*?)<\/(style|script)>/) {
                    var hash = SHA256()
                    hash.update(Array(String(match.output.2).utf8))
                    let digest = "sha256-" + Data(hash.finish()).base64EncodedString()
                    #expect(policy.contains(digest), "\(path) \(match.output.1)")
                }
                #expect(!response.text.contains("style=\""))
                #expect(!response.text.contains("onclick"))
                #expect(!response.text.contains("http://"))
            }
        }
    }

    @Test("a name that leads here by a trick of the DNS is turned away")
    func otherHost() async throws {
        let site = try Site(hosts: ["grade.example.net", "localhost"])
        try await site.asking { client async throws in
            let local = try await client.execute(uri: "/healthz", method: .get, headers: [:])
            // The client of the tests says localhost.
            #expect(local.status == .ok)
        }
        let other = try Site(hosts: ["grade.example.net"])
        let response = try await other.asking { try await $0.read("/healthz") }
        #expect(response.status.code == 421)
        for (name, isOurs) in [("localhost:8080", true), ("LOCALHOST", true), ("localhost:8080@evil.example", false)] {
            #expect(Doorkeeper.isName(name, among: ["localhost"]) == isOurs, "\(name)")
        }
    }

    @Test(
        "the host of a target in absolute form counts, and not that of the field",
        arguments: [
            ("http://evil.example/healthz", "evil.example"),
            ("http://localhost@evil.example/healthz", "localhost@evil.example"),
            ("http://evil.example:81?/healthz", "evil.example:81"), ("http://[::1]:8080/", "[::1]:8080"),
            ("/healthz?a=http://evil.example", "localhost"), ("*", "localhost"),
        ])
    func absolute(_ target: String, _ host: String) throws {
        #expect(try Self.hosts(of: "GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n") == [host])
        if host != "localhost" { #expect(!Doorkeeper.isName(host, among: ["localhost"])) }
    }

    @Test("of two fields Host none is taken away, so that they are refused")
    func absoluteTwice() throws {
        #expect(
            try Self.hosts(of: "GET http://a.example/ HTTP/1.1\r\nHost: b.example\r\nHost: c.example\r\n\r\n")
                == ["b.example", "c.example"])
    }

    /// The fields Host that are left of a request in octets.
    private static func hosts(of octets: String) throws -> [String] {
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withErrorHandling: false)
        try channel.pipeline.syncOperations.addHandler(TargetHost.Installer())
        try channel.writeInbound(ByteBuffer(string: octets))
        guard case .head(let head)? = try channel.readInbound(as: HTTPServerRequestPart.self) else { return [] }
        return head.headers["Host"]
    }

    @Test(
        "what two readers may understand in two ways is answered by none",
        arguments: [
            ("Host", "localhost", 400), ("Transfer-Encoding", "xchunked", 501),
            ("Transfer-Encoding", "gzip, chunked", 501),
        ])
    func twoWays(_ name: String, _ value: String, _ status: Int) async throws {
        let site = try Site()
        let field = try #require(HTTPField.Name(name))
        #expect(try await site.asking { try await $0.read("/healthz", [field: value]) }.status.code == status)
        let answer = try await site.asking { try await $0.call(#"{"domain":"example.com"}"#, [field: value]) }
        #expect(answer.status.code == status)
    }

    @Test("a request that is cut short is no fault of ours")
    func cutShort() async throws {
        let site = try Site()
        struct HungUp: Error {}
        let body = AsyncThrowingStream<ByteBuffer, any Error> { stream in
            stream.yield(ByteBuffer(string: #"{"doma"#))
            stream.finish(throwing: HungUp())
        }
        let head = HTTPRequest(
            method: .post, scheme: "http", authority: "localhost", path: "/api/v1/runs",
            headerFields: [.contentType: "application/json"])
        let request = Request(head: head, body: RequestBody(asyncSequence: body))
        let answer = try await site.asking { try await $0.answer(to: request) }
        #expect(answer.status == .badRequest)
        #expect(answer.text.contains("cut short"))
    }

    @Test("a page of another origin starts nothing, whatever its browser says beside")
    func otherOrigin() async throws {
        let site = try Site()
        try await site.asking { client async throws in
            for (origin, status) in [
                ("http://evil.example", HTTPResponse.Status.forbidden), ("null", .seeOther),
                ("https://localhost", .seeOther), ("http://localhost:8443", .seeOther),
            ] {
                let answer = try await client.post("/runs", "domain=example.com", [.origin: origin])
                #expect(answer.status == status, "\(origin)")
            }
        }
    }

    @Test("a form on another site starts nothing")
    func otherSite() async throws {
        let site = try Site()
        try await site.asking { client async throws in
            #expect(
                try await client.post("/runs", "domain=example.com", [.fetchSite: "cross-site"]).status == .forbidden)
            #expect(
                try await client.post("/runs", "domain=example.com", [.fetchSite: "same-origin"]).status == .seeOther)
            let plain = try await client.execute(
                uri: "/api/v1/runs", method: .post, headers: [.contentType: "text/plain"],
                body: ByteBuffer(string: #"{"domain":"example.com"}"#)
            )
            #expect(plain.status == .unsupportedMediaType)
        }
        try await site.rest()
    }

    @Test(
        "requests that are too large, odd or unknown get problem details",
        arguments: [
            (#"{"domain":"example.com","extra":1}"#, 400, "no member extra"), (#"{"domain":7}"#, 400, "must be a text"),
            ("[]", 400, "JSON object"), ("{", 400, "JSON object"),
            (#"{"domain":"user@example.com"}"#, 400, "mail address"),
            (#"{"domain":"10.0.0.1"}"#, 400, "IP address"), (#"{"domain":"localhost"}"#, 400, "label"),
            (#"{"domain":"example.com","domain":"example.net"}"#, 400, "there twice"),
            (#"{"domain":"example.com","maxAge":-1}"#, 400, "maxAge"),
            (#"{"domain":"example.com","maxAge":1.5}"#, 400, "maxAge"),
            (#"{"domain":"example.com","profile":"none"}"#, 400, "not offered"),
            (#"{"domain":"example.com","profileYAML":"id: x"}"#, 401, "token"),
        ])
    func problems(_ body: String, _ status: Int, _ says: String) async throws {
        let site = try Site()
        let response = try await site.asking { try await $0.call(body) }
        #expect(response.status.code == status)
        #expect(response.headers[.contentType] == "application/problem+json")
        #expect(try response.json()["detail"]?.string?.contains(says) == true, "\(response.text)")
        #expect(site.ledger.connections.isEmpty)
    }

    @Test("a request that is too large is not read to its end")
    func tooLarge() async throws {
        let site = try Site()
        let body = "{\"domain\":\"\(String(repeating: "a", count: 200_000))\"}"
        let response = try await site.asking { try await $0.call(body) }
        #expect(response.status.code == 413)
        #expect(try response.json()["detail"]?.string?.contains("KiB") == true)
    }

    @Test("what was typed is text on the page, whatever it is")
    func typedText() async throws {
        let site = try Site()
        let response = try await site.asking {
            try await $0.post("/runs", "domain=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        }
        #expect(response.status == .badRequest)
        #expect(!response.text.contains("<script>alert"))
        #expect(response.text.contains("role=\"alert\""))
    }

    @Test("a refusal is a page for browsers, and problem details for others")
    func twoForms() async throws {
        let site = try Site()
        try await site.asking { client async throws in
            let page = try await client.read("/runs/nothing", [.accept: "text/html"])
            #expect(page.status == .notFound)
            #expect(page.headers[.contentType]?.hasPrefix("text/html") == true)
            let problem = try await client.read("/api/v1/runs/nothing", [.accept: "text/html"])
            #expect(problem.headers[.contentType] == "application/problem+json")
        }
    }

    @Test(
        "whoever asks for somebody else's file gets nothing",
        arguments: [
            "/runs/..%2F..%2Fetc%2Fpasswd", "/runs/../../etc/passwd", "/lists/..", "/domains/%00", "/runs/%2e%2e",
        ])
    func traversal(_ path: String) async throws {
        let site = try Site()
        let response = try await site.asking { try await $0.read(path) }
        #expect([400, 401, 404].contains(response.status.code))
        #expect(!response.text.contains("root:"))
    }

    @Test("requests are counted by the patterns of their paths, so that nobody fills the memory")
    func counting() async throws {
        let site = try Site()
        let text = try await site.asking { client async throws in
            for index in 0..<50 { _ = try await client.read("/runs/odd\(index)") }
            return try await client.read("/metrics").text
        }
        #expect(text.contains("mailgraded_http_requests_total{route=\"/runs/{id}\",status=\"404\"} 50"))
        #expect(!text.contains("odd1"))
    }
}
