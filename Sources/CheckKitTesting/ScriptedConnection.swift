internal import MailModel

/// A command that was sent where the script expects something else.
struct Surprise: Sendable, CustomStringConvertible {
    let command: String
    let expected: Script.Line?

    init(_ command: String, inPlaceOf expected: Script.Line?) {
        self.command = command
        self.expected = expected
    }

    var description: String {
        let here =
            switch expected {
            case .client(let line): "its script goes on with “C: \(line)”"
            case .server(let line): "its script goes on with “S: \(line)”"
            case .event(let event): "its script goes on with “! \(event)”"
            case nil: "its script is at its end"
            }
        return "“\(command)” was sent, and \(here)"
    }
}

/// Plays one script, line by line.
actor ScriptedConnection: SMTPConnection {
    private var rest: ArraySlice<Script.Line>
    /// What the server said while it read a group of commands, and nobody has read yet.
    private var arrived: [String] = []
    private var isBehindInjection = false
    private var leftover: [UInt8] = []
    private var encrypted = false
    private let transcript: Transcript
    private let makeHandshake: @Sendable (TLSOffer) throws -> TLSHandshake
    private let answerHello: @Sendable (HelloOffer) -> HelloAnswer
    private let sent: @Sendable (String, Surprise?) -> Void
    private let fault: String?

    init(
        _ script: Script, transcript: Transcript, handshake: @escaping @Sendable (TLSOffer) throws -> TLSHandshake,
        answer: @escaping @Sendable (HelloOffer) -> HelloAnswer,
        sent: @escaping @Sendable (String, Surprise?) -> Void
    ) {
        rest = script.lines[...]
        fault = script.faults.first
        self.transcript = transcript
        makeHandshake = handshake
        answerHello = answer
        self.sent = sent
    }

    /// Events at the start of a script happen while connecting.
    func connect() async throws {
        if let fault { throw WireFailure.local(fault) }
        if case .event(let event) = rest.first { try await happen(event, stage: "connect") }
    }

    func localAddress() -> IPAddress? { IPAddress("192.0.2.200") }

    func greeting() async throws -> SMTPReply { try await reply(stage: "greeting") }

    func send(_ command: String) async throws -> SMTPReply {
        try await write([command])
        return try await reply(stage: command.stage)
    }

    func pipeline(_ commands: [String], heard: @Sendable (SMTPReply) -> Void) async throws -> [SMTPReply] {
        try await write(commands)
        var replies: [SMTPReply] = []
        for command in commands {
            let reply = try await reply(stage: command.stage)
            replies.append(reply)
            heard(reply)
        }
        return replies
    }

    func startTLS() async throws -> SMTPReply { try await send("STARTTLS") }

    func startTLS(followedBy command: String) async throws -> SMTPReply {
        try await write(["STARTTLS", command])
        isBehindInjection = true
        return try await reply(stage: "STARTTLS")
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
        if event.hasPrefix("tls-alert") {
            rest = []
            throw WireFailure.handshake(reason: "alert", alert: String(event.dropFirst(10)))
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

    func quit() async -> Farewell {
        sent("QUIT", nil)
        if let stray = stray() { return .outOfStep("\(stray) came before QUIT was sent") }
        guard case .client("QUIT") = rest.first else { return .silent }
        rest = rest.dropFirst()
        guard let reply = try? await reply(stage: "QUIT") else { return .silent }
        return stray().map { .outOfStep("\($0) came behind the reply to QUIT") } ?? .said(reply)
    }

    /// The server reads the commands of a group one after the other, and says meanwhile what the script says between them.
    private func write(_ commands: [String]) async throws {
        if !isBehindInjection, let stray = stray() {
            throw WireFailure.outOfStep("\(stray) came before \(commands.first?.stage ?? "a command") was sent")
        }
        if case .event(let event) = rest.first { try await happen(event, stage: commands.first?.stage ?? "command") }
        for (index, command) in commands.enumerated() {
            transcript.add(.client, command, encrypted: encrypted)
            if index == 0, case .server = rest.first { return sent(command, nil) }
            while index > 0, case .server(let line) = rest.first {
                arrived.append(line)
                rest = rest.dropFirst()
            }
            if index > 0, case .event = rest.first { return }
            guard case .client(let expected) = rest.first, Script.matches(command, expected) else {
                sent(command, Surprise(command, inPlaceOf: rest.first))
                rest = []
                if index == 0 { throw WireFailure.closedEarly(stage: command.stage) }
                return
            }
            sent(command, nil)
            rest = rest.dropFirst()
        }
    }

    /// What the server has said and no command asked for, in quotes; 421 may come at any time.
    private func stray() -> String? {
        var line = arrived.first
        if line == nil, case .server(let next) = rest.first { line = next }
        return line.flatMap { $0.hasPrefix("421") ? nil : "\"\($0)\"" }
    }

    private func reply(stage: String) async throws -> SMTPReply {
        var code = 0
        var lines: [String] = []
        while true {
            let next = arrived.isEmpty ? rest.first : .server(arrived[0])
            switch next {
            case .server(let line):
                if arrived.isEmpty { rest = rest.dropFirst() } else { arrived.removeFirst() }
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
        case "alert": throw WireFailure.handshake(reason: "alert", alert: String(event.dropFirst(6)))
        case "garbage": throw WireFailure.protocolError("expected a reply, got \(event.dropFirst(8))")
        case "refused": throw WireFailure.refused
        case "no-route": throw WireFailure.noRoute
        case "special-address": throw WireFailure.specialAddress(String(event.dropFirst(16)))
        case "timeout": throw WireFailure.timedOut(stage: stage)
        case "hang":
            try await Task.sleep(for: .seconds(3600))
            throw WireFailure.timedOut(stage: stage)
        default: throw WireFailure.local("the event “! \(event)” has no place here")
        }
    }
}

extension String {
    fileprivate var stage: String { String(prefix { $0 != " " }) }
}
