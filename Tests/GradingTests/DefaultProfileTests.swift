import Testing

@testable import CheckKit
@testable import Checks
@testable import Grading
@testable import Observations

@Suite(.defaultProfile) struct DefaultProfileTests {
    /// What each finding alone does to the grade, wherever it is found.
    private static let letters: [(grade: Grade?, codes: [String])] = [
        (nil, ["mx.null-mx", "mx.no-such-domain", "mx.no-mail-host", "mx.no-usable-host", "smtp.unreachable"]),
        (nil, ["smtp.never-accepts-mail"]),
        // These count where no server was tested.
        (.a, ["vantage.port-25-blocked", "vantage.no-route", "vantage.family-switched-off"]),
        (.f, ["relay.open", "starttls.not-offered", "starttls.refused", "starttls.unavailable"]),
        (.f, ["starttls.handshake-failed", "starttls.handshake-stalls", "starttls.client-certificate-required"]),
        (.f, ["starttls.ehlo-refused", "starttls.breaks-off", "smtp.breaks-off"]),
        (.d, ["dnssec.domain-bogus", "dnssec.host-bogus", "mx.no-address", "mx.target-literal"]),
        (.c, ["tls.ssl2-offered", "tls.ssl3-offered", "relay.possible", "starttls.obsolete-only"]),
        (.a, ["tls.large-hello-dropped", "starttls.handshake-stalls-later", "vantage.family-not-tested"]),
        (.a, ["certificate.varies", "certificate.differs-without-name", "certificate.none-without-name"]),
        (.a, ["tls.server-name-refused", "key-exchange.reused", "smtp.unsolicited-reply"]),
        (.c, ["tls.only-deprecated", "certificate.self-signed", "certificate.untrusted-issuer"]),
        (.c, ["certificate.chain-invalid", "certificate.expired", "certificate.not-yet-valid"]),
        (.c, ["certificate.weak-key", "certificate.weak-signature", "certificate.revoked"]),
        (.a, ["certificate.modest-key"]),
        (.b, ["certificate.name-mismatch", "certificate.common-name-only", "certificate.incomplete-chain"]),
        (.b, ["tls.deprecated-offered", "ptr.missing", "ptr.unconfirmed", "mx.null-mx-conflict"]),
        (.a, ["mx.null-mx-preference", "mx.duplicate", "mx.implicit", "mx.unnecessary-null-mx", "mx.target-alias"]),
        // These two count as D only where the host cannot be reached.
        (.a, ["mx.special-address", "mx.invalid-host-name"]),
        (.a, ["smtp.address-unreachable", "smtp.greeting-name", "smtp.protocol-violation", "smtp.ehlo-rejected"]),
        (.a, ["starttls.parameters", "starttls.plaintext-after-220", "starttls.still-offered"]),
        (.a, ["starttls.intermittent", "smtp.unsteady"]),
        (.d, ["starttls.mostly-missing", "starttls.intermittent-under-dane"]),
        (.a, ["starttls.command-injection", "starttls.accepted-twice", "starttls.capability-lost", "auth.before-tls"]),
        (.a, ["certificate.chain-disordered", "certificate.chain-extra", "certificate.chain-repeated"]),
        (.a, ["certificate.root-sent", "certificate.leaf-is-ca", "certificate.key-usage", "certificate.long-lived"]),
        (.a, ["certificate.staple-missing", "certificate.staple-unusable", "certificate.no-timestamps"]),
        (.a, ["tls.insecure-renegotiation", "tls.no-extended-master-secret", "tls.early-data"]),
        (.a, ["tls.older-preferred", "key-exchange.finite-field"]),
        (.a, ["tls.not-preferred", "tls.no-tls12", "certificate.expires-soon", "ptr.alias"]),
        (.d, ["mta-sts.loses-all-mail", "dane.tlsa-bogus", "dane.without-starttls", "dane.no-match"]),
        (.d, ["dane.no-trust-anchor", "dane.chain-invalid", "dane.name-mismatch", "dane.chain-outside-dates"]),
        (.a, ["dane.bare-trust-anchor-key", "dane.certificate-expired", "dane.absent", "dane.partial"]),
        (.a, ["dane.anchor-outside-dates", "dane.broken", "mx.host-underscore"]),
        (.a, ["dane.mx-insecure", "dane.combination-without-match", "dane.tlsa-without-dnssec", "dane.unusable"]),
        (.a, ["dane.full-data", "dane.sha512-only", "dane.long-signature", "dane.unusual-parameters"]),
        (.a, ["dane.single-record", "dane.long-ttl", "dnssec.domain-insecure", "dnssec.host-insecure"]),
        (.a, ["dnssec.algorithm-forbidden", "dnssec.digest-forbidden", "dnssec.digest-weak"]),
        (.a, ["dnssec.algorithm-discouraged", "dnssec.nsec3-iterations", "dnssec.nsec3-salt", "dnssec.unsupported"]),
        (.a, ["requiretls.not-offered", "requiretls.outside-tls", "requiretls.unreachable"]),
        (.c, ["cipher.null", "cipher.export", "cipher.rc4", "cipher.des", "key-exchange.broken-prime"]),
        (
            .b,
            ["cipher.triple-des", "cipher.no-forward-secrecy", "key-exchange.short-prime", "key-exchange.short-curve"]
        ),
        (.a, ["cipher.static-keys", "cipher.anonymous", "key-exchange.explicit-curve", "key-exchange.post-quantum"]),
        (.b, ["mta-sts.loses-mail"]),
        (.a, ["mta-sts.absent", "mta-sts.none", "mta-sts.inactive", "mta-sts.testing", "mta-sts.testing-fails"]),
        (.a, ["mta-sts.record-invalid", "mta-sts.multiple-records", "mta-sts.policy-host-missing"]),
        (.a, ["mta-sts.policy-host-unreachable", "mta-sts.policy-tls-failed", "mta-sts.policy-certificate-untrusted"]),
        (.a, ["mta-sts.policy-certificate-expired", "mta-sts.policy-certificate-name", "mta-sts.policy-no-response"]),
        (.a, ["mta-sts.policy-redirected", "mta-sts.policy-status", "mta-sts.policy-invalid", "mta-sts.lookup-bogus"]),
        (.a, ["mta-sts.record-ignored", "mta-sts.policy-without-record", "mta-sts.policy-too-large"]),
        (.a, ["mta-sts.policy-media-type", "mta-sts.max-age-zero", "mta-sts.max-age-short"]),
        (
            .a,
            ["mta-sts.pattern-too-wide", "mta-sts.unknown-field", "mta-sts.repeated-field", "mta-sts.pattern-unused"]
        ),
        (.a, ["tls-rpt.absent", "tls-rpt.absent-beside-policy", "tls-rpt.lookup-bogus", "tls-rpt.record-ignored"]),
        (.a, ["tls-rpt.repeated-destinations", "tls-rpt.destination-unknown", "tls-rpt.record-invalid"]),
        (.a, ["tls-rpt.multiple-records", "tls-rpt.destination-unusable"]),
        (.a, ["tls-rpt.destination-slashes", "tls-rpt.record-blank", "mta-sts.record-blank"]),
        (.a, ["mta-sts.policy-blank-line", "mta-sts.policy-compressed"]),
    ]

    private static let rows = letters.flatMap { row in row.codes.map { ($0, row.grade) } }

    @Test("each finding alone gives exactly its letter, score and caps together", arguments: rows)
    func alone(code: String, grade: Grade?) {
        for addresses in [[1], [2, 2]] {
            var scene = Scene(addresses)
            scene.find(code, ["days-left": 3])
            let assessment = scene.assessment()
            #expect(assessment.grade == grade, "everywhere: \(assessment.score ?? -1)")
            #expect(!assessment.isProvisional)
        }
    }

    @Test(
        "at one of four servers it gives the same letter, except where the table says 'some' and 'any'", arguments: rows
    )
    func atOneServer(code: String, grade: Grade?) {
        var scene = Scene([2, 2])
        scene.find(code, server: 3, ["days-left": 3])
        let ofAllServers = ["smtp.unreachable", "smtp.never-accepts-mail"]
        // A host is up as long as one of its addresses is.
        let expected: Grade? =
            code == "smtp.breaks-off"
            ? .a : code.hasPrefix("starttls.") && grade == .f || ofAllServers.contains(code) ? .d : grade
        #expect(scene.assessment().grade == expected)
    }

    @Test("every finding of every check is in the table above")
    func complete() {
        let all = TestCatalog.checks.flatMap { $0.findings.map(\.code) }
        let listed = Set(Self.rows.map(\.0))
        #expect(Set(all).subtracting(listed).sorted() == [], "Each of these needs its letter in the table above.")
        #expect(listed.subtracting(all).sorted() == [], "No check of the profile default finds these any more.")
        #expect(Self.rows.count == all.count)
    }

    @Test("ID-05: a perfect domain is held at A without MTA-STS and DANE, and is A+ with either")
    func perfect() {
        let assessment = Scene([2, 1]).assessment()
        #expect(assessment.score == 100)
        #expect(assessment.grade == .a)
        #expect(assessment.band?.grade == .aPlus)
        #expect(assessment.caps.map(\.rule.id) == ["no-downgrade-protection"])
        #expect(assessment.because.first?.sentence == assessment.caps.first?.rule.because)
        var enforced = Scene([2, 1])
        enforced.enforceMTASTS()
        #expect(enforced.assessment().grade == .aPlus)
        #expect(enforced.assessment().caps == [])
        var dane = Scene([2, 1])
        dane.protectByDANE()
        #expect(dane.assessment().grade == .aPlus)
        #expect(dane.assessment().caps == [])
    }

    @Test(
        "a pile-up of smaller findings costs one letter below the caps, and only one",
        arguments: [(Grade.a, Grade.b), (.b, .c), (.c, .d)])
    func pileUp(caps: Grade, expected: Grade) {
        var scene = Scene([2, 2])
        for (code, grade) in Self.rows {
            if let grade, grade >= caps, !Self.leavesNoPlaceForMore.contains(code) {
                scene.find(code, ["days-left": 3])
            }
        }
        let assessment = scene.assessment()
        #expect(assessment.caps.first?.atMost == caps)
        #expect(assessment.grade == expected, "\(assessment.score ?? -1)")
    }

    private static let leavesNoPlaceForMore: Set<String> = [
        "mx.special-address", "mx.invalid-host-name", "starttls.handshake-stalls-later",
    ]

    @Test("no cap is dead, no reason to withhold is dead, and every letter is given")
    func nothingIsDead() {
        var caps: Set<String> = []
        var withheld: Set<String> = []
        var grades: Set<Grade?> = []
        func note(_ scene: Scene) {
            let assessment = scene.assessment()
            caps.formUnion(assessment.caps.map(\.rule.id))
            if let rule = assessment.withheld { withheld.insert(rule.id) }
            grades.insert(assessment.grade)
        }
        for (code, _) in Self.rows {
            var scene = Scene([1, 1])
            scene.find(code, server: 1)
            note(scene)
            scene.find(code)
            note(scene)
        }
        for state in ServerState.allCases { note(World(hosts: [[.good], [state]]).scene) }
        for domain in DomainState.allCases { note(World(domain: domain, hosts: [[.good]]).scene) }
        var enforced = Scene([1])
        enforced.enforceMTASTS()
        note(enforced)
        var silent = Scene([2])
        silent.set("starttls.offered", .open, server: nil)
        note(silent)
        for code in ["vantage.port-25-blocked", "vantage.no-route", "vantage.family-switched-off"] {
            var unseen = Scene([1])
            unseen.set("smtp.reachable", .open, server: nil)
            unseen.find(code)
            note(unseen)
        }
        #expect(caps == Set(TestCatalog.standard.caps.map(\.id)))
        #expect(withheld == Set(TestCatalog.standard.withholds.map(\.id)))
        #expect(grades == [.aPlus, .a, .b, .c, .d, .f, nil])
    }

    @Test("a host that was tested gets its letter, however open it is whether it has another address")
    func furtherAddressOpen() {
        var scene = Scene([1])
        let address = TestCatalog.owner(of: "smtp.address-unreachable").finding
        let undecided = Undecided(open: [address], because: "The AAAA lookup failed.")
        scene.set("smtp.reachable", .partly([], undecided), server: 0)
        scene.hosts[0].mayHaveMore = true
        let assessment = scene.assessment()
        #expect(assessment.grade == .a)
        #expect(assessment.range?.worst == .f && assessment.isProvisional)
    }

    @Test("the profile runs every check of the table, without warnings")
    func runsEverything() {
        #expect(TestCatalog.standard.checkIDs == TestCatalog.checks.map(\.id))
        #expect(TestCatalog.standard.warnings.map(\.description) == [])
        let withoutWeight = TestCatalog.standard.checks.filter { $0.weight == 0 && $0.bonus == 0 }
        #expect(withoutWeight.map(\.id) == ["vantage.sees-every-address", "requiretls.reaches-domain"])
    }

    @Test("the profile loads with the registered checks")
    func loads() throws {
        let profile = try TestCatalog.library(of: Plugin.builtIn.flatMap(\.checks)).load("default")
        #expect(Set(profile.checkIDs).isSuperset(of: TestCatalog.checks.map(\.id)))
        #expect(profile.warnings.map(\.description) == [])
    }
}
