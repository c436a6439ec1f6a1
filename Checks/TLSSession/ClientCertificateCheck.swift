internal import CheckKit
internal import MailModel
internal import Observations

enum ClientCertificateFinding: String, FindingCode {
    case requested = "tls.client-certificate-requested"

    var sentence: Sentence {
        "The server requests a client certificate."
    }
    var severity: Severity { .notice }
    var remedy: String {
        "Do not ask for one on port 25 (Postfix: smtpd_tls_ask_ccert = no and smtpd_tls_req_ccert = no; Exim: leave "
            + "tls_try_verify_hosts and tls_verify_hosts empty; OpenSMTPD: listen on \u{2026} tls without verify)."
    }
}

extension Check {
    /// The server proves who it is, and does not ask who the client is. RFC 8446, section 4.3.2; RFC 5246, section 7.4.4.
    static let tlsNoClientCertificate = Check.perServer(
        "tls.no-client-certificate",
        title: "No client certificate is requested",
        why: """
            Few sending servers have a client certificate, and SMTP delivers without one. A request tells everybody \
            which CAs the server knows, makes each handshake longer, and some senders fail over it.
            """,
        references: [.rfc(8446, section: "4.3.2"), .rfc(5246, section: "7.4.4"), .rfc(7672, section: "3.1.1")],
        examples: [
            .given("not asked for", .asking(false), expect: .passed),
            .given(
                "asked for", .asking(true),
                expect: .found(.requested, "The server requests a client certificate.")),
            .given(
                "not noted", .asking(nil),
                expect: .inconclusive("This evidence does not record whether the server asks for a client certificate.")
            ),
        ]
    ) { (session: TLSSession) -> Verdict<ClientCertificateFinding> in
        switch session.handshake.asksForCertificate {
        case false?: .passed
        case true?: .found(.requested)
        case nil: .inconclusive("This evidence does not record whether the server asks for a client certificate.")
        }
    }
}

extension TLSSession {
    fileprivate static func asking(_ asks: Bool?) -> TLSSession {
        var session = TLSSession.example
        session.handshake.asksForCertificate = asks
        return session
    }
}
