// Whoever sits between client and server can add a command behind the client's STARTTLS, in the same segment:
//
//     C: STARTTLS<CRLF>NOOP<CRLF>         both arrive in plaintext
//     S: 220 Ready                        then the handshake, between client and server, as it should be
//     S: 250 Ok                           wrong: the server has kept NOOP, and obeys it inside TLS
//
// With MAIL or AUTH in place of NOOP the attacker's words count as the client's: CVE-2011-0411 and its many relatives. A
// server must throw away what it heard before TLS. RFC 3207, section 4.2.
public import CheckKit
public import MailModel

/// What became of a command that was sent behind STARTTLS in the same segment. RFC 3207, section 4.2.
public struct CommandInjection: ServerFact, Hashable {
    /// `starttls.command-injection`.
    public static let id: FactID = "starttls.command-injection"

    /// What a server does with the command.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// It answered the command inside TLS.
        case obeyed
        /// Inside TLS it answered what was sent inside TLS, and nothing else.
        case forgotten
        /// It answered the command in plaintext, before TLS.
        case answeredOutside = "answered-outside"
        /// It refused STARTTLS because of the command.
        case refused
        /// It ended the connection, or the handshake failed over the command.
        case brokenOff = "broken-off"
    }

    /// What became of the command.
    public var outcome: Outcome
    /// The reply that shows it, if one does.
    public var reply: SMTPReply?
    /// The reply to another STARTTLS inside TLS, where it came to that, and where it is that.
    public var secondSTARTTLS: SMTPReply?
    /// The reply to MAIL inside TLS without another EHLO; nil where it was not asked for, or none came.
    public var mailWithoutHello: SMTPReply?

    /// An outcome.
    public init(_ outcome: Outcome, _ reply: SMTPReply? = nil, secondSTARTTLS: SMTPReply? = nil) {
        self.outcome = outcome
        self.reply = reply
        self.secondSTARTTLS = secondSTARTTLS
    }
}

extension Derivation {
    /// Of the second conversation. In a session that was out of step, a 250 that nobody asked for may be anything.
    static let commandInjection = Derivation.perServer {
        (second: SecondConversation, session: Observed<Conversation>) throws(Absence) -> CommandInjection in
        let injection = try (second.injection ?? .absent(.unplanned)).get()
        if let how = session.value?.outOfStep ?? second.outOfStep { throw .failed(.outOfStep(how)) }
        return injection
    }
}

/// Puts NOOP behind STARTTLS, where a session was possible before. NOOP does nothing, whoever obeys it.
final class Injector: Sendable {
    private let connection: any SMTPConnection
    private let offer: TLSOffer
    private let settings: RunSettings
    private let asksForMail: Bool
    private let seen = Locked(Seen())

    private struct Seen {
        var reply: SMTPReply?
        var handshake: TLSHandshake?
        var failure: String?
        var sighting: Sighting?
    }

    init(connection: any SMTPConnection, settings: RunSettings, offer: TLSOffer, asksForMail: Bool) {
        self.connection = connection
        self.settings = settings
        self.offer = offer
        self.asksForMail = asksForMail
    }

    /// The reply to STARTTLS, if one came.
    var reply: SMTPReply? { seen.withLock { $0.reply } }
    /// The handshake, if there was one.
    var handshake: TLSHandshake? { seen.withLock { $0.handshake } }
    /// How the handshake failed, if it did; a phrase without a full stop.
    var handshakeFailure: String? { seen.withLock { $0.failure } }
    /// How EHLO inside TLS was refused, if it was; servers that refuse everything after a command too many are not meant.
    var sighting: Sighting? { seen.withLock { $0.sighting } }

    /// What became of the command. Silence and a 4yz tell nothing, and throw.
    func inject() async throws -> CommandInjection {
        let reply: SMTPReply
        do {
            reply = try await connection.startTLS(followedBy: "NOOP")
        } catch let failure as WireFailure {
            return try CommandInjection(after: failure)
        }
        seen.withLock { $0.reply = reply }
        guard reply.grantsTLS else {
            await connection.quit()
            if reply.isTransient { throw WireFailure.rejected(reply) }
            return CommandInjection(.refused, reply)
        }
        do {
            let handshake = try await connection.handshake(offer)
            seen.withLock { $0.handshake = handshake }
        } catch let failure as WireFailure {
            seen.withLock { $0.failure = failure.reason }
            return try await spokeOutside ? CommandInjection(.answeredOutside) : CommandInjection(after: failure)
        }
        return try await listenInside()
    }

    /// Which reply comes first? Replies come in the order of the commands (RFC 5321, section 4.1.1), so nothing needs to be
    /// waited for: a further STARTTLS is a command that nobody answers with 250, and its reply is worth knowing too.
    private func listenInside() async throws -> CommandInjection {
        var outcome = CommandInjection(await spokeOutside ? .answeredOutside : .forgotten)
        do {
            let first = try await connection.send("STARTTLS")
            if first.code == 250 {
                outcome = CommandInjection(.obeyed, first)
                outcome.secondSTARTTLS = try await connection.furtherReply()
            } else {
                outcome.secondSTARTTLS = first
            }
            if asksForMail, outcome.secondSTARTTLS?.code != 220 {
                let answer = try await connection.send("MAIL FROM:<>")
                outcome.mailWithoutHello = answer
                try await helloInside(after: answer)
            }
        } catch let failure as WireFailure {
            // It may hang up on a second STARTTLS. Silence leaves it open, even behind 250: some servers say that to anything.
            guard failure.isHangingUp else { throw failure }
            return outcome
        }
        // After 220 the server waits for a handshake inside TLS, and does not understand QUIT; where it answers all the
        // same, 220 was no answer to STARTTLS.
        let farewell = await connection.quit()
        if outcome.secondSTARTTLS?.code == 220, farewell != .silent { outcome.secondSTARTTLS = nil }
        return outcome
    }

    /// EHLO takes MAIL back as RSET does (RFC 5321, section 4.1.4), and shows whether this machine goes as far as the one that
    /// the session met.
    private func helloInside(after mail: SMTPReply) async throws {
        let reply: SMTPReply
        do {
            reply = try await connection.hello(settings).reply
        } catch let failure as WireFailure {
            if failure.isHangingUp, mail.isPositive || mail.code == 503 {
                seen.withLock { $0.sighting = Sighting(.helloInsideTLS, failure.description, isBreak: true) }
            }
            throw failure
        }
        guard !reply.isPositive, reply.code != 503, reply != mail else { return }
        seen.withLock { $0.sighting = Sighting(.helloInsideTLS, reply.firstLine) }
    }

    private var spokeOutside: Bool {
        get async { await !connection.plaintextAfterStartTLS().isEmpty }
    }
}

extension CommandInjection {
    /// A session was possible before, so a server that breaks off now does it over the command. Silence tells nothing.
    fileprivate init(after failure: WireFailure) throws {
        guard failure.isHangingUp else { throw failure }
        self.init(.brokenOff)
    }
}

extension WireFailure {
    /// Whether the server ended the conversation, in whatever way.
    fileprivate var isHangingUp: Bool {
        switch self {
        case .closedEarly, .reset, .handshake, .protocolError: true
        default: false
        }
    }

    /// How a handshake failed.
    fileprivate var reason: String {
        guard case .handshake(let reason, let alert) = self else { return description }
        return alert.map { "alert \($0)" } ?? reason
    }
}

/// The reply to MAIL right behind the handshake, without another EHLO. RFC 3207, section 4.2.
public struct MailWithoutHello: ServerFact, Hashable {
    /// `starttls.mail-without-hello`.
    public static let id: FactID = "starttls.mail-without-hello"
    /// The reply.
    public var reply: SMTPReply

    /// A reply.
    public init(_ reply: SMTPReply) { self.reply = reply }
}

extension Derivation {
    /// On the connection that is made for a command behind STARTTLS.
    static let mailWithoutHello = Derivation.perServer {
        (injection: CommandInjection) throws(Absence) -> MailWithoutHello in
        guard let reply = injection.mailWithoutHello else {
            throw .inconclusive("the conversation did not reach MAIL inside TLS")
        }
        return MailWithoutHello(reply)
    }
}
