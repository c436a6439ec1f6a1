import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Servers that show one certificate now and another one then.
@Suite struct CertificateSightingsTests {
    private static let place = Place.server(
        MailServer(host: .sample("mx.example.com"), address: .sample("192.0.2.25")))

    private static let expired = CertificateChain.sample { chain in
        chain.certificates[0].notAfter = chain.certificates[0].notBefore + 86_400
    }
    private static let elsewhere = CertificateChain.sample { $0.certificates[0].dnsNames = ["www.example.net"] }
    private static let long = CertificateChain.sample { chain in
        chain.certificates[0].notBefore = chain.certificates[0].notAfter - 800 * 86_400
    }

    private func codes(_ chains: [CertificateChain]) -> Set<String> {
        var chain = chains[0]
        chain.others = Array(chains.dropFirst())
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        evidence.settle(Slot(CertificateChain.id, Self.place), .present(chain))
        let ids = ["certificate.trusted", "certificate.current", "certificate.name", "certificate.lifetime"]
        let checks = Plugin.certificate.checks.filter { ids.contains($0.id) }
        return Set(
            checks.flatMap { $0.judge(Inputs(evidence: evidence, place: Self.place)).findings.map(\.code) })
    }

    @Test("What any of the chains has is found, whichever came first")
    func worst() {
        let all = [
            "certificate.expired", "certificate.name-mismatch", "certificate.self-signed", "certificate.long-lived",
        ]
        let chains = [.sample(), Self.expired, Self.elsewhere, .selfSignedSample, Self.long]
        for turn in chains.indices {
            let turned = Array(chains[turn...] + chains[..<turn])
            #expect(codes(turned) == Set(all), "\(turn)")
        }
        #expect(codes([.sample()]).isEmpty)
    }

    @Test("A sender that verifies may get any of the chains, so that the bad one counts")
    func problems() {
        let host = DomainName.sample("mx.example.com")
        let instant = JudgedAt.sample().instant
        for pair in [[.sample(), Self.expired], [Self.expired, .sample()]] as [[CertificateChain]] {
            var chain = pair[0]
            chain.others = [pair[1]]
            #expect(chain.problems(for: host, at: instant).count == 1)
        }
    }

    private static let wrong: Arguments = [.names: ["www.example.net"], .host: "mx.example.com"]

    @Test("A finding of some connections only says so, and what one chain leaves open stays open")
    func message() throws {
        var chain = CertificateChain.sample()
        chain.others = [Self.expired]
        let verdict = chain.judgingAll { chain -> Verdict<CertificateNameFinding> in
            chain == Self.expired ? .found(.nameMismatch, Self.wrong) : .passed
        }
        #expect(verdict == .found([Issue(.nameMismatch, Self.wrong, isOccasional: true)]))
        #expect(
            Issue(CertificateNameFinding.nameMismatch, Self.wrong, isOccasional: true).message
                == "The certificate is for www.example.net, not for mx.example.com (on some connections).")
        let open = chain.judgingAll { chain -> Verdict<CertificateNameFinding> in
            chain == Self.expired ? .inconclusive("Nobody knows.") : .passed
        }
        #expect(open == .inconclusive("Nobody knows."))
        let half = chain.judgingAll { chain -> Verdict<CertificateNameFinding> in
            chain == Self.expired ? .inconclusive("Nobody knows.") : .found(.nameMismatch, Self.wrong)
        }
        #expect(
            half
                == .of(
                    [Issue(.nameMismatch, Self.wrong, isOccasional: true)], open: [.commonNameOnly],
                    because: "Nobody knows."))
    }

    @Test("Where there may be another chain, what was found stays and everything else is open")
    func doubt() {
        var chain = CertificateChain.sample()
        chain.doubt = "Nobody knows."
        let found = chain.judgingAll { _ -> Verdict<CertificateNameFinding> in .found(.nameMismatch, Self.wrong) }
        #expect(found == .of([Issue(.nameMismatch, Self.wrong)], open: [.commonNameOnly], because: "Nobody knows."))
        let passed = chain.judgingAll { _ -> Verdict<CertificateNameFinding> in .passed }
        #expect(passed == .inconclusive("Nobody knows."))
        let hiding = chain.judgingAll { _ -> Verdict<CertificateNameFinding> in
            .found(.nameMismatch, Self.wrong, hiding: [.commonNameOnly], because: "It hides.")
        }
        #expect(hiding == .found(.nameMismatch, Self.wrong, hiding: [.commonNameOnly], because: "It hides."))
        let needed = CertificateSightings(
            withName: [.sample()], handshakes: 2, nameNeeded: "alert", doubt: "Nobody knows.")
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        evidence.settle(Slot(CertificateSightings.id, Self.place), .present(needed))
        let steady = Plugin.certificate.checks.first { $0.id == "certificate.steady" }
        let codes = steady?.judge(Inputs(evidence: evidence, place: Self.place)).findings.map(\.code)
        #expect(codes == ["certificate.none-without-name"])
        let excused = chain.judgingAll { _ -> Verdict<CertificateNameFinding> in .notApplicable("DANE counts.") }
        #expect(excused == .notApplicable("DANE counts."))
    }
}
