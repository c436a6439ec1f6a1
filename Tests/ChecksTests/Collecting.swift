import CheckEngine
import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Runs some checks of the built-in plugins against a scripted DNS and scripted servers.
struct Collected {
    let evidence: Evidence
    let dns: ScriptedDNS
    private let results: [CheckResult]

    init(
        _ domain: String = "example.com", checks: [String], zone: String, servers: [MailServer: [Script]] = [:],
        https: any HTTPSClient = NoHTTPSClient(), settings: RunSettings = RunSettings(),
        at instant: Date = Date(timeIntervalSince1970: 1_700_000_000),
        handshake: @escaping @Sendable (TLSOffer) -> TLSHandshake = { .scripted(serverName: $0.serverName) }
    ) async throws {
        dns = ScriptedDNS(zone)
        let plan = try Plan(running: checks, from: Plugin.builtIn)
        let ledger = ConnectionLedger()
        let smtp = ScriptedSMTP(servers, ledger: ledger, handshake: handshake)
        let wire = Wire(dns: dns, smtp: smtp, https: https, ledger: ledger)
        evidence = await Collector(plan, wire: wire, settings: settings)
            .collect(.sample(domain), at: instant)
        results = Judge(plan).judge(evidence)
    }

    /// What a check says, at one place or at the domain.
    func outcome(_ check: String, at place: Place = .domain) throws -> Outcome {
        try #require(results.first { $0.check == check && $0.place == place }?.outcome)
    }

    /// The codes that a check found.
    func codes(_ check: String, at place: Place = .domain) throws -> [String] {
        try outcome(check, at: place).findings.map(\.code)
    }

    func codes(_ check: String, atHost host: String) throws -> [String] {
        try codes(check, at: .host(.sample(host)))
    }

    /// A fact, or why it is absent.
    func fact<F: Fact>(_ type: F.Type, at place: Place = .domain) throws -> F {
        try evidence.observed(type, at: place).get()
    }
}

extension Script {
    /// A server that greets and hangs up.
    static let greets = Script("S: 220 mx.example.com ESMTP\n! close")
    /// An address that the guard of the wire refuses.
    static let forbidden = Script("! special-address private use")
}

extension Outcome {
    /// Whether something worse than what was found may come to light, by the severities that codes have by default.
    var isInconclusive: Bool {
        switch self {
        case .inconclusive: return true
        case .blocked(_, let because): return because.certainty == .inconclusive
        case .passed, .found, .notApplicable: return false
        case .partly(let findings, let undecided):
            let worst = findings.map(\.description.severity).max() ?? .info
            return worst < .error && undecided.open.contains { $0.severity > worst }
        }
    }

    var isNotApplicable: Bool {
        if case .notApplicable = self { true } else { false }
    }
}
