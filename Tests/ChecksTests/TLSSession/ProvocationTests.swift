import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// From scripted servers to the verdict, for what a sender of mail never does.
@Suite("Renegotiation and heartbeats")
struct ProvocationTests {
    /// A server that offers some versions, perhaps with heartbeat; after its 220 to STARTTLS, `rest` happens.
    private func run(
        _ check: String, _ rest: String = "! tls", versions: [TLSVersion] = [.tls12, .tls13], heartbeat: Bool = false
    ) async throws -> CheckBench.Run {
        let further = Script(
            "S: 220 mx.example.com ESMTP\nC: EHLO …\nS: 250-mx.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 Ready\n"
                + rest)
        var bench = CheckBench([.startsTLS, further])
        bench.settings.patience = [.milliseconds(1), .milliseconds(1)]
        bench.handshake = versions.handshake
        bench.answer = { offer in
            guard var choice = versions.choice(of: offer) else { return .alert(TLSAlert(code: 70)) }
            if heartbeat { choice.extensions = offer.extensions.filter { $0 == .heartbeat }.map(\.rawValue) }
            return .chosen(choice)
        }
        return try await bench.run([check])
    }

    @Test("a server that shakes hands again is found, after one try with no version that cannot do it")
    func renegotiates() async throws {
        let run = try await run("tls.no-client-renegotiation", "! tls\n! renegotiated")
        #expect(try run.codes("tls.no-client-renegotiation") == ["tls.client-renegotiation"])
        #expect(run.offers.map(\.versions) == [.tls10 ... .tls13, .tls12 ... .tls12])
    }

    @Test("a refusal passes")
    func refuses() async throws {
        let run = try await run("tls.no-client-renegotiation", "! tls\n! no-renegotiation alert")
        #expect(run.outcomes["tls.no-client-renegotiation"] == .passed)
    }

    @Test("silence is inconclusive, and there is no second try")
    func silent() async throws {
        let run = try await run("tls.no-client-renegotiation", "! tls\n! timeout")
        #expect(run.outcomes["tls.no-client-renegotiation"]?.isInconclusive == true)
        #expect(run.offers.count == 2)
    }

    @Test("with TLS 1.3 alone there is nothing to ask, and no connection is made for it")
    func newVersionAlone() async throws {
        let run = try await run("tls.no-client-renegotiation", versions: [.tls13])
        #expect(run.outcomes["tls.no-client-renegotiation"]?.isNotApplicable == true)
        #expect(run.offers.count == 1)
    }

    @Test("heartbeat is seen where CBC suites are asked about, on no connection of its own", arguments: [true, false])
    func heartbeat(isTaken: Bool) async throws {
        let run = try await run("tls.no-heartbeat", heartbeat: isTaken)
        #expect(run.outcomes["tls.no-heartbeat"].map { $0 == .passed } == !isTaken)
        let features = try run.fact(TLSFeatures.self)
        #expect(features[.heartbeat]?.kind == (isTaken ? .yes : .no))
        #expect(features[.compression]?.kind == .no)
    }

    @Test("CVE-2014-0160: a request is sent only where heartbeat was taken, and its answer is found")
    func heartbleed() async throws {
        let open = try await run("tls.no-heartbleed", "! heartbeat", heartbeat: true)
        #expect(try open.codes("tls.no-heartbleed") == ["tls.heartbleed"])
        let mended = try await run("tls.no-heartbleed", "! no-heartbeat", heartbeat: true)
        #expect(mended.outcomes["tls.no-heartbleed"] == .passed)
        let silent = try await run("tls.no-heartbleed", "! tls", heartbeat: true)
        #expect(silent.outcomes["tls.no-heartbleed"]?.isInconclusive == true)
        let without = try await run("tls.no-heartbleed", "! heartbeat")
        #expect(without.outcomes["tls.no-heartbleed"]?.isNotApplicable == true)
    }
}
