internal import CheckKit
internal import MailModel
internal import Observations

enum RelayClosedFinding: String, FindingCode {
    case open = "relay.open"

    var sentence: Sentence {
        """
        The server accepted a relay recipient\(.channel, ["tls": "", "plaintext": " in plaintext"]): \
        MAIL FROM:<\(.sender)>, RCPT TO:<\(.recipient)> was answered \(.reply).\(.control, ["accepted": Self.nonsense, "": ""])
        """
    }
    private static let nonsense: Sentence = """
         It accepts nonsense recipients too, so it may refuse later; whether mail would be forwarded cannot be determined \
        without sending a message.
        """

    var severity: Severity { .critical }
    var paste: [PasteKind] { [.closedRelay] }
    var remedy: String {
        "Refuse recipients outside your own domains unless the client is authenticated (Postfix: "
            + "smtpd_relay_restrictions = permit_mynetworks, permit_sasl_authenticated, defer_unauth_destination; "
            + "Exim: a require clause with relay_to_domains; OpenSMTPD: action relay only for auth or local senders)."
    }
}

extension Check {
    /// A mail server relays only for those it knows. RFC 2505, section 2.1; RFC 5321, section 7.9.
    static let relayClosed = Check.perServer(
        "relay.closed",
        title: "The server does not relay for strangers",
        why: """
            An open relay sends anybody's mail to anybody. Spammers find it within hours, the address lands on block \
            lists, and mail from everybody who uses the server is refused.
            """,
        references: [.rfc(2505, section: "2.1"), .rfc(5321, section: "7.9"), .rfc(5321, section: "3.6.2")],
        examples: [
            .given(
                "relaying is denied for good", .refused(by: SMTPReply(550, "5.7.1 Relaying denied")), expect: .passed),
            .given(
                "stock Postfix denies relaying with a temporary code",
                .refused(by: SMTPReply(454, "4.7.1 <relay-test@example.net>: Relay access denied")), expect: .passed),
            .given(
                "authentication is required first", .refused(by: SMTPReply(530, "5.7.0 Authentication required")),
                expect: .passed),
            .given(
                "a stranger's mail to a stranger is accepted",
                RelayReplies([
                    .example(.thirdParty, SMTPReply(250, "2.1.5 Ok")),
                    .example(.control, SMTPReply(550, "5.1.1 Unknown")),
                ]),
                expect: .found(
                    .open,
                    "The server accepted a relay recipient: MAIL FROM:<relay-test@example.org>, "
                        + "RCPT TO:<relay-test@example.net> was answered 250 2.1.5 Ok.")),
            .given(
                "a server that accepts every recipient",
                RelayReplies([
                    .example(.thirdParty, SMTPReply(250, "Ok")), .example(.control, SMTPReply(250, "Ok")),
                ]),
                expect: .found(
                    .open,
                    "The server accepted a relay recipient: MAIL FROM:<relay-test@example.org>, RCPT "
                        + "TO:<relay-test@example.net> was answered 250 Ok. It accepts nonsense recipients too, so "
                        + "it may refuse later; whether mail would be forwarded cannot be determined without "
                        + "sending a message.")),
            .given(
                "greylisting proves nothing", .refused(by: SMTPReply(451, "4.7.1 Greylisted, please try again")),
                expect: .inconclusive("Every relay attempt was deferred: 451 4.7.1 Greylisted, please try again.")),
            .given(
                "any 2yz accepts", RelayReplies([.example(.thirdParty, SMTPReply(252, "Cannot verify, will try"))]),
                expect: .found(
                    .open,
                    "The server accepted a relay recipient: MAIL FROM:<relay-test@example.org>, "
                        + "RCPT TO:<relay-test@example.net> was answered 252 Cannot verify, will try.")),
            .given(
                "refused inside TLS, accepted in plaintext",
                RelayReplies([
                    .example(.thirdParty, SMTPReply(550, "Relaying denied")),
                    .example(.thirdParty, SMTPReply(250, "Ok"), insideTLS: false),
                ]),
                expect: .found(
                    .open,
                    "The server accepted a relay recipient in plaintext: MAIL FROM:<relay-test@example.org>, "
                        + "RCPT TO:<relay-test@example.net> was answered 250 Ok.")),
            .given(
                "refused inside TLS, not asked in plaintext",
                RelayReplies(
                    [.example(.thirdParty, SMTPReply(550, "Relaying denied"))],
                    unknown: [.init(insideTLS: false, .unplanned)]),
                expect: .inconclusive("In plaintext: No relay attempt was answered: not collected.")),
            .given(
                "replies that do not belong to their commands",
                RelayReplies([.example(.thirdParty, SMTPReply(250, "Ok"), standing: .outOfStep)]),
                expect: .inconclusive(
                    "The server sends more than one reply to a command, so which reply answers RCPT could not "
                        + "be determined.")),
            .given(
                "accepted, it seems, and hung up",
                RelayReplies([.example(.thirdParty, SMTPReply(250, "Ok"), standing: .cutOff)]),
                expect: .inconclusive("RCPT seemed to be answered 250 Ok, and then the connection ended.")),
            .given(
                "strangers are refused, and nobody asked in the name of the domain",
                RelayReplies(
                    [.example(.thirdParty, SMTPReply(550, "5.7.1 Relaying denied"))],
                    unnamed: [.init(insideTLS: true, .timedOut("the run\u{2019}s deadline of 120 s passed"))]),
                expect: .inconclusive(
                    "Whether a forged sender of the domain is relayed could not be determined: the run\u{2019}s deadline "
                        + "of 120 s passed.")),
            .given(
                "the sender was refused before a recipient could be asked",
                RelayReplies([
                    RelayAttempt(
                        variant: .thirdParty, sender: "relay-test@example.org", recipient: "relay-test@example.net",
                        mailReply: SMTPReply(550, "5.1.8 Sender domain not found"), recipientReply: nil)
                ]),
                expect: .inconclusive("No relay attempt reached RCPT: 550 5.1.8 Sender domain not found.")),
        ]
    ) { (replies: RelayReplies) -> Verdict<RelayClosedFinding> in
        let attempts = replies.attempts.filter { $0.variant != .control && !$0.variant.isDetour }
        if let accepted = attempts.first(where: \.isAccepted) {
            let acceptsAll = replies.attempts.contains { $0.variant == .control && $0.isAccepted }
            return .found(.open, arguments(accepted, acceptsAll: acceptsAll))
        }
        for way in [true, false] {
            let asked = attempts.filter { $0.insideTLS == way }
            let unasked = replies.unknown.first { $0.insideTLS == way }
            guard !asked.isEmpty || unasked != nil, !asked.isRefused else { continue }
            let isOnly = asked.count == attempts.count && !replies.unknown.contains { $0.insideTLS != way }
            let place = isOnly ? "" : way ? "Inside TLS: " : "In plaintext: "
            let doubt = asked.doubt ?? "No relay attempt was answered: \(unasked?.why ?? .unplanned)."
            return .inconclusive(place + doubt)
        }
        if attempts.isEmpty { return .inconclusive("No relay attempt was answered.") }
        // A server may refuse strangers and trust whoever says to be of the domain.
        guard let unnamed = replies.unnamed.first else { return .passed }
        return .inconclusive(
            "Whether a forged sender of the domain is relayed could not be determined: \(unnamed.why).")
    }

    private static func arguments(_ attempt: RelayAttempt, acceptsAll: Bool) -> Arguments {
        [
            .channel: attempt.insideTLS ? "tls" : "plaintext", .sender: attempt.sender,
            .recipient: attempt.recipient, .reply: attempt.recipientReply?.firstLine ?? "",
            .control: acceptsAll ? "accepted" : nil,
        ]
    }
}

extension [RelayAttempt] {
    /// Whether one way to the server is closed: some attempt is refused for certain, and none seems accepted.
    fileprivate var isRefused: Bool { contains(where: \.isDefiniteRefusal) && !contains(where: \.seemsAccepted) }

    /// Why these attempts tell nothing; nil where there are none.
    fileprivate var doubt: String? {
        guard let earliest = self.first else { return nil }
        if contains(where: { $0.standing == .outOfStep }) {
            return
                "The server sends more than one reply to a command, so which reply answers RCPT could not be "
                + "determined."
        }
        if let attempt = first(where: \.seemsAccepted), let reply = attempt.recipientReply {
            return "RCPT seemed to be answered \(reply.firstLine), and then the connection ended."
        }
        if let reply = lazy.compactMap(\.recipientReply).first {
            return "Every relay attempt was deferred: \(reply.firstLine)."
        }
        return "No relay attempt reached RCPT: \(earliest.mailReply.firstLine)."
    }
}

extension RelayAttempt {
    static func example(
        _ variant: Variant, _ reply: SMTPReply, insideTLS: Bool = true, standing: Standing? = nil
    ) -> RelayAttempt {
        RelayAttempt(
            variant: variant, sender: "relay-test@example.org", recipient: "relay-test@example.net",
            insideTLS: insideTLS, mailReply: SMTPReply(250, "2.1.0 Ok"), recipientReply: reply, standing: standing)
    }
}

extension RelayReplies {
    fileprivate static func refused(by reply: SMTPReply) -> RelayReplies {
        RelayReplies([.example(.thirdParty, reply), .example(.nullSender, reply), .example(.forgedLocal, reply)])
    }
}
