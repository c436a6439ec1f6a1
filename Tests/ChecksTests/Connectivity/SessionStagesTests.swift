import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// How far a session got, and what is said of the stage that it did not get behind.
@Suite("The stages of a session")
struct SessionStagesTests {
    private static let hello =
        "S: 220 mx.example\nC: EHLO probe.example\nS: 250-mx.example\nS: 250 STARTTLS\nC: STARTTLS\n"
    private static let inside = hello + "S: 220 Ready\n! tls\nC: EHLO probe.example\n"
    private static let works = inside + "S: 250 mx.example"
    private static let checks = ["starttls.works", "starttls.reset", "starttls.capabilities", "smtp.reachable"]

    private func run(
        _ scripts: String...,
        handshake: @escaping @Sendable (TLSOffer) throws -> TLSHandshake = {
            .scripted(serverName: $0.serverName)
        }
    ) async throws -> SessionRun {
        switch scripts.count {
        case 1: try await SessionRun(scripts[0], checks: Self.checks, handshake: handshake)
        case 2: try await SessionRun(scripts[0], scripts[1], checks: Self.checks, handshake: handshake)
        default: try await SessionRun(scripts[0], scripts[1], scripts[2], checks: Self.checks, handshake: handshake)
        }
    }

    @Test(
        "A1: a refusal of EHLO and HELO inside TLS is no hello, and nothing is derived from it",
        arguments: ["550 5.7.1 Go away", "521 No", "591 Never"])
    func refusedInsideTLS(reply: String) async throws {
        let run = try await run(Self.inside + "S: \(reply)\nC: HELO probe.example\nS: \(reply)")
        #expect(run.conversation.handshake?.value != nil)
        guard case .absent(.failed(.rejected(let rejection))) = run.conversation.helloInsideTLS else {
            Issue.record("\(String(describing: run.conversation.helloInsideTLS))")
            return
        }
        #expect(rejection.firstLine == reply)
        #expect(run.codes("starttls.capabilities") == [])
        #expect(run.smtp.connections == 4, "three times with the name, once without")
    }

    @Test("EHLO inside TLS that is refused with the name in SNI, and not without, is refused over the name")
    func refusedInsideTLSOverTheName() async throws {
        let refused = Self.inside + "S: 550 no\nC: HELO probe.example\nS: 550 no"
        let run = try await SessionRun(
            refused, refused, refused, Self.inside + "S: 250 mx.example", refused, checks: Self.checks
        ) { .scripted(serverName: $0.serverName) }
        #expect(run.conversation.serverNameRefused == "EHLO inside TLS: 550 no")
        #expect(run.conversation.helloInsideTLS?.value != nil)
        #expect(run.conversation.sightings == nil)
    }

    @Test("a server that breaks off at STARTTLS each time does not differ from itself")
    func breaksAtSTARTTLS() async throws {
        let run = try await run(Self.hello + "! close")
        #expect(run.conversation.sightings == nil)
        #expect(run.smtp.connections == 3)
        let once = try await self.run(Self.hello + "! close", Self.works)
        #expect(once.conversation.sightings?.map(\.stage) == [.handshake])
    }

    @Test("what goes wrong inside TLS with the name in SNI and without it is not over the name")
    func breaksEitherWay() async throws {
        let run = try await run(Self.inside + "! close")
        #expect(run.conversation.serverNameRefused == nil)
        #expect(run.conversation.handshake?.value != nil)
        #expect(run.smtp.connections == 4, "three times with the name, once without")
    }

    @Test("an alert that does not come again is chance, not the name")
    func alertByTurns() async throws {
        let run = try await run(Self.hello + "S: 220 Ready\n! tls-alert handshake_failure", Self.works)
        #expect(run.conversation.serverNameRefused == nil)
        #expect(
            run.conversation.sightings == [Sighting(.handshake, "alert handshake_failure", isBreak: true)])
    }

    @Test("a reply that says no is asked for once more, and what differs is kept")
    func looksAgain() async throws {
        let refused = Self.inside + "S: 550 no\nC: HELO probe.example\nS: 550 no"
        let taken = try await run(refused, Self.inside + "S: 250 mx.example")
        #expect(taken.conversation.helloInsideTLS?.value != nil)
        #expect(taken.conversation.sightings == [Sighting(.helloInsideTLS, "550 no")])
        let noTLS = "S: 220 mx.example\nC: EHLO probe.example\nS: 250 mx.example"
        let listed = try await run(noTLS, Self.inside + "S: 250 mx.example")
        #expect(listed.conversation.sightings == [Sighting(.hello, "")])
        let dropped = try await run(Self.inside + "! close", Self.inside + "S: 250 mx.example")
        #expect(dropped.conversation.sightings?.map(\.isBreak) == [true])
        let never = try await run("S: 521 no mail", Self.inside + "S: 250 mx.example")
        #expect(never.conversation.sightings == [Sighting(.greeting, "521 no mail")])
        #expect(try await run(refused, refused, refused).conversation.sightings == nil)
        let noStart =
            "S: 220 mx.example\nC: EHLO probe.example\nS: 250-mx\nS: 250 STARTTLS\nC: STARTTLS\nS: 502 not today"
        let granted = try await run(noStart, Self.inside + "S: 250 mx.example")
        #expect(granted.conversation.helloInsideTLS?.value != nil)
        #expect(granted.conversation.sightings == [Sighting(.handshake, "502 not today")])
        let third = try await run(refused, refused, Self.inside + "S: 250 mx.example")
        #expect(third.conversation.sightings?.count == 2)
    }

    @Test("senders say HELO after any 5yz to EHLO, inside TLS too")
    func heloInsideTLS() async throws {
        let run = try await run(Self.inside + "S: 571 No EHLO\nC: HELO probe.example\nS: 250 mx.example")
        #expect(run.conversation.helloInsideTLS?.value?.isExtended == false)
    }

    @Test("A1: a 4yz to EHLO inside TLS is asked for again by nobody, and stays open")
    func putOffInsideTLS() async throws {
        let run = try await run(Self.inside + "S: 421 4.3.2 Not now")
        #expect(run.conversation.helloInsideTLS == .absent(.failed(.rejected(SMTPReply(421, "4.3.2 Not now")))))
        #expect(run.conversation.helloInsideTLS?.absence?.certainty == .inconclusive)
    }

    @Test(
        "A1: what breaks the connection before EHLO is answered inside TLS is tried three times, and once more without a name",
        arguments: [
            ("! close", WireFailure.closedEarly(stage: "EHLO")), ("! reset", .reset),
            ("! alert certificate_required", .handshake(reason: "alert", alert: "certificate_required")),
            ("! garbage HTTP/1.1", .protocolError("expected a reply, got HTTP/1.1")),
        ])
    func breaks(event: String, failure: WireFailure) async throws {
        let run = try await run(Self.inside + event)
        #expect(run.conversation.helloInsideTLS == .absent(.failed(.repeated(failure, times: 4))))
        #expect(run.conversation.handshake?.value != nil)
        #expect(run.smtp.connections == 4)
        #expect(run.smtp.pauses == [.seconds(1), .seconds(1)])
    }

    @Test("an answer to the ClientHello that is no TLS, and a hang-up there: three times, and once more without a name")
    func breaksAtHandshake() async throws {
        for event in ["! garbage 500 What?", "! close", "! reset"] {
            let run = try await run(Self.hello + "S: 220 Ready\n" + event)
            guard case .failed(.repeated(_, times: 4)) = run.conversation.handshake?.absence else {
                Issue.record("\(String(describing: run.conversation.handshake))")
                return
            }
            #expect(run.codes("starttls.works") == ["starttls.handshake-failed"])
        }
    }

    @Test("a greeting and a hang-up, three times in three", arguments: ["S: 220 mx.example\n! close", "! reset"])
    func breaksEarly(script: String) async throws {
        let run = try await run(script)
        guard case .failed(.repeated(_, times: 3)) = run.conversation.hello?.absence?.root else {
            Issue.record("\(String(describing: run.conversation.hello))")
            return
        }
        #expect(run.smtp.connections == 3)
    }

    @Test("what happens once is not proof: the next try counts where it gets further")
    func once() async throws {
        let run = try await run(Self.inside + "! close", Self.works)
        #expect(run.conversation.helloInsideTLS?.value != nil)
        #expect(run.smtp.connections == 2)
    }

    @Test("breaks of different kinds prove nothing, and the one that got furthest is kept")
    func unlike() async throws {
        let run = try await run(Self.inside + "! close", "S: 220 mx.example\n! close", Self.inside + "! close")
        #expect(run.conversation.helloInsideTLS == .absent(.failed(.closedEarly(stage: "EHLO"))))
    }

    @Test("silence is not tried again")
    func silence() async throws {
        let run = try await run(Self.inside + "! timeout")
        #expect(run.conversation.helloInsideTLS == .absent(.failed(.timedOut(stage: "EHLO"))))
        #expect(run.smtp.connections == 1)
    }

    @Test("A7: any 2yz grants STARTTLS, a 3yz refuses it", arguments: [("250 ok but no", true), ("354 Go on", false)])
    func grants(reply: String, isGranted: Bool) async throws {
        let run = try await run(Self.hello + "S: \(reply)\n! tls-failure the answer is not TLS")
        #expect(run.conversation.startTLS?.value?.firstLine == reply)
        guard case .failed(.handshake) = run.conversation.handshake?.absence else {
            #expect(!isGranted)
            guard case .blocked(by: STARTTLSReply.id, because: .failed(.rejected)) = run.conversation.handshake?.absence
            else {
                Issue.record("\(String(describing: run.conversation.handshake))")
                return
            }
            return
        }
        #expect(isGranted)
    }

    @Test("A8: 421 to STARTTLS is asked for again with patience, and stays what it is")
    func turnedAwayAtSTARTTLS() async throws {
        let run = try await run(Self.hello + "S: 421 4.7.0 Too much TLS\n! close")
        let reply = SMTPReply(421, "4.7.0 Too much TLS")
        #expect(run.conversation.startTLS == .present(reply))
        #expect(
            run.conversation.handshake == .absent(.blocked(by: STARTTLSReply.id, because: .failed(.rejected(reply)))))
        #expect(run.conversation.startTLSAttempts == 3)
        #expect(run.smtp.connections == 3)
    }

    @Test("A18: a server that refuses the name by an alert is tried without it")
    func nameRefused() async throws {
        let run = try await run(Self.works, Self.works) { offer in
            if offer.serverName != nil { throw WireFailure.handshake(reason: "alert", alert: "unrecognized_name") }
            return .scripted(serverName: nil)
        }
        #expect(run.conversation.handshake?.value?.serverName == nil)
        #expect(run.conversation.serverNameRefused == "unrecognized_name")
        #expect(run.conversation.helloInsideTLS?.value != nil)
        #expect(run.smtp.connections == 5, "and three times more with the name, in case it was chance")
    }

    @Test("an alert about the name, by turns, is chance, whichever machine comes first")
    func nameRefusedByTurns() async throws {
        let refused = Self.hello + "S: 220 Ready\n! tls-alert unrecognized_name"
        let run = try await run(refused, Self.works, Self.works)
        #expect(run.conversation.serverNameRefused == nil)
        #expect(run.conversation.helloInsideTLS?.value != nil)
        #expect(run.conversation.sightings?.count == 1)
        let twice = try await self.run(refused, refused, Self.works)
        #expect(twice.conversation.serverNameRefused == nil)
        #expect(twice.conversation.helloInsideTLS?.value != nil)
    }

    @Test("what nobody answered when asked again with the name leaves open whether that is refused")
    func nameUnconfirmed() async throws {
        let refused = Self.hello + "S: 220 Ready\n! tls-alert unrecognized_name"
        for silence in ["! timeout", "S: 421 later", "S: 550 no"] {
            let run = try await run(refused, Self.works, silence)
            #expect(run.conversation.serverNameRefused == "unrecognized_name", "\(silence)")
            #expect(run.conversation.serverNameUnconfirmed == true, "\(silence)")
            #expect(run.conversation.nameRefusal == nil)
        }
    }

    @Test("a handshake that ends with an alert either way is the one with the name")
    func alert() async throws {
        let run = try await run(Self.hello + "S: 220 Ready\n! tls-alert handshake_failure")
        #expect(
            run.conversation.handshake == .absent(.failed(.handshake(reason: "alert", alert: "handshake_failure"))))
        #expect(run.conversation.serverNameRefused == nil)
        #expect(run.smtp.connections == 4, "three times with the name, once without")
    }

    @Test("A14: greetings count by their first digit")
    func greetings() async throws {
        let later = try await run("S: 471 too busy")
        #expect(later.outcome("smtp.reachable") == .inconclusive("The server deferred us: 471 too busy."))
        #expect(later.smtp.connections == 3)
        let never = try await run("S: 591 go away")
        #expect(never.outcome("smtp.reachable") == .inconclusive("The server refuses this client: 591 go away."))
    }

    @Test("a line behind the greeting, behind EHLO's reply or a second greeting inside TLS is out of step")
    func outOfStep() async throws {
        let greeting = try await run("S: 220 mx.example\nS: 250 stray\nC: EHLO probe.example\nS: 250 mx.example")
        #expect(greeting.conversation.outOfStep == "\"250 stray\" came before EHLO was sent")
        let plain = try await run(
            "S: 220 mx.example\nC: EHLO probe.example\nS: 250 STARTTLS\nS: 250 stray\nC: STARTTLS\nS: 220 Ready")
        #expect(plain.conversation.outOfStep == nil || plain.conversation.startTLS?.value == nil)
        let inside = try await run(Self.inside + "S: 220 mx.example\nS: 250 mx.example")
        #expect(inside.conversation.helloInsideTLS?.value == nil)
        #expect(inside.conversation.outOfStep == "EHLO was answered with a greeting, 220 mx.example")
        #expect(inside.smtp.connections == 1)
        let quit = try await run(Self.works + "\nC: QUIT\nS: 250 late\nS: 221 Bye")
        #expect(quit.conversation.outOfStep == "\"221 Bye\" came behind the reply to QUIT")
    }
}
