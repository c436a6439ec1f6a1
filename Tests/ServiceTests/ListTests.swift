import CheckEngine
import CheckKit
import FoundationEssentials
import HTTPTypes
import MailModel
import MailgradeKit
import Reporting
import Testing

@testable import Service
@testable import Store

@Suite struct ListTests {
    private let token: HTTPFields = [.authorization: "Bearer token"]

    private func site(_ seen: [String] = ["modern", "expired", "tls-all"]) async throws -> Site {
        var configuration = ServiceConfiguration()
        configuration.tokens = [
            "ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists]),
            "broom": .init(digest: SHA256.hex("other".utf8), rights: [.delete]),
        ]
        configuration.profiles = ["default", "cisa-bod-18-01"]
        var list = WatchedList()
        list.domains = try (seen.map { "\($0).test" } + ["example.com"]).map(DomainName.init(input:))
        list.profiles = ["default", "cisa-bod-18-01"]
        configuration.lists = ["lab": list]
        let site = try Site(configuration)
        for name in seen { try site.observe("\(name).test") }
        try await site.store.flush()
        return site
    }

    @Test("a list shows the worst first, under each of its profiles, with what its requirements come to")
    func worstFirst() async throws {
        let site = try await site()
        let list = try await site.asking { [token] in try await $0.read("/api/v1/lists/lab", token).json() }
        guard case .array(let rows)? = list["domains"] else {
            Issue.record("no domains")
            return
        }
        #expect(rows.map { $0["domain"]?.string } == ["example.com", "expired.test", "tls-all.test", "modern.test"])
        let grades = rows.map { $0["grades"]?["default"]?.string }
        #expect(grades == ["none", "C", "B", "A"])
        #expect(rows[3]["grades"]?["cisa-bod-18-01"]?.string?.contains("compliant") == true)
    }

    @Test("a list has the letters of its own profiles, and exports by them, whatever the page offers")
    func ownProfiles() async throws {
        let folder = try TestFolder()
        let file = try folder.write("acme.yaml", "schema: 1\nid: acme\nextends: default\ntitle: Acme\n")
        var configuration = ServiceConfiguration()
        configuration.tokens = ["ops": .init(digest: SHA256.hex("token".utf8), rights: [.lists])]
        var list = WatchedList()
        list.domains = [try DomainName(input: "tls-all.test")]
        list.profiles = [file, "cisa-bod-18-01"]
        configuration.lists = ["lab": list]
        let site = try Site(configuration)
        let policies = try site.means.mailgrade.policies(list.profiles)
        let evidence = try Evidence(json: try Site.corpus("tls-all.test"), known: policies.plan.knownFacts)
        site.means.keep(evidence, policies)
        try await site.store.flush()
        try await site.asking { [token] client async throws in
            let list = try await client.read("/api/v1/lists/lab", token).json()
            guard case .array(let rows)? = list["domains"] else {
                Issue.record("no domains")
                return
            }
            #expect(rows[0]["grades"]?["acme"]?.string == "B")
            #expect(try await client.read("/lists/lab?format=json", token).text.contains("\"acme\""))
            #expect(try await client.read("/lists/lab?format=json&profile=default", token).status == .notFound)
        }
    }

    @Test("a letter that may still change is shown as such in a list, and with its range on a badge")
    func provisional() async throws {
        let site = try await site(["modern", "greylisting"])
        try await site.asking { [token] client async throws in
            let list = try await client.read("/api/v1/lists/lab", token).json()
            guard case .array(let rows)? = list["domains"] else {
                Issue.record("no domains")
                return
            }
            #expect(rows.map { $0["grades"]?["default"]?.string } == ["none", "A?", "A"])
            let page = try await client.read("/lists/lab", token).text
            #expect(page.contains("1 A, ") && page.contains("1 provisional, 1 without a letter"))
            let badge = try await client.read("/domains/greylisting.test/badge.svg", token).text
            #expect(badge.contains("transport: F\u{2013}A"))
        }
    }

    @Test("what a look at a list shows is all that the page asks for, whatever profiles the list has")
    func wholeLooks() async throws {
        var configuration = ServiceConfiguration()
        var list = WatchedList()
        list.domains = [try DomainName(input: "open.example.com")]
        list.profiles = ["cisa-bod-18-01"]
        configuration.lists = ["narrow": list]
        let site = try Site(configuration)
        let watcher = try #require(
            try MailgradeService(configuration, site.means, courier: RecordingCourier()).watcher)
        try await watcher.begin()
        site.time.withLock { $0 = $0.addingTimeInterval(30 * 86_400) }
        while try await watcher.step() {}
        let look = try #require(try site.store.runs(of: list.domains[0], limit: 1).first)
        #expect(look.profile == "cisa-bod-18-01")
        _ = try await site.asking { try await $0.call(#"{"domain":"example.com"}"#) }
        try await site.rest()
        let run = try #require(try site.store.runs(of: try DomainName(input: "example.com"), limit: 1).first)
        func facts(_ run: StoredRun) throws -> Set<FactID> {
            let json = try #require(try site.store.evidence(ofRun: run.id))
            let evidence = try Evidence(json: json, known: site.means.policies.plan.knownFacts)
            return Set(evidence.slots(at: .domain).map(\.fact))
        }
        let (seen, wanted) = (try facts(look), try facts(run))
        #expect(seen.isSuperset(of: wanted), "\(wanted.subtracting(seen))")
    }

    @Test("a list can be narrowed, and had in each format")
    func narrowing() async throws {
        let site = try await site()
        try await site.asking { [token] client async throws in
            let page = try await client.read("/lists/lab?holds=tls-all", token).text
            #expect(page.contains("tls-all.test"))
            #expect(!page.contains("/domains/expired.test"))
            #expect(page.contains("The 3 that have a result, as"))
            let csv = try await client.read("/lists/lab?format=csv", token).text
            #expect(csv.split(whereSeparator: \.isNewline).count == 4)
            for format in ReportFormat.all {
                let answer = try await client.read("/lists/lab?format=\(format.id)", token)
                #expect(answer.status == .ok, "\(format.id)")
                for domain in ["expired.test", "tls-all.test", "modern.test"] where format.id != "csv-servers" {
                    #expect(answer.text.contains(domain), "\(format.id)")
                }
            }
            #expect(try await client.read("/lists/other", token).status == .notFound)
            #expect(try await client.read("/lists/lab").status == .unauthorized)
            let other: HTTPFields = [.authorization: "Bearer other"]
            #expect(try await client.read("/lists/lab", other).status == .forbidden, "a token for something else")
        }
    }
}
