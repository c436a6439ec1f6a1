import Testing

@testable import CheckKit
@testable import Grading

/// What a requirement must not come out as, however it is written and whatever was not seen.
@Suite(.defaultProfile) struct RequirementTrapTests {
    private static let checks =
        "smtp.reachable, starttls.offered, starttls.works, tls.version, mx.records-valid, ptr.forward-confirmed"

    private func profile(_ metBy: String, more: String = "") throws -> Profile {
        let checks = Self.checks.split(separator: ", ").map { "\($0): {}" }.joined(separator: ", ")
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            checks: { \(checks) }
            requirements:
              r: { clause: 1, level: must, text: T., met-by: \(metBy) }
            \(more)
            """
        return try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
    }

    private func outcome(_ scene: Scene, _ profile: Profile) throws -> Compliance.Outcome {
        try #require(scene.assessment(profile).compliance?.requirements.first).outcome
    }

    @Test(
        "of a check alone, a finding worse than information breaks the requirement; the explicit forms say what does",
        arguments: [
            ("", [Compliance.Outcome.compliant, .notCompliant, .notCompliant, .notCompliant]),
            (", no-worse-than: info", [.compliant, .notCompliant, .notCompliant, .notCompliant]),
            (", no-worse-than: notice", [.compliant, .compliant, .notCompliant, .notCompliant]),
            (", no-worse-than: warning", [.compliant, .compliant, .compliant, .notCompliant]),
            (", outcome: passed", [.compliant, .compliant, .compliant, .notCompliant]),
            (", outcome: clean", [.notCompliant, .notCompliant, .notCompliant, .notCompliant]),
            (", no-worse-than: error", [.compliant, .compliant, .compliant, .compliant]),
        ])
    func severities(form: String, expected: [Compliance.Outcome]) throws {
        let ranks = ["info", "notice", "warning", "error"]
        for (rank, expected) in zip(ranks, expected) {
            let profile = try profile(
                "{ check: tls.version\(form), servers: every }", more: "severity: { tls.deprecated-offered: \(rank) }")
            var scene = Scene([1])
            scene.find("tls.deprecated-offered")
            #expect(try outcome(scene, profile) == expected, "\(rank)")
        }
    }

    @Test("what breaks a requirement is named")
    func evidence() throws {
        let profile = try profile("{ check: tls.version, servers: every }")
        var scene = Scene([1, 1])
        scene.find("tls.deprecated-offered", server: 1)
        let report = try #require(scene.assessment(profile).compliance?.requirements.first)
        #expect(report.evidence.map(\.code) == ["tls.deprecated-offered"])
        #expect(report.evidence.map(\.place) == [.server(scene.servers[1])])
    }

    @Test("an open code matters as far as it could be worse than what is allowed")
    func openCodes() throws {
        let (_, description) = TestCatalog.owner(of: "tls.deprecated-offered")
        var scene = Scene([1])
        scene.set("tls.version", .partly([], Undecided(open: [description], because: "no answer")), server: 0)
        let strict = try profile("{ check: tls.version, servers: every }")
        let lenient = try profile("{ check: tls.version, no-worse-than: error, servers: every }")
        #expect(try outcome(scene, strict) == .cannotTell)
        #expect(try outcome(scene, lenient) == .compliant)
    }

    @Test("a waiver of one part does not answer for a part that could not be told")
    func waivedPart() throws {
        let profile = try profile(
            "{ servers: every, all: [{ check: starttls.offered }, { check: ptr.forward-confirmed }] }",
            more: """
                waivers:
                  w: { finding: ptr.missing, reason: R., approved-by: me, expires: 2026-12-31 }
                """)
        var scene = Scene([1])
        scene.find("ptr.missing")
        #expect(try outcome(scene, profile) == .compliantWithWaiver)
        scene.set("starttls.offered", .open, server: 0)
        #expect(try outcome(scene, profile) == .cannotTell)
        scene.set("starttls.offered", .blocked(by: "smtp.greeting"), server: 0)
        #expect(try outcome(scene, profile) == .cannotTell)
    }

    @Test("a waiver makes nothing worse: what asks for a finding is met although the finding is waived")
    func waivedSighting() throws {
        let profile = try profile(
            "{ servers: every, finding: tls.deprecated-offered }",
            more: """
                waivers:
                  w: { finding: tls.deprecated-offered, reason: R., approved-by: me, expires: 2026-12-31 }
                """)
        var scene = Scene([1])
        scene.find("tls.deprecated-offered")
        #expect(try outcome(scene, profile) == .compliant)
    }

    @Test(
        "nothing that was not seen meets or breaks a requirement, whatever its form",
        arguments: [
            "{ check: tls.version, servers: every }", "{ check: tls.version, servers: some }",
            "{ check: tls.version, no-worse-than: error, servers: every }",
            "{ check: tls.version, outcome: failed, servers: every }",
            "{ servers: every, not: { check: tls.version } }",
            "{ servers: every, not: { check: tls.version, outcome: failed } }",
            "{ servers: every, not: { finding: tls.deprecated-offered } }",
            "{ servers: some, not: { finding: tls.deprecated-offered } }",
            "{ not: { servers: some, finding: tls.deprecated-offered } }",
            "{ servers: every, any: [{ check: tls.version }, { not: { check: tls.version } }] }",
        ])
    func silence(metBy: String) throws {
        let profile = try profile(metBy)
        for outcome in [Outcome.open, .blocked(by: "smtp.greeting"), .blocked(by: "tls.session")] {
            var scene = Scene([1])
            scene.set("tls.version", outcome, server: 0)
            #expect(try self.outcome(scene, profile) == .cannotTell, "\(outcome)")
        }
        var uncollected = Scene([1])
        for place in uncollected.places(of: .server) { uncollected.set("tls.version", nil, at: place) }
        #expect(try outcome(uncollected, profile) == .cannotTell)
        var unknown = Scene([])
        unknown.set("tls.version", .open, at: .domain)
        #expect(try outcome(unknown, profile) == .cannotTell)
        var none = Scene([])
        none.set("tls.version", .moot, at: .domain)
        #expect(try outcome(none, profile) == .notApplicable)
    }

    @Test("a server that is known of and was not tested leaves open what is asked of every one")
    func untestedServer() throws {
        let profile = try profile("{ check: tls.version, servers: every }")
        var scene = Scene([1, 1])
        scene.hosts[1].mayHaveMore = true
        #expect(try outcome(scene, profile) == .cannotTell)
        scene.find("tls.deprecated-offered", server: 0)
        #expect(try outcome(scene, profile) == .notCompliant)
    }

    @Test("a requirement that a profile inherits is an error once its check is switched off")
    func switchedOff() {
        let yaml = "schema: 1\nid: acme\ntitle: Acme\nextends: cisa-bod-18-01\nchecks: { cipher.acceptable: null }\n"
        let error = #expect(throws: InvalidProfile.self) {
            try ShippedComplianceTests.library.read(Array(yaml.utf8), name: "acme.yaml")
        }
        #expect(error?.diagnostics.count == 2)
        #expect(
            error?.diagnostics.first?.message
                == "the profile does not run cipher.acceptable: without it nobody can tell; name it below 'checks', or take the requirement away with null"
        )
    }

    @Test("a profile says with which findings each requirement is still met")
    func tolerances() throws {
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            checks: { tls.version: {}, mx.records-valid: {} }
            severity: { tls.not-preferred: info, tls.deprecated-offered: warning }
            requirements:
              short: { clause: 1, level: must, text: T., met-by: { check: tls.version, servers: every } }
              lenient: { clause: 2, level: must, text: T., met-by: { check: tls.version, no-worse-than: warning, servers: every } }
              clean: { clause: 3, level: must, text: T., met-by: { check: tls.version, outcome: clean, servers: every } }
              sighting: { clause: 4, level: must, text: T., met-by: { finding: mx.implicit } }
              one: { clause: 5, level: must, text: T., met-by: { check: tls.version, servers: some } }
            """
        let library = TestCatalog.library()
        let tolerances = try library.read(Array(yaml.utf8), name: "rules.yaml").tolerances(in: library)
        let lines = Dictionary(uniqueKeysWithValues: tolerances.map { ($1.requirement.id, $1) })
        let short = try #require(lines["short"])
        #expect(short.isMetByCleanDomains)
        #expect(short.findings.allSatisfy { $0.severity == .info })
        #expect(short.findings.map(\.code).contains("tls.not-preferred"))
        let lenient = try #require(lines["lenient"])
        #expect(lenient.findings.first == Tolerance.Found(code: "tls.deprecated-offered", severity: .warning))
        #expect(lenient.findings.allSatisfy { $0.severity <= .warning })
        #expect(lines["clean"]?.findings == [])
        let sighting = try #require(lines["sighting"])
        #expect(!sighting.isMetByCleanDomains && sighting.findings.map(\.code) == ["mx.implicit"])
        #expect(lines["one"]?.findings == short.findings, "at every server it is broken")
    }

    @Test(
        "text is read as it is typed, whatever else YAML would take it for",
        arguments: ["3.10", "1", "007", "1e3", "0x1F", "2026-12-31", "12:30", "true", "No", "1_000", "-1", "+4", ".5"])
    func typed(text: String) throws {
        let yaml = """
            schema: 1
            id: \(text == "2026-12-31" ? text : "rules")
            title: \(text)
            description: \(text)
            standard: { name: \(text), edition: \(text), published: 2026-12-31, confidence: \(text) }
            checks: { tls.version: {} }
            requirements:
              1.10: { clause: \(text), level: must, text: \(text), group: 3.10, from: 2020-02-29, until: 2029-12-31, met-by: { check: tls.version, servers: every } }
            waivers:
              2: { finding: tls.deprecated-offered, reason: \(text), approved-by: \(text), expires: 2026-12-31 }
            """
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
        #expect(profile.title == text && profile.summary == text)
        #expect(profile.standard?.edition == text)
        let requirement = try #require(profile.requirements.first)
        #expect((requirement.id, requirement.clause, requirement.text) == ("1.10", text, text))
        #expect((requirement.group, requirement.from?.description) == ("3.10", "2020-02-29"))
        let waiver = try #require(profile.waivers.first)
        #expect((waiver.reason, waiver.approvedBy) == (text, text))
        #expect(waiver.expires.description == "2026-12-31")
        let shown = profile.effectiveText
        #expect(shown.contains("title: \(text)\n") || shown.contains("title: \"\(text)\"\n"))
    }
}
