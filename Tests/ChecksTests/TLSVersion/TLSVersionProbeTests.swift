import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("The survey's versions")
struct TLSVersionProbeTests {
    @Test("a modern server: what is older in one hello, SSL 2.0 in another, TLS 1.2 in a third")
    func modern() async throws {
        let run = try await VersionRun()
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
        #expect(run.versions.versions(.refused) == [.ssl2, .ssl3, .tls10, .tls11])
        #expect(run.newestOffered == [.ssl2, .tls11, .tls12])
        #expect(run.offers.allSatisfy { $0.serverName == VersionRun.server.host || $0.versions == [.ssl2] })
        #expect(run.smtp.connections == 1 + 3)
        #expect(run.smtp.surprises == [])
        #expect(run.outcome == .passed)
    }

    @Test(
        "TLS-01 to TLS-06: every set of versions is seen as it is",
        arguments: [
            [TLSVersion.tls10], [.tls10, .tls11], [.tls10, .tls12, .tls13], [.ssl3, .tls12], [.ssl3],
            [.ssl2, .tls12, .tls13], [.tls13], [.tls10, .tls11, .tls12, .tls13],
            [.ssl2, .ssl3, .tls10, .tls11, .tls12],
        ])
    func everySet(spoken: [TLSVersion]) async throws {
        let agreed = spoken.last.flatMap { $0 >= .tls10 ? $0 : nil }
        let run = try await VersionRun(speaking: Set(spoken), agreed: agreed)
        #expect(run.versions.versions(.supported) == spoken)
        #expect(run.versions.versions(.inconclusive) == [])
    }

    @Test("the keys that the server makes are counted")
    func keyShares() async throws {
        let run = try await VersionRun(speaking: [.ssl3, .tls10, .tls11, .tls12, .tls13]) { offer in
            guard let version = offer.versions.max(), version < .tls13, version > .ssl2 else { return nil }
            let suite = offer.suites.first { CipherSuite.with(code: $0)?.fits(version) ?? false } ?? 0
            var choice = ServerChoice(version: version, suite: suite)
            choice.keyShare = version == .tls12 ? "a" : "b"
            return .chosen(choice)
        }
        #expect(run.keyShares?["a"] == 1)
        #expect(run.keyShares?["b"] == 3)
    }

    @Test("a version is no less there because its suites are few", arguments: [0xC02C, 0x00A2, 0x0040] as [UInt16])
    func fewSuites(only: UInt16) async throws {
        let run = try await VersionRun { offer in
            guard offer.versions.contains(.tls12), !offer.versions.contains(.tls13) else { return nil }
            guard offer.suites.contains(only) else { return .alert(TLSAlert(code: 40)) }
            return .chosen(ServerChoice(version: .tls12, suite: only))
        }
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
    }

    @Test("an alert to TLS 1.2 that does not come again is chance, and then every refusal is asked for again")
    func alertByTurns() async throws {
        let asked = Locked(0)
        let run = try await VersionRun(speaking: [.tls12, .tls13]) { offer in
            guard offer.versions.max() == .tls12 else { return nil }
            let number = asked.withLock { asked in
                asked += 1
                return asked
            }
            return number == 1 ? .alert(TLSAlert(code: 40)) : nil
        }
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
        #expect(run.codes == [])
        #expect(run.newestOffered.count { $0 == .tls11 } > 1)
    }

    @Test("a server that answers nothing but alerts after a session that worked refuses us, and not versions")
    func alertsLater() async throws {
        let run = try await VersionRun(speaking: [.tls12, .tls13]) { _ in .alert(TLSAlert(code: 40)) }
        #expect(run.versions.versions(.refused) == [])
        #expect(run.versions[.tls12]?.kind == .inconclusive)
    }

    @Test("TLS-06: where the session came to TLS 1.2 although TLS 1.3 is spoken, both are offered once more")
    func olderPreferred() async throws {
        let preferring = try await VersionRun(agreed: .tls12) { offer in
            guard offer.versions.isSuperset(of: [.tls12, .tls13]) else { return nil }
            return .chosen(ServerChoice(version: .tls12, suite: 0xC02F))
        }
        #expect(preferring.versions.preferred == .tls12 && preferring.codes == ["tls.older-preferred"])
        let chance = try await VersionRun(agreed: .tls12)
        #expect(chance.versions.preferred == .tls13 && chance.codes == [])
        #expect(try await VersionRun().versions.preferred == nil)
    }

    @Test("TLS-01, TLS-02: SSL is found beside what is current")
    func ssl() async throws {
        let three = try await VersionRun(speaking: [.ssl3, .tls12, .tls13])
        #expect(three.codes == ["tls.ssl3-offered"])
        let two = try await VersionRun(speaking: [.ssl2, .tls12, .tls13])
        #expect(two.codes == ["tls.ssl2-offered"])
    }

    @Test("asks once for an address that two hosts share")
    func sharedAddress() async throws {
        let run = try await VersionRun(at: [VersionRun.server, VersionRun.other])
        #expect(run.smtp.connections == 2 + 3)
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
    }

    @Test("opens no connection of its own where STARTTLS is not offered, and the check does not apply")
    func noSTARTTLS() async throws {
        let run = try await VersionRun(["S: 220 mx\nC: EHLO probe.example\nS: 250 mx"])
        #expect(run.smtp.connections == 2)
        #expect(run.observed.absence?.certainty == .notApplicable)
        #expect(run.outcome == .notApplicable("The server does not offer STARTTLS."))
    }

    @Test("opens no connection where STARTTLS is refused, and the check is blocked")
    func refusedSTARTTLS() async throws {
        let refusal = "S: 220 mx\nC: EHLO probe.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 502 no"
        let run = try await VersionRun([refusal])
        // The session asks three times before it believes it; the survey asks nothing.
        #expect(run.smtp.connections == 3)
        #expect(run.outcome == .blocked(by: STARTTLSReply.id, because: .failed(.rejected(SMTPReply(502, "no")))))
    }

    @Test("goes on when the session's handshake failed, and the check stays blocked by the session")
    func sessionFailed() async throws {
        let run = try await VersionRun([VersionRun.alone], speaking: [.tls12], agreed: nil)
        #expect(run.versions.versions(.supported) == [.tls12])
        #expect(run.versions.versions(.refused) == [.ssl2, .ssl3, .tls10, .tls11, .tls13])
        #expect(run.outcome == .blocked(by: TLSSession.id, because: .failed(VersionRun.alert)))
    }

    @Test("does not wait for the servers of other addresses")
    func notHeldUp() async throws {
        let silent = MailServer.sample("mx3.example.com", "192.0.2.3")
        // More time helps a machine that is busy; who waits for the other server is done at no deadline.
        let run = try await VersionRun.patiently { deadline in
            try await VersionRun(beside: silent, deadline: deadline)
        } until: {
            $0.outcome == .passed
        }
        #expect(run.versions.versions(.inconclusive) == [])
        #expect(run.outcome == .passed)
    }

    @Test("never says MAIL, RCPT or DATA")
    func noMail() async throws {
        let run = try await VersionRun()
        #expect(Set(run.smtp.sent).isSubset(of: ["EHLO probe.example", "STARTTLS", "QUIT"]))
    }

    @Test("a large ClientHello that is dropped is noticed, and what it asked is asked again with a small one")
    func largeHello() async throws {
        let dropping = try await VersionRun(checks: ["tls.large-hello-answered"]) { offer in
            offer.minimumLength > 1000 ? .hungUp : nil
        }
        #expect(dropping.codes == ["tls.large-hello-dropped"])
        let reading = try await VersionRun(checks: ["tls.large-hello-answered"])
        #expect(reading.outcome == .passed && reading.largeHello == false)
        #expect(reading.smtp.connections == 2)
    }
}

@Suite("The survey and servers that are busy")
struct TLSVersionPatienceTests {
    @Test(
        "asks again what was put off before the handshake",
        arguments: [
            "S: 421 4.7.0 Too many connections", "! close", "! reset", "! refused",
            "S: 220 mx\nC: EHLO probe.example\nS: 450 later",
            "S: 220 mx\nC: EHLO probe.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 later",
        ])
    func putOffOnce(obstacle: String) async throws {
        let run = try await VersionRun([VersionRun.session, obstacle, VersionRun.alone])
        #expect(run.outcome == .passed)
        #expect(run.smtp.connections == 1 + 1 + 3)
    }

    @Test("gives up on a server that always says later: inconclusive, never refused")
    func alwaysLater() async throws {
        let run = try await VersionRun([VersionRun.session, "S: 421 4.7.0 Too many connections"])
        #expect(run.versions.versions(.refused) == [])
        #expect(run.versions.versions(.supported) == [.tls13])
        #expect(run.outcome?.isInconclusive == true)
        #expect(run.smtp.connections <= 1 + 3 + 3)
    }

    @Test(
        "does not insist where a server refuses this client, or our side cannot connect",
        arguments: ["S: 554 no service for you", "! no-route", "! special-address private use"])
    func never(obstacle: String) async throws {
        let run = try await VersionRun([VersionRun.session, obstacle])
        #expect(run.smtp.connections == 1 + 3)
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("does not take a ClientHello without an answer for a refusal")
    func handshakeTimeout() async throws {
        let run = try await VersionRun([VersionRun.session, VersionRun.toTLS + "\n! timeout"])
        #expect(run.versions.versions(.refused) == [])
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("keeps what it has learnt when the run's deadline passes")
    func deadline() async throws {
        let run = try await VersionRun.patiently { deadline in
            try await VersionRun([VersionRun.session, "! hang"], deadline: deadline)
        } until: {
            $0.evidence.observed(Conversation.self, at: .server(VersionRun.server)).value?.helloInsideTLS != nil
        }
        #expect(run.versions.versions(.supported) == [.tls13])
        #expect(run.versions.versions(.inconclusive).count == 5)
        #expect(run.smtp.openConnections == 0)
    }
}

@Suite("The survey and servers that hang up after the ClientHello")
struct TLSVersionHangUpTests {
    @Test("take it for a refusal where another hello was answered")
    func amongOthers() async throws {
        let run = try await VersionRun { ($0.versions.max() ?? .ssl2) < .tls12 ? .hungUp : nil }
        #expect(run.versions.versions(.refused) == [.ssl2, .ssl3, .tls10, .tls11])
        #expect(run.outcome == .passed)
    }

    @Test("offer the session's version once more where all hang up: when it works, they are refusals")
    func control() async throws {
        let run = try await VersionRun { $0.versions != [.tls13] ? .hungUp : nil }
        #expect(run.versions.versions(.refused) == [.ssl2, .ssl3, .tls10, .tls11, .tls12])
        #expect(run.newestOffered.last == .tls13)
        #expect(run.codes == ["tls.no-tls12"])
    }

    @Test("conclude nothing where even the session's version is hung up on")
    func tired() async throws {
        let run = try await VersionRun { _ in .hungUp }
        #expect(run.versions.versions(.supported) == [.tls13])
        #expect(run.versions.versions(.refused) == [])
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("take it for a refusal where no handshake ever worked")
    func neverWorked() async throws {
        let run = try await VersionRun([VersionRun.alone], agreed: nil) { _ in .hungUp }
        #expect(run.versions.versions(.refused) == TLSVersions.tried)
    }
}
