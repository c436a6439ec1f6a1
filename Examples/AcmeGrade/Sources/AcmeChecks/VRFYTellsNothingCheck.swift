import CheckKit
import MailModel

enum VRFYTellsNothingFinding: String, FindingCode {
    case tells = "acme.vrfy-tells"

    var sentence: Sentence { "The server answers VRFY: \(.vrfyAnswer, .quoted)." }
    var severity: Severity { .notice }
    var remedy: String { "Let the server answer VRFY with 252, which promises nothing." }
}

extension FindingArgument {
    static let vrfyAnswer = text("vrfy-answer", "The reply to VRFY, its first line with the code.")
}

extension Check {
    /// Who may ask for mailboxes may collect them.
    static let vrfyTellsNothing = Check.perServer(
        "acme.vrfy-tells-nothing",
        title: "VRFY does not tell which mailboxes exist",
        why: "Senders of spam ask for mailboxes one by one. A server need not tell them.",
        references: [.rfc(5321, section: "7.3")],
        examples: [
            .given("it does not tell", VRFYReply(reply: SMTPReply(252, "Send some mail")), expect: .passed),
            .given("the command is not known", VRFYReply(reply: SMTPReply(502, "5.5.1 No")), expect: .passed),
            .given(
                "it tells", VRFYReply(reply: SMTPReply(250, "Pat <postmaster@example.com>")),
                expect: .found(
                    .tells, "The server answers VRFY: \u{201C}250 Pat <postmaster@example.com>\u{201D}.")),
            .given(
                "later", VRFYReply(reply: SMTPReply(450, "4.7.0 Later")),
                expect: .inconclusive("The server put VRFY off: 450 4.7.0 Later.")),
        ]
    ) { (vrfy: VRFYReply) -> Verdict<VRFYTellsNothingFinding> in
        if vrfy.reply.isTransient { return .inconclusive("The server put VRFY off: \(vrfy.reply.firstLine).") }
        let tells = vrfy.reply.isPositive && vrfy.reply.code != 252
        return tells ? .found(.tells, [.vrfyAnswer: vrfy.reply.firstLine]) : .passed
    }
}
