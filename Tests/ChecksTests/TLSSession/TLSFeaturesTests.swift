import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Asking a server about features of TLS")
struct TLSFeaturesTests {
    private static let checks = ["tls.record-protection", "tls.fallback-signal", "tls.any-server-name"]
    /// `TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256`.
    private static let recommended: UInt16 = 0xC02F

    /// A server that offers some versions and answers hellos.
    private func run(
        _ versions: [TLSVersion] = [.tls12, .tls13], scripts: [Script] = [.startsTLS],
        _ answer: @escaping @Sendable (HelloOffer) -> HelloAnswer
    ) async throws -> CheckBench.Run {
        var bench = CheckBench(scripts)
        bench.handshake = versions.handshake
        bench.answer = { $0.asksOfFeatures ? answer($0) : versions.answer($0) }
        return try await bench.run(Self.checks)
    }

    /// A server that does everything right, with the extensions it takes.
    private static func sound(
        _ offer: HelloOffer, cbc: Bool = true, extensions: Set<HelloOffer.Extension> = [.encryptThenMAC]
    ) -> HelloAnswer {
        if offer.suites.contains(CipherSuite.Signal.fallback) { return .alert(TLSAlert(code: 86)) }
        let suite = offer.suites.first { CipherSuite.with(code: $0).map { cbc || $0.isAEAD } ?? false }
        guard let suite else { return .alert(TLSAlert(code: 40)) }
        var choice = ServerChoice(version: offer.versions.max() ?? .tls12, suite: suite)
        choice.extensions = offer.extensions.intersection(extensions).map(\.rawValue)
        return .chosen(choice)
    }

    @Test("a sound server passes in six hellos")
    func passes() async throws {
        let run = try await run { Self.sound($0) }
        for check in Self.checks { #expect(run.outcomes[check] == .passed, "\(check)") }
        #expect(run.askedOfFeatures.count == 6)
        #expect(run.askedOfFeatures.allSatisfy { !$0.versions.contains(.tls13) })
    }

    @Test("TLS-15: CBC without encrypt-then-MAC is found")
    func macThenEncrypt() async throws {
        let run = try await run { Self.sound($0, extensions: []) }
        #expect(try run.codes("tls.record-protection") == ["tls.mac-then-encrypt"])
    }

    @Test("TLS-18: compression is found, where no CBC suite is accepted too, and truncated_hmac")
    func compression() async throws {
        for cbc in [true, false] {
            let run = try await run { offer in
                var answer = Self.sound(offer, cbc: cbc)
                if case .chosen(var choice) = answer, offer.offersCompression {
                    choice.compression = 1
                    answer = .chosen(choice)
                }
                return answer
            }
            #expect(try run.codes("tls.record-protection") == ["tls.compression"])
            #expect(try run.features[.encryptThenMAC]?.kind == (cbc ? .yes : .notApplicable))
        }
        let truncating = try await run { Self.sound($0, extensions: [.encryptThenMAC, .truncatedHMAC]) }
        #expect(try truncating.codes("tls.record-protection") == ["tls.truncated-hmac"])
    }

    @Test(
        "RFC 7507: a server that overlooks the signal is found; one with a single version has nothing to fall back to")
    func fallback() async throws {
        let overlooking = try await run([.tls11, .tls12, .tls13]) { offer in
            var offer = offer
            offer.suites.removeAll { $0 == CipherSuite.Signal.fallback }
            return Self.sound(offer)
        }
        #expect(try overlooking.codes("tls.fallback-signal") == ["tls.no-fallback-signal"])
        #expect(try overlooking.features[.fallbackSignal]?.detail == "TLS 1.2 was negotiated")
        let single = try await run([.tls12]) { Self.sound($0) }
        #expect(single.outcomes["tls.fallback-signal"]?.isNotApplicable == true)
        let other = try await run { offer in
            offer.suites.contains(CipherSuite.Signal.fallback) ? .alert(TLSAlert(code: 40)) : Self.sound(offer)
        }
        #expect(other.outcomes["tls.fallback-signal"]?.isInconclusive == true)
    }

    @Test("TLS-21: a server that wants its own name as SNI is found, one that refuses everything is not blamed for it")
    func serverName() async throws {
        let strict = try await run { offer in
            offer.serverName == CheckBench.server.host ? Self.sound(offer) : .alert(TLSAlert(code: 112))
        }
        #expect(try strict.codes("tls.any-server-name") == ["tls.needs-server-name", "tls.refuses-unknown-name"])
        let unwilling = try await run { _ in .alert(TLSAlert(code: 40)) }
        #expect(unwilling.outcomes["tls.any-server-name"]?.isInconclusive == true)
    }

    @Test("TLS-16: a server that follows the sender to a weaker suite is told from one that decides")
    func recommendedFirst() async throws {
        let following = try await run { Self.sound($0) }
        #expect(try following.features[.recommendedFirst]?.kind == .no)
        let deciding = try await run { offer in
            var offer = offer
            offer.suites.sort { $0 == Self.recommended && $1 != Self.recommended }
            return Self.sound(offer)
        }
        #expect(try deciding.features[.recommendedFirst]?.kind == .yes)
        let without = try await run { offer in
            var offer = offer
            offer.suites.removeAll { $0 == Self.recommended || $0 == 0xC02B }
            return Self.sound(offer)
        }
        #expect(try without.features[.recommendedFirst]?.kind == .notApplicable)
        let hanging = try await run { $0.suites.contains(Self.recommended) ? .hungUp : Self.sound($0) }
        #expect(try hanging.features[.recommendedFirst]?.kind == .inconclusive)
    }

    @Test("TLS 1.3 alone leaves only the question about names")
    func newestAlone() async throws {
        let run = try await run([.tls13]) { Self.sound($0) }
        #expect(run.outcomes["tls.record-protection"]?.isNotApplicable == true)
        #expect(run.outcomes["tls.any-server-name"] == .passed)
        #expect(run.askedOfFeatures.allSatisfy { $0.versions == [.tls13] })
    }

    @Test("being turned away is inconclusive, never a pass")
    func throttled() async throws {
        let away = Script("S: 421 4.7.0 too many connections")
        let run = try await run(scripts: [.startsTLS, .startsTLS, .startsTLS, .startsTLS, away]) { Self.sound($0) }
        for check in Self.checks { #expect(run.outcomes[check]?.isInconclusive == true, "\(check)") }
    }

    @Test("hanging up on every hello is inconclusive")
    func hungUp() async throws {
        let run = try await run { _ in .hungUp }
        for check in Self.checks { #expect(run.outcomes[check]?.isInconclusive == true, "\(check)") }
    }
}

extension HelloOffer {
    /// Only this probe offers truncated_hmac; the other hellos are those of the survey, about versions.
    fileprivate var asksOfFeatures: Bool { extensions.contains(.truncatedHMAC) }
}

extension CheckBench.Run {
    fileprivate var features: TLSFeatures { get throws { try fact(TLSFeatures.self) } }
    fileprivate var askedOfFeatures: [HelloOffer] { hellos.filter(\.asksOfFeatures) }
}
