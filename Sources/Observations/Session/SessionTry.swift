internal import CheckKit
package import MailModel

/// One connection of a session, as far as it goes. What it showed is kept where an earlier one did not get further.
struct SessionTry: Sendable {
    package let target: ServerTarget
    package let draft: Draft<Conversation>
    /// The domain, to be named in relay attempts, and where the answers to those are kept.
    let inName: InName<RelayInName>
    /// What to send as SNI; nil sends none.
    package let name: DomainName?
    /// How the server refused the name, where this try is for finding out whether it does without.
    let nameRefusal: String?
    let wantsRelay: Bool
    let wantsDetours: Bool
    /// Whether a reply that says no is worth another connection: several machines may take turns behind the address.
    let looksAgain: Bool
    private let seen = Locked(Conversation())
    private let relay = Locked<(test: RelayTest, hello: HelloReply)?>(nil)
    /// Whether what is kept is of this try.
    private let isKept = Locked(false)

    package init(
        target: ServerTarget, draft: Draft<Conversation>, inName: InName<RelayInName>, name: DomainName?,
        nameRefusal: String?, wantsRelay: Bool, wantsDetours: Bool, looksAgain: Bool
    ) {
        self.target = target
        self.draft = draft
        self.inName = inName
        self.name = name
        self.nameRefusal = nameRefusal
        self.wantsRelay = wantsRelay
        self.wantsDetours = wantsDetours
        self.looksAgain = looksAgain
    }

    /// What a try leads to.
    enum End: Sendable {
        /// No further try would tell more.
        case done
        /// The server asked us to come back later; with the sighting where that was its answer to STARTTLS, which has nothing to
        /// do with us.
        case later(Sighting? = nil)
        /// A reply said no, and nobody has asked again yet.
        case no(Sighting)
        /// The connection broke before EHLO was answered inside TLS.
        case broke(Break)
        /// The server ended the handshake with an alert, maybe over the name in SNI.
        case nameRefused(alert: String)

        /// Whether it ended over something that came behind the name, and may be because of that.
        var isBehindTheName: Bool {
            switch self {
            case .done, .later: false
            case .no(let sighting): sighting.stage == .helloInsideTLS
            case .broke(let latest): latest.isBehindSTARTTLS
            case .nameRefused: true
            }
        }
    }

    /// How a connection broke, and behind how many stages.
    struct Break: Sendable {
        package let failure: WireFailure
        package let reach: Int

        /// Greeting, EHLO and STARTTLS were answered.
        package static let handshake = 3
        /// EHLO was answered inside TLS.
        package static let inside = 5

        /// Whether STARTTLS was granted, and what came then may be over the name in SNI.
        var isBehindSTARTTLS: Bool { reach >= Self.handshake }

        /// The same kind of failure at the same stage; the words may differ.
        func isLike(_ other: Break) -> Bool {
            guard reach == other.reach else { return false }
            return switch (failure, other.failure) {
            case (.protocolError, .protocolError): true
            // Whether a hang-up arrives as an end or as a reset is a matter of timing.
            case (.closedEarly, .closedEarly), (.closedEarly, .reset), (.reset, .closedEarly): true
            default: failure == other.failure
            }
        }
    }

    package func run() async throws -> End {
        // The test publishes through this try: they would keep each other for ever.
        defer { relay.withLock { $0 = nil } }
        do {
            let end = try await target.connection("session") { try await converse($0) }
            try await followUp()
            return end
        } catch let failure as WireFailure {
            note { conversation in
                conversation.outOfStep = failure.outOfStep ?? conversation.outOfStep
                conversation.end(.failed(failure))
            }
            let reach = seen.withLock { $0.reach }
            if reach == Break.handshake, name != nil, let alert = failure.alert { return .nameRefused(alert: alert) }
            return failure.isBreak(behind: reach) ? .broke(Break(failure: failure, reach: reach)) : .done
        }
    }

    /// Whether it got as far as a sender has to: EHLO was answered inside TLS.
    var hasWorked: Bool { seen.withLock { $0.reach } == Break.inside }

    /// It broke so each time: that is how the server behaves. If the last connection did without the name, it is not over the name.
    package func prove(_ latest: Break, times: Int) {
        guard draft.fact.reach <= latest.reach else { return }
        var conversation = seen.withLock { $0 }
        conversation.serverNameRefused = nil
        conversation.forget(behind: latest.reach)
        conversation.end(.failed(.repeated(latest.failure, times: times)))
        conversation.startTLSAttempts = draft.fact.startTLSAttempts
        let proven = conversation
        draft.update { $0 = proven }
    }

    private func converse(_ connection: any SMTPConnection) async throws -> End {
        let greeting = try await connection.greeting()
        note { $0.greeting = .present(greeting) }
        guard greeting.isPositive else {
            note { conversation in
                conversation.hello = .absent(.blocked(by: Greeting.id, because: Self.refusal(greeting)))
                conversation.end(Self.refusal(greeting))
            }
            await connection.quit()
            if greeting.isTransient { return .later() }
            return looksAgain ? .no(Sighting(.greeting, greeting.firstLine)) : .done
        }
        let hello = try await connection.hello(target.settings)
        guard hello.reply.isPositive else {
            note { $0.end(Self.refusal(hello.reply)) }
            await connection.quit()
            if hello.reply.isTransient { return .later() }
            return looksAgain ? .no(Sighting(.hello, hello.reply.firstLine)) : .done
        }
        note { $0.hello = .present(hello) }
        guard hello.offers("STARTTLS") else {
            let why = Absence.notApplicable("The server does not offer STARTTLS.")
            note { conversation in
                conversation.startTLS = .absent(why)
                conversation.handshake = .absent(why)
                conversation.helloInsideTLS = .absent(why)
            }
            if looksAgain {
                await connection.quit()
                return .no(Sighting(.hello, ""))
            }
            try await goOn(connection, hello, inside: nil)
            return .done
        }
        guard let inside = try await encrypt(connection) else {
            let seen = seen.withLock { $0 }
            if let reply = seen.startTLS?.value, reply.isTransient {
                return .later(reply.turnsAway ? nil : Sighting(.handshake, reply.firstLine))
            }
            if let reply = seen.startTLS?.value, !reply.grantsTLS {
                return looksAgain ? .no(Sighting(.handshake, reply.firstLine)) : .done
            }
            guard case .failed(.rejected(let reply)) = seen.helloInsideTLS?.absence else { return .done }
            // A server may refuse inside TLS over the name, too.
            return looksAgain || name != nil ? .no(Sighting(.helloInsideTLS, reply.firstLine)) : .done
        }
        try await goOn(connection, inside, inside: TLSOffer(serverName: name))
        return .done
    }

    /// Any code but 521 speaks about this client, not about the server. RFC 5321, section 3.1; RFC 7504, section 3.
    private static func refusal(_ reply: SMTPReply) -> Absence {
        reply.code == 521 || !reply.isPermanent
            ? .failed(.rejected(reply))
            : .inconclusive("the server refuses this client: \(reply.firstLine)")
    }

    /// STARTTLS, handshake, EHLO again: each a stage of its own. Nil where a reply says no.
    private func encrypt(_ connection: any SMTPConnection) async throws -> HelloReply? {
        draft.update { $0.startTLSAttempts += 1 }
        let reply = try await connection.startTLS()
        note { $0.startTLS = .present(reply) }
        guard reply.grantsTLS else {
            note { $0.end(.blocked(by: STARTTLSReply.id, because: .failed(.rejected(reply)))) }
            await connection.quit()
            return nil
        }
        let handshake: TLSHandshake
        do {
            handshake = try await connection.handshake(TLSOffer(serverName: name))
        } catch {
            let leftover = await connection.plaintextAfterStartTLS()
            note { $0.note(leftover) }
            throw error
        }
        let leftover = await connection.plaintextAfterStartTLS()
        note { conversation in
            conversation.handshake = .present(handshake)
            conversation.serverNameRefused = nameRefusal
            conversation.note(leftover)
        }
        let inside = try await connection.hello(target.settings)
        guard inside.reply.isPositive else {
            note { $0.end(.failed(.rejected(inside.reply))) }
            await connection.quit()
            return nil
        }
        let ticket = await connection.sessionTicket()
        note { conversation in
            conversation.helloInsideTLS = .present(inside)
            conversation.ticket = ticket
        }
        return inside
    }

    /// Relay recipients, where they are wanted, and QUIT.
    private func goOn(_ connection: any SMTPConnection, _ hello: HelloReply, inside offer: TLSOffer?) async throws {
        guard wantsRelay else {
            let farewell = await connection.quit()
            return note { $0.outOfStep = farewell.outOfStep }
        }
        let test = RelayTest(target: target, offer: offer, wantsDetours: wantsDetours, naming: inName.domain) {
            answers in
            note { $0.relay = .present(answers.shared) }
            inName.keep(answers.named)
        }
        note { $0.namesApart = true }
        inName.keep(RelayInName([.init(of: inName.domain, insideTLS: offer != nil)]))
        relay.withLock { $0 = (test, hello) }
        try await test.askAndQuit(connection, hello)
    }

    /// What is asked about relaying on further connections, and how it ended.
    private func followUp() async throws {
        guard let (test, hello) = relay.withLock({ $0 }) else { return }
        try await test.followUp(hello)
        note { conversation in
            conversation.outOfStep = test.outOfStep
            if let why = test.failure, conversation.relay == nil { conversation.relay = .absent(.failed(why)) }
        }
    }

    /// Keeps what this try shows, unless an earlier one got further.
    private func note(_ change: (inout Conversation) -> Void) {
        let latest = seen.withLock { conversation in
            change(&conversation)
            return conversation
        }
        draft.update { kept in
            let isFurther = latest.reach > kept.reach || (latest.reach == kept.reach && nameRefusal == nil)
            guard
                isKept.withLock({ isKept in
                    isKept = isKept || isFurther
                    return isKept
                })
            else { return }
            let attempts = kept.startTLSAttempts
            kept = latest
            kept.startTLSAttempts = attempts
        }
    }
}

extension Sighting {
    /// A connection that broke.
    init(_ latest: SessionTry.Break) {
        let stage: Stage =
            switch latest.reach {
            case 0: .greeting
            case 1: .hello
            // EHLO was answered, and STARTTLS was not, or the handshake broke.
            case 2, 3: .handshake
            default: .helloInsideTLS
            }
        self.init(stage, latest.failure.description, isBreak: true)
    }
}

extension WireFailure {
    /// The server's alert, where the handshake ended with one.
    fileprivate var alert: String? {
        if case .handshake(_, let alert) = self { alert } else { nil }
    }

    /// How replies and commands came out of step, if that is what happened.
    package var outOfStep: String? {
        switch self {
        case .outOfStep(let how): how
        case .repeated(let failure, _): failure.outOfStep
        default: nil
        }
    }

    /// Whether the server broke off or broke the protocol before it answered EHLO inside TLS: what may be chance the first
    /// time. Silence is no such thing, and a handshake that fails is an answer; an alert behind it may be chance.
    fileprivate func isBreak(behind reach: Int) -> Bool {
        switch self {
        case .closedEarly, .reset, .protocolError: reach < 5
        case .handshake: reach == 4
        default: false
        }
    }
}

extension Conversation {
    fileprivate mutating func note(_ leftover: [UInt8]) {
        guard !leftover.isEmpty else { return }
        plaintextAfterStartTLS = String(decoding: leftover.prefix(200), as: UTF8.self).escapedForTerminal
    }

    /// Takes back why the stages behind the first so many are absent.
    fileprivate mutating func forget(behind reach: Int) {
        if reach < 1 { greeting = nil }
        if reach < 2 { hello = nil }
        if reach < 3 { startTLS = nil }
        if reach < 4 { handshake = nil }
        if reach < 5 { helloInsideTLS = nil }
        if relay?.value == nil { relay = nil }
    }
}
