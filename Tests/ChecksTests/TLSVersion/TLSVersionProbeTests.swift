import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks

@Suite("The version probe")
struct TLSVersionProbeTests {
    @Test("tries each version alone, with the host as SNI, except the one the session has shown")
    func eachAlone() async throws {
        let run = try await VersionRun { if $0 < .tls12 { throw VersionRun.alert } }
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
        #expect(run.versions.versions(.refused) == [.tls10, .tls11])
        #expect(
            run.versions.answers.map(\.detail) == [
                "alert protocol_version", "alert protocol_version", "TLS_AES_256_GCM_SHA384", "TLS_AES_256_GCM_SHA384",
            ])
        #expect(run.offeredAlone == [.tls10, .tls11, .tls12])
        #expect(run.offers.allSatisfy { $0.serverName == VersionRun.server.host })
        #expect(run.smtp.connections == 4)
        #expect(run.smtp.surprises == [])
        #expect(run.outcome == .passed)
    }

    @Test("tries a newer version than the session's too")
    func newerThanSession() async throws {
        let run = try await VersionRun(agreed: .tls11) { if $0 > .tls11 { throw VersionRun.alert } }
        #expect(run.offeredAlone == [.tls10, .tls12, .tls13])
        #expect(run.codes == ["tls.only-deprecated"])
    }

    @Test("asks once for an address that two hosts share")
    func sharedAddress() async throws {
        let run = try await VersionRun(at: [VersionRun.server, VersionRun.other]) {
            if $0 < .tls12 { throw VersionRun.alert }
        }
        #expect(run.smtp.connections == 2 + 3)
        #expect(run.versions.versions(.supported) == [.tls12, .tls13])
    }

    @Test("opens no connection where STARTTLS is not offered, and the check does not apply")
    func noSTARTTLS() async throws {
        let run = try await VersionRun(["S: 220 mx\nC: EHLO probe.example\nS: 250 mx"]) { _ in }
        #expect(run.smtp.connections == 1)
        #expect(run.observed.absence?.certainty == .notApplicable)
        #expect(run.outcome == .notApplicable("The server does not offer STARTTLS."))
    }

    @Test("opens no connection where STARTTLS is refused, and the check is blocked")
    func refusedSTARTTLS() async throws {
        let refusal = "S: 220 mx\nC: EHLO probe.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 502 no"
        let run = try await VersionRun([refusal]) { _ in }
        #expect(run.smtp.connections == 1)
        #expect(run.outcome == .blocked(by: STARTTLSReply.id, because: .failed(.rejected(SMTPReply(502, "no")))))
    }

    @Test("tries every version when the common offer failed, and the check stays blocked by the session")
    func sessionFailed() async throws {
        let run = try await VersionRun([VersionRun.alone], agreed: nil) { if $0 != .tls12 { throw VersionRun.alert } }
        #expect(run.offeredAlone == TLSVersions.tried)
        #expect(run.versions.versions(.supported) == [.tls12])
        #expect(run.versions.versions(.refused) == [.tls10, .tls11, .tls13])
        #expect(run.outcome == .blocked(by: TLSSession.id, because: .failed(VersionRun.alert)))
    }

    @Test("does not wait for the servers of other addresses")
    func notHeldUp() async throws {
        let silent = MailServer.sample("mx3.example.com", "192.0.2.3")
        let run = try await VersionRun(beside: silent, deadline: .milliseconds(500)) {
            if $0 < .tls12 { throw VersionRun.alert }
        }
        #expect(run.versions.versions(.inconclusive) == [])
        #expect(run.outcome == .passed)
    }

    @Test("never says MAIL, RCPT or DATA")
    func noMail() async throws {
        let run = try await VersionRun { _ in }
        #expect(Set(run.smtp.sent) == ["EHLO probe.example", "STARTTLS", "QUIT"])
    }
}

@Suite("The version probe and servers that are busy")
struct TLSVersionPatienceTests {
    @Test(
        "tries again what was put off before the handshake",
        arguments: [
            "S: 421 4.7.0 Too many connections", "! close", "! reset", "! refused", "! timeout",
            "S: 220 mx\nC: EHLO probe.example\nS: 450 later",
            "S: 220 mx\nC: EHLO probe.example\nS: 250 mx",
            "S: 220 mx\nC: EHLO probe.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 later",
        ])
    func putOffOnce(obstacle: String) async throws {
        let run = try await VersionRun([VersionRun.session, obstacle, obstacle, obstacle, VersionRun.alone]) {
            if $0 < .tls12 { throw VersionRun.alert }
        }
        #expect(run.outcome == .passed)
        #expect(run.smtp.connections == 1 + 3 + 3)
    }

    @Test("gives up after two more tries of a server that always says later: inconclusive, never refused")
    func alwaysLater() async throws {
        let run = try await VersionRun([VersionRun.session, "S: 421 4.7.0 Too many connections"]) { _ in }
        #expect(run.versions.versions(.inconclusive) == [.tls10, .tls11, .tls12])
        #expect(run.versions.versions(.supported) == [.tls13])
        #expect(run.smtp.connections == 1 + 3 + 1 + 1, "one at a time, and who is put off again waits")
        #expect(
            run.outcome
                == .inconclusive(
                    "It could not be told whether TLS 1.0, TLS 1.1 and TLS 1.2 are offered: "
                        + "the server answered 421 4.7.0 Too many connections."))
    }

    @Test(
        "knows that a failure before the handshake says nothing of versions",
        arguments: ["! close", "! reset", "! refused", "! timeout", "S: 220 mx\n! timeout"])
    func alwaysFailing(obstacle: String) async throws {
        let run = try await VersionRun([VersionRun.session, obstacle]) { _ in }
        #expect(run.versions.versions(.refused) == [])
        #expect(run.smtp.connections == 1 + 3 + 1, "one more try")
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test(
        "does not insist where a server refuses this client, or our side cannot connect",
        arguments: ["S: 554 no service for you", "! no-route", "! special-address private use"])
    func never(obstacle: String) async throws {
        let run = try await VersionRun([VersionRun.session, obstacle]) { _ in }
        #expect(run.smtp.connections == 1 + 3)
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("does not take a handshake without an answer for a refusal")
    func handshakeTimeout() async throws {
        let run = try await VersionRun { if $0 < .tls12 { throw WireFailure.timedOut(stage: "handshake") } }
        #expect(run.versions.versions(.inconclusive) == [.tls10, .tls11])
        #expect(run.versions.versions(.refused) == [])
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("keeps what it has learnt when the run's deadline passes")
    func deadline() async throws {
        let run = try await VersionRun(
            [VersionRun.session, VersionRun.alone, "! hang"], deadline: .milliseconds(400)
        ) { _ in }
        #expect(run.versions.versions(.supported).count == 2)
        #expect(run.versions.versions(.inconclusive).count == 2)
        #expect(run.smtp.openConnections == 0)
    }
}

@Suite("The version probe and servers that hang up after the ClientHello")
struct TLSVersionHangUpTests {
    @Test("take it for a refusal where another version was answered", arguments: [VersionRun.hangUp, .reset])
    func amongOthers(failure: WireFailure) async throws {
        let run = try await VersionRun { if $0 < .tls12 { throw failure } }
        #expect(run.versions.versions(.refused) == [.tls10, .tls11])
        #expect(run.offeredAlone == [.tls10, .tls11, .tls12])
        #expect(run.outcome == .passed)
    }

    @Test("offer the session's version once more where all hang up: when it works, they are refusals")
    func control() async throws {
        let run = try await VersionRun { if $0 != .tls13 { throw VersionRun.hangUp } }
        #expect(run.versions.versions(.refused) == [.tls10, .tls11, .tls12])
        #expect(run.offeredAlone == TLSVersions.tried)
        #expect(run.codes == ["tls.no-tls12"])
    }

    @Test("conclude nothing where even the session's version is hung up on")
    func tired() async throws {
        let run = try await VersionRun { _ in throw VersionRun.hangUp }
        #expect(run.versions.versions(.supported) == [.tls13])
        #expect(run.versions.versions(.inconclusive) == [.tls10, .tls11, .tls12])
        #expect(run.outcome?.isInconclusive == true)
    }

    @Test("take it for a refusal where no handshake ever worked")
    func neverWorked() async throws {
        let run = try await VersionRun([VersionRun.alone], agreed: nil) { _ in throw VersionRun.hangUp }
        #expect(run.versions.versions(.refused) == TLSVersions.tried)
        #expect(run.smtp.connections == 1 + 4)
    }
}
