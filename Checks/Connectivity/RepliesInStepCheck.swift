internal import CheckKit
internal import MailModel
internal import Observations

enum RepliesInStepFinding: String, FindingCode {
    case unsolicited = "smtp.unsolicited-reply"

    var sentence: Sentence {
        "The server sent a reply that no command asked for: \(.reason)."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "The server must send exactly one reply to each command. Postfix, Exim and OpenSMTPD do so: look for "
            + "a proxy, a filter or a content scanner in front of the server that adds lines of its own."
    }
}

extension Check {
    /// One reply to one command. RFC 5321, section 4.2.
    static let repliesInStep = Check.perServer(
        "smtp.replies-in-step",
        title: "Every command gets one reply",
        why: """
            A sender takes the next reply for the answer to its last command. One line too many, and it takes the answer to \
            MAIL for that to RCPT: mail that was refused counts as delivered, and mail that was taken is sent again.
            """,
        references: [.rfc(5321, section: "4.2"), .rfc(2920, section: "3.2")],
        examples: [
            .given("one reply to each command", .present(.talked), .present(SecondConversation()), expect: .passed),
            .given(
                "a line that nobody asked for", .present(.withStrayReply), .present(SecondConversation()),
                expect: .found(
                    .unsolicited,
                    "The server sent a reply that no command asked for: \"250 Ok\" came before MAIL was sent.")),
            .given(
                "in the second conversation only", .present(.talked), .present(.withStrayReply),
                expect: .found(
                    .unsolicited,
                    "The server sent a reply that no command asked for: RSET was answered 554 Relaying "
                        + "denied.")),
            .given(
                "there is no second conversation", .present(.talked),
                .absent(.notApplicable("The server does not offer STARTTLS.")), expect: .passed),
            .given(
                "the second conversation was not possible", .present(.talked),
                .absent(.inconclusive("a further connection was not possible: connection refused")),
                expect: .inconclusive(
                    "Not every conversation was completed: a further connection was not possible: connection "
                        + "refused.")),
            .given(
                "no conversation", .present(.refused),
                .absent(.blocked(by: Conversation.id, because: .failed(.refused))),
                expect: .notApplicable("There was no conversation: connection refused.")),
        ]
    ) {
        (conversation: Observed<Conversation>, second: Observed<SecondConversation>) -> Verdict<RepliesInStepFinding> in
        if let how = conversation.value?.howOutOfStep ?? second.value?.howOutOfStep {
            return .found(.unsolicited, [.reason: how])
        }
        if let why = conversation.absence {
            return .inconclusive("Whether there was a conversation could not be determined: \(why).")
        }
        if let why = conversation.value?.hello?.absence {
            return why.certainty == .inconclusive
                ? .inconclusive("The conversation did not go on: \(why).")
                : .notApplicable("There was no conversation: \(why).")
        }
        if let why = second.absence, why.certainty == .inconclusive {
            return .inconclusive("Not every conversation was completed: \(why).")
        }
        return .passed
    }
}

extension Conversation {
    fileprivate static let talked = {
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220, "mx.example"))
        conversation.hello = .present(HelloReply(SMTPReply(250, "mx.example")))
        return conversation
    }()

    static let withStrayReply = {
        var conversation = talked
        conversation.outOfStep = "\"250 Ok\" came before MAIL was sent"
        return conversation
    }()

    fileprivate static let refused = {
        var conversation = Conversation()
        conversation.end(.failed(.refused))
        return conversation
    }()
}

extension SecondConversation {
    fileprivate var howOutOfStep: String? {
        outOfStep ?? plaintextRelay?.absence?.outOfStep ?? injection?.absence?.outOfStep
    }

    fileprivate static let withStrayReply = {
        var second = SecondConversation()
        second.outOfStep = "RSET was answered 554 Relaying denied"
        return second
    }()
}
