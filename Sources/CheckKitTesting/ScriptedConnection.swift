internal import MailModel

/// Plays one script, line by line.
actor ScriptedConnection: SMTPConnection {
    private var rest: ArraySlice<Script.Line>
    private var leftover: [UInt8] = []
    private var encrypted = false
    private let transcript: Transcript
    private let makeHandshake: @Sendable (TLSOffer) throws -> TLSHandshake
    private let answerHello: @Sendable (HelloOffer) -> HelloAnswer
    private let sent: @Sendable (String, _ expected: Bool) -> Void

    init(
        _ script: Script, transcript: Transcript, handshake: @escaping @Sendable (TLSOffer) throws -> TLSHandshake,
        answer: @escaping @Sendable (HelloOffer) -> HelloAnswer,
        sent: @escaping @Sendable (String, _ expected: Bool) -> Void
    ) {
        rest = script.lines[...]
        self.transcript = transcript
        makeHandshake = handshake
        answerHello = answer
        self.sent = sent
    }

    /// Events at the start of a script happen while connecting.
    func connect() async throws {
        if case .event(let event) = rest.first { try await happen(event, stage: "connect") }
    }

    func localAddress() -> IPAddress? { IPAddress("192.0.2.200") }

    func greeting() async throws -> SMTPReply { try await reply(stage: "greeting") }

    func send(_ command: String) async throws -> SMTPReply {
        try await expect(command)
        return try await reply(stage: command.stage)
    }

    func pipeline(_ commands: [String]) async throws -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for command in commands { replies.append(try await send(command)) }
        return replies
    }

    func startTLS() async throws -> SMTPReply { try await send("STARTTLS") }

    func startTLS(followedBy command: String) async throws -> SMTPReply {
        try await expect("STARTTLS")
        return try await send(command)
    }

    func furtherReply() async throws -> SMTPReply { try await reply(stage: "command") }

    func handshake(_ offer: TLSOffer) async throws -> TLSHandshake {
        while case .event(let event) = rest.first, event.hasPrefix("plaintext ") {
            rest = rest.dropFirst()
            leftover += Array(event.dropFirst(10).utf8)
        }
        guard case .event(let event) = rest.first else {
            throw WireFailure.handshake(reason: "the script has no handshake here", alert: nil)
        }
        if event == "tls" {
            rest = rest.dropFirst()
            encrypted = true
            transcript.add(.event, "tls")
            return try makeHandshake(offer)
        }
        if event.hasPrefix("tls-failure") {
            rest = []
            throw WireFailure.handshake(reason: String(event.dropFirst(12)), alert: nil)
        }
        try await happen(event, stage: "handshake")
        throw WireFailure.closedEarly(stage: "handshake")
    }

    /// A ClientHello comes where the handshake would; the script says whether it is answered.
    func probe(_ offer: HelloOffer) async throws -> HelloAnswer {
        guard case .event(let event) = rest.first else { return .hungUp }
        rest = []
        switch event.prefix(while: { $0 != " " }) {
        case "tls", "heartbeat", "no-heartbeat": return answerHello(offer)
        case "tls-failure": return .alert(TLSAlert(code: 40))
        case "timeout": throw WireFailure.timedOut(stage: "handshake")
        default: return .hungUp
        }
    }

    /// What becomes of a second handshake, and of a heartbeat, stands in the script.
    func renegotiate() async throws -> Renegotiation {
        guard case .event(let event) = rest.first else { throw WireFailure.timedOut(stage: "renegotiation") }
        if event == "renegotiated" {
            rest = rest.dropFirst()
            return .accepted
        }
        if event.hasPrefix("no-renegotiation") { return .refused(String(event.dropFirst(17))) }
        try await happen(event, stage: "renegotiation")
        throw WireFailure.closedEarly(stage: "renegotiation")
    }

    func probeHeartbeat(_ offer: HelloOffer) async throws -> HeartbeatAnswer {
        guard case .event(let event) = rest.first else { return .noHandshake(.hungUp) }
        rest = []
        switch event {
        case "heartbeat": return .answered
        case "no-heartbeat": return .discarded
        default: throw WireFailure.timedOut(stage: "heartbeat")
        }
    }

    func plaintextAfterStartTLS() -> [UInt8] { leftover }

    func quit() { sent("QUIT", true) }

    private func expect(_ command: String) async throws {
        if case .event(let event) = rest.first { try await happen(event, stage: command.stage) }
        transcript.add(.client, command, encrypted: encrypted)
        guard case .client(let expected) = rest.first, Script.matches(command, expected) else {
            sent(command, false)
            throw WireFailure.closedEarly(stage: command.stage)
        }
        sent(command, true)
        rest = rest.dropFirst()
    }

    private func reply(stage: String) async throws -> SMTPReply {
        var code = 0
        var lines: [String] = []
        while true {
            switch rest.first {
            case .server(let line):
                rest = rest.dropFirst()
                transcript.add(.server, line, encrypted: encrypted)
                code = Int(line.prefix(3)) ?? 0
                lines.append(String(line.dropFirst(4)))
                if !line.dropFirst(3).hasPrefix("-") { return SMTPReply(code: code, lines: lines) }
            case .event(let event): try await happen(event, stage: stage)
            case .client, nil: throw WireFailure.closedEarly(stage: stage)
            }
        }
    }

    private func happen(_ event: String, stage: String) async throws {
        rest = rest.dropFirst()
        transcript.add(.event, event, encrypted: encrypted)
        switch event.prefix(while: { $0 != " " }) {
        case "close": throw WireFailure.closedEarly(stage: stage)
        case "reset": throw WireFailure.reset
        case "refused": throw WireFailure.refused
        case "no-route": throw WireFailure.noRoute
        case "special-address": throw WireFailure.specialAddress(String(event.dropFirst(16)))
        case "timeout": throw WireFailure.timedOut(stage: stage)
        case "hang":
            try await Task.sleep(for: .seconds(3600))
            throw WireFailure.timedOut(stage: stage)
        default: preconditionFailure("A script has the unknown event \(event)")
        }
    }
}

extension String {
    fileprivate var stage: String { String(prefix { $0 != " " }) }
}
