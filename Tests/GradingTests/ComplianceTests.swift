import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct ComplianceTests {
    /// A profile of requirements alone.
    private func profile(_ requirements: String, more: String = "") throws -> Profile {
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            standard: { name: The rules, edition: "1", published: "2020-02-29", sureness: Made up. }
            checks: { smtp.reachable: {}, starttls.offered: {}, starttls.works: {}, tls.version: {}, mx.records-valid: {} }
            requirements:
            \(requirements)
            \(more)
            """
        return try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
    }

    private let offered =
        "  offered: { clause: \"1\", level: must, text: T., met-by: { check: starttls.offered, servers: every } }"
    private let modern =
        "  modern: { clause: \"2\", level: should, text: T., met-by: { servers: every, not: { finding: tls.not-preferred } } }"

    private func outcomes(_ scene: Scene, _ profile: Profile) throws -> (Compliance.Outcome, [Compliance.Outcome]) {
        let compliance = try #require(scene.assessment(profile).compliance)
        return (compliance.outcome, compliance.requirements.map(\.outcome))
    }

    @Test("a profile of requirements gives no letter, and an answer to each requirement")
    func noLetter() throws {
        let profile = try profile(offered + "\n" + modern)
        #expect(!profile.isGraded)
        #expect(profile.standard?.published?.description == "2020-02-29")
        let assessment = Scene([2, 1]).assessment(profile)
        #expect(assessment.grade == nil && assessment.withheld == nil && assessment.range == nil)
        #expect(!assessment.isProvisional)
        #expect(assessment.compliance?.outcome == .compliant)
        #expect(assessment.compliance?.requirements.map(\.outcome) == [.compliant, .compliant])
        #expect(Scene([1]).assessment().compliance == nil)
    }

    @Test("one must that is not met decides; a should that is not met is only listed")
    func levels() throws {
        let profile = try profile(offered + "\n" + modern)
        var scene = Scene([2, 1])
        scene.find("tls.not-preferred", server: 1)
        #expect(try outcomes(scene, profile) == (.compliant, [.compliant, .notCompliant]))
        scene.find("starttls.not-offered", server: 2)
        #expect(try outcomes(scene, profile) == (.notCompliant, [.notCompliant, .notCompliant]))
        let report = try #require(scene.assessment(profile).compliance?.requirements.first)
        #expect(report.evidence.map(\.place) == [.server(scene.servers[2])])
    }

    @Test("what must change to meet what must be met is told: no more than that, information included")
    func complying() throws {
        let strict =
            "  clean: { clause: \"3\", level: must, text: T., met-by: { check: mx.records-valid, outcome: clean } }"
        let profile = try profile([offered, modern, strict].joined(separator: "\n"))
        func complying(_ scene: Scene) -> [String] {
            Grader(profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant).complying
        }
        var scene = Scene([2, 1])
        #expect(complying(scene) == [])
        scene.find("tls.not-preferred", server: 1)
        scene.find("smtp.address-unreachable", server: 1)
        #expect(complying(scene) == [], "only recommended, or not asked for")
        scene.find("starttls.not-offered", server: 2)
        scene.find("mx.implicit")
        #expect(complying(scene) == ["mx.implicit", "starttls.not-offered"])
        let explanation = Grader(profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant)
        #expect(Set(explanation.fixes.map(\.finding.code)).isSuperset(of: explanation.complying))
        #expect(explanation.next == nil)
    }

    @Test("where a server could not be seen, nobody says that it complies")
    func unseen() throws {
        let profile = try profile(offered)
        var scene = Scene([2, 1])
        scene.set("starttls.offered", .open, server: 0)
        #expect(try outcomes(scene, profile) == (.cannotTell, [.cannotTell]))
        scene.set("starttls.offered", .blocked(by: "smtp.greeting"), server: 0)
        #expect(try outcomes(scene, profile) == (.cannotTell, [.cannotTell]))
        scene.find("starttls.not-offered", server: 2)
        #expect(try outcomes(scene, profile) == (.notCompliant, [.notCompliant]))
    }

    @Test("where the question does not arise, the requirement does not apply")
    func notApplicable() throws {
        let profile = try profile(offered)
        var scene = Scene([])
        scene.set("starttls.offered", .moot, at: .domain)
        #expect(try outcomes(scene, profile) == (.notApplicable, [.notApplicable]))
    }

    @Test("where nobody knows which servers there are, it cannot be told")
    func unknownServers() throws {
        let profile = try profile(offered)
        var scene = Scene([])
        scene.set("starttls.offered", .open, at: .domain)
        #expect(try outcomes(scene, profile) == (.cannotTell, [.cannotTell]))
        scene.set("starttls.offered", nil, at: .domain)
        #expect(try outcomes(scene, profile) == (.cannotTell, [.cannotTell]))
    }

    @Test("what cannot be seen from outside is listed and never met; what is not looked at cannot be told")
    func unobservable() throws {
        let hidden = "  hidden: { clause: \"3\", level: must, text: T., not-observable: Keys lie inside. }"
        let later = "  later: { clause: \"4\", level: must, text: T., not-observed: No check looks at suites. }"
        let scene = Scene([1])
        #expect(try outcomes(scene, profile(offered + "\n" + hidden)) == (.compliant, [.compliant, .notObservable]))
        #expect(try outcomes(scene, profile(hidden)) == (.notObservable, [.notObservable]))
        let both = try profile(offered + "\n" + later)
        #expect(try outcomes(scene, both) == (.cannotTell, [.compliant, .cannotTell]))
        #expect(scene.assessment(both).compliance?.requirements.last?.why == "No check looks at suites.")
    }

    @Test(
        "a clause about mail servers does not apply to a domain without any, and cannot be told where nobody knows",
        arguments: [
            "not-observed: No check looks.", "not-observable: Nobody can.",
            "met-by: { check: mx.records-valid, outcome: clean }",
        ])
    func withoutMailServers(basis: String) throws {
        let text = "  r: { clause: \"1\", level: must, applies-to: mail-servers, text: T., \(basis) }"
        let profile = try profile(text)
        var nullMX = Scene([])
        nullMX.find("mx.null-mx")
        nullMX.find("mx.unnecessary-null-mx")
        for check in TestCatalog.checks where check.scope != .domain { nullMX.set(check.id, .moot, at: .domain) }
        #expect(try outcomes(nullMX, profile) == (.notApplicable, [.notApplicable]))
        #expect(
            nullMX.assessment(profile).compliance?.requirements.first?.why == "The domain has no mail server.")
        for check in TestCatalog.checks where check.scope != .domain { nullMX.set(check.id, .open, at: .domain) }
        let hidden = basis.contains("observable")
        #expect(try outcomes(nullMX, profile).1 == [hidden ? .notObservable : .cannotTell])
        let found = try outcomes(Scene([1]), profile).1
        #expect(found == [hidden ? .notObservable : basis.contains("observed") ? .cannotTell : .compliant])
        let everywhere = try self.profile(text.replacing("applies-to: mail-servers, ", with: ""))
        #expect(try outcomes(nullMX, everywhere).1 != [.notApplicable])
    }

    @Test("met only because of a waiver is said so")
    func waived() throws {
        let profile = try profile(
            offered,
            more: """
                waivers:
                  old: { finding: starttls.not-offered, server: mx1.example, reason: R., approved-by: me, expires: "2026-12-31" }
                """)
        var scene = Scene([1, 1])
        #expect(try outcomes(scene, profile) == (.compliant, [.compliant]))
        scene.find("starttls.not-offered", server: 0)
        #expect(try outcomes(scene, profile) == (.compliantWithWaiver, [.compliantWithWaiver]))
        let report = try #require(scene.assessment(profile).compliance?.requirements.first)
        #expect(report.evidence.map(\.place) == [.server(scene.servers[0])])
        scene.find("starttls.not-offered", server: 1)
        #expect(try outcomes(scene, profile) == (.notCompliant, [.notCompliant]))
    }

    @Test(
        "a requirement applies on its days only, by the instant of the report",
        arguments: [
            ("from: \"2026-06-15\"", Compliance.Outcome.notCompliant, nil),
            ("from: \"2026-06-16\"", .notApplicable, "It applies from 2026-06-16."),
            ("until: \"2026-06-15\"", .notCompliant, nil),
            ("until: \"2026-06-14\"", .notApplicable, "It applied until 2026-06-14."),
            ("from: \"2020-01-01\", until: \"2029-12-31\"", .notCompliant, nil),
        ])
    func days(days: String, outcome: Compliance.Outcome, why: String?) throws {
        let profile = try profile(offered.replacing("text: T.", with: "text: T., \(days)"))
        var scene = Scene([1])
        scene.find("starttls.not-offered")
        let report = try #require(scene.assessment(profile).compliance?.requirements.first)
        #expect(report.outcome == outcome && report.why == why)
    }

    @Test("a check alone means that it finds nothing worse than information")
    func impliedLimit() throws {
        let profile = try profile(offered)
        #expect(
            profile.requirements.first?.basis
                == .condition(.servers(.every, .limited("starttls.offered", to: .info))))
    }

    @Test(
        "the outcome of all is that of the worst must",
        arguments: [
            ([Compliance.Outcome.compliant, .notCompliant, .cannotTell], Compliance.Outcome.notCompliant),
            ([.compliant, .cannotTell], .cannotTell), ([.compliant, .compliantWithWaiver], .compliantWithWaiver),
            ([.compliant, .notObservable, .notApplicable], .compliant),
            ([.notObservable, .notApplicable], .notObservable),
            ([.notApplicable], .notApplicable), ([], .notApplicable),
        ])
    func total(outcomes: [Compliance.Outcome], expected: Compliance.Outcome) {
        #expect(Compliance.total(outcomes) == expected)
    }

    @Test("a profile may have bands and requirements, and then gives both")
    func both() throws {
        let yaml = "schema: 1\nid: acme\ntitle: Acme\nextends: default\nrequirements:\n\(offered)\n"
        let assessment = Scene([1]).assessment(try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml"))
        #expect(assessment.grade == .a)
        #expect(assessment.compliance?.outcome == .compliant)
    }

    @Test(
        "an engine in the range that a profile asks for reads it",
        arguments: [">= 0.1", ">= 0.1, < 0.2", "= 0.1.0", "!= 1"])
    func engine(range: String) throws {
        let yaml = "schema: 1\nid: acme\ntitle: Acme\nextends: default\nrequires-engine: \"\(range)\"\n"
        #expect(try TestCatalog.library().read(Array(yaml.utf8), name: "acme.yaml").id == "acme")
    }
}
