import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Asking a server about classes of suites and groups")
struct TLSClassProbeTests {
    private static let session = Script(
        """
        S: 220 mx.example.com ESMTP
        C: EHLO …
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 go ahead
        ! tls
        C: EHLO …
        S: 250 mx.example.com
        """)

    /// Runs the two checks against a server that accepts some suites, each in its oldest version and up to TLS 1.2.
    private func collect(
        accepting suites: [UInt16], groups: [UInt16] = [0x001D], scripts: [Script] = [session]
    ) async throws -> (classes: TLSClasses, outcomes: [String: Outcome], connections: Int) {
        var bench = CheckBench(scripts)
        bench.answer = { offer in
            guard let version = offer.versions.max(), version < .tls13 || suites.contains(0x1301),
                let suite = offer.suites.first(where: suites.contains)
            else { return .alert(TLSAlert(code: 40)) }
            let needsGroup = [.ecdhe, .any].contains(CipherSuite.with(code: suite)?.keyExchange)
            let group = offer.groups.first(where: groups.contains)
            guard !needsGroup || group != nil else { return .alert(TLSAlert(code: 40)) }
            var choice = ServerChoice(version: version, suite: suite, group: needsGroup ? group : nil)
            if CipherSuite.with(code: suite)?.keyExchange == .dhe {
                choice.parameters = .finiteField(bits: 1024, primeDigest: "none", generator: 2)
            }
            return .chosen(choice)
        }
        let run = try await bench.run(["cipher.acceptable", "key-exchange.strong"])
        return (try run.fact(TLSClasses.self), run.outcomes, run.connections)
    }

    @Test("a strong server is cleared in four or five connections")
    func strong() async throws {
        let result = try await collect(accepting: [0xC02F, 0x1301])
        #expect(result.outcomes["cipher.acceptable"] == .passed)
        #expect(result.outcomes["key-exchange.strong"] == .passed)
        #expect(result.classes.connections <= 5)
        #expect(result.classes[.forwardSecrecy]?.kind == .accepted && result.classes[.null]?.kind == .refused)
    }

    @Test("what is weak is named, each class once")
    func weak() async throws {
        let result = try await collect(accepting: [0x0005, 0x0034, 0x0016, 0x009E], groups: [0x0013])
        let cipher = result.outcomes["cipher.acceptable"]?.findings.map(\.code)
        #expect(cipher == ["cipher.rc4", "cipher.triple-des", "cipher.static-keys", "cipher.anonymous"])
        #expect(result.outcomes["key-exchange.strong"]?.findings.map(\.code) == ["key-exchange.short-prime"])
    }

    @Test("a short curve and a post-quantum group are seen")
    func groups() async throws {
        let result = try await collect(accepting: [0xC02F, 0x1301], groups: [0x0013, 0x11EC])
        let codes = result.outcomes["key-exchange.strong"]?.findings.map(\.code)
        #expect(codes == ["key-exchange.short-curve", "key-exchange.post-quantum"])
    }

    @Test("a server that turns us away after the third connection leaves verdicts open, not failed")
    func throttled() async throws {
        let away = Script("S: 421 4.7.0 too many connections")
        let result = try await collect(accepting: [0xC02F], scripts: [Self.session, Self.session, Self.session, away])
        // Which questions the first three connections carry depends on who was quicker; what was answered by then is known.
        let verdicts = [result.outcomes["cipher.acceptable"], result.outcomes["key-exchange.strong"]]
        #expect(verdicts.contains { $0?.isInconclusive == true })
        #expect(verdicts.allSatisfy { $0?.isInconclusive == true || $0?.findings == [] })
        #expect(result.classes.answers.contains { $0.kind == .inconclusive && $0.detail?.contains("421") == true })
    }
}
