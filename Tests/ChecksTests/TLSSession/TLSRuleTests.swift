import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Rules on TLS and STARTTLS, each as the situation it speaks of. What a check says of it in detail, its examples show.
@Suite("Rules on TLS and STARTTLS")
struct TLSRuleTests {
    private static let server = MailServer.sample("mx.example.com", "192.0.2.25")

    private func findings(_ check: Check, _ facts: any Fact...) -> [String: Severity] {
        let place = Place.server(Self.server)
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        for fact in facts {
            let factType = FactType.of(fact)
            guard let at = place.widened(to: factType.scope) else { continue }
            evidence.settle(Slot(factType.id, at), .present(fact))
        }
        let findings = check.judge(Inputs(evidence: evidence, place: place)).findings
        return Dictionary(
            findings.map { ($0.code, $0.description.severity) }, uniquingKeysWith: { first, _ in first })
    }

    private func cipher(_ name: TLSClass) -> [String: Severity] {
        findings(.cipherAcceptable, TLSSession.example, TLSClasses.accepting((name, "some suite")))
    }

    @Test("TLS-08: no encryption is an error")
    func null() { #expect(cipher(.null) == ["cipher.null": .error]) }

    @Test("TLS-09: RC4 is an error")
    func rc4() { #expect(cipher(.rc4) == ["cipher.rc4": .error]) }

    @Test("TLS-10: less than 112 bits is an error: export keys and DES")
    func short() {
        #expect(cipher(.export) == ["cipher.export": .error])
        #expect(cipher(.des) == ["cipher.des": .error])
    }

    @Test("TLS-11: less than 128 bits is a warning: triple DES")
    func tripleDES() { #expect(cipher(.tripleDES) == ["cipher.triple-des": .warning]) }

    @Test("TLS-12: static keys are a warning: RFC 10015 forbids them, and senders that ask for nothing may need them")
    func staticKeys() { #expect(cipher(.staticKeys) == ["cipher.static-keys": .warning]) }

    @Test("TLS-13: no suite with forward secrecy at all is an error")
    func noForwardSecrecy() {
        let classes = TLSClasses.accepting(refusing: .forwardSecrecy)
        #expect(
            findings(.cipherAcceptable, TLSSession.example, classes)["cipher.no-forward-secrecy"] == .error)
    }

    @Test(
        "TLS-26: anonymous suites beside others are worth knowing only; a server that shows no certificate has no valid chain"
    )
    func anonymous() {
        #expect(cipher(.anonymous) == ["cipher.anonymous": .info])
        let none = CertificateChain.emptySample
        #expect(findings(.certificateTrusted, none) == ["certificate.chain-invalid": .error])
    }

    @Test(
        "TLS-17: a prime of 1024 bits, a curve below 224 bits, an RSA key of 1024 bits and a SHA-1 signature are errors"
    )
    func strength() {
        let prime = TLSClasses.exchanging(
            .finiteField, parameters: .finiteField(bits: 1024, primeDigest: "none", generator: 2))
        #expect(findings(.keyExchangeStrong, TLSSession.example, prime)["key-exchange.short-prime"] == .error)
        let curve = TLSClasses.exchanging(.shortCurve, group: "secp192r1")
        #expect(findings(.keyExchangeStrong, TLSSession.example, curve)["key-exchange.short-curve"] == .error)
        let key = CertificateChain.sample { $0.certificates[0].key = .init(algorithm: "RSA", bits: 1024) }
        #expect(findings(.certificateStrong, key) == ["certificate.weak-key": .error])
        let hash = CertificateChain.sample { $0.certificates[0].signatureHash = "SHA1" }
        #expect(findings(.certificateStrong, hash) == ["certificate.weak-signature": .error])
    }

    @Test("TLS-17: a key exchange signed with SHA-1 is an error, with SHA-224 a notice, with SHA-256 nothing")
    func signatures() {
        func of(_ kind: TLSSignatureKind, _ scheme: String) -> [String: Severity] {
            let answers = TLSSignatureKind.allCases.map { name in
                TLSSignatureAnswer(name, name == kind || name == .sound ? .made : .refused, scheme)
            }
            return findings(.keyExchangeSignatures, TLSSession.example, TLSSignatures(answers))
        }
        #expect(of(.broken, "ecdsa_sha1") == ["key-exchange.broken-signature": .error])
        #expect(of(.sha224, "ecdsa_sha224") == ["key-exchange.sha224-signature": .notice])
        #expect(of(.pkcs1, "rsa_pkcs1_sha256") == ["key-exchange.pkcs1-signature": .info])
        #expect(of(.sound, "ecdsa_secp256r1_sha256") == [:])
    }

    @Test("TLS-06: TLS 1.2 chosen where TLS 1.3 is offered too is a warning")
    func olderPreferred() {
        let answers = TLSVersions.tried.map { TLSVersionAnswer($0, $0 < .tls12 ? .refused : .supported) }
        let versions = TLSVersions(answers, preferred: .tls12)
        #expect(findings(.tlsVersion, TLSSession.example, versions) == ["tls.older-preferred": .warning])
        #expect(findings(.tlsVersion, TLSSession.example, TLSVersions(answers, preferred: .tls13)) == [:])
        #expect(findings(.tlsVersion, TLSSession.example, TLSVersions(answers)) == [:])
    }

    @Test("TLS-14: finite-field Diffie-Hellman of a good size is worth knowing")
    func finiteField() {
        let prime = TLSClasses.exchanging(
            .finiteField, parameters: .finiteField(bits: 2048, primeDigest: "none", generator: 2))
        #expect(
            findings(.keyExchangeStrong, TLSSession.example, prime) == ["key-exchange.finite-field": .info])
    }

    @Test("TLS-16: a weaker suite preferred to AES-128-GCM with ECDHE is a warning")
    func recommendedFirst() {
        func of(_ kind: TLSFeatureAnswer.Kind) -> [String: Severity] {
            findings(
                .cipherRecommendedFirst, TLSSession.example, TLSFeatures([TLSFeatureAnswer(.recommendedFirst, kind)]))
        }
        #expect(of(.no) == ["cipher.recommended-passed-over": .warning])
        #expect(of(.yes) == [:] && of(.inconclusive) == [:])
    }

    @Test("TLS-25: must-staple without a staple is an error, a missing staple otherwise nothing")
    func staple() {
        let must = CertificateChain.sample { $0.certificates[0].mustStaple = true }
        #expect(
            findings(.certificateUnrevoked, must, TLSSession.example) == ["certificate.staple-missing": .error])
        #expect(findings(.certificateUnrevoked, CertificateChain.sample(), TLSSession.example) == [:])
    }

    @Test("PKIX-09: a revoked certificate is an error, a staple that is too old a notice")
    func revoked() {
        var session = TLSSession.example
        session.handshake.staple = OCSPStaple(.revoked)
        #expect(
            findings(.certificateUnrevoked, CertificateChain.sample(), session) == ["certificate.revoked": .error])
        session.handshake.staple = OCSPStaple(.good, nextUpdate: JudgedAt.sample().instant - 1)
        #expect(
            findings(.certificateUnrevoked, CertificateChain.sample(), session)
                == ["certificate.staple-unusable": .notice])
    }

    @Test("ST-01: STARTTLS has no parameters")
    func parameters() {
        #expect(findings(.startTLSOffered, EHLOReply(keywords: ["STARTTLS"])) == [:])
        #expect(
            findings(.startTLSOffered, EHLOReply(keywords: ["STARTTLS now"])) == ["starttls.parameters": .warning])
    }

    @Test("ST-06: STARTTLS that is still offered inside TLS is a warning")
    func stillOffered() {
        let inside = EHLOReplyInsideTLS(EHLOReply(keywords: ["STARTTLS"]))
        #expect(findings(.startTLSReset, inside) == ["starttls.still-offered": .warning])
    }

    @Test("ST-08: what was offered before TLS counts for nothing inside it, and is shown beside it")
    func bothLists() {
        let plaintext = EHLOReply(keywords: ["STARTTLS", "REQUIRETLS"])
        let inside = EHLOReplyInsideTLS(EHLOReply(keywords: ["SIZE"]))
        #expect(findings(.requireTLSOffered, plaintext, inside) == ["requiretls.outside-tls": .warning])
        #expect(findings(.startTLSCapabilities, plaintext, inside) == ["starttls.capability-lost": .info])
    }

    @Test(
        "ST-11: a keyword that a middlebox has blanked leaves it open whether STARTTLS is offered",
        arguments: ["XXXXXXXA", "XXXXXXXX"])
    func masked(keyword: String) {
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        let place = Place.server(Self.server)
        evidence.settle(Slot(EHLOReply.id, place), .present(EHLOReply(keywords: ["SIZE", keyword])))
        #expect(Check.startTLSOffered.judge(Inputs(evidence: evidence, place: place)).isInconclusive)
    }

    @Test("ST-12: AUTH with readable passwords before TLS is a warning")
    func authBeforeTLS() {
        #expect(findings(.authInsideTLS, EHLOReply(keywords: ["AUTH LOGIN PLAIN"])) == ["auth.before-tls": .warning])
        #expect(findings(.authInsideTLS, EHLOReply(keywords: ["AUTH CRAM-MD5"])) == [:])
    }

    @Test("ST-13: a run asks port 25 and no other")
    func port() { #expect(RunSettings().port == 25) }
}

extension FactType {
    static func of<F: Fact>(_ fact: F) -> FactType { F.factType }
}
