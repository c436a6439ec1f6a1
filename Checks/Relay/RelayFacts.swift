// An open relay passes on mail from anybody to anybody: spammers find it within hours. RFC 2505, section 2.1; RFC 5321,
// section 7.9. To find out, a tester offers a stranger's mail and looks at the answer to RCPT; it never sends DATA, so no
// message can result:
//
//     C: MAIL FROM:<stranger@example.org>     R1 a third party; R2 the null sender <>; R3 a forged local sender
//     C: RCPT TO:<stranger@example.net>       250: accepted for relay; 550, or 454 "Relay access denied": refused
//     C: RSET
//
// Acceptance at RCPT is strong evidence, not proof of forwarding; a bare 450 or 451 is greylisting and tells nothing.
public import CheckKit
public import MailModel

/// One attempt to have mail relayed, up to RCPT.
public struct RelayAttempt: Hashable, Sendable, Codable {
    /// Who pretends to send to whom.
    public enum Variant: String, Hashable, Sendable, Codable, CaseIterable {
        /// R1: a stranger to a stranger.
        case thirdParty = "third-party"
        /// R2: the null sender to a stranger.
        case nullSender = "null-sender"
        /// R3: a forged sender of the server's own domain to a stranger.
        case forgedLocal = "forged-local"
        /// A nonsense mailbox of the domain under test: a server that accepts it accepts every recipient.
        case control
    }

    /// Which variant.
    public var variant: Variant
    /// The sender's mailbox; empty for the null sender.
    public var sender: String
    /// The recipient's mailbox.
    public var recipient: String
    /// Whether it was asked inside TLS.
    public var insideTLS: Bool
    /// The reply to MAIL.
    public var mailReply: SMTPReply
    /// The reply to RCPT; nil when MAIL was refused and RCPT therefore not asked.
    public var recipientReply: SMTPReply?

    /// One attempt.
    public init(
        variant: Variant, sender: String, recipient: String, insideTLS: Bool = true, mailReply: SMTPReply,
        recipientReply: SMTPReply?
    ) {
        self.variant = variant
        self.sender = sender
        self.recipient = recipient
        self.insideTLS = insideTLS
        self.mailReply = mailReply
        self.recipientReply = recipientReply
    }
}

/// The answers to every relay attempt, in order.
public struct RelayReplies: ServerFact, Hashable {
    /// `relay.replies`.
    public static let id: FactID = "relay.replies"
    /// The attempts, in order.
    public var attempts: [RelayAttempt]

    /// Attempts, in order.
    public init(_ attempts: [RelayAttempt]) { self.attempts = attempts }
}
