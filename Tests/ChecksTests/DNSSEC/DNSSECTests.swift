import CheckEngine
import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// From zones to verdicts about DNSSEC.
@Suite("DNSSEC")
struct DNSSECTests {
    private static let checks = ["dnssec.domain", "dnssec.mx-hosts", "dnssec.algorithms"]
    private static let host = Place.host(.sample("mx.example.com"))

    private func run(_ zone: String, health: ResolverHealth = .validates) async throws -> DANERun {
        try await DANERun(zone, checks: Self.checks, health: health)
    }

    private static let signed = """
        example.com    MX     10 mx.example.com    ; secure
        mx.example.com A      192.0.2.25           ; secure
        example.com    SOA    ns.example.com       ; secure
        example.com    DS     12345 13 2 0123abcd  ; secure
        example.com    DNSKEY 257 13 0123abcd      ; secure

        """

    @Test("SEC-01: the domain and each of its hosts are judged apart: both signed")
    func signed() async throws {
        let run = try await run(Self.signed)
        for check in ["dnssec.domain", "dnssec.algorithms"] { #expect(try run.outcome(check, at: .domain) == .passed) }
        #expect(try run.outcome("dnssec.mx-hosts", at: Self.host) == .passed)
    }

    @Test("SEC-01: insecure and bogus answers are told apart, at the domain and at the host")
    func domainAndHost() async throws {
        let run = try await run(
            """
            example.com MX 10 mx.example.com
            mx.example.com A 192.0.2.25 ; bogus signature expired
            """)
        #expect(try run.codes("dnssec.domain", at: .domain) == ["dnssec.domain-insecure"])
        #expect(try run.codes("dnssec.mx-hosts", at: Self.host) == ["dnssec.host-bogus"])
        let other = try await self.run(
            """
            example.com MX 10 mx.example.com ; bogus no DNSKEY matches the DS record
            mx.example.com A 192.0.2.25
            """)
        #expect(try other.codes("dnssec.domain", at: .domain) == ["dnssec.domain-bogus"])
        #expect(
            try other.outcome("dnssec.domain", at: .domain).findings.first?.message
                == "The answer for the MX records does not validate: no DNSKEY matches the DS record.")
    }

    @Test("an MX lookup that fails tells nothing of DNSSEC")
    func failedLookup() async throws {
        #expect(try await run("example.com MX ! servfail").outcome("dnssec.domain", at: .domain).isInconclusive)
    }

    @Test(
        "without a resolver that lets us validate there is no verdict",
        arguments: [.stripsDNSSEC(reason: "no signatures"), .unreachable(.timedOut)] as [ResolverHealth])
    func resolver(_ health: ResolverHealth) async throws {
        let run = try await run(Self.signed, health: health)
        #expect(try run.outcome("dnssec.domain", at: .domain).isInconclusive)
        #expect(try run.outcome("dnssec.algorithms", at: .domain).isInconclusive)
        #expect(try run.outcome("dnssec.mx-hosts", at: Self.host).isInconclusive)
        #expect(try run.evidence.observed(ResolverSelfTest.self, at: .domain).get().health == health)
    }

    @Test("the zone of a name is the next SOA record above it, and a zone of two names is looked up once")
    func zones() async throws {
        let run = try await run(
            Self.signed + """
                example.com MX 20 mail.example.net ; secure
                mail.example.net A 192.0.2.26
                example.net SOA ns.example.net
                """)
        let zones = try run.evidence.observed(SigningZones.self, at: .domain).get()
        #expect(zones.zones.map(\.name.text) == ["example.com", "example.net"])
        #expect(zones.zones.map(\.keyAlgorithms) == [[13], []])
        #expect(zones.unknown == [:])
        #expect(run.dns.asked.count { $0.type == .dnskey } == 1)
    }

    @Test("a zone that cannot be looked up leaves the question open, unless another one answers it")
    func unknownZone() async throws {
        let hosted =
            Self.signed + """
                example.com MX 20 mail.example.net ; secure
                mail.example.net A 192.0.2.26
                example.net SOA ! servfail

                """
        #expect(try await run(hosted).outcome("dnssec.algorithms", at: .domain).isInconclusive)
        let bad = hosted + "example.com NSEC3PARAM 1 10 - ; secure"
        #expect(try await run(bad).codes("dnssec.algorithms", at: .domain) == ["dnssec.nsec3-iterations"])
    }

    private func codes(_ change: (inout SigningZone) -> Void) throws -> [String] {
        var zone = SigningZone(
            .sample("example.com"), delegation: [DelegationSigner(keyTag: 1, algorithm: 13, digestType: 2)],
            keyAlgorithms: [13])
        change(&zone)
        let check = try #require(Plugin.builtIn.flatMap(\.checks).first { $0.id == "dnssec.algorithms" })
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        evidence.settle(Slot(SigningZones.id, .domain), .present(SigningZones([zone])))
        return check.judge(Inputs(evidence: evidence, place: .domain)).findings.map(\.code)
    }

    @Test(
        "SEC-02: algorithms that must not sign, those that should not, and good ones",
        arguments: [
            (1, "dnssec.algorithm-forbidden"), (3, "dnssec.algorithm-forbidden"), (6, "dnssec.algorithm-forbidden"),
            (12, "dnssec.algorithm-forbidden"), (5, "dnssec.algorithm-discouraged"),
            (7, "dnssec.algorithm-discouraged"), (10, "dnssec.algorithm-discouraged"), (8, ""), (13, ""), (14, ""),
            (15, ""), (16, ""),
        ] as [(UInt8, String)])
    func algorithms(number: UInt8, code: String) throws {
        #expect(try codes { $0.keyAlgorithms = [number] } == (code.isEmpty ? [] : [code]))
        #expect(try codes { $0.delegation[0].algorithm = number } == (code.isEmpty ? [] : [code]))
    }

    @Test(
        "SEC-03: a forbidden digest alone, beside a good one, and good ones",
        arguments: [
            ([1], "dnssec.digest-forbidden"), ([3], "dnssec.digest-forbidden"), ([1, 3], "dnssec.digest-forbidden"),
            ([1, 2], "dnssec.digest-weak"), ([2, 3], "dnssec.digest-weak"), ([2], ""), ([4], ""), ([2, 4], ""),
        ] as [([UInt8], String)])
    func digests(types: [UInt8], code: String) throws {
        let found = try codes {
            $0.delegation = types.map { DelegationSigner(keyTag: 1, algorithm: 13, digestType: $0) }
        }
        #expect(found == (code.isEmpty ? [] : [code]))
    }

    @Test("SEC-04: NSEC3 without further iterations and without salt")
    func hashing() throws {
        #expect(try codes { $0.hashing = DenialHashing(iterations: 0, saltLength: 0) } == [])
        #expect(
            try codes { $0.hashing = DenialHashing(iterations: 1, saltLength: 0) } == ["dnssec.nsec3-iterations"])
        #expect(try codes { $0.hashing = DenialHashing(iterations: 0, saltLength: 4) } == ["dnssec.nsec3-salt"])
    }

    @Test("SEC-05: a signed zone that our validator cannot follow counts as insecure, and the report says so")
    func unsupported() throws {
        #expect(
            try codes {
                $0.security = .insecure
                $0.delegation[0].algorithm = 200
            } == ["dnssec.unsupported"])
    }
}
