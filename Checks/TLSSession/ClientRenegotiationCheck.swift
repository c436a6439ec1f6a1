internal import CheckKit
internal import MailModel
internal import Observations

enum ClientRenegotiationFinding: String, FindingCode {
    case accepted = "tls.client-renegotiation"

    var sentence: Sentence {
        "The server accepts client-initiated renegotiation."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Update the TLS library: OpenSSL refuses since 3.0. With an older one switch it off (Postfix: tls_ssl_options = "
            + "NO_RENEGOTIATION; Exim: openssl_options = +no_renegotiation; OpenSMTPD: build it on LibreSSL, where it refuses)."
    }
}

/// How strict to be.
struct ClientRenegotiationParameters: Parameters {
    var fewAllowed = false

    static let knobs: [Knob<ClientRenegotiationParameters>] = [
        .flag(
            "few-allowed", \.fewAllowed,
            doc: "A few renegotiations may be allowed: one that is accepted then leaves it open, for no more is tried.")
    ]
}

extension Check {
    /// A client cannot make the server shake hands again and again. RFC 5246, section 7.4.1.2; RFC 7457, section 2.13.
    static let tlsNoClientRenegotiation = Check.perServer(
        "tls.no-client-renegotiation",
        title: "Client-initiated renegotiation is refused",
        why: """
            A handshake costs a server many times what it costs the client. One that renegotiates as often as a client \
            asks can be kept busy over a single connection, where no limit of connections helps (CVE-2011-1473). Mail \
            needs no second handshake.
            """,
        references: [.rfc(5246, section: "7.4.1.2"), .rfc(7457, section: "2.13"), .cve("2011-1473")],
        examples: [
            .given(
                "refused", ClientRenegotiation(.refused, "no renegotiation"), ClientRenegotiationParameters(),
                expect: .passed),
            .given(
                "accepted", ClientRenegotiation(.accepted), ClientRenegotiationParameters(),
                expect: .found(.accepted, "The server accepts client-initiated renegotiation.")),
            .given(
                "accepted, where a few are allowed", ClientRenegotiation(.accepted),
                ClientRenegotiationParameters(fewAllowed: true),
                expect: .inconclusive("The server accepts client-initiated renegotiation; how often was not tried.")),
            .given(
                "no answer", ClientRenegotiation(.silent), ClientRenegotiationParameters(),
                expect: .inconclusive("The server did not answer a second handshake.")),
        ]
    ) {
        (renegotiation: ClientRenegotiation, parameters: ClientRenegotiationParameters)
            -> Verdict<ClientRenegotiationFinding> in
        switch renegotiation.outcome {
        case .refused: .passed
        case .silent: .inconclusive("The server did not answer a second handshake.")
        case .accepted where parameters.fewAllowed:
            .inconclusive("The server accepts client-initiated renegotiation; how often was not tried.")
        case .accepted: .found(.accepted)
        }
    }
}
