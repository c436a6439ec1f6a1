import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// The certificate rows of the rules, each judged by all checks of a chain: one cause must be one finding.
struct CertificateVerdictTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let rule: String
        let chain: CertificateChain
        let codes: [String]
        var days = 0.0

        var testDescription: String { rule }
    }

    static let rows: [Row] = [
        Row(rule: "G14: trusted, in date, the MX host in the subjectAltName", chain: .sample(), codes: []),
        Row(
            rule: "G17: the mail domain and not the MX host",
            chain: .sample { $0.certificates[0].dnsNames = ["example.com"] }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "G18: a trusted CA and another host's name",
            chain: .sample { $0.certificates[0].dnsNames = ["www.example.org"] }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "G18: the intermediate is missing",
            chain: .sample { chain in
                chain.certificates.removeLast()
                chain.path.certificates = [0]
                chain.path.problems = [.init(kind: .missingIssuer, depth: 0, detail: "")]
            }, codes: ["certificate.incomplete-chain"]),
        Row(
            rule: "G18: the common name alone", chain: .sample { $0.certificates[0].dnsNames = [] },
            codes: ["certificate.common-name-only"]),
        Row(rule: "G18: thirty days left", chain: .sample(), codes: ["certificate.expires-soon"], days: 7),
        Row(rule: "G18: thirty days and a second left", chain: .sample(), codes: [], days: 7 - 1.0 / 86_400),
        Row(rule: "G19: self-signed", chain: .selfSignedSample, codes: ["certificate.self-signed"]),
        Row(
            rule: "G19: a private root that the server sends",
            chain: .sample { chain in
                chain.certificates[1].issuer = chain.certificates[1].subject
                chain.certificates[1].isSelfIssued = true
                chain.path.problems = [.init(kind: .untrustedIssuer, depth: 1, detail: "")]
            }, codes: ["certificate.untrusted-issuer"]),
        Row(rule: "G19: expired", chain: .sample(), codes: ["certificate.expired"], days: 38),
        Row(rule: "G19: not yet valid", chain: .sample(), codes: ["certificate.not-yet-valid"], days: -54),
        Row(
            rule: "G19: signed with SHA-1", chain: .sample { $0.certificates[0].signatureHash = "SHA1" },
            codes: ["certificate.weak-signature"]),
        Row(
            rule: "G19: signed with MD5, the intermediate", chain: .sample { $0.certificates[1].signatureHash = "MD5" },
            codes: ["certificate.weak-signature"]),
        Row(
            rule: "G19: RSA with 1024 bits",
            chain: .sample { $0.certificates[0].key = .init(algorithm: "RSA", bits: 1024) },
            codes: ["certificate.weak-key"]),
        Row(
            rule: "PKIX-01: the last second of validity belongs to it", chain: .sample(),
            codes: ["certificate.expires-soon"], days: 37),
        Row(
            rule: "PKIX-01: an expired intermediate on the path",
            chain: .sample { $0.certificates[1].notAfter = $0.certificates[1].notBefore },
            codes: ["certificate.expired"]),
        Row(
            rule: "PKIX-01: an expired certificate beside the path",
            chain: .sample { chain in
                var old = chain.certificates[1]
                old.subject = "CN=Old Cross"
                old.notAfter = old.notBefore
                chain.certificates.append(old)
            }, codes: ["certificate.chain-extra"]),
        Row(
            rule: "PKIX-05: a certificate that is not for servers",
            chain: .sample { $0.path.problems = [.init(kind: .wrongPurpose, depth: 0, detail: "unsuitable purpose")] },
            codes: ["certificate.chain-invalid"]),
        Row(
            rule: "PKIX-07: self-signed, and the library misses an issuer too",
            chain: .selfSigned(problems: [.selfSigned, .missingIssuer]), codes: ["certificate.self-signed"]),
        Row(
            rule: "PKIX-07: self-signed, and the library only misses an issuer",
            chain: .selfSigned(problems: [.missingIssuer]), codes: ["certificate.self-signed"]),
        Row(
            rule: "PKIX-07: self-signed and not for servers",
            chain: .selfSigned(problems: [.selfSigned, .wrongPurpose]),
            codes: ["certificate.self-signed", "certificate.chain-invalid"]),
        Row(
            rule: "PKIX-08: a trusted root with SHA-1 that the server sends",
            chain: .sample { chain in
                chain.certificates[1].issuer = chain.certificates[1].subject
                chain.certificates[1].isSelfIssued = true
                chain.certificates[1].signatureHash = "SHA1"
            }, codes: ["certificate.root-sent"]),
        Row(
            rule: "ID-01: a common name does not help when there are other names",
            chain: .sample { $0.certificates[0].dnsNames = ["www.example.com"] }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "ID-01: a common name for another host is a mismatch",
            chain: .sample { chain in
                chain.certificates[0].dnsNames = []
                chain.certificates[0].commonName = "localhost"
            }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "ID-03: one good name among invalid ones",
            chain: .sample { $0.certificates[0].dnsNames = ["m*.example.com", "", "mx.example.com"] }, codes: []),
        Row(
            rule: "PKIX-02: the root before the intermediate",
            chain: .sample { chain in
                chain.certificates.insert(chain.certificates[1], at: 1)
                chain.certificates[1].subject = "CN=Some Root"
                chain.path.certificates = [0, 2, 1]
            }, codes: ["certificate.chain-disordered"]),
        Row(
            rule: "PKIX-02: a stranger and a second copy of the leaf",
            chain: .sample { chain in
                chain.certificates[0].der = Data([1])
                chain.certificates += [chain.certificates[0], chain.certificates[1]]
                chain.certificates[3].subject = "CN=Old CA"
            }, codes: ["certificate.chain-extra", "certificate.chain-repeated"]),
        Row(
            rule: "PKIX-02: a cross-signed root, for senders with other trust anchors",
            chain: .sample { chain in
                chain.certificates.append(chain.certificates[1])
                chain.certificates[2].subject = "CN=Some Root"
                chain.certificates[2].issuer = "CN=Older Root"
            }, codes: []),
        Row(
            rule: "PKIX-03: the server's certificate is one for a CA",
            chain: .sample { $0.certificates[0].isCA = true }, codes: ["certificate.leaf-is-ca"]),
        Row(
            rule: "ID-04: a wildcard for all of a top-level domain",
            chain: .sample { chain in
                chain.host = .sample("mx.example")
                chain.certificates[0].dnsNames = ["*.example"]
            }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "ID-06: an address in the subjectAltName is no name",
            chain: .sample { $0.certificates[0].dnsNames = ["192.0.2.25"] }, codes: ["certificate.name-mismatch"]),
        Row(
            rule: "TLS-26: no certificate at all", chain: .emptySample, codes: ["certificate.chain-invalid"]),
    ]

    @Test(
        "PKIX-01, PKIX-02, PKIX-03, PKIX-05, PKIX-07, PKIX-08, ID-01, ID-03, ID-04, ID-06: a situation leads to its findings, no others",
        arguments: rows)
    func row(row: Row) {
        let found = Plugin.certificate.checks.flatMap { check in
            check.judge(Self.inputs(row.chain, days: row.days)).findings.map(\.code)
        }
        #expect(found == row.codes)
    }

    @Test("DANE-03: what PKIX refuses stays open while nobody knows whether DANE makes it valid; what it takes passes")
    func doubt() {
        var selfSigned = CertificateChain.selfSignedSample
        selfSigned.daneDoubt = "the lookup timed out"
        #expect(Check.certificateTrusted.judge(Self.inputs(selfSigned)).isInconclusive)
        let good = CertificateChain.sample { $0.daneDoubt = "the lookup timed out" }
        #expect(Check.certificateTrusted.judge(Self.inputs(good)) == .passed)
    }

    @Test("Names that a certificate claims are cut short, at most three of them")
    func manyNames() throws {
        let chain = CertificateChain.sample { chain in
            chain.certificates[0].dnsNames = (1...10).map { "www\($0).example.org" }
        }
        let finding = try #require(Check.certificateName.judge(Self.inputs(chain)).findings.first)
        #expect(
            finding.message
                == "The certificate is for www1.example.org, www2.example.org, www3.example.org and 7 more, "
                + "not for mx.example.com.")
    }

    @Test("Without a session the checks are blocked by it, and say nothing of their own")
    func blocked() {
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: Date(timeIntervalSince1970: 0))
        let why = Absence.blocked(by: TLSSession.id, because: .failed(.handshake(reason: "no", alert: nil)))
        evidence.settle(Slot(CertificateChain.id, Self.place), .absent(why))
        for check in Plugin.certificate.checks
        where !["certificate.other-key", "certificate.steady"].contains(check.id) {
            let outcome = check.judge(Inputs(evidence: evidence, place: Self.place))
            #expect(outcome == .blocked(by: TLSSession.id, because: why.root))
        }
    }

    @Test("The days of the profile decide what is reported, up to a third of the lifetime")
    func reportBeforeExpiry() throws {
        let knobs = try #require(Check.certificateCurrent.parameters)
        for (value, codes) in [(13, []), (14, ["certificate.expires-soon"]), (300, ["certificate.expires-soon"])] {
            let parameters = try knobs.parameters(from: ["report-before-expiry": .integer(value)])
            let inputs = Self.inputs(.sample(), days: 23, parameters: parameters)
            #expect(Check.certificateCurrent.judge(inputs).findings.map(\.code) == codes, "\(value) days")
        }
        let parameters = try knobs.parameters(from: ["report-before-expiry": .integer(300)])
        let early = Self.inputs(.sample(), days: 6.9, parameters: parameters)
        #expect(Check.certificateCurrent.judge(early) == .passed, "30.1 days of 90 are left: more than a third")
    }

    @Test("The days that are left are counted down in whole days, for profiles to set conditions on")
    func daysLeft() {
        for (days, left) in [(23.0, 14.0), (22.99, 14), (23.01, 13), (36.5, 0), (37, 0)] {
            let finding = Check.certificateCurrent.judge(Self.inputs(.sample(), days: days)).findings.first
            let percent = (max(0, 37 - days) / 90 * 100).rounded(.down)
            #expect(finding?.arguments["days-left"] == .number(left))
            #expect(finding?.arguments["percent-left"] == .number(percent))
        }
    }

    @Test("A longer key can be asked for")
    func minimumBits() throws {
        let knobs = try #require(Check.certificateStrong.parameters)
        let parameters = try knobs.parameters(from: ["minimum-rsa-bits": .integer(3072)])
        let outcome = Check.certificateStrong.judge(Self.inputs(.sample(), parameters: parameters))
        #expect(
            outcome.findings.map(\.message) == [
                "The issuer\u{2019}s certificate \u{201C}CN=Some CA R3\u{201D} has an RSA key of 2048 bits."
            ])
    }

    private static let place = Place.server(.sample("mx.example.com", "192.0.2.1"))

    private static func inputs(
        _ chain: CertificateChain, days: Double = 0, parameters: (any Parameters)? = nil
    ) -> Inputs {
        let instant = JudgedAt.sample(days: days).instant
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: instant)
        evidence.settle(Slot(CertificateChain.id, place), .present(chain))
        evidence.settle(Slot(TLSSession.id, place), .present(TLSSession.example))
        return Inputs(evidence: evidence, place: place, judgedAt: instant, parameters: parameters)
    }
}

extension CertificateChain {
    fileprivate static func selfSigned(problems: [CertificatePath.Kind]) -> CertificateChain {
        var chain = selfSignedSample
        chain.path.problems = problems.map { .init(kind: $0, depth: 0, detail: $0.rawValue) }
        return chain
    }
}
