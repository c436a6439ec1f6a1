import CheckKit
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// What becomes of mail at one server, rule by rule. The order of the senders is that of `Delivery.Sender`: opportunistic,
/// MTA-STS, DANE, DANE only, REQUIRETLS, PKIX.
@Suite("Delivery at a server")
struct ServerDeliveryTests {
    private func outcomes(_ change: (inout DeliveryScene) -> Void) -> [Delivery.Outcome] {
        let scene = DeliveryScene(change)
        return Delivery.Sender.allCases.map(scene.outcome)
    }

    @Test(
        "TLS-23: with a good certificate and nothing published, mail is encrypted, and authenticated only for who insists"
    )
    func plain() {
        #expect(outcomes { _ in } == [.encrypted, .encrypted, .encrypted, .deferred, .bounced, .authenticated])
    }

    @Test(
        "ST-03: STARTTLS that is missing, refused or broken is no TLS: plaintext, or nothing",
        arguments: [
            Conversation.offering("SIZE"),
            .offering("STARTTLS", answer: .present(SMTPReply(502, "5.5.1 no"))),
            .offering("STARTTLS", answer: .present(SMTPReply(454, "4.7.0 later")), attempts: 3),
            .offering("STARTTLS", answer: .absent(.failed(.repeated(.closedEarly(stage: "STARTTLS"), times: 3)))),
            .offering(
                "STARTTLS", answer: .present(SMTPReply(220, "go")),
                handshake: .absent(.failed(.handshake(reason: "failure", alert: "handshake_failure")))),
        ])
    func withoutTLS(_ conversation: Conversation) {
        let outcomes = outcomes { $0.conversation = conversation }
        #expect(outcomes == [.plaintext, .plaintext, .plaintext, .deferred, .bounced, .deferred])
    }

    @Test(
        "what was not seen leaves everything open",
        arguments: [
            Conversation.offering("XXXXXXXA"),
            .offering("STARTTLS", answer: .present(SMTPReply(454, "4.7.0 later"))),
            .offering(
                "STARTTLS", answer: .present(SMTPReply(220, "go")),
                handshake: .absent(.failed(.timedOut(stage: "handshake")))),
            .greeted(421, "4.7.0 too busy"), .greeted(554, "5.7.1 go away"), .ended(.cancelled),
            .ended(.failed(.timedOut(stage: "connect"))), .ended(.failed(.timedOut(stage: "greeting"))),
            .ended(.failed(.noRoute)), .ended(.failed(.local("no socket"))), .ended(.failed(.reset)),
        ])
    func unknown(_ conversation: Conversation) {
        #expect(Set(outcomes { $0.conversation = conversation }) == [.unknown])
    }

    @Test(
        "a server that nobody reaches makes everybody wait",
        arguments: [
            WireFailure.refused, .unreachable, .repeated(.reset, times: 3), .specialAddress("private"),
        ])
    func unreachable(_ failure: WireFailure) {
        #expect(Set(outcomes { $0.conversation = .ended(.failed(failure)) }) == [.deferred])
    }

    @Test("where there may be another certificate, one that verifies proves nothing, and one that does not counts")
    func doubt() {
        func outcomes(_ certificate: CertificateChain, publishing matches: Bool) -> [Delivery.Outcome] {
            self.outcomes { scene in
                scene.doubt = "Some connections show another certificate."
                scene.certificate = { $0 = certificate }
                scene.keywordsInsideTLS = ["REQUIRETLS"]
                scene.announce()
                scene.publish(.sample(3, 1, 1), matches: matches)
            }
        }
        let unknown = [Delivery.Outcome](repeating: .unknown, count: 5)
        #expect(outcomes(.sample(), publishing: true) == [.encrypted] + unknown)
        #expect(
            outcomes(.selfSignedSample, publishing: false)
                == [.encrypted, .deferred, .deferred, .deferred, .bounced, .deferred])
    }

    @Test("RFC 7504: a server that never accepts mail sends everything back")
    func neverAccepts() {
        #expect(Set(outcomes { $0.conversation = .greeted(521, "no mail here") }) == [.bounced])
    }

    @Test("DANE-03: an address that does not validate is no address")
    func bogusAddress() {
        #expect(Set(outcomes { $0.bogusAddress = "signature expired" }) == [.deferred])
    }
}

@Suite("Delivery under MTA-STS")
struct MTASTSSenderTests {
    private func outcome(_ change: (inout DeliveryScene) -> Void) -> Delivery.Outcome {
        DeliveryScene { scene in
            scene.announce()
            change(&scene)
        }.outcome(.mtaSTS)
    }

    @Test("STS-26: enforced and all demands met, mail arrives authenticated")
    func met() { #expect(outcome { _ in } == .authenticated) }

    @Test("STS-26: enforced and one demand failed, senders must not deliver")
    func failed() {
        #expect(outcome { $0.announce(patterns: ["*.elsewhere.example"]) } == .deferred)
        #expect(outcome { $0.conversation = .offering("SIZE") } == .deferred)
        #expect(outcome { $0.certificate = { $0 = .selfSignedSample } } == .deferred)
        #expect(outcome { $0.certificate = { $0.certificates[0].dnsNames = ["example.com"] } } == .deferred)
    }

    @Test("STS-24: a certificate with a common name only is not for the host, though Postfix takes it")
    func commonName() {
        let scene = DeliveryScene { scene in
            scene.announce()
            scene.certificate = { $0.certificates[0].dnsNames = [] }
        }
        #expect(scene.outcome(.mtaSTS) == .deferred)
        #expect(scene.outcome(.pkix) == .authenticated)
    }

    @Test("STS-27: in the modes testing and none nothing changes for senders", arguments: ["testing", "none"])
    func notEnforced(_ mode: String) {
        let change: (inout DeliveryScene) -> Void = { scene in
            scene.announce(mode: mode, patterns: ["elsewhere.example"])
            scene.conversation = .offering("SIZE")
        }
        #expect(outcome(change) == .plaintext)
    }

    @Test("STS-16: a policy that cannot be fetched is no policy")
    func unusable() {
        #expect(outcome { $0.policy = .present(.failing(.reset)) } == .encrypted)
        #expect(outcome { $0.record = .present(MTASTSRecord("v=STSv1; id=")) } == .encrypted)
    }

    @Test("a policy host that does not answer us leaves it open")
    func unknown() {
        #expect(outcome { $0.policy = .present(.unreachable(.timedOut(stage: "connect"))) } == .unknown)
        #expect(outcome { $0.record = .absent(.inconclusive("SERVFAIL")) } == .unknown)
        #expect(outcome { $0.record = .absent(.unplanned) } == .unknown)
    }

    @Test("STS-30: a server that MTA-STS delivers to and DANE refuses is both, each for its senders")
    func noOverride() {
        let scene = DeliveryScene { scene in
            scene.announce()
            scene.publish(.sample(3, 1, 1), matches: false)
        }
        #expect(scene.outcome(.mtaSTS) == .authenticated)
        #expect(scene.outcome(.dane) == .deferred)
    }
}

@Suite("Delivery under DANE")
struct DANESenderTests {
    private func outcomes(_ change: (inout DeliveryScene) -> Void) -> [Delivery.Outcome] {
        let scene = DeliveryScene(change)
        return [scene.outcome(.dane), scene.outcome(.daneOnly)]
    }

    @Test("DANE-15: usable records want a match")
    func usable() {
        #expect(outcomes { $0.publish(.sample(3, 1, 1)) } == [.authenticated, .authenticated])
    }

    @Test("DANE-15: records of which none can be used want TLS, and authenticate nobody")
    func unusable() {
        #expect(outcomes { $0.publish(.sample(1, 1, 1)) } == [.encrypted, .deferred])
        let withoutTLS: (inout DeliveryScene) -> Void = { scene in
            scene.publish(.sample(1, 1, 1))
            scene.conversation = .offering("SIZE")
        }
        #expect(outcomes(withoutTLS) == [.deferred, .deferred])
    }

    @Test("DANE-15: without secure records a sender is opportunistic")
    func none() {
        #expect(outcomes { $0.conversation = .offering("SIZE") } == [.plaintext, .deferred])
        let insecure = TLSARecords.sample(.sample(3, 1, 1), security: .insecure)
        #expect(outcomes { $0.tlsa = .present(insecure) } == [.encrypted, .deferred])
    }

    @Test("DANE-16: records promise STARTTLS, and a server without it gets nothing")
    func promise() {
        let change: (inout DeliveryScene) -> Void = { scene in
            scene.publish(.sample(3, 1, 1))
            scene.conversation = .offering("SIZE")
        }
        #expect(outcomes(change) == [.deferred, .deferred])
        #expect(DeliveryScene(change).outcome(.opportunistic) == .plaintext)
    }

    @Test("DANE-27: usable records of which none matches: nothing is delivered")
    func mismatch() {
        #expect(outcomes { $0.publish(.sample(3, 1, 1), matches: false) } == [.deferred, .deferred])
    }

    @Test("DANE-18: a certificate that its own record names needs neither a CA nor a name nor dates")
    func endEntity() {
        let change: (inout DeliveryScene) -> Void = { scene in
            scene.publish(.sample(3, 1, 1))
            scene.certificate = { $0 = .selfSignedSample }
        }
        #expect(outcomes(change) == [.authenticated, .authenticated])
        #expect(DeliveryScene(change).outcome(.pkix) == .deferred)
    }

    @Test("DANE-03, DANE-31: an answer for TLSA records that does not validate stops mail")
    func bogus() {
        #expect(
            outcomes { scene in
                scene.publish(.sample(3, 1, 1))
                scene.tlsa = .present(.sample(security: .bogus("no proof")))
            } == [.deferred, .deferred])
    }

    @Test("DANE-03: a lookup that failed for us is no verdict")
    func lookupFailed() {
        #expect(
            outcomes { scene in
                scene.mx = .present(.secureSample)
                scene.tlsa = .absent(.inconclusive("SERVFAIL"))
            } == [.unknown, .unknown])
    }

    @Test("DANE-05: below MX records that are not signed a match is no proof, and a mismatch counts all the same")
    func insecureMX() {
        func scene(matches: Bool) -> [Delivery.Outcome] {
            outcomes { scene in
                scene.publish(.sample(3, 1, 1), matches: matches)
                scene.mx = .present(MXRecords([.sample]))
            }
        }
        #expect(scene(matches: true) == [.encrypted, .deferred])
        #expect(scene(matches: false) == [.deferred, .deferred])
    }
}

@Suite("Delivery of REQUIRETLS messages")
struct RequireTLSSenderTests {
    private func outcome(_ change: (inout DeliveryScene) -> Void) -> Delivery.Outcome {
        DeliveryScene { scene in
            scene.keywordsInsideTLS = ["REQUIRETLS"]
            scene.mx = .present(.secureSample)
            change(&scene)
        }.outcome(.requireTLS)
    }

    @Test("RQ-03: TLS, a proven name, a certificate that verifies, and the keyword inside TLS")
    func all() {
        #expect(outcome { _ in } == .authenticated)
        #expect(outcome { $0.keywordsInsideTLS = [] } == .bounced)
        #expect(outcome { $0.conversation = .offering("REQUIRETLS") } == .bounced)
        #expect(outcome { $0.certificate = { $0 = .selfSignedSample } } == .bounced)
        #expect(outcome { $0.mx = .present(MXRecords([.sample])) } == .bounced)
    }

    @Test(
        "RQ-03: MTA-STS proves the name where DNSSEC does not, in mode testing too", arguments: ["enforce", "testing"])
    func byMTASTS(_ mode: String) {
        #expect(
            outcome { scene in
                scene.mx = .present(MXRecords([.sample]))
                scene.announce(mode: mode)
            } == .authenticated)
    }

    @Test("RQ-03: DANE verifies the certificate where PKIX does not")
    func byDANE() {
        #expect(
            outcome { scene in
                scene.publish(.sample(3, 1, 1))
                scene.certificate = { $0 = .selfSignedSample }
            } == .authenticated)
    }

    @Test("RQ-03: whether MX records are signed cannot be told through a resolver that strips DNSSEC")
    func unknown() {
        #expect(
            outcome { scene in
                scene.mx = .present(MXRecords([.sample]))
                scene.validated = .absent(.inconclusive("stripped"))
            } == .unknown)
    }
}
