import CheckEngine
import CheckKit
import FoundationEssentials
import Glibc
import Grading
import MailModel
import Testing

@testable import MailgradeCommand
@testable import MailgradeKit

/// Checks that a profile declares, from the profile to the report.
@Suite struct ExternalCheckTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// A profile with one external check of each server, beside a program of these lines of shell.
    private func profile(
        _ lines: String, _ more: String = "", name: String = "acme", limits: String = "time-limit: 60s"
    ) throws -> String {
        if !lines.isEmpty {
            let program = try folder.file("program", "#!/bin/sh\n\(lines)\n")
            chmod(program, 0o755)
        }
        return try folder.file(
            "\(name).yaml",
            """
            schema: 1
            id: \(name)
            title: Acme
            external-checks:
              acme.size-offered:
                title: The server offers SIZE
                why: Senders learn the limit.
                scope: server
                facts: [smtp.ehlo-reply, "mta-sts.policy?"]
                command: [program]
                \(limits)
                findings:
                  acme.size-missing: { severity: error, remedy: Offer SIZE. }
                  acme.size-small:
                    severity: error
                    message: At most {limit} bytes are taken.
                    remedy: Take more.
                    arguments: { limit: number }
            checks:
              starttls.offered: { weight: 1 }
              acme.size-offered: { weight: 1 }
            grade:
              credit: { info: 1, notice: 0.8, warning: 0.7, error: 0, critical: 0 }
              bands: { A: 90, B: 60, C: 40, F: 0 }
            \(more)

            """)
    }

    private func run(_ profile: String, _ more: String...) async throws -> Rig.Outcome {
        try await Rig(playing: Talk.good()).run(["example.com", "--profile", profile] + more)
    }

    @Test func `The program is given facts as JSON, and its verdict is graded, explained and in every report`()
        async throws
    {
        let path = try profile(
            """
            cat > input.json
            echo '{"findings": [{"code": "acme.size-small", "arguments": {"limit": 1000}}]}'
            """)
        let run = try await run(path, "--format", "terminal", "--format", "json=\(folder.path)/report.json")
        #expect(run.output.contains("At most 1000 bytes are taken."), "\(run.output) \(run.errors)")
        #expect(run.output.contains("example.com: C"))
        let report = try #require(folder.text(of: "report.json"))
        #expect(report.contains("\"acme.size-small\"") && report.contains("\"limit\""))
        let input = try JSONDecoder().decode(
            JSONValue.self, from: Data(try #require(folder.text(of: "input.json")).utf8))
        guard case .object(let fields) = input, case .object(let facts)? = fields["facts"] else {
            Issue.record("\(input)")
            return
        }
        #expect(fields["schema"] == .string("mailgrade.external/1"))
        #expect(fields["check"] == .string("acme.size-offered"))
        #expect(fields["domain"] == .string("example.com"))
        #expect(fields["place"] == .object(["host": .string("mx.example.com"), "address": .string("192.0.2.25")]))
        #expect(fields["collectedAt"] == .string("2026-01-01T00:00:00Z"))
        #expect(facts.keys.sorted() == ["mta-sts.policy", "smtp.ehlo-reply"])
        guard case .object(let ehlo)? = facts["smtp.ehlo-reply"], case .object(let value)? = ehlo["value"] else {
            Issue.record("\(facts)")
            return
        }
        #expect(value["keywords"] != nil)
        guard case .object(let policy)? = facts["mta-sts.policy"] else { return }
        #expect(policy["absent"] != nil || policy["value"] != nil)
    }

    @Test func `Judged again, the evidence gives the same report, without the program`() async throws {
        let path = try profile(
            "echo '{\"findings\": [{\"code\": \"acme.size-missing\", \"message\": \"No SIZE here.\"}]}'")
        let evidence = "\(folder.path)/run.json"
        let run = try await run(path, "--evidence", evidence)
        #expect(run.output.contains("No SIZE here."))
        let saved = try #require(folder.text(of: "run.json"))
        let program = try #require(folder.text(of: "program"))
        #expect(saved.contains(SHA256.hex(program.utf8)))
        #expect(saved.contains("external.acme.size-offered"))
        unlink("\(folder.path)/program")
        let again = await Rig().run("judge", evidence, "--profile", path)
        #expect(again.output == run.output)
        #expect(again.status == run.status)
        let anew = await Rig().run("judge", evidence, "--profile", path, "--run-programs")
        #expect(
            anew.output.inOneLine.contains("The program of acme.size-offered (program) is not there."), "\(anew.output)"
        )
    }

    @Test func `Evidence of a run without the check says that its program did not run, and the grade is provisional`()
        async throws
    {
        let evidence = "\(folder.path)/run.json"
        _ = try await run(try folder.file("sample.yaml", SampleProfile.text), "--evidence", evidence)
        let path = try profile("echo '{\"outcome\": \"passed\"}'")
        let judged = await Rig().run("judge", evidence, "--profile", path, "--verbose")
        #expect(judged.output.inOneLine.contains("The program of acme.size-offered did not run"), "\(judged.output)")
        #expect(judged.output.inOneLine.contains("between C and A"), "\(judged.output)")
        let asked = await Rig().run("judge", evidence, "--profile", path, "--run-programs")
        #expect(asked.output.contains("example.com: A"), "\(asked.output)")
    }

    static let hostile: [(String, String)] = [
        ("kill -SEGV $$", "was ended by signal 11"),
        ("echo 'it broke' >&2; exit 3", "ended with status 3: \u{201C}it broke\u{201D}"),
        ("exec yes", "wrote more than 64 KiB on standard output"),
        ("exec yes >&2", "wrote more than 64 KiB on standard error"),
        ("echo garbage", "answered with what is not JSON"),
        ("printf '{\"outcome\": \"passed\\000\"}'", "answered with NUL bytes"),
        ("printf '{\"outcome\": \"\\377\"}'", "answered with what is not UTF-8"),
        ("head -c 60000 /dev/zero | tr '\\0' '['", "answered with JSON that is nested more than 16 deep"),
        (":", "answered nothing"),
        (
            "echo '{\"findings\": [{\"code\": \"relay.open\"}]}'",
            "found \u{201C}relay.open\u{201D}, which is none of its findings (acme.size-missing, acme.size-small)"
        ),
        ("echo '{\"findings\": [{\"code\": \"acme.size-small\"}]}'", "found acme.size-small, and limit is missing"),
        ("a=aaaaaaaaaaaaaaaa; while :; do a=$a$a; done", "The program of acme.size-offered"),
    ]

    @Test(
        "whatever a program does, it neither fails nor passes: the outcome is open, and the grade says so",
        arguments: hostile.map(\.0))
    func isInconclusive(_ lines: String) async throws {
        let expected = try #require(Self.hostile.first { $0.0 == lines }).1
        let path = try profile(lines, limits: "memory-limit: 128")
        let run = try await run(path, "--verbose")
        let text = run.output.inOneLine
        #expect(text.contains(expected), "\(run.output) \(run.errors)")
        #expect(text.contains("between C and A"), "\(run.output)")
        #expect(run.status == .graded)
    }

    @Test func `A program that never ends is stopped at its limit, and one that is not there is open as well`()
        async throws
    {
        let slow = try await run(try profile("exec sleep 1000", limits: "time-limit: 200ms"), "--verbose")
        #expect(slow.output.contains("ran longer than 200 ms"), "\(slow.output)")
        unlink("\(folder.path)/program")
        let missing = try await run(try profile(""), "--verbose")
        #expect(missing.output.inOneLine.contains("The program of acme.size-offered (program) is not there."))
        #expect(missing.output.inOneLine.contains("between C and A"))
        _ = try folder.file("program", "#!/bin/sh\n")
        chmod("\(folder.path)/program", 0o644)
        let plain = try await run(try profile(""), "--verbose")
        #expect(plain.output.inOneLine.contains("cannot be executed: permission denied"))
    }

    @Test func `What a program says is escaped wherever it is shown`() async throws {
        let says = "\\u001b[31mred\\u202egnol\\u0007"
        let path = try profile(
            "echo '{\"findings\": [{\"code\": \"acme.size-missing\", \"message\": \"Evil \(says) <b>.\"}]}'")
        for format in [
            "terminal", "markdown", "html", "csv", "junit", "sarif", "github", "json", "nagios", "prometheus",
        ] {
            let run = try await run(path, "--format", format, "--verbose")
            let bad = run.output.unicodeScalars.filter { $0 == "\u{1b}" || $0 == "\u{202e}" || $0 == "\u{7}" }
            // In JSON the escape is JSON's own; the text is data there.
            if !["json", "sarif"].contains(format) { #expect(bad.isEmpty, "\(format)") }
            #expect(!run.output.contains("\u{1b}") && !run.output.contains("\u{7}"), "\(format)")
            if format == "html" { #expect(!run.output.contains("<b>")) }
        }
        let reason = try await run(
            try profile("printf 'bad \\033[2J \\342\\200\\256 end\\n' >&2; exit 1"), "--verbose")
        #expect(reason.output.inOneLine.contains("bad \\u{1b}[2J \\u{202e} end"), "\(reason.output)")
    }

    @Test func `Caps, severities, requirements and waivers take its names as any others`() async throws {
        let lines = "echo '{\"findings\": [{\"code\": \"acme.size-small\", \"arguments\": {\"limit\": 1000}}]}'"
        let capped = try await run(
            try profile(
                lines,
                """
                  caps:
                    small: { at-most: F, when: { servers: some, finding: acme.size-small }, because: Acme sends large mail. }
                """))
        #expect(capped.output.contains("example.com: F") && capped.output.contains("Acme sends large mail."))
        let milder = try await run(
            try profile(
                lines, "severity:\n  acme.size-small: { notice: { limit: \">= 1000\" }, error: { limit: \"< 1000\" } }")
        )
        #expect(
            milder.output.contains("example.com: A") || milder.output.contains("example.com: B"), "\(milder.output)")
        let required = try await run(
            try profile(
                lines,
                """
                requirements:
                  size: { clause: "1", level: must, text: Servers take 1 MB., met-by: { check: acme.size-offered, servers: every } }
                """))
        #expect(required.output.contains("not compliant"), "\(required.output)")
        let waived = try await run(
            try profile(
                lines,
                """
                waivers:
                  small: { finding: acme.size-small, reason: It is old., approved-by: security, expires: "2026-12-31" }
                """))
        #expect(waived.output.contains("example.com: A"), "\(waived.output)")
        #expect(waived.output.contains("It is old."))
        let gated = try await run(try profile(lines), "--fail-on", "acme.size-small")
        #expect(gated.status == .below)
    }

    @Test func `Two profiles that mean the same program ask it once; two that do not are refused`() async throws {
        let lines = "echo run >> runs; echo '{\"outcome\": \"passed\"}'"
        let (first, second) = (try profile(lines), try profile(lines, name: "other"))
        let run = try await run(first, "--profile", second)
        #expect(run.status == .graded, "\(run.errors)")
        #expect(folder.text(of: "runs") == "run\n")
        let third = try profile(lines, name: "third", limits: "time-limit: 5s")
        let refused = try await self.run(first, "--profile", third)
        #expect(refused.status == .usage)
        #expect(
            refused.errors.contains("Two of the profiles declare the check acme.size-offered, each in another way."))
    }

    @Test func `Two versions of a profile are compared although their programs differ`() async throws {
        let first = try profile("echo '{\"outcome\": \"passed\"}'")
        let evidence = "\(folder.path)/runs"
        try FileManager.default.createDirectory(atPath: evidence, withIntermediateDirectories: true)
        _ = try await run(first, "--evidence", "\(evidence)/run.json")
        let second = try profile("", name: "other", limits: "time-limit: 5s")
        let keys = await Rig().run("profile", "diff", first, second)
        #expect(keys.output.contains("time-limit"), "\(keys.output) \(keys.errors)")
        let results = await Rig().run("profile", "diff", first, second, "--evidence", evidence)
        #expect(results.output.contains("0 of 1 result changes"), "\(results.output) \(results.errors)")
    }

    @Test func `The example of docs/external-checks.md works`() async throws {
        let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        let page = String(
            decoding: try #require(FileManager.default.contents(atPath: "\(root)/docs/external-checks.md")),
            as: UTF8.self)
        func block(_ language: String) throws -> String {
            let start = try #require(page.firstRange(of: "```\(language)\n")).upperBound
            return String(page[start..<(try #require(page[start...].firstRange(of: "```\n"))).lowerBound])
        }
        let path = try folder.file("acme.yaml", try block("yaml"))
        chmod(try folder.file("pipelining-offered", try block("python")), 0o755)
        let run = try await run(path, "--verbose", "--evidence", "\(folder.path)/run.json")
        let text = run.output.inOneLine
        #expect(
            text.contains(/clean [^:]*acme.pipelining-offered/) || text.contains("The EHLO reply has no PIPELINING."),
            "\(text)")
        let input = await Rig().run(
            "check", "input", "acme.pipelining-offered", "\(folder.path)/run.json", "--profile", path)
        #expect(input.output.contains("\"smtp.ehlo-reply\":{\"value\":"))
    }

    @Test func `What a program answers belongs to the domain that it was told: runs do not share it`() throws {
        let policies = try Policies([try profile("")], plugins: Rig().plugins)
        #expect(policies.plan.facts.contains("external.acme.size-offered"))
        #expect(policies.plan.sharedFacts.contains("smtp.conversation"))
        #expect(!policies.plan.sharedFacts.contains("external.acme.size-offered"))
    }

    @Test func `A missing interpreter, or a missing helper of a script, is told`() async throws {
        let helper = try await run(try profile("exec jq-that-is-not-there ."), "--verbose")
        #expect(helper.output.inOneLine.contains("ended with status 127"), "\(helper.output)")
        #expect(helper.output.contains("not found"))
        _ = try folder.file("program", "#!/usr/bin/env python-that-is-not-there\n")
        let interpreter = try await run(try profile(""), "--verbose")
        #expect(interpreter.output.inOneLine.contains("ended with status 127"), "\(interpreter.output)")
    }

    @Test func `A fact that is not there blocks the program, which does not run`() async throws {
        let path = try profile("echo run >> runs; echo '{\"outcome\": \"passed\"}'")
        let run = await Rig().run("example.com", "--profile", path)
        #expect(folder.text(of: "runs") == nil)
        #expect(!run.output.contains("example.com: A "))
    }

    @Test func `profile check runs the examples, and an example that does not hold is an error at its place`()
        async throws
    {
        let examples = """
            time-limit: 60s
                examples:
                  good: { facts: { smtp.ehlo-reply: { keywords: [{ name: SIZE }] } }, expect: passed }
                  bad:
                    facts: { smtp.ehlo-reply: { keywords: [] } }
                    expect: acme.size-missing
            """
        let right = try profile(
            """
            if grep -q SIZE; then echo '{"outcome": "passed"}'
            else echo '{"findings": [{"code": "acme.size-missing", "message": "None."}]}'; fi
            """, limits: examples)
        let outcome = await Rig().run("profile", "check", right, "--runs", "100")
        #expect(outcome.output.contains("; 2 of 2 examples of its programs hold\n"), "\(outcome.output)")
        let wrong = try profile("echo '{\"outcome\": \"passed\"}'", limits: examples)
        let failed = await Rig().run("profile", "check", wrong, "--runs", "100")
        #expect(failed.status == .usage)
        #expect(
            failed.output.contains(
                "acme.yaml:14:7: error: the example 'bad' of 'acme.size-offered' must lead to acme.size-missing, and leads to passed"
            ),
            "\(failed.output)")
        #expect(failed.output.contains("; 1 of 2 examples of its programs hold\n"))
    }

    @Test func `An example may say that a fact could not be seen`() async throws {
        let examples = """
            time-limit: 60s
                examples:
                  unseen:
                    facts:
                      smtp.ehlo-reply: { keywords: [] }
                      mta-sts.policy: { absent: { kind: timed-out, why: no answer } }
                    expect: inconclusive
            """
        let path = try profile(
            """
            if grep -q '"absent":{"kind":"timed-out"'; then echo '{"outcome": "inconclusive", "why": "Nobody saw it."}'
            else echo '{"outcome": "passed"}'; fi
            """, limits: examples)
        let outcome = await Rig().run("profile", "check", path, "--runs", "100")
        #expect(outcome.output.contains("; 1 of 1 examples of its programs hold\n"), "\(outcome.output)")
    }

    @Test func `check input prints what the program would be given, or why it would not`() async throws {
        let evidence = "\(folder.path)/run.json"
        let path = try profile("cat > input.json; echo '{\"outcome\": \"passed\"}'")
        _ = try await run(path, "--evidence", evidence)
        let shown = await Rig().run("check", "input", "acme.size-offered", evidence, "--profile", path)
        #expect(shown.output == folder.text(of: "input.json"))
        let slip = await Rig().run("check", "input", "acme.size-ofered", evidence, "--profile", path)
        #expect(
            slip.errors == "Error: The profile declares no check acme.size-ofered. Did you mean acme.size-offered?\n")
    }

    @Test func `explain and check show tell of it: facts, program, findings, weight`() async throws {
        let path = try profile("echo '{\"outcome\": \"passed\"}'")
        let shown = await Rig().run("check", "show", "acme.size-offered", "--profile", path)
        for words in [
            "acme.size-offered: The server offers SIZE", "smtp.ehlo-reply",
            "It is judged by a program beside the profile: program",
            "acme.size-small (error): Take more.", "It is worth 50 of 100 points",
        ] { #expect(shown.output.contains(words), "\(shown.output)") }
        let explained = await Rig().run("explain", "acme.size-offered", "--profile", path)
        #expect(explained.output == shown.output)
        let finding = await Rig().run("explain", "acme.size-small", "--profile", path)
        #expect(finding.output.contains("Found by acme.size-offered"))
        let listed = await Rig().run("check", "list", "--profile", path)
        #expect(listed.output.contains("acme.size-offered"))
    }
}

extension String {
    /// Without the line breaks of a report.
    fileprivate var inOneLine: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }
}
