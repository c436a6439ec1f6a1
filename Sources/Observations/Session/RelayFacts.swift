// An open relay passes on mail from anybody to anybody: spammers find it within hours. RFC 2505, section 2.1; RFC 5321,
// section 7.9. To find out, a tester offers a stranger's mail and looks at the answer to RCPT; it never sends DATA, so no
// message can result:
//
//     C: MAIL FROM:<stranger@example.org>     R1 a third party; R2 the null sender <>; R3 a forged local sender
//     C: RCPT TO:<stranger@example.net>       250: accepted for relay; 550, or 454 "Relay access denied": refused
//     C: RSET
//
// Acceptance at RCPT is strong evidence, not proof of forwarding; a bare 450 or 451 is greylisting and tells nothing.
//
// Only an answer to RCPT counts as one (RFC 5321, section 4.2: one reply to one command). A server that says one line too
// many refuses with what looks like its answer to RSET, so RSET must be answered 2yz, and QUIT be answered by itself. A
// server that accepts and hangs up is asked once more, between commands whose answers are known. Strangers come in
// plaintext as well as inside TLS, and a server may treat them differently: both are asked.
//
// A server that refuses the plain way may still take a detour: an address that seems to be its own and hides another. RFC
// 2505 names three tricks, one recipient for each (R8, R15 and R18 of the usual lists):
//
//     C: RCPT TO:<stranger%example.net@mx.example>     percent hack
//     C: RCPT TO:<@mx.example:stranger@example.net>    source route
//     C: RCPT TO:<example.net!stranger@mx.example>     bang path
//
// Who accepts one may take it for a mailbox of its own: a possible relay, no certain one.
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
        /// R8: a stranger behind a percent sign, at the server itself.
        case percentHack = "percent-hack"
        /// R15: a stranger, by way of the server itself. RFC 5321, appendix C.
        case sourceRoute = "source-route"
        /// R18: a stranger in front of whom a UUCP path stands, at the server itself.
        case bangPath = "bang-path"
        /// A nonsense mailbox of the domain under test: a server that accepts it accepts every recipient.
        case control

        /// Whether the recipient hides a stranger in an address of the server.
        public var isDetour: Bool { [.percentHack, .sourceRoute, .bangPath].contains(self) }

        /// Whether it names the domain under test: what is answered belongs to that domain. See `RelayInName`.
        public var namesDomain: Bool { self == .forgedLocal || self == .control }
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
    /// The reply to RSET; nil where none came, and in evidence of the time when nobody noted it.
    public var resetReply: SMTPReply?
    /// Whether the replies belong to their commands; nil in evidence of the time when nobody looked.
    public var standing: Standing?

    /// Whether the replies of an attempt belong to its commands.
    public enum Standing: String, Hashable, Sendable, Codable, CaseIterable {
        /// RSET was answered as RSET is.
        case inStep = "in-step"
        /// The conversation ended before RSET was answered.
        case cutOff = "cut-off"
        /// The conversation ended before RSET was answered, and asked again the server accepted again.
        case confirmed
        /// They do not, or nobody knows which reply answers what.
        case outOfStep = "out-of-step"
    }

    /// One attempt.
    public init(
        variant: Variant, sender: String, recipient: String, insideTLS: Bool = true, mailReply: SMTPReply,
        recipientReply: SMTPReply?, resetReply: SMTPReply? = nil, standing: Standing? = nil
    ) {
        self.variant = variant
        self.sender = sender
        self.recipient = recipient
        self.insideTLS = insideTLS
        self.mailReply = mailReply
        self.recipientReply = recipientReply
        self.resetReply = resetReply
        self.standing = standing
    }
}

extension SMTPReply {
    /// Whether it takes a recipient: any 2yz does, and the client goes on to send. RFC 5321, sections 3.3 and 4.2.1.
    var acceptsRecipient: Bool { isPositive }

    /// Whether it refuses to relay: a 5yz, or a 4yz whose words deny relaying, which is how stock Postfix says no.
    var refusesRecipient: Bool { isPermanent || (isTransient && deniesRelaying) }
}

extension RelayAttempt {
    /// Whether RCPT was answered 2yz, and that was the answer to RCPT.
    package var isAccepted: Bool { seemsAccepted && (standing == nil || standing == .inStep || standing == .confirmed) }

    /// Whether a 2yz stands where the answer to RCPT belongs, whatever it is.
    package var seemsAccepted: Bool { recipientReply?.acceptsRecipient == true }

    /// Whether another try may tell more: the recipient was put off, or the conversation ended over it.
    var leavesOpen: Bool {
        if standing == .cutOff || standing == .outOfStep { return true }
        let last = recipientReply ?? mailReply
        return last.isTransient && !last.deniesRelaying
    }

    /// Whether this attempt shows that the server refuses to relay: a 5yz to RCPT, a reply that asks for authentication or
    /// TLS first, or a temporary code whose words deny relaying, which is how stock Postfix says no.
    package var isDefiniteRefusal: Bool {
        if standing == .outOfStep { return false }
        if mailReply.code == 530 { return true }
        if !mailReply.isPositive { return mailReply.deniesRelaying }
        return recipientReply?.refusesRecipient ?? false
    }
}

/// The answers to every relay attempt, in order. Detours are among them where a check asks for `RelayDetours`.
public struct RelayReplies: ServerFact, Hashable {
    /// `relay.replies`.
    public static let id: FactID = "relay.replies"
    /// The attempts, in order: inside TLS, then in plaintext.
    public var attempts: [RelayAttempt]
    /// The ways that lead to the server and were not asked.
    public var unknown: [UnaskedWay]
    /// The ways on which strangers were asked for, and nobody in the name of the domain.
    public var unnamed: [UnaskedWay]

    /// Attempts, in order, and the ways that were not asked.
    public init(_ attempts: [RelayAttempt], unknown: [UnaskedWay] = [], unnamed: [UnaskedWay] = []) {
        self.attempts = attempts
        self.unknown = unknown
        self.unnamed = unnamed
    }

    /// A way to the server, in plaintext or inside TLS, of which no attempt tells anything.
    public struct UnaskedWay: Hashable, Sendable, Codable {
        /// Whether it is the way inside TLS.
        public var insideTLS: Bool
        /// Why it was not asked.
        public var why: Absence

        /// A way, and why it was not asked.
        public init(insideTLS: Bool, _ why: Absence) {
            self.insideTLS = insideTLS
            self.why = why
        }
    }
}

/// The same answers, for who asks whether a detour is taken; only then are detours asked for.
public struct RelayDetours: ServerFact, Hashable {
    /// `relay.detours`.
    public static let id: FactID = "relay.detours"
    /// All attempts, in order, the plain ones among them.
    public var attempts: [RelayAttempt]

    /// Attempts, in order.
    public init(_ attempts: [RelayAttempt]) { self.attempts = attempts }
}
