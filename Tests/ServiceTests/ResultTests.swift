import CheckKit
import FoundationEssentials
import GRDB
import HTTPTypes
import Hummingbird
import MailModel
import Reporting
import Testing

@testable import Service
@testable import Store

@Suite struct ResultTests {
    @Test("a result can be had in every format, by name and by type")
    func formats() async throws {
        let site = try Site()
        let run = try await site.stored()
        try await site.asking { client async throws in
            for format in ReportFormat.all {
                let response = try await client.read("/runs/\(run.id)?format=\(format.id)")
                #expect(response.status == .ok)
                #expect(response.headers[.contentType]?.hasPrefix(format.mediaType) == true)
            }
            let json = try await client.read("/runs/\(run.id)", [.accept: "application/json"])
            #expect(try json.json()["grade"]?.string != nil)
            #expect(try await client.read("/runs/\(run.id)", [.accept: "image/png"]).status == .notAcceptable)
            #expect(try await client.read("/runs/\(run.id)?format=none").status == .notAcceptable)
        }
    }

    @Test(
        "RFC 9110, section 12.4.2: what is wanted most is given, and a field that says nothing breaks nothing",
        arguments: [
            ("application/json;q=0.1, text/html", "text/html"), ("text/html;q=0, application/json", "application/json"),
            ("text/html; q=0.5, application/json; q=0.9", "application/json"),
            ("text/csv;q=zz, */*;q=0.1", "text/html"),
            (";", nil), (",;,", nil), ("; q=1", nil), ("*/*;q=0", nil), (";;;, application/json", "application/json"),
        ])
    func weights(accept: String, type: String?) async throws {
        let site = try Site()
        let run = try await site.stored()
        let answer = try await site.asking { try await $0.read("/runs/\(run.id)", [.accept: accept]) }
        #expect(answer.status == (type == nil ? .notAcceptable : .ok))
        if let type { #expect(answer.headers[.contentType]?.hasPrefix(type) == true) }
    }

    @Test("where there is no result yet, a program that asks for a format is told so, and gets no page")
    func noResultInAnyFormat() async throws {
        let site = try Site()
        site.gate.close()
        try await site.asking { client async throws in
            let id = try #require(try await client.call(#"{"domain":"example.com"}"#).id())
            #expect(try await client.read("/runs/\(id)?format=json").status == .conflict)
            #expect(try await client.read("/runs/\(id)", [.accept: "application/json"]).status == .conflict)
            #expect(try await client.read("/runs/\(id)", [.accept: "text/html"]).status == .ok)
        }
        site.gate.open()
        try await site.rest()
    }

    @Test("the page is the HTML report, with what can be done around it")
    func pageIsReport() async throws {
        let site = try Site()
        let run = try await site.stored()
        let page = try await site.asking { try await $0.read("/runs/\(run.id)").text }
        for part in ["id=\"report\"", "What if this were fixed?", "/runs/\(run.id)/evidence", "Test again"] {
            #expect(page.contains(part), "\(part)")
        }
        #expect(!page.contains("Delete this result"))
    }

    @Test("ticking what would be fixed tells the grade that it would give")
    func whatIf() async throws {
        let site = try Site()
        let run = try await site.stored()
        let page = try await site.asking { client async throws in
            let codes = try await client.read("/runs/\(run.id)").text.matches(of: /name="fix" value="([^"]+)"/).map {
                "fix=\($0.output.1)"
            }
            #expect(!codes.isEmpty)
            return try await client.read("/runs/\(run.id)?\(codes.joined(separator: "&"))").text
        }
        #expect(page.contains("nothing new coming to light, the grade would be <strong>A"))
    }

    @Test("a result is deleted by its key or by a token, and then it is gone with its evidence")
    func deletion() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.delete])]
        let site = try Site(configuration)
        let first = try await site.stored("tls-all.test", key: "secret")
        let second = try await site.stored("modern.test", key: "secret")
        try await site.asking { client async throws in
            #expect(try await client.post("/runs/\(first.id)/delete", "key=wrong").status == .unauthorized)
            #expect(try await client.read("/runs/\(first.id)").status == .ok)
            #expect(try await client.post("/runs/\(first.id)/delete", "key=secret").status == .ok)
            #expect(try await client.read("/runs/\(first.id)").status == .notFound)
            #expect(try await client.read("/runs/\(first.id)/evidence").status == .notFound)
            #expect(try await client.delete(second.id, "nothing") == .unauthorized)
            #expect(try await client.delete(second.id, "token") == .noContent)
        }
        let bodies = try site.store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM body") }
        #expect(bodies == 0)
    }

    @Test("a profile of one's own needs a token, and names no file and no program")
    func ownProfile() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.profiles])]
        let site = try Site(configuration)
        func body(_ yaml: String) throws -> String {
            try StableJSON.text(["domain": "example.com", "profileYAML": yaml])
        }
        let good = try body("schema: 1\nid: mine\nextends: default\ntitle: Mine\n")
        let program = try body(
            "schema: 1\nid: mine\nextends: default\ntitle: Mine\nexternal:\n  acme.x: { title: X, scope: domain, command: [/bin/true], findings: {} }\n"
        )
        let file = try body("schema: 1\nid: mine\nextends: /etc/passwd\ntitle: Mine\n")
        try await site.asking { client async throws in
            let token: HTTPFields = [.authorization: "Bearer token"]
            #expect(try await client.call(good).status == .unauthorized)
            #expect(try await client.call(program, token).status == .badRequest)
            let refused = try await client.call(file, token)
            #expect(refused.status == .badRequest)
            #expect(!refused.text.contains("root:"))
            let response = try await client.call(good, token)
            #expect(response.status == .accepted)
            #expect(try response.json()["profile"]?.string == "mine")
        }
        try await site.rest()
    }

    @Test("the history and the badge of a domain are public only where its owner says so")
    func publishing() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists])]
        let site = try Site(configuration)
        try await site.asking { client async throws in
            for path in ["/domains/example.com", "/domains/example.com/badge.svg", "/api/v1/domains/example.com"] {
                #expect(try await client.read(path).status == .forbidden)
                let basic = "Basic " + Data("any:token".utf8).base64EncodedString()
                #expect(try await client.read(path, [.authorization: basic]).status == .ok)
            }
            #expect(try await client.read("/domains/open.example.com").status == .ok)
            let badge = try await client.read("/domains/open.example.com/badge.svg")
            #expect(badge.headers[.contentType] == "image/svg+xml")
            #expect(badge.text.hasPrefix("<svg"))
            #expect(try await client.read("/lists").status == .unauthorized)
        }
    }

    @Test("what somebody has asked for under a profile of his own is in no history, no list and no badge")
    func ownProfilesAreNobodysBusiness() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists])]
        var list = WatchedList()
        list.domains = [try DomainName(input: "tls-all.test")]
        configuration.lists = ["lab": list]
        let site = try Site(configuration)
        let run = try await site.stored()
        var own = StoredRun(
            id: RandomName.make(), domain: run.domain, requested: run.requested.addingTimeInterval(60), profile: "mine",
            ownProfile: "schema: 1\nid: mine\nextends: default\ntitle: Mine\n", key: "")
        own.finished = own.requested
        own.state = .done
        own.grade = "F"
        site.store.keep(own, evidence: try site.store.evidence(ofRun: run.id))
        try await site.store.flush()
        try await site.asking { [own] client async throws in
            let token: HTTPFields = [.authorization: "Bearer token"]
            for path in ["/domains/tls-all.test", "/api/v1/domains/tls-all.test", "/api/v1/lists/lab", "/lists/lab"] {
                let answer = try await client.read(path, token)
                #expect(answer.text.contains(run.id) && !answer.text.contains(own.id), "\(path)")
            }
            #expect(try await client.read("/domains/tls-all.test/badge.svg", token).text.contains("transport: B"))
            #expect(try await client.read("/lists/lab?format=json&profile=default", token).status == .ok)
        }
    }

    @Test("the badge is the letter under the profile that is shown first, whatever the last visitor has chosen")
    func badgeProfile() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists])]
        configuration.profiles = ["default", "rfc-strict"]
        let site = try Site(configuration)
        var run = try await site.stored()
        run = StoredRun(
            id: RandomName.make(), domain: run.domain, requested: run.requested.addingTimeInterval(60),
            profile: "rfc-strict", key: "")
        run.finished = run.requested
        run.state = .done
        run.grade = nil
        site.store.keep(run, evidence: try Site.corpus("tls-all.test"))
        try await site.store.flush()
        let badge = try await site.asking {
            try await $0.read("/domains/tls-all.test/badge.svg", [.authorization: "Bearer token"]).text
        }
        #expect(badge.contains("transport: B"))
    }

    @Test("the history of a domain shows each result, and what is different between two")
    func history() async throws {
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists])]
        let site = try Site(configuration)
        let first = try await site.asking { try await $0.call(#"{"domain":"example.com"}"#).json()["id"]?.string ?? "" }
        try await site.rest()
        site.time.withLock { $0 = $0.addingTimeInterval(86_400) }
        let second = try await site.asking {
            try await $0.call(#"{"domain":"example.com"}"#).json()["id"]?.string ?? ""
        }
        try await site.rest()
        try await site.asking { client async throws in
            let token: HTTPFields = [.authorization: "Bearer token"]
            let page = try await client.read("/domains/example.com", token).text
            #expect(page.contains(first) && page.contains(second))
            #expect(page.contains("<svg"))
            let comparison = try await client.read("/domains/example.com?from=\(first)&to=\(second)", token)
            #expect(comparison.status == .ok)
            #expect(comparison.text.contains("what is different"))
        }
    }

    @Test("the description names each endpoint of the interface, and no other")
    func description() async throws {
        let site = try Site()
        let description = try await site.asking { try await $0.read("/api/v1/openapi.json").json() }
        guard case .object(let paths)? = description["paths"] else {
            Issue.record("no paths")
            return
        }
        var described: Set<String> = []
        for (path, methods) in paths {
            guard case .object(let methods) = methods else { continue }
            for method in methods.keys { described.insert("\(method.uppercased()) \(path)") }
        }
        let served = site.service.interface.filter { $0.path != "/api/v1/openapi.json" }.map {
            "\($0.method) \($0.path)"
        }
        #expect(described == Set(served))
    }
}
