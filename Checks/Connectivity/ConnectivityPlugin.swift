internal import CheckKit
internal import MailModel

extension Plugin {
    static let connectivity = Plugin(
        "Connectivity", summary: "Whether mail servers can be reached, and how they greet.",
        probes: [.conversation, .secondConversation], derivations: [.dialogue, .greeting, .ehloReply, .vantage],
        checks: [
            .smtpReachable, .smtpReachableOverIPv6, .greetingValid, .conversationHolds, .repliesInStep,
            .vantageSeesEverything,
        ])
}

extension Derivation {
    /// The greeting of the conversation.
    static let greeting = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> Greeting in
        Greeting(try (dialogue.stages.greeting ?? .absent(.unplanned)).get())
    }

    /// The first EHLO of the conversation.
    static let ehloReply = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> EHLOReply in
        EHLOReply(try (dialogue.stages.hello ?? .absent(.unplanned)).get().granted())
    }
}

extension HelloReply {
    /// The reply, if it is positive: evidence of old kept refusals in the same place.
    func granted() throws(Absence) -> HelloReply {
        guard reply.isPositive else { throw .failed(.rejected(reply)) }
        return self
    }
}
