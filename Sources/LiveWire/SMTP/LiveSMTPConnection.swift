internal import FoundationEssentials
internal import MailModel
internal import NIOCore

/// One conversation: the state of an SMTP client (RFC 5321, section 3) around a socket with a TLS gate.
///
/// A failure ends the conversation: the socket is closed and every later call throws the same failure.
actor LiveSMTPConnection: SMTPConnection {
    /// What all connections of a client share.
    struct Settings: Sendable {
        let tls: TLSContext
        let anchors: TrustStore
    }

    /// Where the conversation stands.
    enum Phase {
        case awaitingGreeting
        case talking
        /// A 2yz to STARTTLS has come; only the handshake may follow.
        case awaitingHandshake
        case ended(any Error)
    }

    /// How much plaintext after STARTTLS is kept.
    static let plaintextLimit = 4096

    let channel: any Channel
    let outbound: NIOAsyncChannelOutboundWriter<GateOutput>
    let settings: Settings
    let waits: Waits
    let transcript: Transcript
    let arrivals: Arrivals
    let alarm: StageAlarm
    private let notice: @Sendable (ConnectionNotice) -> Void

    var inbound: NIOAsyncChannelInboundStream<GateInput>.AsyncIterator
    var parser = ReplyParser()
    var phase = Phase.awaitingGreeting
    var isEncrypted = false
    var hasHeardInsideTLS = false
    var isBusy = false
    var plaintext: [UInt8] = []
    var ticket: TLSTicket?
    /// How many of the octets that came were taken by a reader.
    var taken = 0
    /// A command was sent behind STARTTLS: whatever answers it may come at any time.
    var isBehindInjection = false
    /// Whether the server waits for a second handshake, and understands no command.
    var isDeaf = false

    init(
        channel: any Channel, inbound: NIOAsyncChannelInboundStream<GateInput>,
        outbound: NIOAsyncChannelOutboundWriter<GateOutput>, settings: Settings, waits: Waits, transcript: Transcript,
        arrivals: Arrivals, notice: @escaping @Sendable (ConnectionNotice) -> Void
    ) {
        self.channel = channel
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
        self.settings = settings
        self.waits = waits
        self.transcript = transcript
        self.arrivals = arrivals
        alarm = StageAlarm(channel)
        self.notice = notice
    }

    func localAddress() -> IPAddress? { channel.localAddress?.ipAddress.flatMap { IPAddress($0) } }

    func greeting() async throws -> SMTPReply {
        guard case .awaitingGreeting = phase else { throw outOfOrder("the greeting was asked for before") }
        let start = ContinuousClock.now
        do {
            let reply = try await stage("greeting", within: waits.greeting) { connection in
                try await connection.receiveReply("greeting")
            }
            advance(to: .talking)
            notice(.greeted(reply, after: start.duration(to: .now)))
            return reply
        } catch {
            if let failure = error as? WireFailure { notice(.failed(failure)) }
            throw error
        }
    }

    func send(_ command: String) async throws -> SMTPReply {
        try checkTurn([command])
        return try await exchange(command, within: waits.command)
    }

    func pipeline(_ commands: [String], heard: @Sendable (SMTPReply) -> Void) async throws -> [SMTPReply] {
        try checkTurn(commands)
        guard !commands.isEmpty else { return [] }
        var replies: [SMTPReply] = []
        for index in commands.indices {
            replies.append(
                try await stage("command", within: waits.command) { connection in
                    if index == 0 { try await connection.write(commands) }
                    return try await connection.receiveReply("command")
                })
            replies.last.map(heard)
        }
        return replies
    }

    func startTLS() async throws -> SMTPReply { try await startTLS(sending: ["STARTTLS"]) }

    func startTLS(followedBy command: String) async throws -> SMTPReply {
        try await startTLS(sending: ["STARTTLS", command])
    }

    func furtherReply() async throws -> SMTPReply {
        try checkTurn([])
        let reply = try await furtherReply(within: waits.command)
        if isEncrypted, reply.grantsTLS { isDeaf = true }
        return reply
    }

    func handshake(_ offer: TLSOffer) async throws -> TLSHandshake {
        guard case .awaitingHandshake = phase else { throw outOfOrder("STARTTLS has not been accepted") }
        let facts = try await stage("handshake", within: waits.handshake) { connection in
            try await connection.performHandshake(offer)
        }
        isEncrypted = true
        advance(to: .talking)
        let handshake = try TLSHandshake(facts, offer: offer, anchors: settings.anchors, at: .now)
        transcript.add(.event, "TLS established: \(handshake.version), \(handshake.suite)", encrypted: true)
        if facts.sentCertificates > facts.chain.count {
            transcript.add(
                .event, "\(facts.sentCertificates) certificates came, \(facts.chain.count) kept", encrypted: true)
        }
        return handshake
    }

    func plaintextAfterStartTLS() -> [UInt8] { plaintext }

    func sessionTicket() -> TLSTicket? { ticket }

    func quit() async -> Farewell {
        var farewell = Farewell.silent
        if case .talking = phase, !isBusy { farewell = await sayQuit(within: min(waits.farewell, waits.command)) }
        if case .ended = phase { return farewell }
        phase = .ended(WireFailure.local("the connection was closed by QUIT"))
        outbound.finish()
        try? await channel.close()
        transcript.add(.event, "closed")
        return farewell
    }
}

extension LiveSMTPConnection {
    /// One reply belongs to QUIT. Behind 221 nothing may be left; behind another code nothing may come before the end.
    private func sayQuit(within wait: Duration) async -> Farewell {
        do {
            let reply = try await stage("command", within: wait) { connection in
                try await connection.write(["QUIT"])
                if !connection.isDeaf { connection.notice(.leaving) }
                return try await connection.receiveReply("command")
            }
            if reply.code != 221, let more = try? await furtherReply(within: wait) {
                return .outOfStep("QUIT was answered \(reply.firstLine), and then came \(more.firstLine)")
            }
            if let stray = await stray() { return .outOfStep("\(stray) came behind the reply to QUIT") }
            if isEncrypted, case .talking = phase { try? await outbound.write(.closeNotify) }
            return .said(reply)
        } catch WireFailure.outOfStep(let how) {
            return .outOfStep(how)
        } catch {
            return .silent
        }
    }

    private func furtherReply(within wait: Duration) async throws -> SMTPReply {
        try await stage("command", within: wait) { connection in try await connection.receiveReply("command") }
    }

    private func startTLS(sending commands: [String]) async throws -> SMTPReply {
        try checkTurn(commands)
        let reply = try await stage("STARTTLS", within: waits.command) { connection in
            try await connection.write(commands)
            return try await connection.receiveReply("STARTTLS")
        }
        notice(.reply(reply))
        isBehindInjection = commands.count > 1
        guard reply.grantsTLS, !isEncrypted else { return reply }
        keepPlaintext(parser.takeRest())
        advance(to: .awaitingHandshake)
        return reply
    }

    private func exchange(_ command: String, within wait: Duration) async throws -> SMTPReply {
        let verb = command.prefix { $0 != " " }.uppercased()
        let name = ["EHLO", "STARTTLS"].contains(verb) ? verb : "command"
        let reply = try await stage(name, within: wait) { connection in
            try await connection.write([command])
            return try await connection.receiveReply(name)
        }
        if ["EHLO", "HELO", "STARTTLS"].contains(verb) { notice(.reply(reply)) }
        if verb == "STARTTLS", reply.grantsTLS { isDeaf = true }
        return reply
    }

    /// Refuses what must not be sent: out of turn, or text that would become two commands.
    func checkTurn(_ commands: [String]) throws {
        guard case .talking = phase else {
            switch phase {
            case .awaitingHandshake: throw outOfOrder("after a 2yz to STARTTLS only the handshake may follow")
            default: throw outOfOrder("the greeting has not come yet")
            }
        }
        guard commands.allSatisfy({ $0.utf8.allSatisfy { $0 != 0x0D && $0 != 0x0A && $0 != 0 } }) else {
            throw WireFailure.local("a command must not hold CR, LF or NUL")
        }
    }

    /// Moves on, unless the conversation has ended meanwhile.
    private func advance(to next: Phase) {
        if case .ended = phase { return }
        phase = next
    }

    /// The failure that ended the conversation, else a mistake of the caller.
    func outOfOrder(_ text: String) -> any Error {
        if case .ended(let error) = phase { return error }
        return WireFailure.local(text)
    }
}
