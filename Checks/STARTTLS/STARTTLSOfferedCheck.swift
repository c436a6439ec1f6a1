internal import CheckKit
internal import MailModel
internal import Observations

enum STARTTLSOfferedFinding: String, FindingCode {
    case notOffered = "starttls.not-offered"
    case parameters = "starttls.parameters"

    var sentence: Sentence {
        switch self {
        case .notOffered:
            .by(
                .situation,
                [
                    "not-listed": "The EHLO reply does not list STARTTLS.",
                    "no-ehlo": "The server does not support EHLO, so STARTTLS is impossible.",
                ])
        case .parameters: "STARTTLS is listed with the parameter \(.parameter, .quoted)."
        }
    }
    var severity: Severity { self == .notOffered ? .error : .warning }
    var paste: [PasteKind] { self == .notOffered ? [.startTLS] : [] }
    var remedy: String {
        switch self {
        case .notOffered:
            "Enable STARTTLS on port 25 with a certificate for the MX host name (Postfix: smtpd_tls_security_level = may "
                + "and smtpd_tls_chain_files; Exim: tls_advertise_hosts = * and tls_certificate; OpenSMTPD: listen on … tls pki …)."
        case .parameters: "Let the EHLO reply list STARTTLS alone on its line; the keyword has no parameters."
        }
    }
}

extension Check {
    /// A server that can encrypt says so in its EHLO reply. RFC 3207, section 4.
    static let startTLSOffered = Check.perServer(
        "starttls.offered",
        title: "STARTTLS is offered",
        why: """
            Without STARTTLS every message to this server crosses the network as plaintext. Senders encrypt only where \
            the keyword is offered.
            """,
        references: [.rfc(3207, section: "4"), .rfc(3207, section: "2")],
        examples: [
            .given("the keyword is listed", EHLOReply(keywords: ["SIZE 10240000", "STARTTLS"]), expect: .passed),
            .given(
                "the keyword is missing", EHLOReply(keywords: ["SIZE"]),
                expect: .found(.notOffered, "The EHLO reply does not list STARTTLS.")),
            .given(
                "the server knows HELO only", EHLOReply(keywords: [], isExtended: false),
                expect: .found(.notOffered, "The server does not support EHLO, so STARTTLS is impossible.")),
            .given(
                "the keyword has a parameter", EHLOReply(keywords: ["STARTTLS required"]),
                expect: .found(.parameters, "STARTTLS is listed with the parameter \u{201C}required\u{201D}.")),
            .given(
                "a firewall has overwritten the keyword", EHLOReply(keywords: ["SIZE", "XXXXXXXA"]),
                expect: .inconclusive(
                    "The EHLO reply lists XXXXXXXA where STARTTLS would be: a firewall, on the server's side or ours, "
                        + "overwrites it.")),
        ]
    ) { (ehlo: EHLOReply) -> Verdict<STARTTLSOfferedFinding> in
        if let keyword = ehlo.keywords.first(where: { $0.name == "STARTTLS" }) {
            guard let parameters = keyword.parameters else { return .passed }
            return .found(.parameters, [.parameter: parameters])
        }
        guard ehlo.isExtended else {
            return .found(.notOffered, [.situation: "no-ehlo"])
        }
        // From one vantage point it cannot be told on whose side the firewall stands.
        if let mask = ehlo.keywords.first(where: \.isMasked) {
            return .inconclusive(
                "The EHLO reply lists \(mask.name) where STARTTLS would be: a firewall, on the server's side or ours, "
                    + "overwrites it.")
        }
        return .found(.notOffered, [.situation: "not-listed"])
    }
}
