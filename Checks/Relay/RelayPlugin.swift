internal import CheckKit

extension Plugin {
    static let relay = Plugin(
        "Relay", summary: "Whether strangers can send mail to strangers through a server.",
        derivations: [.relayReplies], checks: [.relayClosed])
}

extension Derivation {
    /// The relay attempts of the conversation.
    static let relayReplies = Derivation.perServer { (conversation: Conversation) throws(Absence) -> RelayReplies in
        RelayReplies(try (conversation.relay ?? .absent(.unplanned)).get())
    }
}
