// STARTTLS (RFC 3207) turns a plaintext SMTP connection into a TLS one. Three facts are kept apart, because servers fail
// at each of them: the keyword is offered in the EHLO reply, the command is accepted with 220, the handshake completes.
// Everything learnt before TLS is thrown away afterwards, on both sides: an attacker may have written it.
public import CheckKit
public import MailModel

/// The reply to STARTTLS, where it was offered. RFC 3207, section 4.
public struct STARTTLSReply: ServerFact, Hashable {
    /// `starttls.reply`.
    public static let id: FactID = "starttls.reply"
    /// The reply of the last attempt.
    public var reply: SMTPReply
    /// How many times it was asked for, because of 4yz replies.
    public var attempts: Int
    /// Plaintext that came between the reply and the handshake, escaped; nil when there was none.
    public var plaintextAfterwards: String?

    /// A reply.
    public init(_ reply: SMTPReply, attempts: Int = 1, plaintextAfterwards: String? = nil) {
        self.reply = reply
        self.attempts = attempts
        self.plaintextAfterwards = plaintextAfterwards
    }
}

/// The TLS session of the conversation. RFC 3207, section 4.
public struct TLSSession: ServerFact, Hashable {
    /// `tls.session`.
    public static let id: FactID = "tls.session"
    /// What the handshake showed.
    public var handshake: TLSHandshake

    /// A session.
    public init(_ handshake: TLSHandshake) { self.handshake = handshake }
}

/// The reply to EHLO inside TLS: the only one that counts. RFC 3207, section 4.2.
public struct EHLOReplyInsideTLS: ServerFact, Hashable {
    /// `smtp.ehlo-reply-inside-tls`.
    public static let id: FactID = "smtp.ehlo-reply-inside-tls"
    /// The reply, taken apart.
    public var reply: EHLOReply

    /// A reply.
    public init(_ reply: EHLOReply) { self.reply = reply }
}

extension EHLOKeyword {
    /// Firewalls that inspect SMTP replace the letters of keywords they do not know: `XXXXXXXA` is known for STARTTLS.
    package var isMasked: Bool {
        name.utf8.count == 8 && name.hasPrefix("XXXXXXX")
    }
}

extension SMTPReply {
    /// Whether a reply to STARTTLS that is no yes stands: a refusal, or "later" each time. 421 never does: it ends the
    /// connection, and a sender comes back. RFC 3207, section 4; RFC 5321, section 3.8.
    package func refusesForGood(after attempts: Int) -> Bool {
        !isPositive && (!isTransient || (code != 421 && attempts > 1))
    }
}
