import CheckKit
import MailModel
import Testing

@Suite("An absence")
struct AbsenceTests {
    @Test(
        "is inconclusive when it could be our side, a passing state or chance",
        arguments: [
            Absence.timedOut("late"), .failed(.timedOut(stage: "greeting")), .failed(.local("no sockets")), .cancelled,
            .unplanned, .unreadable("old"), .inconclusive("?"), .failed(.rejected(SMTPReply(421, "later"))),
            .failed(.rejected(SMTPReply(450, "greylisted"))),
            .blocked(by: "x", because: .failed(.rejected(SMTPReply(454, "later")))), .failed(.noRoute), .failed(.reset),
            .failed(.closedEarly(stage: "EHLO")), .failed(.protocolError("HTTP")), .failed(.limitExceeded("long")),
            .failed(.outOfStep("250 late")), .failed(.handshake(reason: "x", alert: nil)),
        ])
    func inconclusive(absence: Absence) { #expect(absence.certainty == .inconclusive) }

    @Test(
        "is decisive when it says something of the server",
        arguments: [
            Absence.failed(.refused), .failed(.repeated(.reset, times: 3)), .failed(.rejected(SMTPReply(502, "no"))),
            .failed(.specialAddress("loopback")), .failed(.unreachable),
            .failed(.handshake(reason: "x", alert: "handshake_failure")), .blocked(by: "x", because: .failed(.refused)),
            .failed(.handshake(reason: WireFailure.oversizedMessage, alert: nil)),
        ])
    func decisive(absence: Absence) { #expect(absence.certainty == .decisive) }

    @Test("does not apply where there is nothing to observe")
    func notApplicable() {
        #expect(Absence.notApplicable("no STARTTLS").certainty == .notApplicable)
        #expect(Absence.blocked(by: "x", because: .notApplicable("y")).certainty == .notApplicable)
    }

    @Test("names its root cause through any number of blocks")
    func root() {
        let deep = Absence.blocked(by: "c", because: .blocked(by: "b", because: .failed(.refused)))
        #expect(deep.root == .failed(.refused))
        #expect("\(deep)" == "connection refused")
    }
}
