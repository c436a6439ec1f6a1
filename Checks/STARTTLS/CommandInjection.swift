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
    /// The reply to another STARTTLS inside TLS, where it came to that.
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

extension Probe {
    /// One connection, where a session was possible before. NOOP does nothing, whoever obeys it. A server that breaks off is
    /// asked once more: it may have had another reason.
    static let commandInjection = Probe.perServer {
        (target: ServerTarget, conversation: Conversation, mail: Wanted<MailWithoutHello>) async throws
            -> CommandInjection in
        _ = try (conversation.handshake ?? .absent(.unplanned)).get()
        let first = try await target.injectCommand(asksForMail: mail.isWanted)
        return first.outcome == .brokenOff ? try await target.injectCommand(asksForMail: mail.isWanted) : first
    }
}

extension ServerTarget {
    fileprivate func injectCommand(asksForMail: Bool) async throws -> CommandInjection {
        try await furtherConnection("command injection") { connection in
            try await connection.reachSTARTTLS(settings)
            return try await connection.injectCommand(TLSOffer(serverName: server.host), asksForMail: asksForMail)
        }
    }
}

extension SMTPConnection {
    fileprivate func injectCommand(_ offer: TLSOffer, asksForMail: Bool) async throws -> CommandInjection {
        let reply: SMTPReply
        do {
            reply = try await startTLS(followedBy: "NOOP")
        } catch let failure as WireFailure {
            return try CommandInjection(after: failure)
        }
        guard reply.code == 220 else {
            await quit()
            if reply.isTransient { throw WireFailure.rejected(reply) }
            return CommandInjection(.refused, reply)
        }
        do {
            _ = try await handshake(offer)
        } catch let failure as WireFailure {
            return try await spokeOutside ? CommandInjection(.answeredOutside) : CommandInjection(after: failure)
        }
        return try await listenInside(asksForMail: asksForMail)
    }

    /// Which reply comes first? Replies come in the order of the commands (RFC 5321, section 4.1.1), so nothing needs to be
    /// waited for: a further STARTTLS is a command that nobody answers with 250, and its reply is worth knowing too.
    private func listenInside(asksForMail: Bool) async throws -> CommandInjection {
        var outcome = CommandInjection(await spokeOutside ? .answeredOutside : .forgotten)
        do {
            let first = try await send("STARTTLS")
            if first.code == 250 {
                outcome = CommandInjection(.obeyed, first)
                outcome.secondSTARTTLS = try await furtherReply()
            } else {
                outcome.secondSTARTTLS = first
            }
            if asksForMail, outcome.secondSTARTTLS?.code != 220 {
                outcome.mailWithoutHello = try await send("MAIL FROM:<>")
                _ = try await send("RSET")
            }
        } catch let failure as WireFailure {
            // It may hang up on a second STARTTLS. Silence leaves it open, even behind 250: some servers say that to anything.
            if Absence.failed(failure).certainty == .inconclusive { throw failure }
            return outcome
        }
        // After 220 the server waits for a handshake inside TLS, and would not understand QUIT.
        if outcome.secondSTARTTLS?.code != 220 { await quit() }
        return outcome
    }

    private var spokeOutside: Bool {
        get async { await !plaintextAfterStartTLS().isEmpty }
    }
}

extension CommandInjection {
    /// A session was possible before, so a server that breaks off now does it over the command. Silence tells nothing.
    fileprivate init(after failure: WireFailure) throws {
        guard Absence.failed(failure).certainty == .decisive else { throw failure }
        self.init(.brokenOff)
    }
}
