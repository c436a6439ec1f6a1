internal import CheckKit
internal import MailModel

extension Probe {
    /// Starts as soon as the session was offered STARTTLS, so that it is the second connection to the server: a server that
    /// is two machines behind one address shows both then. Without relaying to ask for, it waits for the handshake.
    static let secondConversation = Probe.perServer(.following("second connection").sending(.second)) {
        (
            target: ServerTarget, conversations: Unfolding<Conversation>, relay: Wanted<RelayReplies>,
            injection: Wanted<CommandInjection>, mail: Wanted<MailWithoutHello>, survey: Incidental<TLSSurvey>,
            name: InName<RelayInName>
        ) async throws -> SecondConversation in
        let session = Unfolding.Session(conversations: conversations)
        guard relay.isWanted || injection.isWanted || mail.isWanted else {
            throw Absence.notApplicable("Nothing was asked for on a second connection.")
        }
        // A first reply without STARTTLS may be that of another machine.
        let isOffered: @Sendable (Conversation) -> Bool = { $0.hello?.value?.offers("STARTTLS") == true }
        let hello = try (await session.once(isOffered).hello ?? .absent(.unplanned)).get()
        guard hello.offers("STARTTLS") else { throw Absence.notApplicable("The server does not offer STARTTLS.") }
        let draft = target.draft(SecondConversation())
        if !relay.isWanted { draft.update { $0.plaintextRelay = .absent(.unplanned) } }
        if !injection.isWanted && !mail.isWanted { draft.update { $0.injection = .absent(.unplanned) } }
        let second = Second(
            target: target, session: session, draft: draft, name: name, asksForMail: mail.isWanted, survey: survey)
        try await second.run()
        return draft.fact
    }
}

extension Unfolding<Conversation> {
    /// The session of one server, while it goes on.
    fileprivate struct Session: Sendable {
        let conversations: Unfolding<Conversation>

        /// The conversation once enough of it is known, or at its end.
        func once(_ isEnough: @escaping @Sendable (Conversation) -> Bool) async throws(Absence) -> Conversation {
            guard let element = await conversations.elements(once: isEnough).elements.first else { throw .unplanned }
            return try element.observed.get()
        }

        /// The handshake as soon as there is one, of whatever try; or that of the settled session.
        func handshake(settled: Bool = false) async -> Observed<TLSHandshake> {
            do throws(Absence) {
                return try await once { $0.handshake != nil && !settled }.handshake ?? .absent(.unplanned)
            } catch {
                return .absent(error)
            }
        }
    }
}

/// The parts of the second conversation, in order.
private struct Second: Sendable {
    let target: ServerTarget
    let session: Unfolding<Conversation>.Session
    let draft: Draft<SecondConversation>
    let name: InName<RelayInName>
    let asksForMail: Bool
    let survey: Incidental<TLSSurvey>
    /// A command behind STARTTLS over which the server broke off, on the connection that asked for relaying.
    private let brokenOff = Locked<Injected?>(nil)

    init(
        target: ServerTarget, session: Unfolding<Conversation>.Session, draft: Draft<SecondConversation>,
        name: InName<RelayInName>, asksForMail: Bool, survey: Incidental<TLSSurvey>
    ) {
        self.target = target
        self.session = session
        self.draft = draft
        self.name = name
        self.asksForMail = asksForMail
        self.survey = survey
    }

    /// What became of a command, and how the handshake failed, if it did.
    private typealias Injected = (injection: CommandInjection, handshakeFailure: String?)

    private var wantsRelay: Bool { draft.fact.plaintextRelay == nil }
    private var wantsInjection: Bool { draft.fact.injection == nil }

    func run() async throws {
        if wantsRelay { try await askRelay() }
        if wantsInjection { try await injectAgain() }
        try await lookAgain()
    }

    /// Relay recipients in plaintext; then, on the same connection, a command behind STARTTLS.
    private func askRelay() async throws {
        let test = RelayTest(target: target, offer: nil, wantsDetours: false, naming: name.domain) { answers in
            draft.update { $0.plaintextRelay = .present(answers.shared) }
            name.keep(answers.named)
        }
        draft.update { $0.namesApart = true }
        name.keep(RelayInName([.init(of: name.domain, insideTLS: false)]))
        do {
            let hello = try await target.furtherConnection("second conversation") { connection in
                let hello = try await connection.reachHello(target.settings)
                try await test.ask(connection, hello)
                if !hello.offers("STARTTLS") { noteChance(Sighting(.hello, "")) }
                if test.failure == nil { try await goOn(connection, hello, test) }
                return hello
            }
            try await test.followUp(hello)
        } catch let why as Absence {
            // Whoever does not let us in is not asked again for the rest.
            draft.update { $0.end(why) }
        }
        draft.update { second in
            second.outOfStep = second.outOfStep ?? test.outOfStep
            if second.plaintextRelay == nil {
                second.plaintextRelay = .absent(test.failure.map { .failed($0) } ?? .inconclusive("no answer came"))
            }
        }
    }

    private func goOn(_ connection: any SMTPConnection, _ hello: HelloReply, _ test: RelayTest) async throws {
        // A session that fails, and may be tried again, is not waited for with a connection in hand.
        guard wantsInjection, hello.offers("STARTTLS"), await session.handshake().value != nil else {
            if let how = await connection.quit().outOfStep { test.distrust(how) }
            return
        }
        let injector = Injector(
            connection: connection, settings: target.settings, offer: TLSOffer(serverName: nil),
            asksForMail: asksForMail)
        let injection: CommandInjection
        do {
            injection = try await injector.inject()
        } catch let failure as WireFailure {
            // What became of the command is asked again; what was said too much, or too early, is known.
            if let how = failure.outOfStep { test.distrust(how) }
            return
        }
        // Whoever is a reply behind says 250 to STARTTLS: it is the answer to RSET, and its own comes in plaintext behind it.
        let isGranted = injector.handshake != nil && injection.outcome != .answeredOutside
        if let reply = injector.reply, reply.code == 250, !isGranted {
            test.distrust("STARTTLS was answered \(reply.firstLine)")
        }
        if injection.outcome == .brokenOff {
            brokenOff.withLock { $0 = (injection, injector.handshakeFailure) }
        } else {
            note(injection, injector)
        }
    }

    /// What is still to be known of a command behind STARTTLS, where the session showed that TLS works.
    private func injectAgain() async throws {
        if case .absent(let why) = await session.handshake(settled: true) {
            let cause: Absence =
                switch why {
                case .notApplicable, .blocked, .unplanned: why
                default: .blocked(by: TLSSession.id, because: why)
                }
            return draft.update { $0.injection = .absent(cause) }
        }
        do {
            var first = brokenOff.withLock { $0 }
            if first == nil { first = try await inject(TLSOffer(serverName: nil)) }
            guard let first, first.injection.outcome == .brokenOff else { return }
            // It may have had another reason: the name that was not sent, or chance.
            guard first.handshakeFailure != nil else {
                if try await inject(TLSOffer(serverName: nil)).injection.outcome != .brokenOff {
                    noteChance(Sighting(.handshake, "over a command behind it", isBreak: true))
                }
                return
            }
            guard try await inject(TLSOffer(serverName: target.server.host)).injection.outcome != .brokenOff else {
                return try await settleHandshake(first)
            }
            try await settleName(first)
        } catch let why as Absence {
            draft.update { if $0.injection == nil { $0.injection = .absent(why) } }
        }
    }

    /// The handshake without SNI failed, and one with it did not. That may be chance, unless it fails again, behind each other:
    /// machines may take turns.
    private func settleName(_ first: Injected) async throws {
        guard let failure = first.handshakeFailure else { return }
        let isChance = try await handshakeAgain(TLSOffer(serverName: nil)) != nil
        if isChance {
            noteChance(Sighting(.handshake, failure, isBreak: true))
        } else {
            draft.update { $0.nameNeeded = failure }
        }
    }

    /// The handshake failed behind a command, with SNI and without. Does one without a command fail too, as none did in the session?
    private func settleHandshake(_ first: Injected) async throws {
        guard let failure = first.handshakeFailure,
            try await handshakeAgain(TLSOffer(serverName: target.server.host)) == nil
        else { return }
        noteChance(Sighting(.handshake, failure, isBreak: true))
    }

    private func noteChance(_ sighting: Sighting) {
        draft.update { $0.sightings = ($0.sightings ?? []) + [sighting] }
    }

    /// A handshake on a connection of its own; nil where it fails.
    private func handshakeAgain(_ offer: TLSOffer) async throws -> TLSHandshake? {
        let handshake = try await target.certificate(offer, isAlertDoubted: true)
        guard let handshake else { return nil }
        if handshake.serverName == nil {
            draft.update { $0.handshakeWithoutName = handshake }
        } else {
            draft.update { $0.furtherHandshakes = ($0.furtherHandshakes ?? []) + [handshake] }
        }
        return handshake
    }

    private func inject(_ offer: TLSOffer) async throws -> Injected {
        try await target.furtherConnection("command injection") { connection in
            try await connection.reachSTARTTLS(target.settings)
            let injector = Injector(
                connection: connection, settings: target.settings, offer: offer, asksForMail: asksForMail)
            let injection = try await injector.inject()
            note(injection, injector)
            return (injection, injector.handshakeFailure)
        }
    }

    private func note(_ injection: CommandInjection, _ injector: Injector) {
        draft.update { second in
            second.injection = .present(injection)
            if let sighting = injector.sighting { second.sightings = (second.sightings ?? []) + [sighting] }
            guard let handshake = injector.handshake else { return }
            if handshake.serverName == nil {
                second.handshakeWithoutName = handshake
            } else {
                second.furtherHandshakes = (second.furtherHandshakes ?? []) + [handshake]
            }
        }
    }

    /// Another certificate than in the session: a few more sightings tell whether it depends on SNI.
    private func lookAgain() async throws {
        guard let session = await session.handshake(settled: true).value, let with = session.chain.first else { return }
        // When the survey is over, no other connection comes in between: two machines by turns would show the same one each time.
        let isOtherInSurvey = await survey.settled().value?.leaves(besides: session).isEmpty == false
        let isOtherWithoutName = draft.fact.otherWithoutName(besides: session) != nil
        guard isOtherInSurvey || isOtherWithoutName else { return }
        for _ in 0..<SecondConversation.looks {
            do {
                guard let handshake = try await handshakeAgain(TLSOffer(serverName: target.server.host)) else { return }
                if handshake.chain.first?.der != with.der { return }
            } catch is Absence {
                return
            }
        }
    }
}

extension Traffic {
    fileprivate static let second = Traffic.connections(
        0...3, "a command behind STARTTLS, TLS without SNI, RCPT in plaintext", labelled: "second conversation",
        "command injection")
}
