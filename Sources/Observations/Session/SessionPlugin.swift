internal import CheckKit

extension Plugin {
    /// What is said in SMTP.
    static let session = Plugin(
        "Session", summary: "What a mail server says, from the greeting to QUIT, on two connections.",
        probes: [.conversation, .secondConversation, .relayInName],
        derivations: [
            .dialogue, .greeting, .ehloReply, .vantage, .startTLSReply, .tlsSession, .ehloReplyInsideTLS,
            .commandInjection, .mailWithoutHello, .relayReplies, .relayDetours,
        ])
}
