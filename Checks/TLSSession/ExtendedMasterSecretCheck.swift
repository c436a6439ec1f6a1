internal import CheckKit
internal import MailModel
internal import Observations

enum ExtendedMasterSecretFinding: String, FindingCode {
    case missing = "tls.no-extended-master-secret"

    var sentence: Sentence {
        "In \(.version) the server does not support the extended master secret."
    }
    var severity: Severity { .warning }
    var remedy: String {
        "Update the TLS library that Postfix, Exim or OpenSMTPD is built on: OpenSSL has it since 1.1.0 and GnuTLS since 3.4, and "
            + "both leave it on."
    }
}

extension Check {
    /// The keys depend on the whole handshake. RFC 7627; RFC 9325, section 3.5.
    ///
    /// The RFC asks for it (must); a warning all the same, for what opportunistic senders lose without it is little
    /// (RFC 9325, section 5.2).
    static let tlsExtendedMasterSecret = Check.perServer(
        "tls.extended-master-secret",
        title: "The extended master secret is used",
        why: """
            Without the extended master secret, an attacker in between with a certificate of their own can make two \
            sessions that have the same keys, and then join them (triple handshake attack). TLS 1.3 is not affected.
            """,
        references: [.rfc(9325, section: "3.5"), .rfc(7627, section: "5")],
        examples: [
            .given(
                "in TLS 1.2", TLSTraits(.tls12, extendedMasterSecret: true, secureRenegotiation: true), expect: .passed),
            .given(
                "not in TLS 1.2", TLSTraits(.tls12, extendedMasterSecret: false, secureRenegotiation: true),
                expect: .found(.missing, "In TLS 1.2 the server does not support the extended master secret.")),
        ]
    ) { (traits: TLSTraits) -> Verdict<ExtendedMasterSecretFinding> in
        traits.extendedMasterSecret
            ? .passed : .found(.missing, [.version: traits.version])
    }
}
