internal import CheckKit

extension Plugin {
    static let relay = Plugin(
        "Relay", summary: "Whether strangers can send mail to strangers through a server.",
        derivations: [.relayReplies, .relayDetours], checks: [.relayClosed, .relayDetoursRefused])
}

extension Derivation {
    /// The relay attempts of the conversation.
    static let relayReplies = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> RelayReplies in
        RelayReplies(try (dialogue.stages.relay ?? .absent(.unplanned)).get())
    }

    /// The same; asking for it makes the conversation ask for detours.
    static let relayDetours = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> RelayDetours in
        RelayDetours(try (dialogue.stages.relay ?? .absent(.unplanned)).get())
    }
}
