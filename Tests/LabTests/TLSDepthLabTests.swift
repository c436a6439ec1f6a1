import CheckEngine
import CheckKit
import Checks
import MailModel
import Observations
import Testing

/// What the default profile does not ask, asked of real mail servers: what they do right must pass.
@Suite(
    "TLS in depth, on real mail servers",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct TLSDepthLabTests {
    /// What the checks of all profiles say of the one server of a domain.
    private func outcomes(_ domain: String) async throws -> (outcomes: [String: Outcome], evidence: Evidence) {
        let bench = try LabBench.shared.get()
        let row = try #require(LabDomain.all.first { $0.domain == domain })
        let evidence = try await bench.evidence(row)
        let results = Judge(bench.plan).judge(evidence)
        return (Dictionary(results.map { ($0.check, $0.outcome) }, uniquingKeysWith: { first, _ in first }), evidence)
    }

    @Test(
        "Postfix and Exim protect records, heed the fallback signal and serve every name",
        arguments: ["modern.test", "tls12-only.test", "tls-all.test", "exim.test", "stapled.test"])
    func sound(domain: String) async throws {
        let outcomes = try await outcomes(domain).outcomes
        for check in ["tls.record-protection", "tls.any-server-name", "tls.secure-renegotiation"] {
            #expect(outcomes[check] == .passed, "\(check)")
        }
        // With one version there is nothing to fall back to.
        let isSingle = domain == "tls12-only.test"
        #expect(outcomes["tls.fallback-signal"] == .passed || isSingle)
    }

    @Test(
        "Postfix and Exim refuse a second handshake; a server that does one is found",
        arguments: ["modern.test", "tls12-only.test", "exim.test", "renegotiates.test"])
    func renegotiation(domain: String) async throws {
        let outcome = try await outcomes(domain).outcomes["tls.no-client-renegotiation"]
        let codes = outcome?.findings.map(\.code)
        #expect(domain == "renegotiates.test" ? codes == ["tls.client-renegotiation"] : outcome == .passed)
    }

    @Test("RFC 6520: Postfix and Exim have no heartbeat; tlslite-ng has, and throws away what is too long")
    func heartbeat() async throws {
        for domain in ["modern.test", "exim.test"] {
            #expect(try await outcomes(domain).outcomes["tls.no-heartbeat"] == .passed)
        }
        let old = try await outcomes("obsolete.test").outcomes["tls.no-heartbeat"]
        #expect(old?.findings.map(\.code) == ["tls.heartbeat"])
        let bench = try LabBench.shared.get()
        #expect(try await bench.outcome(of: "tls.no-heartbleed", at: "obsolete.test") == .passed)
        let modern = try await bench.outcome(of: "tls.no-heartbleed", at: "modern.test")
        #expect(modern == .notApplicable("The server does not offer heartbeat."))
    }

    @Test("Postfix that asks for a client certificate is found, and only that one")
    func clientCertificate() async throws {
        let asking = try await outcomes("asks-certificate.test").outcomes["tls.no-client-certificate"]
        #expect(asking?.findings.map(\.code) == ["tls.client-certificate-requested"])
        for domain in ["modern.test", "tls12-only.test", "exim.test"] {
            #expect(try await outcomes(domain).outcomes["tls.no-client-certificate"] == .passed)
        }
    }

    @Test("TLS-25: a staple is missed where the certificate names an OCSP responder, and nowhere else")
    func staples() async throws {
        let missing = try await outcomes("certificate-places.test").outcomes
        #expect(missing["certificate.stapled"]?.findings.map(\.code) == ["certificate.not-stapled"])
        #expect(missing["certificate.places"] == .passed)
        let stapled = try await outcomes("stapled.test").outcomes
        #expect(stapled["certificate.stapled"] == .passed && stapled["certificate.places"] == .passed)
        let without = try await outcomes("modern.test").outcomes
        #expect(
            without["certificate.stapled"]
                == .notApplicable("The certificate names no OCSP responder, so there is nothing to staple."))
        #expect(
            without["certificate.places"]?.findings.map(\.code)
                == ["certificate.no-issuer-place", "certificate.no-responder"])
    }

    @Test("TLS-24: a server without STARTTLS beside another is found, two addresses of one server are alike")
    func alike() async throws {
        let unequal = try await outcomes("one-no-starttls.test").outcomes["tls.servers-alike"]
        #expect(unequal?.findings.map(\.code) == ["tls.unequal-servers"])
        #expect(try await outcomes("dual-stack.test").outcomes["tls.servers-alike"] == .passed)
    }

    @Test("ST-07: Postfix as it comes never insists on EHLO, Exim does")
    func helloForgotten() async throws {
        let bench = try LabBench.shared.get()
        let postfix = try await bench.outcome(of: "starttls.hello-forgotten", at: "modern.test")
        #expect(postfix?.findings.map(\.code) == ["starttls.mail-without-hello"])
        #expect(try await bench.outcome(of: "starttls.hello-forgotten", at: "exim.test") == .passed)
    }

    @Test("ST-05: Postfix and Exim forget a command behind STARTTLS", arguments: ["modern.test", "exim.test"])
    func forgets(domain: String) async throws {
        let run = try await outcomes(domain)
        let server = try #require(run.evidence.servers.first)
        let injection = try run.evidence.observed(CommandInjection.self, at: .server(server)).get()
        #expect(injection.outcome == .forgotten)
        #expect(injection.secondSTARTTLS?.isPermanent == true)
    }

    @Test("TLS-21: a server that wants its name as SNI is found")
    func needsServerName() async throws {
        let outcome = try await outcomes("needs-server-name.test").outcomes["tls.any-server-name"]
        #expect(outcome?.findings.map(\.code) == ["tls.needs-server-name", "tls.refuses-unknown-name"])
    }

    @Test("TLS-17: how Postfix and Exim sign in TLS 1.2 is seen", arguments: ["modern.test", "rsa.test", "exim.test"])
    func signatures(domain: String) async throws {
        let run = try await outcomes(domain)
        let server = try #require(run.evidence.servers.first)
        let signatures = try run.evidence.observed(TLSSignatures.self, at: .server(server)).get()
        #expect(signatures[.sound]?.kind == .made && signatures[.broken]?.kind == .made)
        #expect(signatures[.broken]?.detail == (domain == "rsa.test" ? "rsa_pkcs1_sha1" : "ecdsa_sha1"))
        #expect(signatures[.pkcs1]?.kind == (domain == "rsa.test" ? .made : .refused))
        #expect(signatures[.sha224]?.kind == (domain == "exim.test" ? .refused : .made))
    }

    @Test("TLS-16: with an RSA key, Postfix puts static keys and AES-256 above ECDHE with AES-128")
    func recommendedFirst() async throws {
        for domain in ["modern.test", "exim.test"] {
            #expect(try await outcomes(domain).outcomes["cipher.recommended-first"] == .passed)
        }
        let codes = try await outcomes("rsa.test").outcomes["cipher.recommended-first"]?.findings.map(\.code)
        #expect(codes == ["cipher.recommended-passed-over"])
    }

    @Test("TLS-06: a server that speaks TLS 1.3 only with whoever offers nothing else is found")
    func olderPreferred() async throws {
        let outcome = try await outcomes("older-preferred.test").outcomes["tls.version"]
        #expect(outcome?.findings.map(\.code) == ["tls.older-preferred"])
    }

    @Test("TLS-25: the OCSP response that Exim staples is good")
    func stapled() async throws {
        #expect(try await outcomes("stapled.test").outcomes["certificate.unrevoked"] == .passed)
    }

    @Test("PKIX-01: a second certificate that has expired is found behind a first that is current")
    func secondCertificate() async throws {
        let expired = try await outcomes("dual-expired.test").outcomes
        #expect(expired["certificate.current"] == .passed)
        #expect(expired["certificate.other-key"]?.findings.map(\.code) == ["certificate.other-key-refused"])
        #expect(try await outcomes("dane-dual.test").outcomes["certificate.other-key"] == .passed)
    }
}
