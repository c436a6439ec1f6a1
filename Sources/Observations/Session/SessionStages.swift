internal import CheckKit
internal import MailModel

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

extension Derivation {
    /// The reply to STARTTLS of the conversation.
    static let startTLSReply = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> STARTTLSReply in
        STARTTLSReply(
            try (dialogue.stages.startTLS ?? .absent(.unplanned)).get(), attempts: dialogue.stages.startTLSAttempts,
            plaintextAfterwards: dialogue.stages.plaintextAfterStartTLS)
    }

    /// The handshake of the conversation.
    static let tlsSession = Derivation.perServer { (dialogue: Dialogue) throws(Absence) -> TLSSession in
        TLSSession(try dialogue.stages.session.get())
    }

    /// The second EHLO of the conversation.
    static let ehloReplyInsideTLS = Derivation.perServer {
        (dialogue: Dialogue) throws(Absence) -> EHLOReplyInsideTLS in
        EHLOReplyInsideTLS(EHLOReply(try (dialogue.stages.helloInsideTLS ?? .absent(.unplanned)).get().granted()))
    }
}

extension Conversation {
    /// The handshake, or why there was none. "Later", each time, is no: what is never available is not there. RFC 3207,
    /// section 4.
    fileprivate var session: Observed<TLSHandshake> {
        let handshake = handshake ?? .absent(.unplanned)
        guard case .absent(let why) = handshake, case .failed(.rejected(let reply)) = why.root, reply.isTransient,
            startTLS?.value == reply, reply.refusesForGood(after: startTLSAttempts)
        else { return handshake }
        let each = WireFailure.repeated(.rejected(reply), times: startTLSAttempts)
        return .absent(.blocked(by: STARTTLSReply.id, because: .failed(each)))
    }
}
