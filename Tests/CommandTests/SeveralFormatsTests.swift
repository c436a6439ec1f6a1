import CheckKit
import Foundation
import MailModel
import Testing

@testable import MailgradeCommand

@Suite struct SeveralFormatsTests {
    private let folder: TemporaryFolder
    private let profile: String

    init() throws {
        folder = try TemporaryFolder()
        profile = try folder.file("p.yaml", SampleProfile.text)
    }

    private func path(_ name: String) -> String { "\(folder.path)/\(name)" }

    @Test func `One run writes several formats, each where it was told to`() async throws {
        let rig = try Rig(playing: Talk.good())
        let outcome = await rig.run(
            "example.com", "--profile", profile, "--quiet", "--format", "json=\(path("r.json"))", "--format",
            "markdown",
            "--format", "csv=\(path("a=b.csv"))", "--evidence", path("e.json"))
        #expect(outcome.status == .graded && outcome.errors == "")
        #expect(outcome.output.hasPrefix("# example.com: A+\n"))
        #expect(folder.text(of: "r.json")?.contains("\"grade\" : \"A+\"") == true)
        #expect(folder.text(of: "a=b.csv")?.hasPrefix("domain,profile,grade,") == true)
        let again = Rig()
        let judged = await again.run(
            "judge", path("e.json"), "--profile", profile, "--format", "json=\(path("r2.json"))", "--format", "markdown"
        )
        #expect(judged.output == outcome.output)
        #expect(folder.text(of: "r2.json") == folder.text(of: "r.json"))
        #expect(again.requests.withLock { $0.isEmpty })
    }

    @Test func `With a file for each format, standard output stays empty`() async throws {
        let outcome = await (try Rig(playing: Talk.good())).run(
            "example.com", "--profile", profile, "--quiet", "--format", "sarif=\(path("r.sarif"))")
        #expect(outcome.status == .graded && outcome.output == "")
        #expect(folder.text(of: "r.sarif") != nil)
    }

    @Test func `The file of --output is that of the format without one, and a hyphen is standard output`() async throws
    {
        let outcome = await (try Rig(playing: Talk.good())).run(
            "example.com", "--profile", profile, "--quiet", "--format", "nagios=-", "--format", "json", "--output",
            path("r.json"))
        #expect(outcome.output.hasPrefix("MAILGRADE OK - example.com: A+ | "))
        #expect(folder.text(of: "r.json") != nil)
    }

    @Test(arguments: [
        (["--format", "json", "--format", "csv"], "json and csv have no file"),
        (["--format", "json=-", "--format", "csv"], "would both go to standard output"),
        (["--format", "json={}/r", "--format", "csv={}/./r"], "--format json and --format csv are both"),
        (["--format", "json={}/r", "--output", "{}/s"], "has a file already"),
        (["--format", "json={}/p.yaml"], "a file of the profile sample and --format json are both"),
        (["--format", "json={}/r", "--evidence", "{}/r"], "--evidence and --format json are both"),
        (["--output", "{}/r", "--evidence", "{}/r"], "--evidence and --format terminal are both"),
        (["--evidence", "{}/p.yaml"], "a file of the profile sample and --evidence are both"),
        (["--evidence", "{}/list", "--ca-file", "{}/list"], "--ca-file and --evidence are both"),
        (["--evidence", "{}/list", "--trust-anchor", "{}/list"], "--trust-anchor and --evidence are both"),
        (["--format", "json={}/one", "--format", "csv={}/two"], "--format json and --format csv are both"),
        (["--format", "json="], "cannot be written"), (["--format", "jsno"], "Did you mean json?"),
        (["--format", "json={}/list", "--anchor", "{}/list"], "the file of --anchor and --format json are both"),
        (["--anchor", "/nowhere/list"], "is no path inside of this folder"),
        (["--anchor", "a/../../list"], "is no path inside of this folder"),
        (["--anchor", "nowhere/list"], "cannot be read"),
    ]) func `What cannot be written as asked is refused before the first packet`(_ options: [String], _ text: String)
        async throws
    {
        _ = try folder.file("list", "example.com\n")
        // Two links to one file that is not there yet.
        for (name, target) in [("one", "r"), ("two", "./r")] {
            try FileManager.default.createSymbolicLink(atPath: path(name), withDestinationPath: target)
        }
        let options = options.map { $0.replacing("{}", with: folder.path) }
        let rig = Rig()
        let outcome = await rig.run(["example.com", "--profile", profile] + options)
        #expect(outcome.status == .usage && outcome.output == "")
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(rig.requests.withLock { $0.isEmpty })
        #expect(folder.text(of: "r") == nil)
    }

    @Test func `Evidence is not written over by its own report`() async throws {
        let evidence = try folder.file("e.json", "{}")
        let outcome = await Rig().run("judge", evidence, "--profile", profile, "--format", "json=\(evidence)")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("the evidence and --format json are both"))
        #expect(folder.text(of: "e.json") == "{}")
    }

    @Test(arguments: [
        ("base.yaml", "a file of the profile kid and --format json are both"),
        ("program", "the program of kid.size and --format json are both"),
        ("former/e.json", "--baseline and --format json are both"),
    ]) func `Nothing that judging reads is written over`(_ name: String, _ text: String) async throws {
        let evidence = try folder.file("e.json", "{}")
        try FileManager.default.createDirectory(atPath: path("former"), withIntermediateDirectories: true)
        for name in ["former/e.json", "program"] { _ = try folder.file(name, "kept") }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path("program"))
        _ = try folder.file("base.yaml", "schema: 1\nid: base\ntitle: Base\nextends: default\n")
        let kid = try folder.file(
            "kid.yaml",
            """
            schema: 1
            id: kid
            title: Kid
            extends: base.yaml
            external-checks:
              kid.size:
                title: The server offers SIZE
                why: Senders learn the limit.
                scope: server
                facts: [smtp.ehlo-reply]
                command: [program]
                findings:
                  kid.missing: { severity: error, remedy: Offer SIZE. }
            checks:
              kid.size: { weight: 1 }

            """)
        let before = folder.text(of: name)
        let outcome = await Rig().run(
            "judge", evidence, "--profile", kid, "--baseline", path("former"), "--format", "json=\(path(name))")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(folder.text(of: name) == before)
    }

    @Test(arguments: [
        ("example.com", 1), ("# all\nexample.net\nEXAMPLE.com.,ours\n", 3), ("\r\n\r\n  example.com;x", 3),
        ("not.example.com\nexample.com.example\n", 1), ("", 1),
    ]) func `A domain is found at its line of a list`(_ text: String, _ line: Int) throws {
        #expect(AnchorFile.line(of: try DomainName(input: "example.com"), in: text) == line)
    }

    @Test func `A stream has what happens, then the report, a JSON value a line`() async throws {
        let outcome = await (try Rig(playing: Talk.good())).run(
            "example.com", "--profile", profile, "--quiet", "--format", "ndjson")
        let lines = outcome.output.split(separator: "\n")
        let events = try lines.map { line -> String in
            guard case .object(let members) = try JSONDecoder().decode(JSONValue.self, from: Data(line.utf8)),
                case .string(let event)? = members["event"], members["schema"] == .string("mailgrade.events/1")
            else { return "" }
            return event
        }
        #expect(events.last == "report" && events.count { $0 == "report" } == 1)
        #expect(Set(events).isSuperset(of: ["servers", "began", "ended"]) && !events.contains(""))
    }

    @Test func `A stream into a file is the same`() async throws {
        let outcome = await (try Rig(playing: Talk.good())).run(
            "example.com", "--profile", profile, "--quiet", "--format", "ndjson=\(path("r.ndjson"))", "--format",
            "github")
        #expect(outcome.output == "example.com (sample): A+\n")
        let lines = try #require(folder.text(of: "r.ndjson")).split(separator: "\n")
        #expect(lines.count > 2 && lines.last?.hasPrefix(#"{"event":"report","report":{"#) == true)
    }

    @Test(arguments: [("B", CommandStatus.below, "WARNING"), ("F", .graded, "OK")])
    func `The word for Nagios is what the process ends with`(_ bar: String, _ status: CommandStatus, _ word: String)
        async throws
    {
        let outcome = await (try Rig(playing: Talk.good(relay: "250 Ok"))).run(
            "example.com", "--profile", profile, "--quiet", "--format", "nagios", "--fail-under", bar)
        #expect(outcome.status == status)
        #expect(outcome.output.hasPrefix("MAILGRADE \(word) - example.com: F | grade=1;"))
    }
}
