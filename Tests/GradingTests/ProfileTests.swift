import Checks
import FoundationEssentials
import MailModel
import Observations
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct ProfileTests {
    private static let knobs = TestCatalog.check(
        "test.parameters", .server, parameters: ParametersType(TestParameters.self), formerIDs: ["test.knobs"])

    private func read(_ body: String, extends: String = "default") throws -> Profile {
        let yaml = "schema: 1\nid: acme\ntitle: Acme partners\nextends: \(extends)\n\(body)"
        return try TestCatalog.library(with: [Self.knobs]).read(Array(yaml.utf8), name: "acme.yaml")
    }

    @Test("an organisation's file changes what it says and inherits the rest")
    func extends() throws {
        let base = TestCatalog.standard
        let profile = try read(
            """
            checks:
              starttls.offered: { weight: 25 }
              tls.version: null
            grade:
              bands: { A: 92 }
              caps:
                weak-tls: null
                old-tls: null
                no-tls13: null
                ptr-issue: { at-most: C }
            """)
        #expect(profile.id == "acme")
        #expect(profile.title == "Acme partners")
        #expect(profile.summary == nil)
        #expect(profile.checks.count == base.checks.count - 1)
        #expect(profile.checks.first { $0.id == "starttls.offered" }?.weight == 25)
        #expect(profile.checks.first { $0.id == "relay.closed" }?.weight == 20)
        #expect(profile.bands.map(\.from) == [97, 92, 75, 50, 25, 0])
        #expect(profile.caps.count == base.caps.count - 3)
        let cap = try #require(profile.caps.first { $0.id == "ptr-issue" })
        #expect(cap.atMost == .c)
        #expect(cap.when == base.caps.first { $0.id == "ptr-issue" }?.when)
        #expect(profile.digest != base.digest)
        #expect(profile.warnings.isEmpty)
    }

    @Test("a condition is replaced whole, never half")
    func conditionsAreReplaced() throws {
        let profile = try read("grade: { caps: { open-relay: { when: { finding: mx.implicit } } } }")
        let cap = try #require(profile.caps.first { $0.id == "open-relay" })
        #expect(cap.when == .finding("mx.implicit", check: "mx.records-valid"))
        #expect(cap.atMost == .f)
    }

    @Test("files extend files, relative to themselves")
    func files() throws {
        let folder = FileManager.default.temporaryDirectory
            .appending(path: "mailgrade-\(UInt32.random(in: 0 ... .max))")
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.createDirectory(
            at: folder.appending(path: "parts"), withIntermediateDirectories: true)
        func write(_ name: String, _ body: String) throws {
            try Data("schema: 1\nid: \(name)\ntitle: T\n\(body)".utf8).write(to: folder.appending(path: "\(name).yaml"))
        }
        try write("top", "extends: parts/middle.yaml\n")
        try Data(
            "schema: 1\nid: middle\ntitle: T\nextends: ../low.yaml\nchecks: { relay.closed: { weight: 7 } }\n".utf8
        )
        .write(to: folder.appending(path: "parts/middle.yaml"))
        try write("low", "extends: default\nchecks: { relay.closed: { weight: 5 }, tls.version: { weight: 5 } }\n")
        let profile = try TestCatalog.library().load(folder.path + "/top.yaml")
        #expect(profile.id == "top")
        #expect(profile.checks.first { $0.id == "relay.closed" }?.weight == 7)
        #expect(profile.checks.first { $0.id == "tls.version" }?.weight == 5)
    }

    @Test("the digest depends on the rules, not on how they are written down")
    func digest() throws {
        let base = try read("checks: { relay.closed: { weight: 7 } }\nseverity: { ptr.missing: notice }")
        let same = try read(
            "# a comment\nseverity:\n  ptr.missing: 'notice'\nchecks:\n  relay.closed:\n    weight: 7\n")
        let other = try read("checks: { relay.closed: { weight: 8 } }\nseverity: { ptr.missing: notice }")
        #expect(base.digest == same.digest)
        #expect(base.digest != other.digest)
        #expect(base.digest.count == 64)
    }

    @Test("what a profile changes about a run is applied to the settings, and nothing else")
    func runSettings() throws {
        let profile = try read(
            """
            run:
              deadline: 2m
              connections-per-server: 1
              helo: Probe.Acme.example
              relay-sender: relay-test@acme.example
            """)
        var expected = RunSettings()
        expected.deadline = .seconds(120)
        expected.connectionsPerServer = 1
        expected.helo = "probe.acme.example"
        expected.relaySender = "relay-test@acme.example"
        #expect(profile.run.applied(to: RunSettings()) == expected)
        #expect(TestCatalog.standard.run.applied(to: RunSettings()) == RunSettings())
    }

    @Test("parameters are overlaid on the check's defaults")
    func parameters() throws {
        let profile = try read("checks: { test.parameters: { parameters: { level: 7, versions: [TLSv1.3] } } }")
        let parameters = try #require(profile.parameters["test.parameters"] as? TestParameters)
        #expect(parameters.level == 7)
        #expect(parameters.versions == [.tls13])
        #expect(!parameters.strict)
        #expect(profile.parameters["relay.closed"] == nil)
    }

    @Test("a severity may depend on a finding's arguments: the worst whose condition holds, or info")
    func conditionalSeverities() throws {
        let profile = try read(
            """
            severity:
              ptr.missing: notice
              certificate.expires-soon: { warning: { days-left: "< 30" }, error: { days-left: "<= 7" } }
            """)
        func severity(_ code: String, _ days: Double? = nil) -> Severity {
            let finding = Finding(
                TestCatalog.owner(of: code).finding, Arguments(named: days.map { ["days-left": .number($0)] } ?? [:]))
            return profile.severity(of: finding)
        }
        #expect(severity("ptr.missing") == .notice)
        #expect(severity("ptr.unconfirmed") == .error)
        #expect(
            [40, 30, 29, 7, 0].map { severity("certificate.expires-soon", $0) } == [
                .info, .info, .warning, .error, .error,
            ])
        #expect(severity("certificate.expires-soon") == .info)
    }

    @Test(
        "comparisons mean what they say",
        arguments: [
            (ArgumentCondition.Comparison.less, [true, false, false]), (.atMost, [true, true, false]),
            (.equal, [false, true, false]), (.atLeast, [false, true, true]), (.greater, [false, false, true]),
            (.notEqual, [true, false, true]),
        ])
    func comparisons(comparison: ArgumentCondition.Comparison, expected: [Bool]) {
        let condition = ArgumentCondition(argument: "n", comparison: comparison, limit: 5)
        #expect([4, 5, 6].map { condition.holds(for: Arguments(named: ["n": .number($0)])) } == expected)
        #expect(!condition.holds(for: .none))
        #expect(!condition.holds(for: Arguments(named: ["n": .text("5")])))
    }

    @Test("what does not matter is a warning, not an error")
    func warnings() throws {
        let profile = try read(
            "checks: { tls.version: null, test.parameters: null, test.knobs: { weight: 1 } }\nseverity: { ptr.alias: null }"
        )
        #expect(
            profile.warnings.filter { $0.position?.file.name == "acme.yaml" }.map(\.message) == [
                "'test.parameters' removes nothing: it is not in the profile that it extends",
                "'test.knobs' is now called 'test.parameters'",
                "'ptr.alias' removes nothing: it is not in the profile that it extends",
            ])
        #expect(
            profile.warnings.filter { $0.position?.file.name == "default (built in)" }.map(\.message)
                == Array(repeating: "this cap never applies: the profile does not run tls.version", count: 3))
        #expect(profile.warnings.allSatisfy { $0.kind == .warning })
    }

    @Test("the word that reports of 0.1 had for an outcome still loads, with a warning")
    func formerWord() throws {
        let text = """
            grade:
              caps:
                odd: { at-most: B, when: { check: ptr.forward-confirmed, outcome: WORD, servers: some }, because: Odd. }
            """
        let former = try read(text.replacing("WORD", with: "found"))
        #expect(former.caps == (try read(text.replacing("WORD", with: "noted"))).caps)
        #expect(former.warnings.map(\.message).contains("'found' is now called 'noted'"))
    }

    @Test("ten lines are enough for an organisation's policy, and they change the grade")
    func tenLines() throws {
        let profile = try read(
            """
            severity: { ptr.missing: notice }
            grade:
              caps:
                ptr-issue: null
                no-tls13: { at-most: B }
            """)
        var scene = Scene([1])
        scene.find("ptr.missing")
        #expect(scene.assessment().grade == .b)
        #expect(scene.assessment(profile).grade == .a)
        scene.find("tls.not-preferred")
        #expect(scene.assessment(profile).grade == .b)
    }

    @Test("every profile in the folder is compiled in under its name, and loads")
    func shippedProfiles() throws {
        let folder = #filePath.replacing("Tests/GradingTests/ProfileTests.swift", with: "Profiles")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter {
            $0.hasSuffix(".yaml") && !$0.hasSuffix(".tests.yaml")
        }
        let library = TestCatalog.library(of: Plugin.builtIn.flatMap(\.checks))
        #expect(files.map { $0.dropLast(".yaml".count) }.sorted() == library.ids.map { $0[...] }.sorted())
        for id in library.ids {
            let profile = try library.load(id)
            #expect(profile.id == id)
            #expect(profile.warnings.map(\.description) == [])
            #expect(profile.isGraded || profile.standard != nil, "\(id) says where its requirements come from")
            let text = try #require(library.source(of: id))
            #expect(text.hasPrefix("# yaml-language-server: $schema=schema.json\n"), "\(id) names its schema")
        }
    }

    @Test("the examples of the schema's description load")
    func documentedExamples() throws {
        let path = #filePath.replacing("Tests/GradingTests/ProfileTests.swift", with: "Profiles/README.md")
        let text = String(decoding: try BoundedFile.read(path, limit: 1_000_000), as: UTF8.self)
        let blocks = text.split(separator: "```yaml\n").dropFirst().compactMap { $0.split(separator: "\n```").first }
        try #require(blocks.count == 8)
        let profile = try TestCatalog.library().read(Array(blocks[0].utf8), name: "README.md")
        #expect(profile.id == "acme")
        #expect(try read(String(blocks[1])).severities["certificate.expires-soon"] != nil)
        let cap = blocks[2].split(separator: "\n").map { "    \($0)\n" }.joined()
        #expect(try read("grade:\n  caps:\n\(cap)").caps.first { $0.id == "breaks-off" }?.when != nil)
        #expect(try read(String(blocks[3])).requirements.map(\.id) == ["starttls", "key-storage"])
        #expect(try read(String(blocks[4])).waivers.map(\.id) == ["mx3-reverse-dns"])
        #expect(try read(String(blocks[5])).externalChecks.map(\.check.id) == ["acme.pipelining-offered"])
        let dane =
            "  dane: { clause: 5, level: must, group: dane, text: T., met-by: { check: dane.covers-domain } }\n"
        let requirements = String(blocks[3]).replacing("requirements:\n", with: "requirements:\n\(dane)")
        let whole = try read([requirements, String(blocks[4]), String(blocks[6])].joined(separator: "\n"))
        #expect(whole.classes.map(\.id) == ["parked", "sends-only", "not-signed-yet"])
        #expect(whole.classes.map(\.profile.isGraded) == [false, true, true])
        #expect(whole.classes.last?.profile.requirements.filter { $0.leftOut != nil }.map(\.id) == ["dane"])
        let library = TestCatalog.library()
        let cases = try library.cases(Array(blocks[7].utf8), name: "README.md", of: whole).all
        #expect(cases.map(\.id) == ["our-domain", "one-bad-server", "parked"])
        #expect(cases.map { $0.result(under: whole, in: library)?.mismatches.map(\.message) } == [nil, [], []])
    }
}
