internal import CheckKit
internal import MailModel

/// Asks a server to relay, up to RCPT and no further. Few recipients, and none after a reply that shows impatience.
struct RelayDialogue: Sendable {
    package let connection: any SMTPConnection
    let pipelining: Bool
    package let insideTLS: Bool
    package let domain: DomainName
    package let host: DomainName
    package let settings: RunSettings
    /// Whether a check asks for recipients that hide a stranger.
    let wantsDetours: Bool
    /// The attempts so far, of all connections of the test: one that is under way is the last.
    package let attempts: Locked<[RelayAttempt]>
    /// Told of each reply that adds to what is known.
    package let keep: @Sendable () -> Void

    /// Only what names the domain, where others have asked for strangers; a control where one of those was accepted.
    func askInName(acceptsStrangers: Bool) async throws {
        let forged = senders.filter { $0.0.namesDomain }
        let made = try await attempt(forged.map { asked($0, from: $1, to: settings.relayRecipient) })
        if made.contains(where: \.endsConversation) { return }
        if acceptsStrangers || made.contains(where: \.isAccepted) { try await askControl() }
    }

    package func ask() async throws {
        let made = try await attempt(senders.map { asked($0, from: $1, to: settings.relayRecipient) })
        if made.contains(where: \.endsConversation) { return }
        let refused = made.first { $0.recipientReply != nil && $0.isDefiniteRefusal }
        if made.contains(where: \.isAccepted) {
            try await askControl()
        } else if wantsDetours, let refused {
            // A detour tells something of a server that refuses the plain way, from a sender that it lets come so far.
            try await askDetours(from: refused.sender)
        }
    }

    /// Recipients that hide a stranger: all in one group where the server takes groups. One by one, none follows a reply that shows
    /// impatience.
    func askDetours(from sender: String) async throws {
        let asked = detours.map { self.asked($0, from: sender, to: $1) }
        var made: [RelayAttempt] = []
        for group in pipelining ? [asked] : asked.map({ [$0] }) {
            made += try await attempt(group)
            if made.contains(where: { $0.endsConversation || $0.isPutOff }) { return }
        }
        if made.contains(where: \.isAccepted) { try await askControl() }
    }

    /// Only an acceptance needs the control: it tells an open relay from a server that accepts every recipient.
    private func askControl() async throws {
        _ = try await attempt([asked(.control, from: "", to: "\(Self.nonsense())@\(domain)")])
    }

    private var senders: [(RelayAttempt.Variant, String)] {
        let localPart = settings.relaySender.prefix { $0 != "@" }
        return [
            (.thirdParty, settings.relaySender), (.nullSender, ""), (.forgedLocal, "\(localPart)@\(domain)"),
        ]
    }

    /// One recipient for each trick of RFC 2505, section 2.1: servers count refusals, and lose patience.
    private var detours: [(RelayAttempt.Variant, String)] {
        let parts = settings.relayRecipient.split(separator: "@", maxSplits: 1)
        guard let local = parts.first, let elsewhere = parts.last, parts.count == 2 else { return [] }
        return [
            (.percentHack, "\(local)%\(elsewhere)@\(host)"), (.sourceRoute, "@\(host):\(local)@\(elsewhere)"),
            (.bangPath, "\(elsewhere)!\(local)@\(host)"),
        ]
    }

    /// A local part that no mailbox has.
    private static func nonsense() -> String {
        "mailgrade-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

extension RelayDialogue {
    /// An attempt to which nothing was answered so far.
    private func asked(
        _ variant: RelayAttempt.Variant, from sender: String, to recipient: String
    ) -> Locked<RelayAttempt> {
        Locked(
            RelayAttempt(
                variant: variant, sender: sender, recipient: recipient, insideTLS: insideTLS, mailReply: SMTPReply(0),
                recipientReply: nil, standing: .cutOff))
    }

    /// Makes attempts, in one group where the server takes groups: a round trip, however many they are. One by one, none
    /// follows a reply that shows impatience.
    private func attempt(_ asked: [Locked<RelayAttempt>]) async throws -> [RelayAttempt] {
        if pipelining {
            let count = Locked(0)
            do {
                _ = try await connection.pipeline(asked.flatMap { $0.withLock(\.commands) }) { reply in
                    let index = count.withLock { count in
                        count += 1
                        return count - 1
                    }
                    note(reply, to: index % RelayAttempt.commandCount, asked[index / RelayAttempt.commandCount])
                }
            } catch {
                // Replies out of step say more than how the connection ended behind them.
                _ = try asked.map(inStep)
                throw error
            }
            return try asked.map(inStep)
        }
        var made: [RelayAttempt] = []
        for progress in asked {
            for (index, command) in progress.withLock(\.commands).enumerated() {
                let isPointless = progress.withLock { attempt in
                    attempt.endsConversation || (index == 1 && !attempt.mailReply.isPositive)
                }
                if !isPointless { note(try await connection.send(command), to: index, progress) }
            }
            made.append(try inStep(progress))
            if made.contains(where: \.endsConversation) { break }
        }
        return made
    }

    private func inStep(_ progress: Locked<RelayAttempt>) throws -> RelayAttempt {
        let attempt = progress.withLock { $0 }
        if let reply = attempt.resetReply, attempt.standing == .outOfStep {
            // A server without the command is not out of step, and yet nobody knows then which reply answers what.
            if [500, 502].contains(reply.code) {
                throw WireFailure.protocolError("RSET was answered \(reply.firstLine)")
            }
            throw WireFailure.outOfStep("RSET was answered \(reply.firstLine)")
        }
        return attempt
    }

    /// Notes a reply to MAIL, RCPT or RSET. An attempt counts as soon as RCPT was answered, or MAIL refused.
    private func note(_ reply: SMTPReply, to index: Int, _ progress: Locked<RelayAttempt>) {
        let attempt = progress.withLock { attempt in
            switch index {
            case 0: attempt.mailReply = reply
            case 1: if attempt.mailReply.isPositive { attempt.recipientReply = reply }
            default:
                attempt.resetReply = reply
                // 421 ends any conversation, whatever was said. RFC 5321, section 3.8. A server that wants TLS first refuses
                // RSET as it refused MAIL: RFC 3207, section 4, gives both 530.
                let isRefusedLikeMail = !attempt.mailReply.isPositive && reply.code == attempt.mailReply.code
                if reply.code != 421 { attempt.standing = reply.isPositive || isRefusedLikeMail ? .inStep : .outOfStep }
            }
            return attempt
        }
        let isNew = index == 1 ? attempt.recipientReply != nil : index == 0 && !attempt.mailReply.isPositive
        guard isNew || index == 2 else { return }
        attempts.withLock { attempts in
            if isNew { attempts.append(attempt) } else { attempts[attempts.count - 1] = attempt }
        }
        keep()
    }
}

extension RelayAttempt {
    fileprivate static let commandCount = 3

    fileprivate var commands: [String] { ["MAIL FROM:<\(sender)>", "RCPT TO:<\(recipient)>", "RSET"] }

    /// 421 ends the connection. RFC 5321, section 3.8.
    var endsConversation: Bool { [mailReply, recipientReply, resetReply].contains { $0?.code == 421 } }

    /// "Later", without a word about relaying: whoever goes on to ask then is a nuisance.
    fileprivate var isPutOff: Bool {
        let last = recipientReply ?? mailReply
        return last.isTransient && !last.deniesRelaying
    }
}
