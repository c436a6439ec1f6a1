internal import CheckKit
internal import MailModel
internal import Observations

enum CertificatePurposeFinding: String, FindingCode {
    case leafIsCA = "certificate.leaf-is-ca"
    case keyUsage = "certificate.key-usage"

    var sentence: Sentence {
        switch self {
        case .leafIsCA: "The server\u{2019}s certificate is a CA certificate."
        case .keyUsage:
            """
            The server \
            \(.use, ["digitalSignature": "signs the handshake", "keyEncipherment": "decrypts the sender\u{2019}s key"]), \
            which its certificate allows for \(.where(.allowed, is: "\(.allowed)", otherwise: "nothing")) only.
            """
        }
    }
    var severity: Severity { .warning }
    var effort: Effort { .certificate }
    var remedy: String {
        switch self {
        case .leafIsCA:
            "Have the server\u{2019}s certificate issued with CA:FALSE, or get one from a public CA (Postfix: smtpd_tls_chain_files; "
                + "Exim: tls_certificate; OpenSMTPD: pki \u{2026} cert): whoever steals its key could issue certificates."
        case .keyUsage:
            "Have the certificate issued again with the key usage digitalSignature (and keyEncipherment, where suites with "
                + "static RSA are on) and install it (Postfix: smtpd_tls_chain_files; Exim: tls_certificate; OpenSMTPD: pki \u{2026} cert)."
        }
    }
}

extension Check {
    /// The certificate is one for a server, not for a CA or another use. RFC 5280, sections 4.2.1.3 and 4.2.1.9.
    ///
    /// A certificate that is not meant for servers at all (extended key usage) has no valid path: `certificate.trusted`.
    static let certificatePurpose = Check.perServer(
        "certificate.purpose",
        title: "The certificate is meant for a server",
        why: """
            A certificate says what its key may do. Some TLS libraries break the handshake off when the server does with \
            its key what the certificate does not allow, even for senders that verify nothing else. And a server\u{2019}s key \
            that may also issue certificates is worth stealing.
            """,
        references: [
            .rfc(5280, section: "4.2.1.3"), .rfc(5280, section: "4.2.1.9"), .rfc(8446, section: "4.4.2.2"),
        ],
        examples: [
            .given("a leaf that may sign", .usage(["digitalSignature"]), .suite(0x1301), expect: .passed),
            .given("no word about it", .usage(nil), .suite(0x1301), expect: .passed),
            .given(
                "a CA\u{2019}s certificate", .sample { $0.certificates[0].isCA = true }, .suite(0x1301),
                expect: .found(.leafIsCA, "The server\u{2019}s certificate is a CA certificate.")),
            .given(
                "it may not sign", .usage(["keyEncipherment"]), .suite(0xC02F),
                expect: .found(
                    .keyUsage, "The server signs the handshake, which its certificate allows for keyEncipherment only.")
            ),
            .given(
                "it may not decrypt keys", .usage(["digitalSignature"]), .suite(0x009C),
                expect: .found(
                    .keyUsage,
                    "The server decrypts the sender\u{2019}s key, which its certificate allows for digitalSignature only."
                )),
            .given(
                "no certificate at all", .emptySample, .suite(0x1301),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain, session: TLSSession) -> Verdict<CertificatePurposeFinding> in
        guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
        var issues: [Issue<CertificatePurposeFinding>] = []
        if leaf.isCA { issues.append(Issue(.leafIsCA)) }
        let isDecrypting = CipherSuite.with(code: session.handshake.suiteCode)?.keyExchange == .rsa
        let use = isDecrypting ? "keyEncipherment" : "digitalSignature"
        if let usage = leaf.keyUsage, !usage.contains(use) {
            issues.append(Issue(.keyUsage, [.use: use, .allowed: usage.isEmpty ? nil : usage]))
        }
        return .of(issues)
    }
}

extension CertificateChain {
    fileprivate static func usage(_ names: [String]?) -> CertificateChain {
        sample { $0.certificates[0].keyUsage = names }
    }
}

extension TLSSession {
    fileprivate static func suite(_ code: UInt16) -> TLSSession {
        var session = TLSSession.example
        session.handshake.suiteCode = code
        return session
    }
}
