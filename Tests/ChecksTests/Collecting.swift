import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

typealias Collected = CheckBench.Run

extension CheckBench.Run {
    /// Runs some checks of the built-in plugins in a zone. Servers without a script refuse: most of these tests are about the DNS.
    init(
        _ domain: String = "example.com", checks: [String], zone: String, servers: [MailServer: [Script]] = [:],
        https: any HTTPSClient = NoHTTPSClient(), settings: RunSettings = .unhurried,
        at instant: Date = Date(timeIntervalSince1970: 1_700_000_000),
        handshake: @escaping @Sendable (TLSOffer) -> TLSHandshake = { .scripted(serverName: $0.serverName) }
    ) async throws {
        var bench = CheckBench(Plugin.builtIn, servers: servers, zone: zone)
        bench.domain = .sample(domain)
        bench.https = https
        bench.settings = settings
        bench.instant = instant
        bench.handshake = handshake
        bench.isStrict = false
        self = try await bench.run(checks)
    }

    /// What each check says at its first place: for runs with one server.
    var outcomes: [String: Outcome] {
        Dictionary(results.map { ($0.check, $0.outcome) }, uniquingKeysWith: { first, _ in first })
    }

    func codes(_ check: String, atHost host: String) throws -> [String] {
        try codes(check, at: .host(.sample(host)))
    }
}

extension CheckBench {
    /// The built-in plugins and one server. These tests look at the surprises themselves.
    init(_ scripts: [Script]) {
        self.init(Plugin.builtIn, servers: [Self.server: scripts])
        settings = RunSettings(patience: [], deadline: .seconds(3600))
        isStrict = false
    }
}

extension [TLSVersion] {
    /// The handshake of a server that offers these versions, oldest first.
    func handshake(_ offer: TLSOffer) throws -> TLSHandshake {
        guard let version = last(where: offer.versions.contains) else {
            throw WireFailure.handshake(reason: "", alert: "protocol_version")
        }
        return .scripted(version: version, serverName: offer.serverName)
    }

    /// What such a server chooses of a ClientHello: its newest version, and the first suite that fits it.
    func choice(of offer: HelloOffer) -> ServerChoice? {
        guard let version = last(where: offer.versions.contains) else { return nil }
        let suite = offer.suites.first { CipherSuite.with(code: $0)?.fits(version) ?? false }
        return ServerChoice(version: version, suite: suite ?? 0)
    }

    /// Its answer to a ClientHello.
    func answer(_ offer: HelloOffer) -> HelloAnswer {
        choice(of: offer).map { .chosen($0) } ?? .alert(TLSAlert(code: 70))
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
