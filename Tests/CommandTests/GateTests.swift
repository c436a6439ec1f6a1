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
        #expect(await judge(good, bad, "--format", "sarif").status == .usage)
        _ = try folder.file("c.json", "{}")
        let partly = await judge(folder.path)
        #expect(partly.status == .usage)
        #expect(partly.errors.contains("c.json is not evidence"))
        #expect(partly.output.contains("2 results"))
    }
}
