internal import CheckKit
internal import MailModel

/// Asks a server to relay, up to RCPT and no further. Few recipients, and none after a reply that shows impatience.
struct RelayDialogue: Sendable {
    let connection: any SMTPConnection
    let pipelining: Bool
    let insideTLS: Bool
    let domain: DomainName
    let host: DomainName
    let settings: RunSettings
    /// Whether a check asks for recipients that hide a stranger.
    let wantsDetours: Bool

    /// Hands each attempt over as soon as it is answered.
    func ask(_ keep: @Sendable (RelayAttempt) -> Void) async throws {
        var attempts: [RelayAttempt] = []
        for (variant, sender) in senders {
            let attempt = try await attempt(variant, from: sender, to: settings.relayRecipient, keep)
            if attempt.isCutOff { return }
            attempts.append(attempt)
        }
        var accepted = attempts.contains { $0.recipientReply?.isPositive == true }
        // A detour tells something of a server that refuses the plain way, from a sender that it lets come so far.
        if wantsDetours, !accepted,
            let refused = attempts.first(where: { $0.recipientReply != nil && $0.isDefiniteRefusal })
        {
            for (variant, recipient) in detours {
                let attempt = try await attempt(variant, from: refused.sender, to: recipient, keep)
                if attempt.isCutOff || attempt.isPutOff { return }
                accepted = accepted || attempt.isAccepted
            }
        }
        // Only an acceptance needs the control: it tells an open relay from a server that accepts every recipient.
        if accepted {
            _ = try await attempt(.control, from: "", to: "\(Self.nonsense())@\(domain)", keep)
        }
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

    private func attempt(
        _ variant: RelayAttempt.Variant, from sender: String, to recipient: String,
        _ keep: @Sendable (RelayAttempt) -> Void
    ) async throws -> RelayAttempt {
        let mail = "MAIL FROM:<\(sender)>"
        let rcpt = "RCPT TO:<\(recipient)>"
        var attempt = RelayAttempt(
            variant: variant, sender: sender, recipient: recipient, insideTLS: insideTLS, mailReply: SMTPReply(0),
            recipientReply: nil)
        if pipelining {
            let replies = try await connection.pipeline([mail, rcpt, "RSET"])
            guard replies.count == 3 else { throw WireFailure.protocolError("\(replies.count) replies to 3 commands") }
            attempt.mailReply = replies[0]
            attempt.recipientReply = replies[0].isPositive ? replies[1] : nil
            keep(attempt)
        } else {
            attempt.mailReply = try await connection.send(mail)
            if attempt.mailReply.isPositive { attempt.recipientReply = try await connection.send(rcpt) }
            keep(attempt)
            if !attempt.isCutOff { _ = try await connection.send("RSET") }
        }
        return attempt
    }

    /// A local part that no mailbox has.
    private static func nonsense() -> String {
        "mailgrade-" + String(UInt64.random(in: .min ... .max), radix: 36)
    }
}

extension RelayAttempt {
    /// 421 ends the connection, and a rate limit (4.7.x without a word about relaying) asks us to stop.
    fileprivate var isCutOff: Bool { mailReply.code == 421 || recipientReply?.code == 421 }

    /// "Later", without a word about relaying: whoever goes on to ask then is a nuisance.
    fileprivate var isPutOff: Bool {
        let last = recipientReply ?? mailReply
        return last.isTransient && !last.deniesRelaying
    }
}
