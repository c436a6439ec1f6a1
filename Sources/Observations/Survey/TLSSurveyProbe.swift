internal import CheckKit
internal import MailModel

extension Probe {
    /// Surveys an address as soon as STARTTLS was granted there, while the conversation that showed it goes on. A server is
    /// not contacted for what it does not offer.
    static let tlsSurvey = Probe.perAddress(.following("TLS versions, suites and groups").sending(.survey)) {
        (
            target: AddressTarget, conversations: Unfolding<Conversation>, versions: Wanted<TLSVersions>,
            classes: Wanted<TLSClasses>, largeHello: Wanted<TLSLargeHello>
        ) async throws -> TLSSurvey in
        // Where several hosts share the address, the name to send is that of one whose handshake works.
        let isShared = conversations.servers.count > 1
        let reached = await conversations.elements { $0.grantsTLS && (!isShared || $0.handshake != nil) }
        let granted = reached.elements.filter { $0.observed.value?.grantsTLS == true }
        let worked = granted.filter { $0.observed.value?.handshake?.value != nil }
        guard let server = (worked.first ?? granted.first)?.server else { throw reached.noTLS }
        var start = TLSSurvey(host: server.host)
        if versions.isWanted { start.versions = TLSVersions() }
        if classes.isWanted { start.classes = TLSClasses() }
        let draft = target.draft(start)
        let inquiry = TLSInquiry(
            questioner: target.questioner(
                server, label: "TLS survey", onHello: { hello in draft.update { $0.startTLS?.note(hello) } },
                onRefusal: { reply in draft.update { $0.note(Sighting(.handshake, reply.firstLine)) } },
                isNameRefused: { await conversations.isNameRefused(by: server) }), draft: draft,
            asksForLargeHello: largeHello.isWanted, of: server, over: target.wire.smtp)
        await inquiry.run(conversations)
        try Task.checkCancellation()
        return draft.fact
    }
}

extension Conversation {
    /// Whether the server said yes to STARTTLS.
    fileprivate var grantsTLS: Bool { startTLS?.value?.grantsTLS == true }
}

extension PerServer<Conversation> {
    /// Why TLS was begun at no server of the address: the reason that leaves most open.
    fileprivate var noTLS: Absence {
        let reasons = elements.compactMap { element -> Absence? in
            switch element.observed {
            case .present(let conversation): conversation.handshake?.absence
            case .absent(let why): why
            }
        }
        let order: [Absence.Certainty] = [.inconclusive, .decisive, .notApplicable]
        let why = order.lazy.compactMap { kind in reasons.first { $0.certainty == kind } }.first ?? .unplanned
        switch why {
        case .notApplicable, .blocked, .unplanned: return why
        default: return .blocked(by: Conversation.id, because: why)
        }
    }
}

extension Unfolding<Conversation> {
    /// Whether the session came about without SNI only; known at once where it did with it.
    fileprivate func isNameRefused(by server: MailServer) async -> Bool {
        func conversation(once isEnough: @escaping @Sendable (Conversation) -> Bool) async -> Conversation? {
            await elements(once: isEnough).elements.first { $0.server == server }?.observed.value
        }
        if await conversation(once: { $0.handshake != nil })?.handshake?.value?.serverName != nil { return false }
        return await conversation { _ in false }?.serverNameRefused != nil
    }
}

extension Traffic {
    fileprivate static let survey = Traffic.connections(
        3...20, "old versions, weak suites and groups; no handshake is completed", labelled: "TLS survey")
}
