import CheckKitTesting
import MailModel

/// A mail server that refuses every stranger, says one line too many, and may hang up: a model of its words and of when
/// they arrive.
struct OneLineTooMany: Hashable, Sendable {
    /// What RCPT to a stranger is answered.
    var refusal = SMTPReply(554, "5.7.1 Relaying denied")
    /// The line that nobody asked for; nil says none.
    var extra: SMTPReply?
    /// Before which of the connection's replies it is said; 0 is the greeting.
    var position = 0
    /// Whether it arrives only after the next command was sent, so that nobody can see it before.
    var isLate = false
    /// Whether everything arrives so late: then only the answers to RSET and QUIT can show what is wrong.
    var isSlow = false
    /// On which connections it is said; nil on all.
    var connection: Int?
    /// The reply in whose place it hangs up; nil never.
    var end: Int?
    var pipelining = true
    var startTLS = true
    /// What STARTTLS is answered.
    var grant = SMTPReply(220, "Ready")
    /// What MAIL is answered.
    var mail = SMTPReply(250, "2.1.0 Ok")

    /// What is said to a command, in the order in which the program speaks.
    func reply(to command: String, insideTLS: Bool, after previous: String) -> SMTPReply {
        switch command.prefix(4) {
        case "EHLO":
            let keywords = (pipelining ? ["PIPELINING"] : []) + (startTLS && !insideTLS ? ["STARTTLS"] : [])
            return SMTPReply(code: 250, lines: ["mx.example"] + keywords)
        case "STAR": return insideTLS ? SMTPReply(503, "5.5.1 Already") : grant
        case "MAIL": return mail
        case "RCPT": return previous.hasPrefix("MAIL") ? refusal : SMTPReply(503, "5.5.1 MAIL first")
        case "QUIT": return SMTPReply(221, "Bye")
        default: return SMTPReply(250, "2.0.0 Ok")
        }
    }

    /// Whether the line that is said too much stands where the answer to RCPT belongs, so that nobody could tell.
    func standsForRCPT(_ commands: [String]) -> Bool {
        extra?.isPositive == true && commands.indices.contains(position) && commands[position].hasPrefix("RCPT")
    }
}

/// Plays the model.
final class OneLineTooManySMTP: SMTPClient {
    let model: OneLineTooMany
    private let state = Locked((connections: 0, cases: [[String]]()))

    init(_ model: OneLineTooMany) { self.model = model }

    /// The commands of each connection, each at the number of its reply; the greeting has the first place.
    var commands: [[String]] { state.withLock { $0.cases } }

    func rest(_ server: MailServer, for pause: Duration) {}

    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        let number = state.withLock { state in
            state.connections += 1
            return state.connections - 1
        }
        var model = model
        if let connection = model.connection, connection != number { model.extra = nil }
        let connection = OneLineTooManyConnection(model)
        do {
            let result = try await body(connection)
            await note(connection)
            return result
        } catch {
            await note(connection)
            throw error
        }
    }

    private func note(_ connection: OneLineTooManyConnection) async {
        let commands = await connection.commands
        state.withLock { $0.cases.append(commands) }
    }
}

actor OneLineTooManyConnection: SMTPConnection {
    private let model: OneLineTooMany
    private var queue: [SMTPReply] = []
    private var isOver = false
    private var insideTLS = false
    private var isBehindInjection = false
    private var leftover: [UInt8] = []
    private(set) var commands = ["greeting"]

    init(_ model: OneLineTooMany) { self.model = model }

    func localAddress() -> IPAddress? { nil }

    func greeting() async throws -> SMTPReply {
        say(SMTPReply(220, "mx.example ESMTP"), at: 0)
        return try read("greeting")
    }

    func send(_ command: String) async throws -> SMTPReply {
        try write([command])
        return try read("command")
    }

    func pipeline(_ commands: [String], heard: @Sendable (SMTPReply) -> Void) async throws -> [SMTPReply] {
        try write(commands)
        return try commands.map { _ in
            let reply = try read("command")
            heard(reply)
            return reply
        }
    }

    func startTLS() async throws -> SMTPReply { try startTLS(["STARTTLS"]) }

    func startTLS(followedBy command: String) async throws -> SMTPReply {
        defer { isBehindInjection = true }
        return try startTLS(["STARTTLS"])
    }

    func furtherReply() async throws -> SMTPReply { try read("command") }

    func handshake(_ offer: TLSOffer) async throws -> TLSHandshake {
        if isOver { throw WireFailure.closedEarly(stage: "handshake") }
        insideTLS = true
        return .scripted(serverName: offer.serverName)
    }

    func plaintextAfterStartTLS() -> [UInt8] { leftover }

    func quit() async -> Farewell {
        do {
            try write(["QUIT"])
            let reply = try read("QUIT")
            return queue.isEmpty ? .said(reply) : .outOfStep("more came behind QUIT")
        } catch WireFailure.outOfStep(let how) {
            return .outOfStep(how)
        } catch {
            return .silent
        }
    }

    private func startTLS(_ group: [String]) throws -> SMTPReply {
        try write(group)
        let reply = try read("STARTTLS")
        guard reply.grantsTLS else { return reply }
        leftover = queue.flatMap { Array($0.firstLine.utf8) }
        queue = []
        return reply
    }

    private func write(_ group: [String]) throws {
        if let stray = queue.first, !isBehindInjection, !model.isSlow {
            throw WireFailure.outOfStep("\(stray.firstLine) came before")
        }
        for command in group {
            let reply = model.reply(to: command, insideTLS: insideTLS, after: commands.last ?? "")
            say(reply, at: commands.count)
            commands.append(command)
        }
    }

    /// An early line has come before the next command can be sent, a late one comes with its reply.
    private func say(_ reply: SMTPReply, at number: Int) {
        if let extra = model.extra, model.isLate || number == 0, model.position == number { queue.append(extra) }
        if model.end == number { isOver = true }
        if isOver { return }
        queue.append(reply)
        if let extra = model.extra, !model.isLate, model.position == number + 1 { queue.append(extra) }
    }

    private func read(_ stage: String) throws -> SMTPReply {
        guard !queue.isEmpty else { throw WireFailure.closedEarly(stage: stage) }
        return queue.removeFirst()
    }
}
