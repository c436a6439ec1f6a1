internal import CheckKit

extension Plugin {
    static let relay = Plugin(
        "Relay", summary: "Whether strangers can send mail to strangers through a server.",
        derivations: [.relayReplies], checks: [.relayClosed])
}

extension Derivation {
    /// The relay attempts of the conversation.
    static let relayReplies = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> RelayReplies in
        RelayReplies(try (dialogue.stages.relay ?? .absent(.unplanned)).get())
    }
}
