internal import CheckKit
internal import MailModel

/// Everything that is asked about relaying on one way to a server, in plaintext or inside TLS: on the connection that is
/// there anyway, and on one more where the server breaks off at a group of commands, or accepts a stranger and breaks off.
final class RelayTest: Sendable {
    private let target: ServerTarget
    /// What to offer on further connections; nil stays in plaintext.
    private let offer: TLSOffer?
    private let wantsDetours: Bool
    /// Whom to name to the server, where it is to be named.
    private let domain: DomainName
    private let publish: @Sendable (RelayAnswers) -> Void
    private let attempts = Locked<[RelayAttempt]>([])
    private let ending = Locked<(outOfStep: String?, failure: WireFailure?)>((nil, nil))

    package init(
        target: ServerTarget, offer: TLSOffer?, wantsDetours: Bool, naming domain: DomainName,
        publish: @escaping @Sendable (RelayAnswers) -> Void
    ) {
        self.target = target
        self.offer = offer
        self.wantsDetours = wantsDetours
        self.domain = domain
        self.publish = publish
    }

    /// How replies and commands came out of step, if they did.
    package var outOfStep: String? { ending.withLock { $0.outOfStep } }
    /// What broke the connection that was there, if something did.
    package var failure: WireFailure? { ending.withLock { $0.failure } }

    /// Asks on a connection behind EHLO, and says QUIT.
    func askAndQuit(_ connection: any SMTPConnection, _ hello: HelloReply) async throws {
        try await ask(connection, hello)
        if failure == nil { await end(connection) }
    }

    /// Asks, and nothing more: the connection is for something else then, unless `failure` says that it broke.
    package func ask(_ connection: any SMTPConnection, _ hello: HelloReply) async throws {
        try await ask(connection, pipelining: hello.offers("PIPELINING")) { try await $0.ask() }
    }

    /// Asks in the name of the domain alone, and says QUIT.
    func askInNameAndQuit(_ connection: any SMTPConnection, _ hello: HelloReply, acceptsStrangers: Bool) async throws {
        try await ask(connection, pipelining: hello.offers("PIPELINING")) {
            try await $0.askInName(acceptsStrangers: acceptsStrangers)
        }
        if failure == nil { await end(connection) }
    }

    /// Replies and commands proved to be out of step later in the same conversation.
    func distrust(_ how: String) {
        ending.withLock { $0.outOfStep = $0.outOfStep ?? how }
        attempts.withLock { attempts in
            for index in attempts.indices { attempts[index].standing = .outOfStep }
        }
        if attempts.withLock({ !$0.isEmpty }) { tell() }
    }

    private func tell() {
        publish(RelayAnswers(attempts.withLock { $0 }, of: domain, insideTLS: offer != nil))
    }

    /// Asks again on a new connection, where the answers so far ask for it. To be called when the connection that was there
    /// is closed: an address may get one at a time.
    func followUp(_ hello: HelloReply) async throws {
        guard failure != nil || attempts.withLock({ $0.last?.endsConversation == true }), outOfStep == nil else {
            return
        }
        if attempts.withLock({ $0.isEmpty }), hello.offers("PIPELINING") {
            try await again("relay, one command at a time") { connection in
                try await self.ask(connection) { try await $0.ask() }
                if self.failure == nil { await self.end(connection) }
            }
        }
        guard outOfStep == nil, let last = attempts.withLock({ $0.last }) else { return }
        if last.seemsAccepted, last.standing == .cutOff {
            try await again("relay once more") { try await self.confirm(last, $0) }
        } else if wantsDetours, last.recipientReply != nil, last.isDefiniteRefusal, !last.variant.isDetour {
            // Whoever hangs up on a stranger has not been asked for one in disguise.
            try await again("relay by a detour") { connection in
                try await self.ask(connection) { try await $0.askDetours(from: last.sender) }
                if self.failure == nil { await self.end(connection) }
            }
        }
    }
}

extension RelayTest {
    private func ask(
        _ connection: any SMTPConnection, pipelining: Bool = false,
        _ questions: @Sendable (RelayDialogue) async throws -> Void
    ) async throws {
        ending.withLock { $0.failure = nil }
        let dialogue = RelayDialogue(
            connection: connection, pipelining: pipelining, insideTLS: offer != nil, domain: domain,
            host: target.server.host, settings: target.settings, wantsDetours: wantsDetours, attempts: attempts,
            keep: { [self] in tell() })
        do {
            try await questions(dialogue)
        } catch let failure as WireFailure {
            ending.withLock { $0.failure = failure }
            if let how = failure.outOfStep { distrust(how) }
        }
    }

    /// Says QUIT; what is wrong with the answer is wrong with all answers.
    private func end(_ connection: any SMTPConnection) async {
        if let how = await connection.quit().outOfStep { distrust(how) }
    }

    /// A server that accepts a stranger and hangs up at RSET is asked between commands whose answers are known: RCPT before
    /// MAIL and RCPT without a mailbox are refused, and QUIT is answered 221. RFC 5321, sections 4.1.4 and 4.2.4.
    private func confirm(_ attempt: RelayAttempt, _ connection: any SMTPConnection) async throws {
        let rcpt = "RCPT TO:<\(attempt.recipient)>"
        let early = try await connection.send(rcpt)
        let mail = try await connection.send("MAIL FROM:<\(attempt.sender)>")
        guard mail.isPositive else {
            await connection.quit()
            return
        }
        let empty = try await connection.send("RCPT TO:<>")
        let reply = try await connection.send(rcpt)
        let farewell = await connection.quit()
        let isCertain =
            switch farewell {
            case .said(let last): last.code == 221
            case .silent: early.isPermanent && empty.isPermanent
            case .outOfStep: false
            }
        guard reply.acceptsRecipient, isCertain else { return }
        attempts.withLock { attempts in
            guard let last = attempts.indices.last else { return }
            attempts[last].recipientReply = reply
            attempts[last].standing = .confirmed
        }
        tell()
    }

    /// A further connection on the same way. One that does not get there, or breaks, leaves what is known.
    private func again(_ label: String, _ body: @Sendable (any SMTPConnection) async throws -> Void) async throws {
        do {
            try await target.connection(label) { [offer, settings = target.settings] connection in
                if let offer {
                    _ = try await connection.reachHelloInsideTLS(settings, offer)
                } else {
                    _ = try await connection.reachHello(settings)
                }
                try await body(connection)
            }
        } catch is WireFailure {
            return
        } catch is Throttled {
            return
        }
    }
}
