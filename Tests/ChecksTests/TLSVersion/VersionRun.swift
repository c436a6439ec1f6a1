import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Runs the survey for its versions, beside the session probe, against scripted servers.
struct VersionRun {
    static let server = MailServer.sample("mx.example.com", "192.0.2.1")
    static let other = MailServer.sample("mx2.example.com", "192.0.2.1")

    /// How a server behaves until the handshake.
    static let toTLS = """
        S: 220 mx.example.com ESMTP
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Ready
        """
    /// The conversation that shows that there is STARTTLS.
    static let session = """
        \(toTLS)
        ! tls
        C: EHLO probe.example
        S: 250 mx.example.com
        """
    /// One question, as far as the ClientHello.
    static let alone = toTLS + "\n! tls"

    let smtp: ScriptedSMTP
    let offers: [HelloOffer]
    let evidence: Evidence
    private let results: [CheckResult]

    /// A server that speaks some versions and answers hellos as servers do; `answer` may say something else. The session
    /// gets `agreed`; where there is none, its handshake fails.
    init(
        _ scripts: [String] = [session, alone], at servers: [MailServer] = [server], beside silent: MailServer? = nil,
        speaking versions: Set<TLSVersion> = [.tls12, .tls13], agreed: TLSVersion? = .tls13,
        checks: [String] = ["tls.version"], patience: [Duration] = [.milliseconds(1), .milliseconds(1)],
        deadline: Duration = .seconds(120), answer: @escaping @Sendable (HelloOffer) -> HelloAnswer? = { _ in nil }
    ) async throws {
        let scripts = scripts.map { Script($0) }
        var network = Dictionary(uniqueKeysWithValues: servers.map { ($0, scripts) })
        if let silent { network[silent] = [Script("! hang")] }
        var bench = CheckBench(
            [.session, .certificates, .survey, .tls, .connectivity, .startTLS, .tlsVersion, .cipher], servers: network)
        bench.settings = RunSettings(helo: "probe.example", patience: patience, deadline: deadline)
        bench.instant = Date(timeIntervalSince1970: 1_800_000_000)
        bench.isStrict = false
        bench.handshake = { offer in
            guard let agreed else { throw Self.alert }
            return .scripted(version: agreed, serverName: offer.serverName)
        }
        bench.answer = { answer($0) ?? Self.choice(of: $0, versions) }
        let run = try await bench.run(checks)
        smtp = run.smtp
        evidence = run.evidence
        results = run.results
        offers = run.hellos
    }

    /// A run with a deadline that cuts it off behind what the test is about: a longer one where the machine was too busy for that.
    static func patiently(
        _ run: (Duration) async throws -> VersionRun, until isDone: (VersionRun) -> Bool
    ) async throws -> VersionRun {
        for deadline in [Duration.milliseconds(500), .seconds(5)] {
            let run = try await run(deadline)
            if isDone(run) { return run }
        }
        return try await run(.seconds(60))
    }

    /// The newest version that both speak, with the first suite that fits it.
    private static func choice(of offer: HelloOffer, _ versions: Set<TLSVersion>) -> HelloAnswer {
        guard let version = offer.versions.intersection(versions).max() else {
            return .alert(TLSAlert(code: 70))
        }
        let suite = offer.suites.first { CipherSuite.with(code: $0)?.fits(version) ?? false } ?? 0
        return .chosen(ServerChoice(version: version, suite: suite, group: version == .tls13 ? 0x001D : nil))
    }

    static let alert = WireFailure.handshake(reason: "protocol version", alert: "protocol_version")

    var observed: Observed<TLSVersions> {
        evidence.observed(TLSVersions.self, at: .address(Self.server.address))
    }
    var versions: TLSVersions {
        evidence.observed(TLSSurvey.self, at: .address(Self.server.address)).value?.versions ?? TLSVersions()
    }
    var largeHello: Bool? {
        evidence.observed(TLSSurvey.self, at: .address(Self.server.address)).value?.dropsLargeHello
    }
    var keyShares: [String: Int]? {
        evidence.observed(TLSSurvey.self, at: .address(Self.server.address)).value?.keyShares
    }
    var outcome: Outcome? { results.first?.outcome }
    var codes: [String] { outcome?.findings.map(\.code) ?? [] }
    /// What each hello offered at most, oldest first.
    var newestOffered: [TLSVersion] { offers.compactMap { $0.versions.max() }.sorted() }
}
