import CheckKitTesting
import MailModel
import MailgradeCommand
import Testing

@Suite struct RunTests {
    private static func run(_ rig: Rig, _ arguments: String...) async throws -> Rig.Outcome {
        let folder = try TemporaryFolder()
        return await rig.run(arguments + ["--profile", try folder.file("p.yaml", SampleProfile.text)])
    }

    @Test func `A good domain gets its grade, and the process ends with 0`() async throws {
        let outcome = try await Self.run(try Rig(playing: Talk.good()), "example.com", "--progress")
        #expect(outcome.status == .graded)
        #expect(outcome.output.hasPrefix("example.com: A+\n"))
        #expect(outcome.output.contains("2 connections in "))
        #expect(outcome.errors.contains("mx.example.com: TLS 1.3"))
    }

    @Test func `Quiet prints one line and nothing else`() async throws {
        let outcome = try await Self.run(try Rig(playing: Talk.good()), "example.com", "--quiet")
        #expect(outcome.errors == "")
        #expect(outcome.output == "example.com: A+\n")
        let refused = try await Self.run(try Rig(playing: Talk.good(relay: "250 Ok")), "example.com", "--quiet")
        #expect(refused.output == "example.com: F; fix first: relay.open, which gives A+\n")
    }

    @Test func `Where nobody looks, there is no progress unless somebody asks for it`() async throws {
        #expect(try await Self.run(try Rig(playing: Talk.good()), "example.com").errors == "")
        let summary = try await Self.run(try Rig(playing: Talk.good()), "example.com", "--summary", "--progress")
        #expect(summary.output == "example.com: A+\n")
        #expect(summary.errors.contains("TLS 1.3"))
    }

    @Test func `A domain that takes no mail is told from a lookup that fails`() async throws {
        var rig = Rig()
        rig.dns = ScriptedDNS("example.com MX 0 .")
        #expect(await rig.run("example.com").status == .nothing)
        rig.dns = ScriptedDNS("example.com MX ! servfail")
        #expect(await rig.run("example.com").status == .untold)
    }

    @Test(arguments: [("A+", CommandStatus.graded), ("D", .graded), ("F", .graded)])
    func `A grade that meets the bar ends with 0`(_ bar: String, _ status: CommandStatus) async throws {
        #expect(try await Self.run(try Rig(playing: Talk.good()), "example.com", "--fail-under", bar).status == status)
    }

    @Test func `An open relay is below the bar`() async throws {
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        let outcome = try await Self.run(rig, "example.com", "--fail-under", "D")
        #expect(outcome.status == .below)
        #expect(outcome.output.hasPrefix("example.com: F\n"))
        #expect(rig.smtp.sent.allSatisfy { !$0.hasPrefix("DATA") && !$0.hasPrefix("BDAT") })
    }

    @Test func `A provisional grade that straddles the bar is undetermined, and the range is the headline`()
        async throws
    {
        let rig = try Rig(playing: Talk.good(relay: "451 4.7.1 Try again later"))
        let outcome = try await Self.run(rig, "example.com", "--fail-under", "C")
        #expect(outcome.status == .untold)
        #expect(
            outcome.output.hasPrefix("example.com: between F and A+ (provisional: 1 check open)\n")
        )
    }

    @Test func `Without a letter the process ends with 3`() async throws {
        let outcome = try await Self.run(Rig(), "example.com")
        #expect(outcome.status == .untold)
        #expect(outcome.output.hasPrefix("example.com: no grade: No mail server would talk to us.\n"))
    }

    @Test func `An international domain is shown as people write it`() async throws {
        let outcome = try await Self.run(try Rig(playing: Talk.good()), "Bücher.example")
        #expect(outcome.output.hasPrefix("bücher.example (xn--bcher-kva.example): "))
    }

    @Test func `Saved evidence gives the same report without a packet`() async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file("p.yaml", SampleProfile.text)
        let evidence = "\(folder.path)/e.json"
        for format in ["terminal", "json"] {
            let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
            let run = await rig.run(
                "example.com", "--profile", profile, "--evidence", evidence, "--format", format, "--verbose")
            let again = Rig()
            let judged = await again.run("judge", evidence, "--profile", profile, "--format", format, "--verbose")
            #expect(judged.output == run.output)
            #expect(judged.status == run.status)
            #expect(again.requests.withLock { $0.isEmpty })
        }
    }

    @Test func `The report goes into a file, and standard output stays empty`() async throws {
        let folder = try TemporaryFolder()
        let rig = try Rig(playing: Talk.good())
        let outcome = try await Self.run(
            rig, "example.com", "--quiet", "--format", "json", "--output", "\(folder.path)/report.json")
        #expect(outcome.output == "")
        #expect(folder.text(of: "report.json")?.contains("\"grade\" : \"A+\"") == true)
    }

    @Test func `A hostile banner reaches neither the progress nor the report unescaped`() async throws {
        let attack = "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}"
        let script = Talk.good().replacingFirst("220 mx.example.com ESMTP", with: "554 \(attack)")
        for isTerminal in [true, false] {
            var rig = try Rig(playing: script)
            rig.isTerminal = isTerminal
            let outcome = try await Self.run(rig, "example.com", "--verbose")
            for text in [outcome.output, outcome.errors] {
                #expect(!text.contains("\u{1B}[2J"))
                #expect(!text.contains("\u{1B}]"))
                #expect(text.unicodeScalars.allSatisfy { $0 != "\u{7}" && $0 != "\u{9B}" && $0 != "\u{202E}" })
            }
        }
    }

    @Test(.timeLimit(.minutes(10))) func `An interrupted run reports what it saw, saves it and ends with 130`()
        async throws
    {
        let folder = try TemporaryFolder()
        var rig = try Rig(playing: "S: 220 mx.example.com ESMTP\nC: EHLO …\n! hang")
        let smtp = rig.smtp
        rig.onInterrupt = { interrupt in
            Task {
                while !smtp.sent.contains(where: { $0.hasPrefix("EHLO") }) {
                    try await Task.sleep(for: .milliseconds(5))
                }
                interrupt()
            }
        }
        let profile = try folder.file("p.yaml", SampleProfile.text)
        let outcome = await rig.run("example.com", "--profile", profile, "--evidence", "\(folder.path)/e.json")
        #expect(outcome.status == .interrupted)
        #expect(outcome.output.contains("Cancelled: this is what was seen so far."))
        #expect(outcome.output.contains("220 mx.example.com ESMTP"))
        #expect(smtp.openConnections == 0)
        let judged = await Rig().run("judge", "\(folder.path)/e.json", "--profile", profile)
        #expect(judged.output == outcome.output)
    }

    @Test(arguments: [["--help"], ["judge", "--help"]]) func `Help is the kept text`(_ arguments: [String]) async {
        let outcome = await Rig().run(arguments)
        #expect(outcome.status == .graded)
        let name = arguments.count == 1 ? "help.txt" : "help-judge.txt"
        #expect(Snapshots(beside: #filePath).difference(outcome.output, from: name) == nil)
    }
}
