internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

/// The examples of `starttls.works`.
enum STARTTLSWorksExamples {
    typealias WorksExample = Example<
        STARTTLSWorksFinding, Observed<STARTTLSReply>, Observed<TLSSession>, Observed<EHLOReplyInsideTLS>,
        Incidental<TLSSurvey>
    >

    static let all: [WorksExample] = session + reply + handshake + inside

    private static let ready = Observed.present(STARTTLSReply(SMTPReply(220, "Ready")))
    private static let goesOn = Observed.present(EHLOReplyInsideTLS(EHLOReply(keywords: ["SIZE"])))
    private static let nobodyLooked = Incidental<TLSSurvey>(.absent(.unplanned))

    private static func without(_ failure: WireFailure) -> Observed<EHLOReplyInsideTLS> {
        .absent(.blocked(by: TLSSession.id, because: .failed(failure)))
    }

    private static let session: [WorksExample] = [
        .given(
            "the handshake completes and EHLO is answered", ready, .present(.example), goesOn, nobodyLooked,
            expect: .passed),
        .given(
            "STARTTLS is not offered", .absent(.notApplicable("The server does not offer STARTTLS.")),
            .absent(.notApplicable("The server does not offer STARTTLS.")),
            .absent(.notApplicable("The server does not offer STARTTLS.")), nobodyLooked,
            expect: .notApplicable("The server does not offer STARTTLS.")),
        .given(
            "plaintext follows the reply",
            .present(STARTTLSReply(SMTPReply(220, "Ready"), plaintextAfterwards: "250 injected")),
            .present(.example), goesOn, nobodyLooked,
            expect: .found(
                .plaintextAfter220,
                "After the reply to STARTTLS came plaintext, which was discarded: \u{201C}250 injected\u{201D}.")),
        .given(
            "one handshake completes, all later ones get no answer", ready, .present(.example), goesOn,
            Incidental(.heard(HelloTally(unanswered: 3))),
            expect: .of(
                [
                    .init(
                        .handshakeStallsLater,
                        "One handshake completed; 3 later ones, each on a connection of its own, got no answer in time."
                    )
                ], open: [.handshakeStalls], because: "Whether other senders fare better could not be determined.")),
    ]

    private static let reply: [WorksExample] = [
        .given(
            "the command is refused", .present(STARTTLSReply(SMTPReply(502, "5.5.1 Not implemented"))),
            .absent(.failed(.rejected(SMTPReply(502, "5.5.1 Not implemented")))),
            without(.rejected(SMTPReply(502, "5.5.1 Not implemented"))), nobodyLooked,
            expect: .found(.refused, "STARTTLS is offered but refused: 502 5.5.1 Not implemented.")),
        .given(
            "the command is deferred each time",
            .present(STARTTLSReply(SMTPReply(454, "4.7.0 TLS not available"), attempts: 3)),
            .absent(.failed(.rejected(SMTPReply(454, "4.7.0 TLS not available")))),
            without(.rejected(SMTPReply(454, "4.7.0 TLS not available"))), nobodyLooked,
            expect: .found(
                .unavailable, "STARTTLS is offered but was not available in 3 tries: 454 4.7.0 TLS not available.")),
        .given(
            "the command was deferred once, and there was no second try",
            .present(STARTTLSReply(SMTPReply(454, "4.7.0 TLS not available"))),
            .absent(.failed(.rejected(SMTPReply(454, "4.7.0 TLS not available")))),
            without(.rejected(SMTPReply(454, "4.7.0 TLS not available"))), nobodyLooked,
            expect: .inconclusive("STARTTLS was deferred: 454 4.7.0 TLS not available.")),
        .given(
            "the server ends the connection with 421, each time",
            .present(STARTTLSReply(SMTPReply(421, "4.3.2 Try again later"), attempts: 3)),
            .absent(.failed(.rejected(SMTPReply(421, "4.3.2 Try again later")))),
            without(.rejected(SMTPReply(421, "4.3.2 Try again later"))), nobodyLooked,
            expect: .inconclusive("The server closed the connection in reply to STARTTLS: 421 4.3.2 Try again later.")),
        .given(
            "the connection is closed instead of a reply, once", .absent(.failed(.closedEarly(stage: "STARTTLS"))),
            .absent(.blocked(by: STARTTLSReply.id, because: .failed(.closedEarly(stage: "STARTTLS")))),
            without(.closedEarly(stage: "STARTTLS")), nobodyLooked,
            expect: .inconclusive(
                "Whether STARTTLS works could not be determined: connection closed by the server (STARTTLS).")),
        .given(
            "the connection is closed instead of a reply, each time",
            .absent(.failed(.repeated(.closedEarly(stage: "STARTTLS"), times: 3))),
            .absent(
                .blocked(
                    by: STARTTLSReply.id, because: .failed(.repeated(.closedEarly(stage: "STARTTLS"), times: 3)))),
            without(.repeated(.closedEarly(stage: "STARTTLS"), times: 3)), nobodyLooked,
            expect: .found(
                .handshakeFailed,
                "STARTTLS is offered, then the connection fails: connection closed by the server (STARTTLS), in 3 of "
                    + "3 attempts.")),
    ]

    private static let handshake: [WorksExample] = [
        .given(
            "the handshake fails", ready,
            .absent(.failed(.handshake(reason: "handshake failure", alert: "handshake_failure"))),
            without(.handshake(reason: "handshake failure", alert: "handshake_failure")), nobodyLooked,
            expect: .found(
                .handshakeFailed,
                "STARTTLS is accepted, then the TLS handshake fails: alert handshake_failure.")),
        .given(
            "our own library cannot complete the handshake", ready,
            .absent(.failed(.handshake(reason: "unsupported algorithm", alert: nil))),
            without(.handshake(reason: "unsupported algorithm", alert: nil)),
            Incidental(.heard(HelloTally(answered: 4, suites: ["TLS_RSA_WITH_AES_128_GCM_SHA256"]))),
            expect: .of(
                [], open: .unknownSession,
                because: "Whether the TLS handshake completes could not be determined: unsupported algorithm.")),
        .given(
            "obsolete cipher suites alone", ready,
            .absent(.failed(.handshake(reason: "handshake failure", alert: "handshake_failure"))),
            without(.handshake(reason: "handshake failure", alert: "handshake_failure")),
            Incidental(.heard(HelloTally(answered: 6, suites: ["TLS_RSA_WITH_RC4_128_SHA"]))),
            expect: .found(
                .obsoleteOnly,
                "TLS is offered, but no current sender can use it: the server accepts obsolete cipher suites "
                    + "only (TLS_RSA_WITH_RC4_128_SHA), and senders fall back to plaintext.")),
        .given(
            "one handshake got no answer in time", ready, .absent(.failed(.timedOut(stage: "handshake"))),
            without(.timedOut(stage: "handshake")), nobodyLooked,
            expect: .of([], open: .unknownSession, because: "The TLS handshake got no answer in time.")),
        .given(
            "no handshake gets an answer", ready, .absent(.failed(.timedOut(stage: "handshake"))),
            without(.timedOut(stage: "handshake")), Incidental(.heard(HelloTally(unanswered: 3))),
            expect: .found(
                .handshakeStalls,
                "STARTTLS is accepted, then the server is silent: 4 handshakes on 4 connections got no answer in time."
            )),
    ]

    private static let inside: [WorksExample] = [
        .given(
            "EHLO is refused inside TLS", ready, .present(.example),
            .absent(.failed(.rejected(SMTPReply(550, "5.7.1 Access denied")))), nobodyLooked,
            expect: .found(.ehloRefused, "Inside TLS the server refuses EHLO: 550 5.7.1 Access denied.")),
        .given(
            "EHLO is deferred inside TLS", ready, .present(.example),
            .absent(.failed(.rejected(SMTPReply(421, "4.3.2 Try again later")))), nobodyLooked,
            expect: .of(
                [], open: [.ehloRefused, .breaksOff, .clientCertificateRequired],
                because: "Whether the conversation goes on inside TLS could not be determined: rejected: 421 4.3.2 Try "
                    + "again later.")),
        .given(
            "the reply asks for a client certificate", ready, .present(.example),
            .absent(.failed(.rejected(SMTPReply(421, "4.7.1 Error: No client certificate presented")))), nobodyLooked,
            expect: .found(
                .clientCertificateRequired,
                "Inside TLS the server refuses EHLO, because the client has no certificate: 421 4.7.1 Error: No client "
                    + "certificate presented.")),
        .given(
            "a client certificate is required", ready, .present(.example),
            .absent(.failed(.handshake(reason: "certificate required", alert: "certificate_required"))), nobodyLooked,
            expect: .found(
                .clientCertificateRequired,
                "Inside TLS the server ends the connection, because the client has no certificate: TLS handshake failed: "
                    + "alert certificate_required.")),
        .given(
            "the server hangs up inside TLS, each time", ready, .present(.example),
            .absent(.failed(.repeated(.closedEarly(stage: "EHLO"), times: 3))), nobodyLooked,
            expect: .found(
                .breaksOff,
                "The handshake completes, then the server breaks off: connection closed by the server (EHLO), in 3 of 3 "
                    + "attempts.")),
    ]
}

extension Set<STARTTLSWorksFinding> {
    fileprivate static let unknownSession: Set = [
        .handshakeFailed, .handshakeStalls, .obsoleteOnly, .ehloRefused, .breaksOff, .clientCertificateRequired,
    ]
}

extension Observed<TLSSurvey> {
    /// A survey whose hellos came to this.
    fileprivate static func heard(_ hellos: HelloTally) -> Observed {
        var survey = TLSSurvey(host: .sample("mx.example.com"))
        survey.hellos = hellos
        return .present(survey)
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
