import CheckKit
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Every check that tells of several codes names those that its facts leave open, whatever it found beside them: what was
/// not looked for must never count as absent.
@Suite struct UndecidedCodesTests {
    struct Row: CustomTestStringConvertible {
        let situation: String
        let check: Check
        let facts: [any Fact]
        let found: Set<String>
        let open: Set<String>
        var hidden: Set<String> = []
        var testDescription: String { "\(check.id): \(situation)" }
    }

    private static let doubt = "throttled (421 4.7.0)"

    private static func suites(
        _ suites: String..., groups: [String] = ["x25519"], doubt: String? = doubt,
        by chooser: TLSVersionSuites.Chooser? = nil
    ) -> [any Fact] {
        [
            TLSSession.example,
            TLSSuites([TLSVersionSuites(.tls12, suites: suites, chooser: chooser, groups: groups, doubt: doubt)]),
        ]
    }

    private static func features(_ answers: (TLSFeature, TLSFeatureAnswer.Kind)...) -> [any Fact] {
        [TLSFeatures(answers.map { TLSFeatureAnswer($0.0, $0.1, doubt) })]
    }

    private static let weak = "TLS_RSA_WITH_RC4_128_SHA"
    private static let strong = "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"

    static let rows: [Row] = [
        Row(
            situation: "TLS-09: NULL is accepted, RC4 was not reached", check: .cipherAcceptable,
            facts: [TLSSession.example, TLSClasses.accepting((.null, weak), unknown: .rc4)],
            found: ["cipher.null"], open: ["cipher.rc4"]),
        Row(
            situation: "nothing was found, and anonymous suites were not reached", check: .cipherAcceptable,
            facts: [TLSSession.example, TLSClasses.accepting(unknown: .anonymous)],
            found: [], open: ["cipher.anonymous"]),
        Row(
            situation: "only suites with forward secrecy were not reached", check: .cipherAcceptable,
            facts: [TLSSession.example, TLSClasses.accepting(unknown: .forwardSecrecy)],
            found: [], open: ["cipher.no-forward-secrecy"]),
        Row(
            situation: "a suite that is not allowed, in a list that is not whole", check: .cipherOnly,
            facts: suites(weak), found: ["cipher.not-allowed"], open: []),
        Row(
            situation: "allowed suites, in a list that is not whole", check: .cipherOnly,
            facts: suites(strong), found: [], open: ["cipher.not-allowed"]),
        Row(
            situation: "a weaker suite first, in a list that is not whole", check: .cipherOrder,
            facts: suites(weak, strong, by: .server), found: ["cipher.weaker-first"], open: ["cipher.client-chooses"]),
        Row(
            situation: "a group that is not allowed, in a list that is not whole", check: .keyExchangeOnly,
            facts: suites(strong, groups: ["brainpoolP256r1"]),
            found: ["key-exchange.group-not-allowed"], open: ["key-exchange.prime-not-allowed"]),
        Row(
            situation: "a needed group is not in a list that is not whole", check: .keyExchangeIncludes,
            facts: suites(strong, groups: ["brainpoolP256r1"]), found: [], open: ["key-exchange.none-needed"]),
        Row(
            situation: "a short prime, and curves were not reached", check: .keyExchangeStrong,
            facts: [
                TLSSession.example,
                TLSClasses([
                    TLSClassAnswer(
                        .finiteField, .accepted,
                        parameters: .finiteField(bits: 1024, primeDigest: "", generator: 2)),
                    TLSClassAnswer(.shortCurve, .inconclusive), TLSClassAnswer(.postQuantum, .refused),
                ]),
            ], found: ["key-exchange.short-prime"], open: ["key-exchange.short-curve", "key-exchange.explicit-curve"]),
        Row(
            situation: "a short curve, and primes were not reached", check: .keyExchangeStrong,
            facts: [
                TLSSession.example,
                TLSClasses([
                    TLSClassAnswer(.finiteField, .inconclusive), TLSClassAnswer(.postQuantum, .refused),
                    TLSClassAnswer(.shortCurve, .accepted, group: "secp192r1"),
                ]),
            ], found: ["key-exchange.short-curve"],
            open: ["key-exchange.short-prime", "key-exchange.broken-prime", "key-exchange.finite-field"]),
        Row(
            situation: "TLS 1.0 is there, SSL 3.0 was not reached", check: .tlsVersion,
            facts: [
                TLSSession.example,
                TLSVersions(
                    TLSVersions.tried.map {
                        TLSVersionAnswer($0, $0 == .ssl3 ? .inconclusive : $0 == .ssl2 ? .refused : .supported)
                    }),
            ], found: ["tls.deprecated-offered"], open: ["tls.ssl3-offered"]),
        Row(
            situation: "CBC suites are not protected, compression was not reached", check: .tlsRecordProtection,
            facts: features((.encryptThenMAC, .no), (.truncatedHMAC, .no), (.compression, .inconclusive)),
            found: ["tls.mac-then-encrypt"], open: ["tls.compression"]),
        Row(
            situation: "no compression, and nobody asked about the rest", check: .tlsRecordProtection,
            facts: features((.compression, .no)), found: [], open: ["tls.mac-then-encrypt", "tls.truncated-hmac"]),
        Row(
            situation: "SNI is needed, another name was not tried", check: .tlsAnyServerName,
            facts: features((.noServerName, .no), (.unknownServerName, .inconclusive)),
            found: ["tls.needs-server-name"], open: ["tls.refuses-unknown-name"]),
        Row(
            situation: "a short key beside one of an unknown kind", check: .certificateStrong,
            facts: [
                CertificateChain.sample {
                    $0.certificates[0].key = .init(algorithm: "RSA", bits: 1024)
                    $0.certificates[1].signatureAlgorithm = "id-future"
                    $0.certificates[1].signatureHash = nil
                    $0.certificates[1].key = .init(algorithm: "id-future", bits: 0)
                }
            ], found: ["certificate.weak-key"], open: ["certificate.weak-signature", "certificate.modest-key"]),
        Row(
            situation: "a staple that cannot be used says nothing of revocation", check: .certificateUnrevoked,
            facts: [CertificateChain.sample { $0.certificates[0].mustStaple = true }, TLSSession.example],
            found: ["certificate.staple-missing"], open: [], hidden: ["certificate.revoked"]),
        Row(
            situation: "a zone with salt, and another that was not found", check: .dnssecAlgorithms,
            facts: [
                SigningZones(
                    [
                        SigningZone(
                            .sample("example.com"),
                            delegation: [DelegationSigner(keyTag: 1, algorithm: 8, digestType: 1)], keyAlgorithms: [8])
                    ], unknown: ["example.net": "SERVFAIL"])
            ], found: ["dnssec.digest-forbidden"],
            open: [
                "dnssec.algorithm-forbidden", "dnssec.algorithm-discouraged", "dnssec.digest-weak",
                "dnssec.nsec3-iterations", "dnssec.nsec3-salt", "dnssec.unsupported",
            ]),
        Row(
            situation: "one name leads back, where another leads is not known", check: .ptrForwardConfirmed,
            facts: [
                PTRNames(
                    .sample("192.0.2.25"),
                    [
                        PTRName(.sample("a.example"), .present(AddressLookup([.sample("192.0.2.25")]))),
                        PTRName(.sample("b.example"), .absent(.inconclusive("SERVFAIL"))),
                    ])
            ], found: [], open: ["ptr.alias"]),
    ]

    @Test("what the facts do not tell is named, and what was found stays found", arguments: rows)
    func row(row: Row) {
        let place = Place.server(.sample("mx.example.com", "192.0.2.25"))
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        for fact in row.facts {
            let factType = FactType.of(fact)
            guard let at = place.widened(to: factType.scope) else { continue }
            evidence.settle(Slot(factType.id, at), .present(fact))
        }
        let outcome = row.check.judge(
            Inputs(evidence: evidence, place: place.widened(to: row.check.scope) ?? .domain))
        #expect(Set(outcome.findings.map(\.code)) == row.found)
        #expect(Set(outcome.undecided?.open.map(\.code) ?? []) == row.open)
        #expect(Set(outcome.undecided?.hidden.map(\.code) ?? []) == row.hidden)
        if case .inconclusive = outcome { Testing.Issue.record("everything is open") }
    }
}
