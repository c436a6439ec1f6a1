internal import CheckKit
internal import MailModel
internal import Observations

enum CipherFinding: String, FindingCode {
    case null = "cipher.null"
    case export = "cipher.export"
    case rc4 = "cipher.rc4"
    case des = "cipher.des"
    case tripleDES = "cipher.triple-des"
    case staticKeys = "cipher.static-keys"
    case noForwardSecrecy = "cipher.no-forward-secrecy"
    case anonymous = "cipher.anonymous"

    var sentence: Sentence {
        switch self {
        case .null: "A suite without encryption is accepted: \(.suite) in \(.version)."
        case .export: "Export-grade encryption is accepted: \(.suite) in \(.version)."
        case .rc4: "RC4 is accepted: \(.suite) in \(.version)."
        case .des: "DES is accepted: \(.suite) in \(.version)."
        case .tripleDES: "Triple DES is accepted: \(.suite) in \(.version)."
        case .staticKeys: "A suite without forward secrecy is accepted: \(.suite) in \(.version)."
        case .noForwardSecrecy:
            "No suite with forward secrecy is accepted\(optional: .suite, before: ", only such as ")."
        case .anonymous: "An anonymous suite is accepted beside others: \(.suite) in \(.version)."
        }
    }
    var severity: Severity {
        switch self {
        case .null, .export, .rc4, .des, .noForwardSecrecy: .error
        // RFC 10015, section 2, forbids static keys in TLS 1.2; RFC 9325, section 5.2, softens that for mail that asks for nothing.
        case .tripleDES, .staticKeys: .warning
        case .anonymous: .info
        }
    }

    var paste: [PasteKind] { self == .anonymous ? [] : [.cipherSuites] }
    var remedy: String {
        switch self {
        case .null:
            "Disable NULL ciphers (Postfix: smtpd_tls_exclude_ciphers = eNULL; Exim: tls_require_ciphers "
                + "without NULL; OpenSMTPD: ciphers \"HIGH\")."
        case .export, .des, .rc4, .tripleDES:
            "Update the TLS library, and allow strong ciphers only (Postfix: smtpd_tls_ciphers = medium with "
                + "smtpd_tls_exclude_ciphers = EXP, RC4, DES, 3DES; Exim: tls_require_ciphers = SECURE128 with GnuTLS, "
                + "HIGH:!3DES with OpenSSL; OpenSMTPD: ciphers \"HIGH:!3DES\")."
        case .staticKeys:
            "Disable ciphers without forward secrecy (Postfix: smtpd_tls_exclude_ciphers = kRSA; Exim: -RSA "
                + "in the priority string of GnuTLS, !kRSA with OpenSSL; OpenSMTPD: ciphers \"HIGH:!kRSA\")."
        case .noForwardSecrecy:
            "Allow ECDHE key exchange (Postfix: smtpd_tls_ciphers = medium and no custom cipher lists; Exim "
                + "and OpenSMTPD: their defaults)."
        case .anonymous:
            "Nothing to do: senders that do not check certificates may use them. Where a policy forbids them: Postfix, "
                + "smtpd_tls_exclude_ciphers = aNULL; Exim with OpenSSL, !aNULL."
        }
    }
}

extension Check {
    /// Nothing that can be broken is accepted. RFC 9325, section 4.1; RFC 7465.
    ///
    /// Static keys are a notice only: what would be left to old senders without them is plaintext (RFC 9325, section 5.2).
    static let cipherAcceptable = Check.perServer(
        "cipher.acceptable",
        title: "No weak cipher suite is accepted",
        why: """
            Sender and server agree on the best suite that both know, unless somebody in between makes them take a worse \
            one, or an old sender knows no better. What a server accepts can be used against it: NULL does not encrypt, \
            export ciphers and DES are broken in hours, RC4 leaks text, triple DES repeats itself. Without forward \
            secrecy a key that is stolen later opens all mail that was recorded before.
            """,
        references: [
            .rfc(9325, section: "4.1"), .rfc(9325, section: "5.2"), .rfc(7465, section: "2"),
            .rfc(7672, section: "8.2"), .rfc(9150, section: "1"),
        ],
        examples: [
            .given("nothing weak", .example, .accepting(), expect: .passed),
            .given(
                "no encryption", .example, .accepting((.null, "TLS_RSA_WITH_NULL_SHA256")),
                expect: .found(.null, "A suite without encryption is accepted: TLS_RSA_WITH_NULL_SHA256 in TLS 1.2.")),
            .given(
                "export keys", .example, .accepting((.export, "TLS_RSA_EXPORT_WITH_RC4_40_MD5")),
                expect: .found(
                    .export, "Export-grade encryption is accepted: TLS_RSA_EXPORT_WITH_RC4_40_MD5 in TLS 1.2.")),
            .given(
                "RC4", .example, .accepting((.rc4, "TLS_RSA_WITH_RC4_128_SHA")),
                expect: .found(.rc4, "RC4 is accepted: TLS_RSA_WITH_RC4_128_SHA in TLS 1.2.")),
            .given(
                "DES", .example, .accepting((.des, "TLS_RSA_WITH_DES_CBC_SHA")),
                expect: .found(.des, "DES is accepted: TLS_RSA_WITH_DES_CBC_SHA in TLS 1.2.")),
            .given(
                "triple DES", .example, .accepting((.tripleDES, "TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA")),
                expect: .found(
                    .tripleDES, "Triple DES is accepted: TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA in TLS 1.2.")),
            .given(
                "suites without forward secrecy beside others", .example,
                .accepting((.staticKeys, "TLS_RSA_WITH_AES_128_GCM_SHA256")),
                expect: .found(
                    .staticKeys,
                    "A suite without forward secrecy is accepted: TLS_RSA_WITH_AES_128_GCM_SHA256 in TLS 1.2.")),
            .given(
                "only suites without forward secrecy", .example,
                .accepting((.staticKeys, "TLS_RSA_WITH_AES_128_GCM_SHA256"), refusing: .forwardSecrecy),
                expect: .found(
                    .noForwardSecrecy,
                    "No suite with forward secrecy is accepted, only such as TLS_RSA_WITH_AES_128_GCM_SHA256.")),
            .given(
                "anonymous suites, as stock Postfix has them", .example,
                .accepting((.anonymous, "TLS_ECDH_anon_WITH_AES_256_CBC_SHA")),
                expect: .found(
                    .anonymous,
                    "An anonymous suite is accepted beside others: TLS_ECDH_anon_WITH_AES_256_CBC_SHA in TLS 1.2.")),
            .given(
                "a weak suite, and then the server turned us away", .example,
                .accepting((.null, "TLS_RSA_WITH_NULL_SHA256"), unknown: .rc4),
                expect: .of(
                    [
                        .init(
                            .null, "A suite without encryption is accepted: TLS_RSA_WITH_NULL_SHA256 in TLS 1.2.")
                    ], open: [.rc4],
                    because: "It could not be determined whether weak suites are accepted: throttled (421 4.7.0).")),
            .given(
                "the server turned us away before all was asked", .example, .throttled,
                expect: .inconclusive(
                    "It could not be determined whether weak suites are accepted: throttled (421 4.7.0).")),
            .given("no STARTTLS", nil, .accepting(), expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, classes: TLSClasses) -> Verdict<CipherFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let issues = CipherFinding.allCases.compactMap { classes.issue($0) }
        let open = CipherFinding.allCases.filter { classes[$0.subject].map { $0.kind == .inconclusive } ?? true }
        let why = open.lazy.compactMap { classes[$0.subject]?.detail }.first ?? "not asked"
        return .of(
            issues, open: Set(open), because: "It could not be determined whether weak suites are accepted: \(why).")
    }
}

extension CipherFinding {
    /// The class that it is about.
    fileprivate var subject: TLSClass {
        switch self {
        case .null: .null
        case .export: .export
        case .rc4: .rc4
        case .des: .des
        case .tripleDES: .tripleDES
        case .staticKeys: .staticKeys
        case .noForwardSecrecy: .forwardSecrecy
        case .anonymous: .anonymous
        }
    }
}

extension TLSClasses {
    fileprivate func issue(_ code: CipherFinding) -> Issue<CipherFinding>? {
        let hasForwardSecrecy = self[.forwardSecrecy]?.kind != .refused
        if code == .noForwardSecrecy {
            guard !hasForwardSecrecy else { return nil }
            return Issue(code, [.suite: self[.staticKeys]?.suite])
        }
        guard let answer = self[code.subject], answer.kind == .accepted, let suite = answer.suite,
            code != .staticKeys || hasForwardSecrecy
        else { return nil }
        return Issue(code, [.suite: suite, .version: answer.version?.description ?? "an unknown version"])
    }
}
