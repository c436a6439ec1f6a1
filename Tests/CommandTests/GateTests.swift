import CheckKitTesting
import MailgradeCommand
import Testing

/// What pipelines ask of a result.
@Suite struct GateTests {
    private let folder: TemporaryFolder
    private let profile: String

    init() throws {
        folder = try TemporaryFolder()
        profile = try folder.file("p.yaml", SampleProfile.text)
    }

    /// A run, saved as evidence.
    private func save(_ name: String, _ script: String) async throws -> String {
        let path = "\(folder.path)/\(name)"
        let outcome = try await Rig(playing: script).run(
            "example.com", "--profile", profile, "--quiet", "--evidence", path)
        #expect(outcome.status == .graded || outcome.status == .untold)
        return path
    }

    private func judge(_ arguments: String...) async -> Rig.Outcome {
        await Rig().run(["judge", "--profile", profile] + arguments)
    }

    @Test(
        "--fail-on looks for a code, a severity, or worse; what is open is neither met nor missed",
        arguments: [
            ("relay.open", "250 Ok", CommandStatus.below), ("relay.open", "550 No", .graded),
            ("relay.open", "451 Later", .untold), ("starttls.not-offered", "250 Ok", .graded),
            ("critical", "250 Ok", .below), ("info", "250 Ok", .below), ("critical", "550 No", .graded),
            ("critical", "451 Later", .untold), ("requirement", "250 Ok", .graded),
        ])
    func failOn(what: String, relay: String, status: CommandStatus) async throws {
        let evidence = try await save("e.json", Talk.good(relay: relay))
        let outcome = await judge(evidence, "--fail-on", what)
        #expect(outcome.status == status)
        #expect(outcome.errors.isEmpty == (status == .graded))
    }

    @Test("what --fail-on cannot name is a mistake with a suggestion")
    func misspelt() async throws {
        let evidence = try await save("e.json", Talk.good())
        let outcome = await judge(evidence, "--fail-on", "relay.opne")
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("Did you mean relay.open?"))
    }

    @Test("--baseline fails for what got worse, and for nothing else")
    func baseline() async throws {
        let good = try await save("good.json", Talk.good())
        let bad = try await save("bad.json", Talk.good(relay: "250 Ok"))
        let open = try await save("open.json", Talk.good(relay: "451 Later"))
        let worse = await judge(bad, "--baseline", good)
        #expect(worse.status == .below)
        #expect(worse.errors.contains("F; it was A+"))
        #expect(worse.errors.contains("relay.open at mx.example.com[192.0.2.25] was found"))
        #expect(await judge(bad, "--baseline", bad).status == .graded)
        #expect(await judge(bad, "--baseline", bad, "--fail-under", "A", "--fail-on", "critical").status == .graded)
        #expect(await judge(good, "--baseline", bad).status == .graded)
        #expect(await judge(open, "--baseline", good).status == .untold, "it may be worse")
        #expect(await judge(open, "--baseline", open).status == .graded)
        #expect(await judge(bad, "--baseline", "\(folder.path)/none.json").status == .usage)
    }

    @Test("several runs are a table, with the worst of them as the status")
    func several() async throws {
        let good = try await save("a.json", Talk.good())
        let bad = try await save("b.json", Talk.good(relay: "250 Ok"))
        let table = await judge(good, bad, "--fail-under", "B")
        #expect(table.status == .below)
        #expect(table.output.contains("relay.open gives A+"))
        #expect(table.output.hasSuffix("2 results: 1 A+, 1 F\n"))
        let rows = await judge(folder.path, "--format", "csv")
        #expect(rows.output.split(whereSeparator: \.isNewline).count == 3)
        #expect(rows.output.hasPrefix("domain,"))
        let whole = await judge(good, bad, "--format", "sarif", "--fail-under", "B")
        #expect(whole.status == .below)
        #expect(whole.output.split(separator: "\"automationDetails\"").count == 3, "a run each")
        _ = try folder.file("c.json", "{}")
        let partly = await judge(folder.path)
        #expect(partly.status == .usage)
        #expect(partly.errors.contains("c.json is not evidence"))
        #expect(partly.output.contains("2 results"))
    }

    @Test("What is asked of a domain that takes no mail can be missed all the same")
    func nothingToGrade() async throws {
        let profile = try folder.file(
            "mail-less.yaml",
            """
            schema: 1
            id: mail-less
            extends: default
            title: Domains without mail report too
            requirements:
              reports: { clause: "1", level: must, text: TLS-RPT is published., met-by: { check: tls-rpt.published, outcome: clean } }
            """)
        var rig = Rig()
        rig.dns = ScriptedDNS("example.com MX 0 .\n_smtp._tls.example.com TXT -\n_mta-sts.example.com TXT -")
        let plain = await rig.run("example.com", "--summary")
        #expect(plain.status == .nothing)
        let asked = await rig.run("example.com", "--summary", "--profile", profile)
        #expect(asked.status == .below, "\(asked.output)\(asked.errors)")
    }

    @Test("A run about named servers is told apart from one of the domain, and is no former run of it")
    func namedServers() async throws {
        let own = try await save("own.json", Talk.good(relay: "550 No"))
        let named = "\(folder.path)/named.json"
        let outcome = try await Rig(playing: Talk.good(relay: "550 No")).run(
            "example.com", "--profile", profile, "--summary", "--evidence", named, "--server", "mx.example.com")
        #expect(outcome.output.contains(" with mx.example.com as MX host"))
        let csv = await judge(named, "--format", "csv")
        #expect(csv.output.contains(",mx.example.com\r\n"))
        let metrics = await judge(named, "--format", "prometheus")
        #expect(metrics.output.contains("named_servers=\"mx.example.com\""))
        let refused = await judge(named, "--baseline", own)
        #expect(refused.status == .usage)
        #expect(refused.errors.contains("are not about the same servers"))
        #expect(await judge(named, "--baseline", named).status == .graded)
        let nowhere = await Rig().run("example.com", "--summary", "--server", "nowhere.example.com")
        #expect(nowhere.status == .untold)
    }
}
