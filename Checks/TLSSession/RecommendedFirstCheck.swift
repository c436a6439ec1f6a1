internal import CheckKit
internal import MailModel
internal import Observations

enum RecommendedFirstFinding: String, FindingCode {
    case passedOver = "cipher.recommended-passed-over"

    var sentence: Sentence {
        "AES-128-GCM with ECDHE is accepted, but \(.suite) is chosen where it is offered first."
    }
    var severity: Severity { .warning }

    var remedy: String {
        "Disable the weaker suites, or let the server decide and put them last (Postfix: "
            + "smtpd_tls_exclude_ciphers = kRSA, 3DES; Exim: !kRSA:!3DES in tls_require_ciphers with OpenSSL, "
            + "-RSA:-3DES-CBC with GnuTLS; OpenSMTPD: ciphers \"HIGH:!kRSA:!3DES\")."
    }
}

extension Check {
    /// A recommended suite is chosen wherever a sender offers it. RFC 9325, section 4.2.1.
    static let cipherRecommendedFirst = Check.perServer(
        "cipher.recommended-first",
        title: "Recommended cipher suites are preferred to weaker ones",
        why: """
            A sender with an unusual order of suites should still get the best protection that both sides support. \
            Weaker here means suites without forward secrecy and those of less than 128 bits.
            """,
        references: [.rfc(9325, section: "4.2.1")],
        examples: [
            .given(
                "chosen before weaker ones", .example, TLSFeatures([TLSFeatureAnswer(.recommendedFirst, .yes)]),
                expect: .passed),
            .given(
                "a weaker one chosen", .example,
                TLSFeatures([TLSFeatureAnswer(.recommendedFirst, .no, "TLS_RSA_WITH_AES_128_CBC_SHA")]),
                expect: .found(
                    .passedOver,
                    "AES-128-GCM with ECDHE is accepted, but TLS_RSA_WITH_AES_128_CBC_SHA is chosen where it is offered first."
                )
            ),
            .given(
                "neither is accepted", .example,
                TLSFeatures([TLSFeatureAnswer(.recommendedFirst, .notApplicable, "the server hung up")]),
                expect: .notApplicable("The server does not accept AES-128-GCM with ECDHE in TLS 1.2.")),
            .given(
                "it could not be asked", .example,
                TLSFeatures([TLSFeatureAnswer(.recommendedFirst, .inconclusive, "the server hung up")]),
                expect: .inconclusive("Which suite the server prefers could not be determined: the server hung up.")),
            .given(
                "no STARTTLS", nil, TLSFeatures(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, features: TLSFeatures) -> Verdict<RecommendedFirstFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let answer = features[.recommendedFirst]
        switch answer?.kind {
        case .yes: return .passed
        case .no:
            return .found(.passedOver, [.suite: answer?.detail ?? "a weaker suite"])
        case .notApplicable:
            return .notApplicable("The server does not accept AES-128-GCM with ECDHE in TLS 1.2.")
        case .inconclusive, nil:
            return .inconclusive(
                "Which suite the server prefers could not be determined: \(answer?.detail ?? "not asked").")
        }
    }
}
