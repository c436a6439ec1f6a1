import CheckKit
import Checks
import FoundationEssentials
import MailModel
import MailgradeCommand
import Observations
import Testing

/// An organisation's own profile at work: the one of the README, as it stands there, on real servers.
@Suite(
    "An organisation's profile",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct OrganisationProfileTests {
    @Test("of at most ten lines, written by the README, changes the grade as it says: from B to A")
    func readme() async throws {
        let profile = try Self.profile()
        #expect(profile.split(separator: "\n").count <= 10)
        let folder = FileManager.default.temporaryDirectory.path() + "/mailgrade-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(profile.utf8).write(to: URL(filePath: "\(folder)/acme.yaml"))

        let lab = try Lab()
        let report = try await lab.report("ptr-missing.test", ["default", "\(folder)/acme.yaml"])
        guard case .object(let top) = report, case .array(let entries) = top["profiles"] else {
            Issue.record("no list of profiles")
            return
        }
        let grades = entries.map { entry -> JSONValue? in
            if case .object(let members) = entry { members["grade"] } else { nil }
        }
        #expect(grades == [.string("B"), .string("A")])
    }

    /// The indented block below "Your own policy".
    private static func profile() throws -> String {
        let path = #filePath.replacing("Tests/LabTests/OrganisationProfileTests.swift", with: "README.md")
        let page = try String(contentsOf: URL(filePath: path), encoding: .utf8)
        let section = try #require(page.split(separator: "## Your own policy\n").dropFirst().first)
        return section.split(separator: "\n", omittingEmptySubsequences: false)
            .drop { !$0.hasPrefix("    ") }.prefix { $0.hasPrefix("    ") }
            .map { $0.dropFirst(4) + "\n" }.joined()
    }
}

extension Lab {
    /// The JSON report of a run of the command in the lab.
    fileprivate func report(_ domain: String, _ profiles: [String]) async throws -> JSONValue {
        let printed = Locked("")
        var environment = Environment.thisMachine
        environment.output = TextOutput(isTerminal: false) { text in printed.withLock { $0 += text } }
        let options = [
            "--resolver", try #require(Self.variable("MAILGRADE_LAB_RESOLVER")),
            "--trust-anchor", try #require(Self.variable("MAILGRADE_LAB_ANCHOR")),
            "--ca-file", try #require(Self.variable("MAILGRADE_LAB_CA")),
            "--allow-addresses", try #require(Self.variable("MAILGRADE_LAB_ALLOW")),
            "--port", "\(port)", "--helo", "probe.lab.test", "--quiet", "--format", "json",
        ]
        let status = await MailgradeCommand.run(
            [domain] + options + profiles.flatMap { ["--profile", $0] }, plugins: Plugin.builtIn, on: environment)
        #expect(status == .graded)
        return try JSONDecoder().decode(JSONValue.self, from: Data(printed.withLock { $0 }.utf8))
    }
}
