import MailModel
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct WaiverOfADomainTests {
    private func profile(_ waiver: String, more: String = "") throws -> Profile {
        let yaml = """
            schema: 1
            id: acme
            title: Acme
            extends: default
            waivers:
              w: { \(waiver), reason: R., approved-by: me, expires: 2026-12-31 }
            \(more)
            """
        return try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml")
    }

    private func assess(_ scene: Scene, _ profile: Profile, _ domain: String?) throws -> Assessment {
        Grader(profile).grade(
            scene.results, of: try domain.map { try DomainName(input: $0) }, hosts: scene.hosts, at: Scene.instant)
    }

    @Test(
        "a waiver for a domain holds where that domain is judged, and for another one it is neither used nor unmatched",
        arguments: [
            ("acme.example", Optional("acme.example"), WaiverReport.State.used),
            ("acme.example", "ACME.example", .used),
            ("acme.example", "mail.acme.example", .otherDomain), ("*.acme.example", "mail.acme.example", .used),
            ("*.acme.example", "acme.example", .otherDomain), ("*.acme.example", "a.b.acme.example", .otherDomain),
            ("bücher.example", "xn--bcher-kva.example", .used), ("acme.example", nil, .otherDomain),
        ])
    func holds(pattern: String, domain: String?, state: WaiverReport.State) throws {
        let profile = try profile("finding: ptr.missing, domain: \"\(pattern)\"")
        var scene = Scene([1])
        scene.find("ptr.missing")
        let assessment = try assess(scene, profile, domain)
        #expect(assessment.waivers.map(\.state) == [state])
        #expect(assessment.grade == (state == .used ? .a : .b))
        #expect(assessment.waivers.first?.matches.isEmpty == (state != .used))
    }

    @Test("domain and server both narrow it, and of its own domain it can be unmatched or expired")
    func both() throws {
        var scene = Scene([1, 1])
        scene.find("certificate.name-mismatch")
        let one = try profile("finding: certificate.name-mismatch, domain: acme.example, server: mx2.example")
        let report = try #require(assess(scene, one, "acme.example").waivers.first)
        #expect((report.state, report.matches.map(\.place)) == (.used, [.server(scene.servers[1])]))
        #expect(try assess(Scene([1]), one, "acme.example").waivers.map(\.state) == [.unmatched])
        let over = try TestCatalog.library().read(
            Array(
                "schema: 1\nid: a\ntitle: A\nextends: default\nwaivers:\n  w: { finding: ptr.missing, domain: acme.example, reason: R., approved-by: me, expires: 2026-01-01 }\n"
                    .utf8), name: "a.yaml")
        #expect(try assess(scene, over, "acme.example").waivers.map(\.state) == [.expired])
        #expect(try assess(scene, over, "other.example").waivers.map(\.state) == [.otherDomain])
    }

    @Test("what is found of the domain itself can be waived for one domain, in a class of domains too")
    func ofTheDomain() throws {
        let profile = try profile(
            "finding: mx.implicit, domain: acme.example",
            more: """
                domain-classes:
                  ours:
                    domains: [acme.example]
                    judged-by: { severity: { mx.implicit: error } }
                """)
        var scene = Scene([1])
        scene.find("mx.implicit")
        let assessment = try assess(scene, profile, "acme.example")
        #expect(assessment.domainClass == "ours")
        #expect(assessment.waivers.map(\.state) == [.used])
    }
}
