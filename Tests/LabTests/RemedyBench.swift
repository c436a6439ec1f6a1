import CheckEngine
import CheckKit
import Checks
import Foundation
import Grading
import LiveWire
import MailModel
import Reporting

/// Runs that look for one finding each, and the script that changes servers and zones.
struct RemedyBench: Sendable {
    let lab: Lab

    static let shared = Result { RemedyBench(lab: try Lab()) }

    /// What the JSON report of a run has to say about a finding.
    struct Outcome {
        /// How the check came out at each place.
        let outcomes: [String]
        /// Every code that it found.
        let codes: Set<String>
        /// The snippets for the code: title, kind, text.
        let pastes: [(title: String, kind: String, text: String)]
    }

    /// Runs the check alone, with the code as something to act on whatever profiles make of it. The resolver is one that knows
    /// nothing of how things were before.
    func run(_ remedy: Remedy, resolver: String? = nil) async throws -> Outcome {
        let profile = try ProfileLibrary(builtIn: [], catalog: Catalog(Plugin.builtIn)).read(
            Array(Self.profile(remedy).utf8), name: "remedy")
        let plan = try Plan(running: profile.checkIDs, showing: Report.facts, from: Plugin.builtIn)
        let collector = Collector(
            plan, wire: try wire(resolver),
            settings: RunSettings(helo: "probe.lab.test", port: lab.port, deadline: .seconds(60)))
        let evidence = await collector.collect(try DomainName(input: remedy.domain), at: Date())
        let judge = Judge(plan, parameters: profile.parameters)
        let complete = judge.deriving(evidence)
        let report = Report(
            evidence: complete, results: judge.judge(complete), profile: profile, checks: plan.checks,
            judgedAt: evidence.collectedAt)
        return try Outcome(report.json(), code: remedy.code)
    }

    private static func profile(_ remedy: Remedy) -> String {
        """
        schema: 1
        id: remedy
        title: One check
        checks:
          \(remedy.check): { weight: 1 }
        severity: { \(remedy.code): error }
        grade:
          credit: { info: 1, notice: 1, warning: 1, error: 0, critical: 0 }
          bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
        """
    }

    private func wire(_ resolver: String?) throws -> Wire {
        let ledger = ConnectionLedger()
        let anchors = try TrustStore(caFile: lab.certificateFile)
        var settings = lab.resolver
        if let resolver {
            guard let upstream = ResolverSettings.Upstream(resolver) else { throw WireFailure.local(resolver) }
            settings = ResolverSettings(upstream: upstream, trustAnchors: settings.trustAnchors)
        }
        return Wire(
            dns: try UnboundClient(settings),
            smtp: try LiveSMTPClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            https: try LiveHTTPSClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            pki: OpenSSLVerifier(), ledger: ledger)
    }

    /// The address of the script's resolver.
    static let resolver = "127.25.0.57:53"

    /// Runs the lab's script.
    func script(_ arguments: String..., input: String = "") async throws {
        let path = #filePath.replacing("LabTests/RemedyBench.swift", with: "Lab/remedy")
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            // On a thread of its own: it waits for the end.
            Thread.detachNewThread {
                continuation.resume(with: Result { try Self.wait(for: path, arguments, input) })
            }
        }
    }

    private static func wait(for path: String, _ arguments: [String], _ input: String) throws {
        // A file and no pipe: a server that another script starts meanwhile would keep the other end of a pipe open.
        let file = FileManager.default.temporaryDirectory.appending(path: "remedy-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(input.utf8).write(to: file)
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw WireFailure.local(
                "remedy \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }
}

extension RemedyBench.Outcome {
    /// The parts of a JSON report, read as somebody else's program would.
    init(_ json: String, code: String) throws {
        let report = try JSONDecoder().decode(Self.Read.self, from: Data(json.utf8))
        outcomes = report.checks.map { "\($0.outcome)\($0.why.map { ": \($0)" } ?? "")" }
        codes = Set(report.checks.flatMap { $0.findings.map(\.code) })
        pastes = report.fixes.filter { $0.code == code }.flatMap(\.paste).map { ($0.title, $0.kind, $0.text) }
    }

    private struct Read: Decodable {
        let checks: [Check]
        let fixes: [Fix]

        struct Check: Decodable {
            let outcome: String
            let why: String?
            let findings: [Finding]
        }

        struct Finding: Decodable { let code: String }

        struct Fix: Decodable {
            let code: String
            let paste: [Paste]
        }

        struct Paste: Decodable {
            let title: String
            let kind: String
            let text: String
        }
    }
}
