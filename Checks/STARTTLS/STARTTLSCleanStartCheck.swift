internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSCleanStartFinding: String, FindingCode {
    case commandInjection = "starttls.command-injection"
    case acceptedTwice = "starttls.accepted-twice"

    var sentence: Sentence {
        switch self {
        case .commandInjection:
            """
            A command that was sent in plaintext behind STARTTLS was answered inside TLS\(optional: .reply, before: ": ").
            """
        case .acceptedTwice: "Inside TLS the server accepts STARTTLS once more: \(.reply)."
        }
    }
    var severity: Severity { .error }
    var remedy: String {
        switch self {
        case .commandInjection:
            "Update the mail server (Postfix 2.7.3 or later, a current Exim or OpenSMTPD: they forget or refuse what came before "
                + "TLS), and look for a mail filter or TLS proxy in front of it that passes such commands on."
        case .acceptedTwice:
            "Update the mail server, and look for a TLS proxy in front of it that does not tell it of TLS: inside TLS, Postfix, "
                + "Exim and OpenSMTPD refuse a second STARTTLS."
        }
    }
}

extension Check {
    /// Nothing that was said before TLS is obeyed inside it. RFC 3207, section 4.2.
    static let startTLSCleanStart = Check.perServer(
        "starttls.clean-start",
        title: "Plaintext sent before TLS is discarded",
        why: """
            Somebody between sender and server can add commands behind STARTTLS while all is plaintext. A server that \
            obeys them inside TLS takes the attacker's words for the sender's: mail can be redirected, and passwords can \
            end in the attacker's mailbox (CVE-2011-0411).
            """,
        references: [.rfc(3207, section: "4.2"), .rfc(3207, section: "6"), .cve("2011-0411")],
        examples: [
            .given(
                "the command is forgotten",
                CommandInjection(.forgotten, secondSTARTTLS: SMTPReply(554, "5.5.1 TLS already active")),
                expect: .passed),
            .given(
                "the command is obeyed inside TLS",
                CommandInjection(.obeyed, SMTPReply(250, "2.0.0 Ok"), secondSTARTTLS: SMTPReply(503, "5.5.1 Already")),
                expect: .found(
                    .commandInjection,
                    "A command that was sent in plaintext behind STARTTLS was answered inside TLS: 250 2.0.0 Ok.")),
            .given("the command is answered in plaintext", CommandInjection(.answeredOutside), expect: .passed),
            .given(
                "the command is noticed", CommandInjection(.refused, SMTPReply(554, "SMTP synchronization error")),
                expect: .passed),
            .given("the connection ends over the command", CommandInjection(.brokenOff), expect: .passed),
            .given(
                "STARTTLS inside TLS",
                CommandInjection(.forgotten, secondSTARTTLS: SMTPReply(220, "Ready")),
                expect: .found(.acceptedTwice, "Inside TLS the server accepts STARTTLS once more: 220 Ready.")),
        ]
    ) { (injection: CommandInjection) -> Verdict<STARTTLSCleanStartFinding> in
        var issues: [Issue<STARTTLSCleanStartFinding>] = []
        if injection.outcome == .obeyed {
            issues.append(Issue(.commandInjection, [.reply: injection.reply?.firstLine]))
        }
        if let second = injection.secondSTARTTLS, second.code == 220 {
            issues.append(Issue(.acceptedTwice, [.reply: second.firstLine]))
        }
        return .of(issues)
    }
}
