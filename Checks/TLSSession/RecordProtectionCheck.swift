internal import CheckKit
internal import MailModel
internal import Observations

enum RecordProtectionFinding: String, FindingCode {
    case compression = "tls.compression"
    case macThenEncrypt = "tls.mac-then-encrypt"
    case truncatedHMAC = "tls.truncated-hmac"

    var sentence: Sentence {
        switch self {
        case .compression: "The server uses TLS compression."
        case .macThenEncrypt: "With \(.suite) the server does not support encrypt-then-MAC."
        case .truncatedHMAC: "The server agrees to checksums of 80 bits (truncated_hmac)."
        }
    }
    var severity: Severity { self == .truncatedHMAC ? .error : .warning }
    var remedy: String {
        switch self {
        case .compression:
            "Switch TLS compression off (Postfix: tls_ssl_options = NO_COMPRESSION; Exim: openssl_options = +no_compression; "
                + "OpenSMTPD has none), or update the TLS library."
        case .macThenEncrypt:
            "Leave CBC suites out (Postfix: smtpd_tls_exclude_ciphers = SHA1, SHA256, SHA384; Exim: tls_require_ciphers = "
                + "NORMAL:-AES-128-CBC:-AES-256-CBC with GnuTLS; OpenSMTPD: smtp ciphers \"ECDHE+AESGCM:ECDHE+CHACHA20\"), or update the TLS "
                + "library: OpenSSL 1.1.0 and GnuTLS 3.4 protect them better."
        case .truncatedHMAC:
            "Update the TLS library that Postfix, Exim or OpenSMTPD is built on: current ones do not know truncated_hmac."
        }
    }
}

extension Check {
    /// What is sent inside TLS tells nothing by its length or its padding. RFC 9325, sections 3.3, 4.2 and 4.6.
    static let tlsRecordProtection = Check.perServer(
        "tls.record-protection",
        title: "TLS records are protected without known weaknesses",
        why: """
            TLS up to 1.2 had three weak spots in how it wraps data: compression, whose lengths tell of the text (CRIME); CBC \
            suites that protect the text instead of the ciphertext, which padding oracles read (Lucky 13); and checksums \
            cut to 80 bits.
            """,
        references: [
            .rfc(9325, section: "3.3"), .rfc(9325, section: "4.2"), .rfc(9325, section: "4.6"),
            .rfc(7366, section: "3"),
        ],
        examples: [
            .given("sound", .records(), expect: .passed),
            .given("no CBC suite", .records(encryptThenMAC: .notApplicable), expect: .passed),
            .given(
                "CBC without encrypt-then-MAC", .records(encryptThenMAC: .no),
                expect: .found(
                    .macThenEncrypt,
                    "With TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA the server does not support encrypt-then-MAC.")),
            .given(
                "compression", .records(compression: .yes),
                expect: .found(.compression, "The server uses TLS compression.")),
            .given(
                "a short checksum", .records(truncatedHMAC: .yes),
                expect: .found(.truncatedHMAC, "The server agrees to checksums of 80 bits (truncated_hmac).")),
            .given(
                "it could not be asked", .records(compression: .inconclusive),
                expect: .of(
                    [], open: [.compression],
                    because: "Whether the server uses TLS compression could not be determined: throttled (421 4.7.0).")),
            .given(
                "TLS 1.3 alone", .records(.notApplicable, .notApplicable, .notApplicable),
                expect: .notApplicable("The server offers no version before TLS 1.3.")),
        ]
    ) { (features: TLSFeatures) -> Verdict<RecordProtectionFinding> in
        var issues: [Issue<RecordProtectionFinding>] = []
        let answer = features[.encryptThenMAC]
        if answer?.kind == .no {
            issues.append(Issue(.macThenEncrypt, [.suite: answer?.detail ?? "CBC suites"]))
        }
        if features[.compression]?.kind == .yes {
            issues.append(Issue(.compression))
        }
        if features[.truncatedHMAC]?.kind == .yes {
            issues.append(Issue(.truncatedHMAC))
        }
        if issues.isEmpty, features[.compression]?.kind == .notApplicable {
            return .notApplicable("The server offers no version before TLS 1.3.")
        }
        let open = RecordProtectionFinding.allCases.filter { code in
            guard let answer = features[code.feature] else { return true }
            return answer.kind == .inconclusive
        }
        let why = open.lazy.compactMap { features[$0.feature]?.detail }.first ?? "not asked"
        return .of(
            issues, open: Set(open),
            because:
                "Whether \(open.map(\.claim).joined(separator: ", and whether ")) could not be determined: "
                + "\(why).")
    }
}

extension RecordProtectionFinding {
    /// The feature that it is about.
    fileprivate var feature: TLSFeature {
        switch self {
        case .compression: .compression
        case .macThenEncrypt: .encryptThenMAC
        case .truncatedHMAC: .truncatedHMAC
        }
    }

    /// What is asked about the feature.
    fileprivate var claim: String {
        switch self {
        case .compression: "the server uses TLS compression"
        case .macThenEncrypt: "CBC suites are protected"
        case .truncatedHMAC: "checksums are cut"
        }
    }
}

extension TLSFeatures {
    /// An address for examples.
    fileprivate static func records(
        _ encryptThenMAC: TLSFeatureAnswer.Kind = .yes, _ truncatedHMAC: TLSFeatureAnswer.Kind = .no,
        _ compression: TLSFeatureAnswer.Kind = .no
    ) -> TLSFeatures {
        TLSFeatures([
            TLSFeatureAnswer(.encryptThenMAC, encryptThenMAC, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
            TLSFeatureAnswer(.truncatedHMAC, truncatedHMAC),
            TLSFeatureAnswer(.compression, compression, compression == .inconclusive ? "throttled (421 4.7.0)" : nil),
        ])
    }

    fileprivate static func records(encryptThenMAC: TLSFeatureAnswer.Kind) -> TLSFeatures {
        records(encryptThenMAC, .no, .no)
    }
    fileprivate static func records(truncatedHMAC: TLSFeatureAnswer.Kind) -> TLSFeatures {
        records(.yes, truncatedHMAC, .no)
    }
    fileprivate static func records(compression: TLSFeatureAnswer.Kind) -> TLSFeatures {
        records(.yes, .no, compression)
    }
}
