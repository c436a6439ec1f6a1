import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("What handshakes show of a session")
struct TLSTraitsTests {
    private static let checks = ["tls.secure-renegotiation", "tls.extended-master-secret", "tls.no-early-data"]

    /// A server that offers some versions; `change` changes its handshakes of TLS 1.2 and older.
    private func run(
        _ versions: [TLSVersion] = [.tls12, .tls13], session: Script = .startsTLS, further: [Script] = [.startsTLS],
        _ change: @escaping @Sendable (inout TLSHandshake) -> Void = { _ in }
    ) async throws -> CheckBench.Run {
        var bench = CheckBench([session] + further)
        bench.handshake = { offer in
            var handshake = try versions.handshake(offer)
            if handshake.version < .tls13 { change(&handshake) }
            return handshake
        }
        bench.answer = { offer in
            guard var choice = versions.choice(of: offer) else { return .alert(TLSAlert(code: 70)) }
            var handshake = TLSHandshake.scripted(version: choice.version, serverName: offer.serverName)
            change(&handshake)
            choice.extensions =
                (handshake.extendedMasterSecret ? [HelloOffer.Extension.extendedMasterSecret.rawValue] : [])
                + (handshake.secureRenegotiation ? [HelloOffer.Extension.renegotiationInfo.rawValue] : [])
            return .chosen(choice)
        }
        return try await bench.run(Self.checks)
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
