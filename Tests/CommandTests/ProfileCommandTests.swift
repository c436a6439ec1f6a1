import FoundationEssentials
import Testing

@testable import MailgradeCommand

@Suite struct ProfileCommandTests {
    private func run(_ arguments: String...) async -> Rig.Outcome { await Rig().run(arguments) }

    @Test func `The list names every built-in profile with what comes out of it`() async {
        let outcome = await run("profile", "list")
        #expect(outcome.status == .graded)
        #expect(outcome.output.contains("default               Public mail transport baseline (A+ to F)\n"))
        #expect(outcome.output.contains("cisa-bod-18-01        CISA BOD 18-01, mail servers (5 requirements)\n"))
    }

    @Test func `A profile is shown as it is written`() async {
        let outcome = await run("profile", "show", "default")
        #expect(outcome.output.hasPrefix("# yaml-language-server: $schema=schema.json\n"))
        #expect(outcome.output.contains("# The grade is the lower of the band and every cap that fires.\n"))
    }

    @Test func `The merged form says which line comes from where, and is a profile of the same rules`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "acme.yaml",
            "schema: 1\nid: acme\ntitle: Acme\nextends: default\nchecks:\n  starttls.offered: { weight: 25 }\n")
        let shown = await run("profile", "show", path, "--effective")
        #expect(shown.output.contains("  starttls.offered: { weight: 25 }  # acme.yaml:6\n"))
        #expect(!shown.output.contains("extends"))
        let merged = try folder.file("merged.yaml", shown.output)
        let outcome = await run("profile", "diff", path, merged)
        #expect(outcome.output == "")
        #expect(outcome.status == .graded)
    }

    @Test func `Five mistakes in one file are five errors, each at its place`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "acme.yaml",
            """
            schema: 1
            id: acme
            extends: default
            title: Acme
            checks:
              starttls.ofered: { weight: 25 }
              tls.version: { weight: -1 }
            severity:
              ptr.missing: hint
            waivers:
              old: { finding: relay.open, reason: R., approved-by: me, expires: "2026-12-31" }
            grade:
              caps:
                strict: { at-most: G, when: always, because: Strict. }
            """)
        let outcome = await run("profile", "check", path)
        #expect(outcome.status == .usage)
        for (line, text) in [
            (6, "unknown check 'starttls.ofered'; did you mean 'starttls.offered'?"),
            (7, "'weight' must be from 0 to 1000000, not '-1'"),
            (9, "'ptr.missing' must be one of"), (11, "'relay.open' must not be waived"), (14, "unknown grade 'G'"),
        ] {
            #expect(
                outcome.output.split(separator: "\n").contains { $0.hasPrefix("\(path):\(line):") && $0.contains(text) }
            )
        }
        #expect(outcome.output.hasSuffix("acme.yaml: 5 errors\n"))
    }

    @Test func `A profile whose cap can never apply is warned about, and the search says that it sampled`() async throws
    {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "acme.yaml",
            """
            schema: 1
            id: acme
            extends: default
            title: Acme
            grade:
              caps:
                dead: { at-most: B, because: No., when: { all: [ { finding: mx.duplicate }, { not: { finding: mx.duplicate } } ] } }
            """)
        let outcome = await run("profile", "check", path, "--runs", "500")
        #expect(outcome.status == .below)
        #expect(outcome.output.contains(":7:5: warning: no run was found to which cap 'dead' applies\n"))
        #expect(outcome.output.contains("synthetic runs graded, a sample of all possible ones\n"))
    }

    @Test func `What differs between two profiles is listed key by key`() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.file(
            "acme.yaml",
            "schema: 1\nid: acme\ntitle: Acme\nextends: default\nchecks: { starttls.offered: { weight: 25 } }\nseverity: { ptr.missing: notice }\n"
        )
        let outcome = await run("profile", "diff", "default", path)
        #expect(
            outcome.output == """
                - checks › starttls.offered › weight: 12
                + checks › starttls.offered › weight: 25
                + severity › ptr.missing: notice

                """)
        #expect(outcome.status == .below)
    }

    @Test func `Whose grade changes between two profiles is told from saved evidence, with the reason`() async throws {
        let folder = try TemporaryFolder()
        let strict = try folder.file(
            "strict.yaml",
            SampleProfile.text.replacing("id: sample", with: "id: strict").replacing(
                "{ at-most: F, when: { finding: relay.open", with: "{ at-most: D, when: { finding: relay.open"))
        let sample = try folder.file("sample.yaml", SampleProfile.text)
        let runs = try TemporaryFolder()
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        _ = await rig.run("example.com", "--profile", sample, "--quiet", "--evidence", "\(runs.path)/one.json")
        let outcome = await run("profile", "diff", sample, strict, "--evidence", runs.path)
        #expect(
            outcome.output == "example.com: F → D  An open relay is F.\n1 of 1 result changes\n")
        #expect(outcome.status == .below)
        let same = await run("profile", "diff", sample, sample, "--evidence", runs.path)
        #expect(same.output == "0 of 1 result changes\n")
        #expect(same.status == .graded)
    }

    @Test func `Many runs are compared in the order of their files, and the first that cannot be read is named`()
        async throws
    {
        let folder = try TemporaryFolder()
        let sample = try folder.file("sample.yaml", SampleProfile.text)
        let strict = try folder.file(
            "strict.yaml",
            SampleProfile.text.replacing(
                "{ at-most: F, when: { finding: relay.open", with: "{ at-most: D, when: { finding: relay.open"))
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        _ = await rig.run("example.com", "--profile", sample, "--quiet", "--evidence", "\(folder.path)/one")
        let one = try #require(folder.text(of: "one"))
        let runs = try TemporaryFolder()
        let numbers = 100..<400
        for number in numbers {
            _ = try runs.file("\(number).json", one.replacing("\"example.com\"", with: "\"d\(number).example\""))
        }
        let outcome = await run("profile", "diff", sample, strict, "--evidence", runs.path)
        let lines = outcome.output.split(separator: "\n")
        #expect(
            lines.dropLast() == numbers.map { "d\($0).example: F → D  An open relay is F." }[...])
        #expect(lines.last == "300 of 300 results change")
        _ = try runs.file("250.json", "{}")
        let broken = await run("profile", "diff", sample, strict, "--evidence", runs.path)
        #expect(broken.status == .usage)
        #expect(broken.errors.contains("250.json is not evidence that mailgrade can read: schema is missing."))
    }

    @Test func `A folder without evidence is refused`() async throws {
        let folder = try TemporaryFolder()
        let outcome = await run("profile", "diff", "default", "default", "--evidence", folder.path)
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("There is no .json file in"))
    }

    @Test func `The schema is JSON that knows the registered checks`() async throws {
        let outcome = await run("profile", "schema")
        #expect(outcome.output.contains("\"starttls.offered\""))
        #expect(outcome.output.contains("\"relay.open\""))
    }

    @Test(arguments: ["Acme", "a b", "../x", ""])
    func `An id that cannot be one writes no file`(_ name: String) async {
        let outcome = await run("profile", "new", name)
        #expect(outcome.status == .usage)
        #expect(!FileManager.default.fileExists(atPath: "\(name).yaml"))
    }
}

@Suite struct ExplainCommandTests {
    private func run(_ arguments: String...) async -> Rig.Outcome { await Rig().run(arguments) }

    @Test func `A finding is explained with its remedy and what it does to the grade`() async {
        let outcome = await run("explain", "relay.open")
        #expect(outcome.status == .graded)
        for text in [
            "relay.open (critical)", "What to do", "It can limit the grade to F", "It cannot be waived", "RFC",
        ] {
            #expect(outcome.output.contains(text), "\(text)")
        }
    }

    @Test func `A check is explained with everything it can find and what it is worth`() async {
        let outcome = await run("explain", "tls.version")
        for text in ["tls.only-deprecated", "Parameters", "preferred", "of 100 points", "Examples"] {
            #expect(outcome.output.contains(text), "\(text)")
        }
    }

    @Test func `A grade is explained by its score and its caps, in either case`() async {
        let outcome = await run("explain", "b")
        #expect(outcome.output.hasPrefix("B under the profile default\n"))
        #expect(outcome.output.contains("a score of 75 or more and below 90"))
        #expect(outcome.output.contains("ptr-issue"))
    }

    @Test func `A compliance profile is explained with its standard, and with what is not seen`() async {
        let outcome = await run("explain", "cisa-bod-18-01")
        let words = outcome.output.split { $0 == " " || $0 == "\n" }.joined(separator: " ")
        for text in ["Confidence:", "II.1.a.i", "Not observable:"] { #expect(words.contains(text), "\(text)") }
    }

    @Test func `Another word is refused with the nearest one`() async {
        let outcome = await run("explain", "starttls.not-ofered")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("Did you mean starttls.not-offered?"))
    }

    @Test func `No line is wider than the terminal`() async {
        for subject in ["relay.open", "certificate.trusted", "A+", "default", "uk-mail-check"] {
            let outcome = await run("explain", subject)
            #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(subject)")
        }
    }
}

/// What the pages show is what the command does.
@Suite struct DocumentedProfileTests {
    private static func page(_ path: String) throws -> Substring {
        let root = #filePath.replacing("Tests/CommandTests/ProfileCommandTests.swift", with: "")
        let data = try #require(FileManager.default.contents(atPath: root + path))
        return Substring(String(decoding: data, as: UTF8.self))
    }

    private static func block(_ fence: String, in page: Substring) throws -> String {
        let rest = try #require(page.split(separator: "```\(fence)\n").dropFirst().first)
        return String(try #require(rest.split(separator: "```", maxSplits: 1).first))
    }

    @Test func `The five mistakes of the page are found, each at its place, in the words of the page`() async throws {
        let page = try Self.page("Profiles/README.md")
        let folder = try TemporaryFolder()
        let path = try folder.file("acme.yaml", try Self.block("yml", in: page))
        let outcome = await Rig().run("profile", "check", path)
        #expect(outcome.output.replacing("\(folder.path)/", with: "") == (try Self.block("text", in: page)))
        #expect(outcome.output.split(separator: "\n").count { $0.contains(": error: ") } == 5)
        #expect(outcome.status == .usage)
    }
}
