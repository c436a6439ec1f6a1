import CheckEngine
import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("What handshakes show of a session")
struct TLSTraitsTests {
    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")
    private static let checks = ["tls.secure-renegotiation", "tls.extended-master-secret", "tls.no-early-data"]

    /// A server that offers some versions; `change` changes its handshakes of TLS 1.2 and older.
    private func run(
        _ versions: [TLSVersion] = [.tls12, .tls13], session: Script = .startsTLS, further: [Script] = [.startsTLS],
        _ change: @escaping @Sendable (inout TLSHandshake) -> Void = { _ in }
    ) async throws -> (outcomes: [String: Outcome], connections: Int) {
        let smtp = ScriptedSMTP([Self.server: [session] + further]) { offer in
            guard let version = versions.last(where: offer.versions.contains) else {
                throw WireFailure.handshake(reason: "", alert: "protocol_version")
            }
            var handshake = TLSHandshake.scripted(version: version, serverName: offer.serverName)
            if version < .tls13 { change(&handshake) }
            return handshake
        } answer: { offer in
            guard let version = versions.last(where: offer.versions.contains) else {
                return .alert(TLSAlert(code: 70))
            }
            var handshake = TLSHandshake.scripted(version: version, serverName: offer.serverName)
            change(&handshake)
            let suite = offer.suites.first { CipherSuite.with(code: $0)?.fits(version) ?? false }
            var choice = ServerChoice(version: version, suite: suite ?? 0)
            choice.extensions =
                (handshake.extendedMasterSecret ? [HelloOffer.Extension.extendedMasterSecret.rawValue] : [])
                + (handshake.secureRenegotiation ? [HelloOffer.Extension.renegotiationInfo.rawValue] : [])
            return .chosen(choice)
        }
        let plan = try Plan(running: Self.checks, from: Plugin.builtIn)
        let dns = ScriptedDNS("example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25")
        let evidence = await Collector(
            plan, wire: Wire(dns: dns, smtp: smtp), settings: RunSettings(patience: [], deadline: .seconds(20))
        ).collect(.sample("example.com"), at: Date(timeIntervalSince1970: 1_700_000_000))
        let results = Judge(plan).judge(evidence)
        let outcomes = Dictionary(results.map { ($0.check, $0.outcome) }, uniquingKeysWith: { first, _ in first })
        return (outcomes, smtp.connections)
    }

    @Test("TLS-19: what TLS 1.2 lacks is found when it is tried alone, although the session is one of TLS 1.3")
    func missing() async throws {
        let good = try await run()
        #expect(good.outcomes["tls.secure-renegotiation"] == .passed)
        #expect(good.outcomes["tls.extended-master-secret"] == .passed)
        // One session, and three hellos about versions: none for these checks.
        #expect(good.connections == 4)
        let old = try await run { handshake in
            handshake.secureRenegotiation = false
            handshake.extendedMasterSecret = false
        }
        #expect(old.outcomes["tls.secure-renegotiation"]?.findings.map(\.code) == ["tls.insecure-renegotiation"])
        #expect(old.outcomes["tls.extended-master-secret"]?.findings.map(\.code) == ["tls.no-extended-master-secret"])
    }

    @Test("TLS-19: TLS 1.3 alone needs neither extension; when TLS 1.2 could not be tried, both are open")
    func newestAlone() async throws {
        let alone = try await run([.tls13])
        #expect(alone.outcomes["tls.secure-renegotiation"]?.isNotApplicable == true)
        let away = try await run(further: [Script("S: 421 4.7.0 too many connections")])
        #expect(away.outcomes["tls.secure-renegotiation"]?.isInconclusive == true)
        #expect(away.outcomes["tls.extended-master-secret"]?.isInconclusive == true)
    }

    @Test("TLS-20: the question of early data arises in TLS 1.3 only, and stays open when the session broke off")
    func earlyData() async throws {
        #expect(try await run().outcomes["tls.no-early-data"] == .passed)
        #expect(try await run([.tls12]).outcomes["tls.no-early-data"]?.isNotApplicable == true)
        let cut = Script(
            "S: 220 mx.example.com\nC: EHLO …\nS: 250-mx.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n! tls\nC: EHLO …\n! timeout"
        )
        #expect(try await run(session: cut).outcomes["tls.no-early-data"]?.isInconclusive == true)
    }
}
