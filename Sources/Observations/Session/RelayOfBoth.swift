internal import CheckKit
internal import MailModel

extension Derivation {
    /// The relay attempts of both conversations: inside TLS where TLS works, and in plaintext.
    static let relayReplies = Derivation.perServer {
        (
            dialogue: Dialogue, second: Observed<SecondConversation>, survey: Incidental<TLSSurvey>
        ) throws(Absence) -> RelayReplies in
        let stages = dialogue.stages
        guard let hello = stages.hello?.value else { throw stages.relay?.absence ?? .unplanned }
        var replies = RelayReplies([])
        guard hello.offers("STARTTLS") else {
            if stages.relay?.absence == .unplanned { throw .unplanned }
            replies.add(stages.relay, insideTLS: false)
            return replies
        }
        if stages.mayHaveTLS(survey.value?.hellos) { replies.add(stages.relay, insideTLS: true) }
        switch second {
        case .present(let second): replies.add(second.plaintextRelay, insideTLS: false)
        case .absent(let why): replies.add(.absent(why), insideTLS: false)
        }
        return replies
    }

    /// The relay attempts of the session; asking for them makes the session ask for detours.
    static let relayDetours = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> RelayDetours in
        RelayDetours(try (dialogue.stages.relay ?? .absent(.unplanned)).get())
    }
}

extension Conversation {
    /// Whether there is a way inside TLS, as far as anybody knows: not where STARTTLS is refused, the handshake fails or
    /// no handshake is answered.
    fileprivate func mayHaveTLS(_ hellos: HelloTally?) -> Bool {
        if helloInsideTLS?.value != nil { return true }
        if let reply = startTLS?.value, !reply.grantsTLS { return reply.turnsAway }
        // Who has no certificate does not get as far as to ask.
        if case .failed(.rejected(let reply)) = helloInsideTLS?.absence?.root, reply.demandsCertificate { return false }
        // No handshake of any connection is answered: nobody gets as far as to ask.
        if case .failed(.timedOut) = handshake?.absence?.root, hellos?.isStalled == true { return false }
        return (handshake?.absence ?? helloInsideTLS?.absence)?.root.certainty == .inconclusive
    }
}

extension RelayReplies {
    fileprivate mutating func add(_ observed: Observed<[RelayAttempt]>?, insideTLS: Bool) {
        switch observed ?? .absent(.unplanned) {
        // Evidence of old asked in plaintext where TLS failed, and kept the answers in the same place.
        case .present(let answers) where !answers.isEmpty: attempts += answers
        case .present: unknown.append(UnaskedWay(insideTLS: insideTLS, .inconclusive("no answer came")))
        case .absent(let why): unknown.append(UnaskedWay(insideTLS: insideTLS, why))
        }
    }
}
