internal import CheckKit
internal import Observations

enum AuthInsideTLSFinding: String, FindingCode {
    case beforeTLS = "auth.before-tls"

    var sentence: Sentence {
        "AUTH is offered before TLS with \(.mechanisms, .joined(.and))."
    }
    var severity: Severity { .warning }
    var paste: [PasteKind] { [.authInsideTLS] }
    var remedy: String {
        "Offer AUTH inside TLS only (Postfix: smtpd_tls_auth_only = yes; Exim: auth_advertise_hosts = ${if "
            + "eq{$tls_in_cipher}{}{}{*}}; OpenSMTPD: listen on … tls-require auth), and better not on port 25 at "
            + "all: mail programs submit on ports 465 and 587."
    }
}

extension Check {
    /// No password is asked for in readable text. RFC 4954, section 4.
    static let authInsideTLS = Check.perServer(
        "auth.inside-tls",
        title: "AUTH is offered inside TLS only",
        why: """
            AUTH PLAIN and AUTH LOGIN send the password as plaintext. A mail program that is offered them before TLS \
            may use them there, and whoever listens can send mail in its user's name from then on.
            """,
        references: [.rfc(4954, section: "4"), .rfc(4616, section: "6")],
        examples: [
            .given("no AUTH before TLS", EHLOReply(keywords: ["SIZE", "STARTTLS"]), expect: .passed),
            .given(
                "the password would be readable", EHLOReply(keywords: ["STARTTLS", "AUTH PLAIN LOGIN CRAM-MD5"]),
                expect: .found(.beforeTLS, "AUTH is offered before TLS with PLAIN and LOGIN.")),
            .given(
                "the old spelling", EHLOReply(keywords: ["AUTH=LOGIN"]),
                expect: .found(.beforeTLS, "AUTH is offered before TLS with LOGIN.")),
            .given(
                "a mechanism that hides the password", EHLOReply(keywords: ["AUTH SCRAM-SHA-256"]), expect: .passed),
        ]
    ) { (ehlo: EHLOReply) -> Verdict<AuthInsideTLSFinding> in
        let offered = ["PLAIN", "LOGIN"].filter(ehlo.mechanisms.contains)
        guard !offered.isEmpty else { return .passed }
        return .found(.beforeTLS, [.mechanisms: offered])
    }
}

extension EHLOReply {
    /// The mechanisms of AUTH, upper case; old servers write `AUTH=` as well (RFC 4954, section 3 does not have it).
    fileprivate var mechanisms: Set<String> {
        let lists = keywords.compactMap { keyword -> String? in
            if keyword.name == "AUTH" { return keyword.parameters ?? "" }
            guard keyword.name.hasPrefix("AUTH=") else { return nil }
            return keyword.name.dropFirst(5) + " " + (keyword.parameters ?? "")
        }
        return Set(lists.flatMap { $0.split(separator: " ").map { $0.uppercased() } })
    }
}
