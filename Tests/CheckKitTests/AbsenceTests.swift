import CheckKit
import MailModel
import Testing

@Suite("An absence")
struct AbsenceTests {
    @Test(
        "is inconclusive when it could be our side or a passing state",
        arguments: [
            Absence.timedOut("late"), .failed(.timedOut(stage: "greeting")), .failed(.local("no sockets")), .cancelled,
            .unplanned, .unreadable("old"), .inconclusive("?"), .failed(.rejected(SMTPReply(421, "later"))),
            .failed(.rejected(SMTPReply(450, "greylisted"))),
            .blocked(by: "x", because: .failed(.rejected(SMTPReply(454, "later")))),
        ])
    func inconclusive(absence: Absence) { #expect(absence.certainty == .inconclusive) }

    @Test(
        "is decisive when the server itself failed",
        arguments: [
            Absence.failed(.refused), .failed(.reset), .failed(.closedEarly(stage: "EHLO")),
            .failed(.protocolError("HTTP")), .failed(.rejected(SMTPReply(502, "no"))),
            .failed(.specialAddress("loopback")),
            .failed(.handshake(reason: "x", alert: nil)), .blocked(by: "x", because: .failed(.refused)),
        ])
    func decisive(absence: Absence) { #expect(absence.certainty == .decisive) }

    @Test("does not apply where there is nothing to observe, or no way there from here")
    func notApplicable() {
        #expect(Absence.notApplicable("no STARTTLS").certainty == .notApplicable)
        #expect(Absence.failed(.noRoute).certainty == .notApplicable)
        #expect(Absence.blocked(by: "x", because: .notApplicable("y")).certainty == .notApplicable)
    }

    @Test("names its root cause through any number of blocks")
    func root() {
        let deep = Absence.blocked(by: "c", because: .blocked(by: "b", because: .failed(.refused)))
        #expect(deep.root == .failed(.refused))
        #expect("\(deep)" == "connection refused")
    }
}
