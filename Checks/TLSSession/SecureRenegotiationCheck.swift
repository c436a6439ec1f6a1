internal import CheckKit
internal import MailModel
internal import Observations

enum SecureRenegotiationFinding: String, FindingCode {
    case missing = "tls.insecure-renegotiation"

    var sentence: Sentence {
        "In \(.version) the server does not support secure renegotiation."
    }
    var severity: Severity { .error }
    var remedy: String {
        "Update the TLS library that the mail server is built on: OpenSSL has it since 0.9.8m and GnuTLS since 2.10 (both of 2010), "
            + "and Postfix, Exim and OpenSMTPD leave it on."
    }
}

extension Check {
    /// A second handshake inside TLS cannot be passed for the first. RFC 5746; RFC 9325, section 3.5.
    static let tlsSecureRenegotiation = Check.perServer(
        "tls.secure-renegotiation",
        title: "Secure renegotiation is supported",
        why: """
            Without this extension somebody in between can begin a TLS session, send commands, and then join the sender\u{2019}s \
            own handshake to it: the server takes the attacker\u{2019}s commands for the sender\u{2019}s (CVE-2009-3555).
            """,
        references: [.rfc(9325, section: "3.5"), .rfc(5746, section: "3.4"), .cve("2009-3555")],
        examples: [
            .given(
                "in TLS 1.2", TLSTraits(.tls12, extendedMasterSecret: true, secureRenegotiation: true), expect: .passed),
            .given(
                "not in TLS 1.2", TLSTraits(.tls12, extendedMasterSecret: true, secureRenegotiation: false),
                expect: .found(.missing, "In TLS 1.2 the server does not support secure renegotiation.")),
        ]
    ) { (traits: TLSTraits) -> Verdict<SecureRenegotiationFinding> in
        traits.secureRenegotiation
            ? .passed : .found(.missing, [.version: traits.version])
    }
}
