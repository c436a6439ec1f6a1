import CheckEngine
import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// From scripted servers to the verdict, for what a sender of mail never does.
@Suite("Renegotiation and heartbeats")
struct ProvocationTests {
    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")

    private struct Run {
        let outcomes: [String: Outcome]
        let evidence: Evidence
        let offers: [TLSOffer]

        func codes(_ check: String) -> [String] { outcomes[check]?.findings.map(\.code) ?? ["no outcome"] }
    }

    /// A server that offers some versions, perhaps with heartbeat; after its 220 to STARTTLS, `rest` happens.
    private func run(
        _ check: String, _ rest: String = "! tls", versions: [TLSVersion] = [.tls12, .tls13], heartbeat: Bool = false
    ) async throws -> Run {
        let offers = Locked<[TLSOffer]>([])
        let further = Script(
            "S: 220 mx.example.com ESMTP\nC: EHLO …\nS: 250-mx.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 Ready\n"
                + rest)
        let smtp = ScriptedSMTP([Self.server: [.startsTLS, further]]) { offer in
            offers.withLock { $0.append(offer) }
            guard let version = versions.last(where: offer.versions.contains) else {
                throw WireFailure.handshake(reason: "", alert: "protocol_version")
            }
            return .scripted(version: version, serverName: offer.serverName)
        } answer: { offer in
            guard let version = versions.last(where: offer.versions.contains) else {
                return .alert(TLSAlert(code: 70))
            }
            let suite = offer.suites.first { CipherSuite.with(code: $0)?.fits(version) ?? false }
            var choice = ServerChoice(version: version, suite: suite ?? 0)
            if heartbeat { choice.extensions = offer.extensions.filter { $0 == .heartbeat }.map(\.rawValue) }
            return .chosen(choice)
        }
        let plan = try Plan(running: [check], from: Plugin.builtIn)
        let dns = ScriptedDNS("example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25")
        let settings = RunSettings(patience: [.milliseconds(1), .milliseconds(1)], deadline: .seconds(20))
        let evidence = await Collector(plan, wire: Wire(dns: dns, smtp: smtp), settings: settings)
            .collect(.sample("example.com"), at: Date(timeIntervalSince1970: 1_700_000_000))
        let outcomes = Judge(plan).judge(evidence).map { ($0.check, $0.outcome) }
        return Run(
            outcomes: Dictionary(outcomes, uniquingKeysWith: { first, _ in first }), evidence: evidence,
            offers: offers.withLock { $0 })
    }

    @Test("a server that shakes hands again is found, after one try with no version that cannot do it")
    func renegotiates() async throws {
        let run = try await run("tls.no-client-renegotiation", "! tls\n! renegotiated")
        #expect(run.codes("tls.no-client-renegotiation") == ["tls.client-renegotiation"])
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
        let features = try run.evidence.observed(TLSFeatures.self, at: .address(Self.server.address)).get()
        #expect(features[.heartbeat]?.kind == (isTaken ? .yes : .no))
        #expect(features[.compression]?.kind == .no)
    }

    @Test("CVE-2014-0160: a request is sent only where heartbeat was taken, and its answer is found")
    func heartbleed() async throws {
        let open = try await run("tls.no-heartbleed", "! heartbeat", heartbeat: true)
        #expect(open.codes("tls.no-heartbleed") == ["tls.heartbleed"])
        let mended = try await run("tls.no-heartbleed", "! no-heartbeat", heartbeat: true)
        #expect(mended.outcomes["tls.no-heartbleed"] == .passed)
        let silent = try await run("tls.no-heartbleed", "! tls", heartbeat: true)
        #expect(silent.outcomes["tls.no-heartbleed"]?.isInconclusive == true)
        let without = try await run("tls.no-heartbleed", "! heartbeat")
        #expect(without.outcomes["tls.no-heartbleed"]?.isNotApplicable == true)
    }
}
