internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSHelloForgottenFinding: String, FindingCode {
    case mailWithoutHello = "starttls.mail-without-hello"

    var sentence: Sentence {
        "Inside TLS the server takes MAIL without another EHLO: \(.reply)."
    }
    var severity: Severity { .info }
    var remedy: String {
        "Let the server insist on EHLO if you like (Postfix: smtpd_helo_required = yes; Exim: an acl_smtp_mail that denies while "
            + "$sender_helo_name is empty; OpenSMTPD has no setting). It is no fault where EHLO is not asked for at all."
    }
}

extension Check {
    /// What the client said before TLS is forgotten, its EHLO too. RFC 3207, section 4.2.
    ///
    /// Weak evidence, and so for no profile that comes with the program: a server that never insists on EHLO takes MAIL too.
    static let startTLSHelloForgotten = Check.perServer(
        "starttls.hello-forgotten",
        title: "MAIL requires a new EHLO inside TLS",
        why: """
            A server must discard what it heard before TLS, the client\u{2019}s EHLO among it. One that takes MAIL without \
            another EHLO may have kept more than that; or it never insists on EHLO.
            """,
        references: [.rfc(3207, section: "4.2"), .rfc(5321, section: "4.1.4")],
        examples: [
            .given("refused", MailWithoutHello(SMTPReply(503, "5.5.1 Send HELO first")), expect: .passed),
            .given(
                "accepted", MailWithoutHello(SMTPReply(250, "2.1.0 Ok")),
                expect: .found(
                    .mailWithoutHello, "Inside TLS the server takes MAIL without another EHLO: 250 2.1.0 Ok.")),
            .given(
                "put off", MailWithoutHello(SMTPReply(451, "4.3.0 Later")),
                expect: .inconclusive("MAIL was deferred: 451 4.3.0 Later.")),
        ]
    ) { (mail: MailWithoutHello) -> Verdict<STARTTLSHelloForgottenFinding> in
        if mail.reply.isTransient { return .inconclusive("MAIL was deferred: \(mail.reply.firstLine).") }
        guard mail.reply.isPositive else { return .passed }
        return .found(.mailWithoutHello, [.reply: mail.reply.firstLine])
    }
}
