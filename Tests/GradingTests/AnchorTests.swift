import FoundationEssentials
import MailModel
import Testing

@testable import CheckKit
@testable import Checks
@testable import Grading
@testable import Observations

/// How the compliance profiles see the same suite, group or key: judged by the real checks, over evidence made by hand.
@Suite(.defaultProfile) struct AnchorTests {
    /// What a profile thinks of something that a server accepts.
    enum Opinion {
        /// Nothing against it.
        case good
        /// It should go, and does not keep anybody from complying.
        case fading
        /// With it nobody complies, or what is recommended only is not followed.
        case bad
    }

    @Test(
        "suites: the same one is good, fading or bad",
        arguments: [
            ("TLS_AES_256_GCM_SHA384", "good good good good good good"),
            ("TLS_AES_128_GCM_SHA256", "good good good good good good"),
            ("TLS_CHACHA20_POLY1305_SHA256", "good good bad bad bad good"),
            ("TLS_AES_128_CCM_8_SHA256", "bad bad bad good bad bad"),
            ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "good good good good good good"),
            ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", "good good bad bad bad good"),
            ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256", "good fading good good bad bad"),
            ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "good bad bad good bad bad"),
            ("TLS_DHE_RSA_WITH_AES_256_GCM_SHA384", "good fading fading good good bad"),
            ("TLS_RSA_WITH_AES_128_GCM_SHA256", "fading bad bad fading good bad"),
            ("TLS_RSA_WITH_3DES_EDE_CBC_SHA", "fading bad bad bad bad bad"),
            ("TLS_RSA_WITH_RC4_128_SHA", "bad bad bad bad bad bad"),
            ("TLS_RSA_WITH_NULL_SHA256", "bad bad bad bad bad bad"),
            ("TLS_RSA_EXPORT_WITH_RC4_40_MD5", "bad bad bad bad bad bad"),
            ("TLS_DH_anon_WITH_AES_128_CBC_SHA", "bad bad bad bad bad bad"),
        ])
    func suites(suite: String, opinions: String) throws {
        let isNew = try #require(CipherSuite.named(suite)).isTLS13
        let suites = TLSSuites([
            TLSVersionSuites(.tls12, suites: isNew ? [] : [suite]),
            TLSVersionSuites(.tls13, suites: ["TLS_AES_256_GCM_SHA384"] + (isNew ? [suite] : [])),
        ])
        let rules = [
            ("ncsc-nl-2.1", "suites", "suites-phase-out"), ("ncsc-nl-2025-05", "suites", "suites-phase-out"),
            ("bsi-tr-02102-2", "suites-only", "suites-dhe"), ("nist-sp-800-177", "suites", "suites-static-rsa"),
            ("asd-ism", "suites", "suites"), ("mozilla-intermediate", "suites", "suites"),
        ]
        // Far enough in the future for what the BSI recommends to the end of 2029.
        try compare(rules, opinions, at: "2030-01-01") { $0.set(suites, at: .address($1.address)) }
    }

    @Test(
        "groups: the same one is good, fading or bad",
        arguments: [
            ("x25519", "good good bad good"), ("secp256r1", "good good good good"),
            ("secp521r1", "bad good good bad"), ("brainpoolP256r1", "bad good good bad"),
            ("secp224r1", "fading fading bad bad"), ("secp192r1", "bad bad bad bad"),
            ("X25519MLKEM768", "good good bad good"), ("ffdhe2048", "fading bad bad bad"),
            ("ffdhe3072", "good fading good bad"),
        ])
    func groups(group: String, opinions: String) throws {
        let suites = TLSSuites([
            TLSVersionSuites(.tls12, suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], groups: [group])
        ])
        let rules = [
            ("ncsc-nl-2.1", "curves", "groups-phase-out"), ("ncsc-nl-2025-05", "groups", "groups-phase-out"),
            ("bsi-tr-02102-2", "groups-only", "groups-only"), ("mozilla-intermediate", "groups", "groups"),
        ]
        try compare(rules, opinions) { $0.set(suites, at: .address($1.address)) }
    }

    @Test("a prime of the server's own is no group of RFC 7919, however long")
    func ownPrime() throws {
        let suites = TLSSuites([
            TLSVersionSuites(
                .tls12, suites: ["TLS_DHE_RSA_WITH_AES_128_GCM_SHA256"],
                primes: [.finiteField(bits: 4096, primeDigest: "", generator: 2)])
        ])
        let rules = [
            ("ncsc-nl-2.1", "primes", "primes"), ("ncsc-nl-2025-05", "groups", "groups"),
            ("bsi-tr-02102-2", "groups-only", "groups-only"),
        ]
        try compare(rules, "bad bad good") { $0.set(suites, at: .address($1.address)) }
    }

    @Test(
        "keys: how long is long enough depends on who asks",
        arguments: [
            (1024, "bad bad bad bad bad"), (2048, "good fading bad good fading"),
            (3000, "good fading good good fading"),
            (3072, "good good good good good"),
        ])
    func keys(bits: Int, opinions: String) throws {
        let chain = CertificateChain.sample { chain in
            chain.certificates[0].key = .init(algorithm: "RSA", bits: bits)
            chain.certificates[1].key = .init(algorithm: "RSA", bits: 4096)
        }
        let rules = [
            ("ncsc-nl-2.1", "keys", "keys"), ("ncsc-nl-2025-05", "keys", "keys-phase-out"),
            ("bsi-tr-02102-2", "keys", "keys"), ("nist-sp-800-177", "key-kind", "key-kind"),
            ("asd-ism", "keys", "keys-preferred"),
        ]
        try compare(rules, opinions) { $0.set(chain, at: .server($1)) }
    }

    @Test(
        "suites and groups that must be there",
        arguments: [
            ("TLS_AES_128_GCM_SHA256", "secp256r1 brainpoolP256r1tls13", "good good good good"),
            ("TLS_AES_128_GCM_SHA256", "x25519", "good bad bad bad"),
            ("TLS_CHACHA20_POLY1305_SHA256", "secp384r1", "bad good bad good"),
        ])
    func needed(suite: String, groups: String, opinions: String) throws {
        let suites = TLSSuites([
            TLSVersionSuites(.tls13, suites: [suite], groups: groups.split(separator: " ").map(String.init))
        ])
        let rules = [
            ("bsi-tr-02102-2", "suites", "suites"), ("nist-sp-800-177", "groups", "groups"),
            ("bsi-tr-03108", "groups-1-3", "groups-1-3"), ("bsi-tr-02102-2", "groups", "groups"),
        ]
        try compare(rules, opinions) { $0.set(suites, at: .address($1.address)) }
    }

    @Test("DHE is recommended by the BSI to the end of 2029, and not a day longer")
    func years() throws {
        let suites = TLSSuites([TLSVersionSuites(.tls12, suites: ["TLS_DHE_RSA_WITH_AES_256_GCM_SHA384"])])
        for (day, opinion) in [("2029-12-31", "good"), ("2030-01-01", "fading")] {
            try compare([("bsi-tr-02102-2", "suites-only", "suites-dhe")], opinion, at: day) {
                $0.set(suites, at: .address($1.address))
            }
        }
    }
}

extension AnchorTests {
    /// Compares the opinions of the profiles, each by its hard requirement and its soft one, with those of a line.
    private func compare(
        _ rules: [(profile: String, hard: String, soft: String)], _ opinions: String, at day: String = "2026-11-23",
        _ observe: (inout Evidence, MailServer) -> Void
    ) throws {
        let found = try rules.map { rule in
            let outcomes = try outcomes(rule.profile, at: day, observe)
            let (hard, soft) = (try #require(outcomes[rule.hard]), try #require(outcomes[rule.soft]))
            #expect(hard != .cannotTell && soft != .cannotTell)
            return hard == .notCompliant ? Opinion.bad : soft == .notCompliant ? .fading : .good
        }
        #expect(found.map { "\($0)" }.joined(separator: " ") == opinions)
    }

    /// The outcomes of a profile's requirements where these facts were observed and all that needs others passes.
    private func outcomes(
        _ id: String, at day: String, _ observe: (inout Evidence, MailServer) -> Void
    ) throws -> [String: Compliance.Outcome] {
        let profile = try ShippedComplianceTests.library.load(id)
        let instant = try Date("\(day)T12:00:00Z", strategy: .iso8601)
        var scene = Scene.flawless([1])
        let server = scene.servers[0]
        var evidence = Evidence(domain: try DomainName(input: "example.com"), collectedAt: instant)
        evidence.set(TLSSession.example, at: .server(server))
        observe(&evidence, server)
        for weighted in profile.checks {
            let check = try #require(ShippedComplianceTests.library.catalog.check(weighted.id)?.check)
            let place = try #require(Place.server(server).widened(to: check.scope))
            let inputs = Inputs(evidence: evidence, place: place, parameters: weighted.parameters)
            if case .inconclusive = check.judge(inputs) {
                scene.set(check.id, .passed, at: place)
            } else {
                scene.set(check.id, check.judge(inputs), at: place)
            }
        }
        let compliance = try #require(scene.assessment(profile, at: instant).compliance)
        return Dictionary(compliance.requirements.map { ($0.requirement.id, $0.outcome) }) { first, _ in first }
    }
}

extension Evidence {
    /// Settles one fact.
    fileprivate mutating func set<F: Fact>(_ fact: F, at place: Place) { settle(Slot(F.id, place), .present(fact)) }
}
