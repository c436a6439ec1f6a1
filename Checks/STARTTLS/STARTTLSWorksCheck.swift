internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSWorksFinding: String, FindingCode {
    case refused = "starttls.refused"
    case unavailable = "starttls.unavailable"
    case handshakeFailed = "starttls.handshake-failed"
    case handshakeStalls = "starttls.handshake-stalls"
    case handshakeStallsLater = "starttls.handshake-stalls-later"
    case obsoleteOnly = "starttls.obsolete-only"
    case clientCertificateRequired = "starttls.client-certificate-required"
    case ehloRefused = "starttls.ehlo-refused"
    case breaksOff = "starttls.breaks-off"
    case plaintextAfter220 = "starttls.plaintext-after-220"

    var sentence: Sentence {
        switch self {
        case .refused: "STARTTLS is offered but refused: \(.reply)."
        case .unavailable: "STARTTLS is offered but was not available in \(.tries) tries: \(.reply)."
        case .handshakeFailed:
            .by(
                .situation,
                [
                    "no-reply": "STARTTLS is offered, then the connection fails: \(.reason).",
                    "no-handshake": "STARTTLS is accepted, then the TLS handshake fails: \(.reason).",
                ])
        case .handshakeStalls:
            """
            STARTTLS is accepted, then the server is silent: \(.handshakes) handshakes on \(.handshakes) connections got no \
            answer in time.
            """
        case .handshakeStallsLater:
            """
            One handshake completed; \(.handshakes) later ones, each on a connection of its own, got no answer in time.
            """
        case .obsoleteOnly:
            """
            TLS is offered, but no current sender can use it: the server accepts obsolete cipher suites only \
            (\(.suiteNames, .upTo(4))), and senders fall back to plaintext.
            """
        case .clientCertificateRequired:
            .where(
                .reply,
                is: "Inside TLS the server refuses EHLO, because the client has no certificate: \(.reply).",
                otherwise:
                    "Inside TLS the server ends the connection, because the client has no certificate: \(.reason).")
        case .ehloRefused: "Inside TLS the server refuses EHLO: \(.reply)."
        case .breaksOff: "The handshake completes, then the server breaks off: \(.reason)."
        case .plaintextAfter220:
            "After the reply to STARTTLS came plaintext, which was discarded: \(.plaintext, .quoted)."
        }
    }
    /// Plaintext between reply and handshake is discarded by a careful sender, so it does not fail the session.
    var severity: Severity { self == .plaintextAfter220 ? .warning : .error }

    var explains: [FactID] {
        switch self {
        case .refused, .unavailable: [STARTTLSReply.id, TLSSession.id]
        case .handshakeFailed, .handshakeStalls, .obsoleteOnly: [STARTTLSReply.id, TLSSession.id]
        case .clientCertificateRequired, .ehloRefused, .breaksOff: [EHLOReplyInsideTLS.id]
        case .plaintextAfter220, .handshakeStallsLater: []
        }
    }

    var remedy: String {
        switch self {
        case .refused, .unavailable:
            "Look in the mail log for why TLS could not be initialised (often an unreadable key or certificate file), or "
                + "stop offering STARTTLS until it works."
        case .handshakeFailed:
            "Try openssl s_client -starttls smtp -connect HOST:25 and look in the mail log: often the certificate and the "
                + "key do not belong together, or no version or cipher suite is common with the client."
        case .handshakeStalls, .handshakeStallsLater:
            "Look for what stands between senders and the mail server (a TLS proxy, an inspecting firewall, a path that drops "
                + "large packets) and for a server that waits for random numbers; or stop offering STARTTLS until it works."
        case .obsoleteOnly:
            "Offer TLS 1.2 and 1.3 with AES-GCM or ChaCha20 (Postfix: smtpd_tls_protocols = >=TLSv1.2 and smtpd_tls_ciphers = "
                + "medium; Exim: tls_require_ciphers; OpenSMTPD: smtp ciphers), and update the TLS library."
        case .clientCertificateRequired:
            "Ask for client certificates without requiring them: few sending servers have one (Postfix: smtpd_tls_req_ccert = "
                + "no; Exim: tls_try_verify_hosts in place of tls_verify_hosts; OpenSMTPD: listen on \u{2026} tls without verify)."
        case .ehloRefused, .breaksOff:
            "Look in the mail log for what happens behind the handshake, and for a TLS proxy that does not reach the mail "
                + "server behind it: senders repeat EHLO inside TLS and go on only after 250."
        case .plaintextAfter220:
            "Update the mail server, and look for a proxy in front of it: nothing may be sent between the reply to STARTTLS "
                + "and the handshake."
        }
    }
}

extension Check {
    /// Where STARTTLS is offered it is granted, the handshake completes, and the conversation goes on inside TLS.
    /// RFC 3207, sections 4 and 4.2.
    static let startTLSWorks = Check.perServer(
        "starttls.works",
        title: "STARTTLS leads to a working TLS session",
        why: """
            A server that offers STARTTLS and then fails is worse than one that offers none: senders that insist on \
            encryption cannot deliver, others fall back to plaintext or give up for now, and it looks like an attack. \
            A sender needs more than the handshake: it says EHLO inside TLS and goes on only when that is answered \
            250.
            """,
        references: [
            .rfc(3207, section: "4"), .rfc(3207, section: "4.2"), .rfc(7435, section: "3"), .rfc(7672, section: "2.2"),
        ],
        examples: STARTTLSWorksExamples.all
    ) {
        (
            answer: Observed<STARTTLSReply>, session: Observed<TLSSession>, inside: Observed<EHLOReplyInsideTLS>,
            survey: Incidental<TLSSurvey>
        ) -> Verdict<STARTTLSWorksFinding> in
        guard case .present(let reply) = answer else { return .unanswered(answer.absence ?? .unplanned) }
        if let refusal = reply.refusal { return refusal }
        var issues: [Issue<STARTTLSWorksFinding>] = []
        if let text = reply.plaintextAfterwards {
            issues.append(Issue(.plaintextAfter220, [.plaintext: text]))
        }
        let further =
            switch session {
            case .absent(let why): STARTTLSEnding(withoutSession: why, survey)
            case .present: STARTTLSEnding(inside: inside, survey.value?.hellos)
            }
        return .of(issues + further.issues, open: further.open, because: further.why)
    }
}

extension STARTTLSReply {
    /// What a reply that does not lead to a handshake comes to; nil for one that does.
    fileprivate var refusal: Verdict<STARTTLSWorksFinding>? {
        if reply.isPositive { return nil }
        // 421 ends the connection: a sender comes back later, and so it says nothing of TLS. RFC 5321, section 3.8.
        if reply.code == 421 {
            return .inconclusive("The server closed the connection in reply to STARTTLS: \(reply.firstLine).")
        }
        guard reply.isTransient else {
            return .found(.refused, [.reply: reply.firstLine])
        }
        guard reply.refusesForGood(after: attempts) else {
            return .inconclusive("STARTTLS was deferred: \(reply.firstLine).")
        }
        return .found(.unavailable, [.tries: attempts, .reply: reply.firstLine])
    }
}

extension Verdict<STARTTLSWorksFinding> {
    /// No reply to STARTTLS: a failure of the server only where it was offered and the connection then broke each time.
    fileprivate static func unanswered(_ why: Absence) -> Verdict {
        switch why {
        case .notApplicable(let reason): return .notApplicable(reason)
        case .failed where why.certainty == .decisive:
            return .found(.handshakeFailed, [.situation: "no-reply", .reason: why.description])
        default:
            return why.certainty == .inconclusive
                ? .inconclusive("Whether STARTTLS works could not be determined: \(why).")
                : .notApplicable("There was no conversation: \(why).")
        }
    }
}

/// What came of a server that said yes to STARTTLS: problems, and what is left open.
struct STARTTLSEnding {
    var issues: [Issue<STARTTLSWorksFinding>] = []
    var open: Set<STARTTLSWorksFinding> = []
    var why = ""

    private static let behindTheHandshake: Set<STARTTLSWorksFinding> = [
        .ehloRefused, .breaksOff, .clientCertificateRequired,
    ]

    /// There is no session. What other handshakes with the address came to says what the failure is worth.
    init(withoutSession why: Absence, _ survey: Incidental<TLSSurvey>) {
        let hellos = survey.value?.hellos
        // Only the survey tells a server that speaks no TLS from one that speaks it with suites that our library lacks.
        let isSurveyLost = survey.isPlanned && survey.observed.absence.map { $0.certainty != .notApplicable } ?? false
        if let hellos, hellos.refusesByChance == true, !hellos.hasObsoleteSuitesOnly {
            open = Self.behindTheHandshake.union([.handshakeFailed, .handshakeStalls])
            self.why = "Handshakes with the server fail on some connections and not on others: \(why.cause)."
        } else if let hellos, hellos.hasObsoleteSuitesOnly, why.certainty == .decisive {
            issues = [Issue(.obsoleteOnly, [.suiteNames: hellos.suites])]
        } else if case .failed(.timedOut) = why.root, let hellos, hellos.isStalled {
            issues = [Issue(.handshakeStalls, [.handshakes: hellos.unanswered + 1])]
        } else if !isSurveyLost, why.certainty == .decisive || why.failsAlways(hellos) {
            issues = [Issue(.handshakeFailed, [.situation: "no-handshake", .reason: why.cause])]
        } else {
            open = Self.behindTheHandshake.union([.handshakeFailed, .handshakeStalls, .obsoleteOnly])
            if case .failed(.timedOut) = why.root {
                self.why = "The TLS handshake got no answer in time."
            } else {
                self.why = "Whether the TLS handshake completes could not be determined: \(why.cause)."
            }
        }
    }

    /// There is a session. It works where the server answers EHLO inside it.
    init(inside: Observed<EHLOReplyInsideTLS>, _ hellos: HelloTally?) {
        if let absence = inside.absence {
            switch absence.root {
            case .failed(.rejected(let reply)) where reply.demandsCertificate:
                issues = [Issue(.clientCertificateRequired, [.reply: reply.firstLine])]
            case .failed(.rejected(let reply)) where !reply.isTransient:
                issues = [Issue(.ehloRefused, [.reply: reply.firstLine])]
            case .failed(let failure) where failure.demandsCertificate:
                issues = [Issue(.clientCertificateRequired, [.reason: failure.description])]
            case .failed where absence.certainty == .decisive:
                issues = [Issue(.breaksOff, [.reason: absence.cause])]
            default:
                open = Self.behindTheHandshake
                why = "Whether the conversation goes on inside TLS could not be determined: \(absence.cause)."
            }
        }
        guard let hellos, hellos.isStalled, hellos.unanswered > 1 else { return }
        issues.append(Issue(.handshakeStallsLater, [.handshakes: hellos.unanswered]))
        open.insert(.handshakeStalls)
        if why.isEmpty { why = "Whether other senders fare better could not be determined." }
    }
}

extension Absence {
    /// A failure that our side names, without an alert of the server, counts only where no handshake of any kind was
    /// answered: what our library lacks is no fault of the server.
    fileprivate func failsAlways(_ hellos: HelloTally?) -> Bool {
        guard case .failed(.handshake) = root, let hellos else { return false }
        return hellos.suites.isEmpty && hellos.answered + hellos.hungUp + hellos.unreadable > 0
    }

    /// The failure without the words that the sentence around it already has.
    fileprivate var cause: String {
        guard case .failed(.handshake(let reason, let alert)) = root else { return root.description }
        return alert.map { "alert \($0)" } ?? reason
    }
}

extension WireFailure {
    /// Whether the server wants a certificate of the client. RFC 8446, section 6.2: certificate_required; older servers say
    /// handshake_failure or bad_certificate behind the handshake.
    fileprivate var demandsCertificate: Bool {
        switch self {
        case .handshake(_, let alert?): alert == "certificate_required" || alert == "bad_certificate"
        case .repeated(let failure, _): failure.demandsCertificate
        default: false
        }
    }
}
