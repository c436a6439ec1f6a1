import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("A certificate with another kind of key")
struct OtherCertificateTests {
    /// The handshake of a server with an ECDSA certificate; `rsa` changes the one with an RSA key, or says that there is none.
    private func run(
        _ checks: [String] = ["certificate.other-key"], scripts: [Script] = [.startsTLS],
        rsa: @escaping @Sendable (inout CertificateChain) throws -> Void = { _ in }
    ) async throws -> (outcome: Outcome?, connections: Int, kinds: [TLSOffer.Key?]) {
        var bench = CheckBench(scripts)
        bench.settings.patience = [.milliseconds(1)]
        bench.instant = JudgedAt.sample().instant
        bench.handshake = { offer in
            var chain = CertificateChain.sample()
            if offer.key == .rsa {
                chain.certificates[0].key = .init(algorithm: "RSA", bits: 2048)
                chain.certificates[0].der = Data([2])
                try rsa(&chain)
            }
            var handshake = TLSHandshake.scripted(serverName: offer.serverName)
            handshake.chain = chain.certificates
            handshake.path = chain.path
            return handshake
        }
        let run = try await bench.run(checks)
        return (run.outcomes["certificate.other-key"], run.connections, run.offers.map(\.key))
    }

    @Test("is asked for on one more connection, and passes when it is as good as the first")
    func good() async throws {
        let run = try await run()
        #expect(run.outcome == .passed)
        #expect(run.kinds == [nil, .rsa])
    }

    @Test("PKIX-01: is refused when it has expired, although the one of the session is current")
    func expired() async throws {
        let run = try await run { $0.certificates[0].notAfter = JudgedAt.sample().instant - 1 }
        #expect(run.outcome?.findings.map(\.code) == ["certificate.other-key-refused"])
    }

    @Test("ID-01: is refused when it names another host")
    func wrongName() async throws {
        let run = try await run { $0.certificates[0].dnsNames = ["other.example"] }
        #expect(run.outcome?.findings.map(\.code) == ["certificate.other-key-refused"])
    }

    @Test("that the server has not, or that is the same certificate, is not applicable")
    func none() async throws {
        let none = try await run { _ in throw WireFailure.handshake(reason: "", alert: "handshake_failure") }
        #expect(none.outcome?.isNotApplicable == true)
        #expect(none.connections == 2)
        let same = try await run { $0.certificates[0].der = Data() }
        #expect(same.outcome?.isNotApplicable == true)
    }

    @Test("that cannot be asked for leaves the question open")
    func turnedAway() async throws {
        let run = try await run(scripts: [.startsTLS, Script("S: 421 4.7.0 Too many connections")])
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("is not asked for when no check wants it")
    func unwanted() async throws {
        let run = try await run(["certificate.trusted"])
        #expect(run.connections == 1)
    }
}
