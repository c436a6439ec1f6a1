internal import CheckKit
internal import FoundationEssentials
internal import MailModel

enum STARTTLSWorksFinding: String, FindingCode {
    case refused = "starttls.refused"
    case unavailable = "starttls.unavailable"
    case handshakeFailed = "starttls.handshake-failed"
    case plaintextAfter220 = "starttls.plaintext-after-220"

    /// Plaintext between reply and handshake is discarded by a careful sender, so it does not fail the session.
    var severity: Severity { self == .plaintextAfter220 ? .warning : .error }
    var remedy: String {
        switch self {
        case .refused, .unavailable:
            "Look in the mail log for why TLS could not be initialised (often an unreadable key or certificate file), or "
                + "stop offering STARTTLS until it works."
        case .handshakeFailed:
            "Try openssl s_client -starttls smtp -connect HOST:25 and look in the mail log: often the certificate and the "
                + "key do not belong together, or no version or cipher suite is common with the client."
        case .plaintextAfter220:
            "Update the mail server, and look for a proxy in front of it: nothing may be sent between the reply to STARTTLS "
                + "and the handshake."
        }
    }
}

extension Check {
    /// Where STARTTLS is offered it is granted, and the handshake completes. RFC 3207, section 4.
    static let startTLSWorks = Check.perServer(
        "starttls.works",
        title: "STARTTLS leads to a TLS session",
        why: """
            A server that offers STARTTLS and then fails is worse than one that offers none: senders that insist on \
            encryption cannot deliver, all others fall back to readable text, and it looks like an attack.
            """,
        references: [.rfc(3207, section: "4"), .rfc(7435, section: "3"), .rfc(7672, section: "2.2")],
        examples: [
            .given(
                "the handshake completes", .present(STARTTLSReply(SMTPReply(220, "Ready"))), .present(.example),
                expect: .passed),
            .given(
                "the command is refused", .present(STARTTLSReply(SMTPReply(502, "5.5.1 Not implemented"))),
                .absent(.failed(.rejected(SMTPReply(502, "5.5.1 Not implemented")))),
                expect: .found(.refused, "STARTTLS is offered but refused: 502 5.5.1 Not implemented.")),
            .given(
                "the command is put off each time",
                .present(STARTTLSReply(SMTPReply(454, "4.7.0 TLS not available"), attempts: 3)),
                .absent(.failed(.rejected(SMTPReply(454, "4.7.0 TLS not available")))),
                expect: .found(
                    .unavailable, "STARTTLS is offered but was not available in 3 tries: 454 4.7.0 TLS not available.")),
            .given(
                "the command was put off once, and there was no second try",
                .present(STARTTLSReply(SMTPReply(454, "4.7.0 TLS not available"))),
                .absent(.failed(.rejected(SMTPReply(454, "4.7.0 TLS not available")))),
                expect: .inconclusive("STARTTLS was put off: 454 4.7.0 TLS not available.")),
            .given(
                "the connection is closed instead of a reply", .absent(.failed(.closedEarly(stage: "STARTTLS"))),
                .absent(.blocked(by: STARTTLSReply.id, because: .failed(.closedEarly(stage: "STARTTLS")))),
                expect: .found(
                    .handshakeFailed,
                    "STARTTLS is offered, then the connection failed: connection closed by the server (STARTTLS).")),
            .given(
                "STARTTLS is not offered", .absent(.notApplicable("The server does not offer STARTTLS.")),
                .absent(.notApplicable("The server does not offer STARTTLS.")),
                expect: .notApplicable("The server does not offer STARTTLS.")),
            .given(
                "the handshake fails", .present(STARTTLSReply(SMTPReply(220, "Ready"))),
                .absent(.failed(.handshake(reason: "handshake failure", alert: "handshake_failure"))),
                expect: .found(
                    .handshakeFailed,
                    "STARTTLS is accepted, then the TLS handshake failed: alert handshake_failure.")),
            .given(
                "the handshake got no answer in time", .present(STARTTLSReply(SMTPReply(220, "Ready"))),
                .absent(.failed(.timedOut(stage: "handshake"))),
                expect: .of(
                    [], open: [.handshakeFailed],
                    because: "The TLS handshake got no answer in time.")),
            .given(
                "plaintext follows the reply, and no answer to the handshake",
                .present(STARTTLSReply(SMTPReply(220, "Ready"), plaintextAfterwards: "250 injected")),
                .absent(.failed(.timedOut(stage: "handshake"))),
                expect: .of(
                    [
                        Issue(
                            .plaintextAfter220,
                            "After the reply to STARTTLS came plaintext, which was discarded: \u{201C}250 injected\u{201D}."
                        )
                    ], open: [.handshakeFailed], because: "The TLS handshake got no answer in time.")),
            .given(
                "plaintext follows the reply",
                .present(STARTTLSReply(SMTPReply(220, "Ready"), plaintextAfterwards: "250 injected")),
                .present(.example),
                expect: .found(
                    .plaintextAfter220,
                    "After the reply to STARTTLS came plaintext, which was discarded: \u{201C}250 injected\u{201D}.")),
        ]
    ) { (answer: Observed<STARTTLSReply>, session: Observed<TLSSession>) -> Verdict<STARTTLSWorksFinding> in
        guard case .present(let reply) = answer else { return .unanswered(answer.absence ?? .unplanned) }
        if reply.reply.isPermanent {
            return .found(.refused, "STARTTLS is offered but refused: \(reply.reply.firstLine).")
        }
        if reply.reply.code != 220 {
            guard reply.attempts > 1 else { return .inconclusive("STARTTLS was put off: \(reply.reply.firstLine).") }
            return .found(
                .unavailable,
                "STARTTLS is offered but was not available in \(reply.attempts) tries: \(reply.reply.firstLine).")
        }
        var issues: [Issue<STARTTLSWorksFinding>] = []
        if let text = reply.plaintextAfterwards {
            let observation =
                "After the reply to STARTTLS came plaintext, which was discarded: \u{201C}\(text)\u{201D}."
            issues.append(Issue(.plaintextAfter220, observation))
        }
        if let why = session.absence {
            guard why.certainty == .decisive else {
                return .of(issues, open: [.handshakeFailed], because: .handshakeUnknown(why))
            }
            issues.append(Issue(.handshakeFailed, "STARTTLS is accepted, then the TLS handshake failed: \(why.cause)."))
        }
        return .of(issues)
    }
}

extension Verdict<STARTTLSWorksFinding> {
    /// No reply to STARTTLS: a failure of the server only where it was offered and the connection then broke.
    fileprivate static func unanswered(_ why: Absence) -> Verdict {
        switch why {
        case .notApplicable(let reason): return .notApplicable(reason)
        case .failed where why.certainty == .decisive:
            return .found(.handshakeFailed, "STARTTLS is offered, then the connection failed: \(why).")
        default:
            return why.certainty == .inconclusive
                ? .inconclusive("Whether STARTTLS works cannot be told: \(why).")
                : .notApplicable("There was no conversation: \(why).")
        }
    }
}

extension String {
    fileprivate static func handshakeUnknown(_ why: Absence) -> String {
        if case .failed(.timedOut) = why.root { return "The TLS handshake got no answer in time." }
        return "Whether the TLS handshake completes cannot be told: \(why)."
    }
}

extension Absence {
    /// The failure without the words that the sentence around it already has.
    fileprivate var cause: String {
        guard case .failed(.handshake(let reason, let alert)) = root else { return description }
        return alert.map { "alert \($0)" } ?? reason
    }
}

extension TLSSession {
    /// A session for examples.
    static let example = TLSSession(
        TLSHandshake(
            version: .tls13, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: "x25519",
            peerSignature: "ECDSA SHA256", chain: [],
            path: CertificatePath(
                problems: [], certificates: [], trustStore: "", checkedAt: .init(timeIntervalSince1970: 0)),
            serverName: nil, extendedMasterSecret: true, secureRenegotiation: true))
}
