internal import CheckKit
internal import MailModel

extension Probe {
    /// Holds one conversation with a server and keeps each stage as it is reached. Relay recipients are asked only when a
    /// check wants them, at the end and inside TLS where TLS works; detours only when a check wants those.
    static let conversation = Probe.perServer(drafting: Conversation()) {
        (target: ServerTarget, draft: Draft<Conversation>, relay: Wanted<RelayReplies>, detours: Wanted<RelayDetours>)
            async throws -> Void in
        let session = Session(
            target: target, draft: draft, wantsRelay: relay.isWanted || detours.isWanted,
            wantsDetours: detours.isWanted)
        try await session.greetPatiently()
        if session.needsPlaintextForRelay { try await session.askRelayInPlaintext() }
    }
}

/// One server's session: usually one connection, more when the server says "later" or breaks at the handshake.
private struct Session: Sendable {
    let target: ServerTarget
    let draft: Draft<Conversation>
    let wantsRelay: Bool
    let wantsDetours: Bool

    /// Tries again after a 4yz greeting or a 4yz reply to STARTTLS, with growing pauses: "later" is not "no".
    func greetPatiently() async throws {
        var pauses = target.settings.patience[...]
        while true {
            try await converse()
            guard shouldTryLater, let pause = pauses.popFirst() else { return }
            try await Task.sleep(for: pause)
        }
    }

    private var shouldTryLater: Bool {
        if case .absent(.failed(.rejected(let reply))) = draft.fact.hello { return reply.isTransient }
        if case .absent(.blocked(_, .failed(.rejected(let reply)))) = draft.fact.hello { return reply.isTransient }
        if case .present(let reply) = draft.fact.startTLS { return reply.isTransient }
        return false
    }

    /// One connection, as far as it goes.
    private func converse() async throws {
        try await connected(label: "session") { connection in
            guard try await greet(connection) else { return }
            let hello = try await connection.hello(target.settings)
            guard hello.reply.isPositive else {
                let why = Self.refusal(hello.reply)
                draft.update { conversation in
                    conversation.hello = .absent(why)
                    conversation.end(why)
                }
                return await connection.quit()
            }
            draft.update { $0.hello = .present(hello) }
            let encrypted = try await encrypt(connection, hello)
            if wantsRelay, encrypted || !needsFreshConnection {
                try await askRelay(connection, draft.fact.helloInsideTLS?.value ?? hello, insideTLS: encrypted)
            }
            await connection.quit()
        }
    }

    /// Waits for the greeting; false when it forbids to go on.
    private func greet(_ connection: any SMTPConnection) async throws -> Bool {
        let greeting = try await connection.greeting()
        draft.update { $0.greeting = .present(greeting) }
        guard greeting.code != 220 else { return true }
        draft.update { conversation in
            conversation.hello = .absent(.blocked(by: Greeting.id, because: Self.refusal(greeting)))
            conversation.end(Self.refusal(greeting))
        }
        await connection.quit()
        return false
    }

    /// Any code but 521 speaks about this client, not about the server. RFC 5321, section 3.1; RFC 7504, section 3.
    private static func refusal(_ greeting: SMTPReply) -> Absence {
        greeting.code == 521 || greeting.isTransient
            ? .failed(.rejected(greeting))
            : .inconclusive("the server refuses this client: \(greeting.firstLine)")
    }

    /// STARTTLS, handshake, EHLO again: each a stage of its own. True when the connection is inside TLS.
    private func encrypt(_ connection: any SMTPConnection, _ hello: HelloReply) async throws -> Bool {
        guard hello.offers("STARTTLS") else {
            let why = Absence.notApplicable("The server does not offer STARTTLS.")
            draft.update { conversation in
                conversation.startTLS = .absent(why)
                conversation.handshake = .absent(why)
                conversation.helloInsideTLS = .absent(why)
            }
            return false
        }
        draft.update { $0.startTLSAttempts += 1 }
        do {
            let reply = try await connection.startTLS()
            draft.update { $0.startTLS = .present(reply) }
            guard reply.code == 220 else {
                draft.update { $0.refuseTLS(by: STARTTLSReply.id, .failed(.rejected(reply))) }
                return false
            }
        } catch let failure as WireFailure {
            draft.update { conversation in
                conversation.startTLS = .absent(.failed(failure))
                conversation.refuseTLS(by: STARTTLSReply.id, .failed(failure))
            }
            return false
        }
        do {
            let handshake = try await connection.handshake(TLSOffer(serverName: target.server.host))
            let leftover = await connection.plaintextAfterStartTLS()
            draft.update { conversation in
                conversation.handshake = .present(handshake)
                conversation.note(leftover)
            }
        } catch let failure as WireFailure {
            let leftover = await connection.plaintextAfterStartTLS()
            draft.update { conversation in
                conversation.note(leftover)
                conversation.handshake = .absent(.failed(failure))
                conversation.refuseTLS(by: TLSSession.id, .failed(failure))
            }
            return false
        }
        let inside = try await connection.hello(target.settings)
        let ticket = await connection.sessionTicket()
        draft.update { conversation in
            conversation.helloInsideTLS = .present(inside)
            conversation.ticket = ticket
        }
        return true
    }

    /// A failed handshake leaves a dead connection; so does a server that was asked for TLS and refused.
    private var needsFreshConnection: Bool {
        draft.fact.handshake?.absence.map { $0.certainty != .notApplicable } ?? false
    }

    var needsPlaintextForRelay: Bool {
        wantsRelay && draft.fact.relay == nil && draft.fact.hello?.value != nil && needsFreshConnection
    }

    func askRelayInPlaintext() async throws {
        try await connected(label: "relay in plaintext") { connection in
            let greeting = try await connection.greeting()
            guard greeting.code == 220 else { throw WireFailure.rejected(greeting) }
            let hello = try await connection.hello(target.settings)
            try await askRelay(connection, hello, insideTLS: false)
            await connection.quit()
        }
    }

    private func askRelay(_ connection: any SMTPConnection, _ hello: HelloReply, insideTLS: Bool) async throws {
        let dialogue = RelayDialogue(
            connection: connection, pipelining: hello.offers("PIPELINING"), insideTLS: insideTLS,
            domain: target.domain, host: target.server.host, settings: target.settings,
            wantsDetours: wantsDetours)
        try await dialogue.ask { attempt in
            draft.update { conversation in
                conversation.relay = .present((conversation.relay?.value ?? []) + [attempt])
            }
        }
    }

    private func connected(
        label: String, _ body: @Sendable (any SMTPConnection) async throws -> Void
    ) async throws {
        try await target.wire.smtp.withConnection(
            to: target.server, port: target.settings.port, waits: target.settings.waits,
            transcript: target.transcript(label), body)
    }
}

extension Conversation {
    /// Everything behind a refused STARTTLS or a failed handshake is blocked by it.
    fileprivate mutating func refuseTLS(by fact: FactID, _ why: Absence) {
        let blocked = Absence.blocked(by: fact, because: why)
        if handshake?.absence == nil { handshake = .absent(blocked) }
        helloInsideTLS = .absent(blocked)
    }

    fileprivate mutating func note(_ leftover: [UInt8]) {
        guard !leftover.isEmpty else { return }
        plaintextAfterStartTLS = String(decoding: leftover.prefix(200), as: UTF8.self).escapedForTerminal
    }
}
