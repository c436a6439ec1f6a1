internal import CheckKit
internal import MailModel

extension Derivation {
    /// The relay attempts of both conversations: inside TLS where TLS works, and in plaintext; those that name the domain among them.
    static let relayReplies = Derivation.perServer {
        (
            dialogue: Dialogue, second: Observed<SecondConversation>, survey: Incidental<TLSSurvey>,
            named: Observed<RelayInName>
        ) throws(Absence) -> RelayReplies in
        let stages = dialogue.stages
        guard let hello = stages.hello?.value else { throw stages.relay?.absence ?? .unplanned }
        var replies = RelayReplies([])
        guard hello.offers("STARTTLS") else {
            if stages.relay?.absence == .unplanned { throw .unplanned }
            replies.add(stages.relay, insideTLS: false, stages.namesApart == true ? named : nil)
            return replies
        }
        if stages.mayHaveTLS(survey.value?.hellos) {
            replies.add(stages.relay, insideTLS: true, stages.namesApart == true ? named : nil)
        }
        switch second {
        case .present(let second):
            replies.add(second.plaintextRelay, insideTLS: false, second.namesApart == true ? named : nil)
        case .absent(let why): replies.add(.absent(why), insideTLS: false, nil)
        }
        return replies
    }

    /// The relay attempts of the session; asking for them makes the session ask for detours.
    static let relayDetours = Derivation.perServer {
        (dialogue: Dialogue, named: Observed<RelayInName>) throws(Absence) -> RelayDetours in
        let shared = try (dialogue.stages.relay ?? .absent(.unplanned)).get()
        let way = named.value?.way(insideTLS: dialogue.stages.helloInsideTLS?.value != nil)
        return RelayDetours(shared.joined(way?.attempts ?? []))
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
    /// Adds the answers on one way; `named` are those that name the domain, where they were kept apart.
    fileprivate mutating func add(
        _ observed: Observed<[RelayAttempt]>?, insideTLS: Bool, _ named: Observed<RelayInName>?
    ) {
        switch observed ?? .absent(.unplanned) {
        // Evidence of old asked in plaintext where TLS failed, and kept the answers in the same place.
        case .present(let answers) where !answers.isEmpty:
            let way = named?.value?.way(insideTLS: insideTLS)
            attempts += answers.joined(way?.attempts ?? [])
            if let named, way == nil {
                unnamed.append(UnaskedWay(insideTLS: insideTLS, named.absence ?? .inconclusive("no answer came")))
            }
        case .present: unknown.append(UnaskedWay(insideTLS: insideTLS, .inconclusive("no answer came")))
        case .absent(let why): unknown.append(UnaskedWay(insideTLS: insideTLS, why))
        }
    }
}

extension [RelayAttempt] {
    /// The same attempts with others among them, in the order in which they are made.
    fileprivate func joined(_ others: [RelayAttempt]) -> [RelayAttempt] {
        guard !others.isEmpty else { return self }
        let all = self + others
        return RelayAttempt.Variant.allCases.flatMap { variant in all.filter { $0.variant == variant } }
    }
}
