import FoundationEssentials
import MailModel
import Testing

@testable import MailgradeCommand

@Suite struct ProfileTestCommandTests {
    private func run(_ arguments: String...) async -> Rig.Outcome { await Rig().run(arguments) }

    private static let repository = #filePath.replacing("/Tests/CommandTests/ProfileTestCommandTests.swift", with: "")

    private static let shipped: [String] =
        ((try? FileManager.default.contentsOfDirectory(atPath: "\(repository)/Profiles")) ?? [])
        .filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".tests.yaml") }.sorted()

    private static let acme = """
        schema: 1
        id: acme
        title: Acme
        checks: { starttls.offered: {}, starttls.works: {} }
        requirements:
          starttls: { clause: 1.10, level: must, text: T., met-by: { check: starttls.offered, servers: every } }
        """

    @Test(arguments: shipped)
    func `Every shipped profile has cases, and all of them come out as expected`(name: String) async {
        let outcome = await run("profile", "test", "\(Self.repository)/Profiles/\(name)")
        #expect(outcome.status == .graded, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.split(separator: "\n").count >= 6)
    }

    @Test func `There are profiles to test`() {
        #expect(Self.shipped.count >= 14)
    }

    @Test func `A line for each case, a reason for each failure, and 1 as the exit status`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("acme.yaml", Self.acme)
        _ = try folder.file(
            "acme.tests.yaml",
            """
            schema: 1
            cases:
              good: { situation: {}, expect: { outcome: compliant } }
              hopeful:
                situation: { findings: [starttls.not-offered], servers: some }
                expect: { outcome: compliant, finds: [starttls.refused] }
            """)
        let outcome = await run("profile", "test", path)
        #expect(outcome.status == .below)
        let cases = "\(folder.path)/acme.tests.yaml"
        #expect(
            outcome.output == """
                ok      good     compliant
                failed  hopeful  not-compliant
                        \(cases):6:15: outcome: expected compliant, got not-compliant
                        \(cases):6:43: starttls.refused was expected, and is not found
                \(cases): 2 cases, 1 failed

                """)
    }

    @Test func `Evidence is found beside the cases, and judged as of another domain and day where the case says so`()
        async throws
    {
        let folder = try TemporaryFolder()
        let rig = try Rig(playing: Talk.good(relay: "554 5.7.1 Relay access denied"))
        let path = try folder.file("acme.yaml", Self.acme)
        _ = await rig.run(["example.com", "--profile", path, "--quiet", "--evidence", "\(folder.path)/run.json"])
        _ = try folder.file(
            "mine.yaml",
            "schema: 1\ncases: { run: { evidence: run.json, domain: acme.example, at: 2030-01-01, expect: { outcome: compliant } } }\n"
        )
        let outcome = await run("profile", "test", path, "--cases", "\(folder.path)/mine.yaml")
        #expect(outcome.status == .graded, "\(outcome.output)\(outcome.errors)")
        #expect(outcome.output.hasSuffix("mine.yaml: 1 case, as expected\n"))
    }

    @Test func `A bad file of cases, a missing one and missing evidence are 2, with the place`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file("acme.yaml", Self.acme)
        let missing = await run("profile", "test", path)
        #expect(missing.status == .usage)
        #expect(missing.errors.contains("the cases \(folder.path)/acme.tests.yaml cannot be read"))
        _ = try folder.file(
            "acme.tests.yaml", "schema: 1\ncases:\n  a: { situation: {}, expect: { outcom: compliant } }\n")
        let misspelt = await run("profile", "test", path)
        #expect(misspelt.status == .usage)
        #expect(
            misspelt.errors.contains(
                "acme.tests.yaml:3:33: error: unknown key 'outcom' in 'expect'; did you mean 'outcome'?"))
        _ = try folder.file(
            "acme.tests.yaml", "schema: 1\ncases:\n  a: { evidence: gone.json, expect: { outcome: compliant } }\n")
        let gone = await run("profile", "test", path)
        #expect(gone.status == .usage)
        #expect(gone.errors.contains("acme.tests.yaml:3:18: The evidence file \(folder.path)/gone.json cannot be read"))
        #expect(await run("profile", "test", "default").status == .usage)
        #expect(await run("profile", "test", path, path, "--cases", "x.yaml").status == .usage)
    }

    @Test func `A check of a profile says with which findings each requirement is still met`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "acme.yaml",
            Self.acme
                + "\n  lenient: { clause: 2, level: must, text: T., met-by: { check: starttls.offered, no-worse-than: warning, servers: every } }\n"
        )
        let outcome = await run("profile", "check", path)
        #expect(outcome.output.contains("starttls (1.10): met only where nothing is found\n"))
        #expect(outcome.output.contains("lenient (2): still met with starttls.parameters (warning)\n"))
        #expect(!outcome.output.contains("its cases"))
        _ = try folder.file("acme.tests.yaml", "schema: 1\ncases: {}\n")
        #expect(await run("profile", "check", path).output.contains("its cases: mailgrade profile test \(path)\n"))
    }
}
