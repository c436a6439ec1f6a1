internal import CheckKit
internal import MailModel
internal import Observations

enum ConversationHoldsFinding: String, FindingCode {
    case breaksOff = "smtp.breaks-off"

    var sentence: Sentence {
        "The server greets and then breaks off: \(.reason)."
    }
    var severity: Severity { .error }
    var explains: [FactID] { [EHLOReply.id] }
    var remedy: String {
        "Look in the mail log for why the server ends the conversation (a crashing process, a filter or a proxy in front of "
            + "it, a limit that every client meets), and make it answer EHLO."
    }
}

extension Check {
    /// A server that has greeted answers EHLO. RFC 5321, sections 3.1 and 4.1.1.1.
    static let conversationHolds = Check.perServer(
        "smtp.conversation-holds",
        title: "The server keeps the SMTP conversation going",
        why: """
            A server that greets and then hangs up takes no mail from anybody, although it looks alive: senders come back \
            for days before the message returns to its author.
            """,
        references: [.rfc(5321, section: "3.1"), .rfc(5321, section: "4.1.1.1")],
        examples: [
            .given("EHLO is answered", greets, .present(EHLOReply(keywords: ["SIZE"])), expect: .passed),
            .given(
                "it hangs up before EHLO is answered, three times in three", greets,
                .absent(.failed(.repeated(.closedEarly(stage: "EHLO"), times: 3))),
                expect: .found(
                    .breaksOff,
                    "The server greets and then breaks off: connection closed by the server (EHLO), in 3 of 3 attempts."
                )),
            .given(
                "it does so once", greets, .absent(.failed(.closedEarly(stage: "EHLO"))),
                expect: .inconclusive(
                    "Whether the server answers EHLO could not be determined: connection closed by the server (EHLO).")),
            .given(
                "an EHLO reply over our limits", greets, .absent(.failed(.limitExceeded("more than 1000 lines"))),
                expect: .inconclusive(
                    "Whether the server answers EHLO could not be determined: reply over the limit: more than 1000 lines."
                )),
            .given(
                "no greeting", .absent(.failed(.refused)),
                .absent(.blocked(by: Greeting.id, because: .failed(.refused))),
                expect: .notApplicable("There was no greeting: connection refused.")),
        ]
    ) { (greeting: Observed<Greeting>, ehlo: Observed<EHLOReply>) -> Verdict<ConversationHoldsFinding> in
        guard let why = ehlo.absence else { return .passed }
        let doubt = "Whether the server answers EHLO could not be determined: \(why.root)."
        guard greeting.value?.reply.isPositive == true else {
            return why.certainty == .inconclusive
                ? .inconclusive(doubt) : .notApplicable("There was no greeting: \(why.root).")
        }
        switch why.certainty {
        case .decisive: return .found(.breaksOff, [.reason: why.root.description])
        case .inconclusive: return .inconclusive(doubt)
        case .notApplicable: return .notApplicable(why.sentence)
        }
    }

    private static let greets = Observed.present(Greeting(SMTPReply(220, "mx1.example.com ESMTP")))
}
