internal import CheckKit

extension Plugin {
    static let startTLS = Plugin(
        "STARTTLS", summary: "Whether a server offers encryption, grants it, and starts afresh inside it.",
        derivations: [.startTLSReply, .tlsSession, .ehloReplyInsideTLS],
        checks: [.startTLSOffered, .startTLSWorks, .startTLSReset])
}

extension Derivation {
    /// The reply to STARTTLS of the conversation.
    static let startTLSReply = Derivation.perServer { (conversation: Conversation) throws(Absence) -> STARTTLSReply in
        STARTTLSReply(
            try (conversation.startTLS ?? .absent(.unplanned)).get(), attempts: conversation.startTLSAttempts,
            plaintextAfterwards: conversation.plaintextAfterStartTLS)
    }

    /// The handshake of the conversation.
    static let tlsSession = Derivation.perServer { (conversation: Conversation) throws(Absence) -> TLSSession in
        TLSSession(try (conversation.handshake ?? .absent(.unplanned)).get())
    }

    /// The second EHLO of the conversation.
    static let ehloReplyInsideTLS = Derivation.perServer {
        (conversation: Conversation) throws(Absence) -> EHLOReplyInsideTLS in
        EHLOReplyInsideTLS(EHLOReply(try (conversation.helloInsideTLS ?? .absent(.unplanned)).get()))
    }
}
