internal import CheckKit

extension Plugin {
    static let connectivity = Plugin(
        "Connectivity", summary: "Whether mail servers can be reached, and how they introduce themselves.",
        probes: [.conversation], derivations: [.greeting, .ehloReply, .vantage],
        checks: [.smtpReachable, .greetingValid])
}

extension Derivation {
    /// The greeting of the conversation.
    static let greeting = Derivation.perServer { (conversation: Conversation) throws(Absence) -> Greeting in
        Greeting(try (conversation.greeting ?? .absent(.unplanned)).get())
    }

    /// The first EHLO of the conversation.
    static let ehloReply = Derivation.perServer { (conversation: Conversation) throws(Absence) -> EHLOReply in
        EHLOReply(try (conversation.hello ?? .absent(.unplanned)).get())
    }
}
