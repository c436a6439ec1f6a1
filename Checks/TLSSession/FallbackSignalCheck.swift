internal import CheckKit
internal import MailModel
internal import Observations

enum FallbackSignalFinding: String, FindingCode {
    case ignored = "tls.no-fallback-signal"

    var sentence: Sentence {
        "The server ignores the downgrade signal (TLS_FALLBACK_SCSV): \(.reason)."
    }
    var severity: Severity { .notice }
    var remedy: String {
        "Update the TLS library that the mail server is built on: OpenSSL knows the signal since 1.0.1j and GnuTLS since 3.4, and "
            + "Postfix, Exim and OpenSMTPD need no setting for it. Versions before TLS 1.2 are better switched off."
    }
}

extension Check {
    /// A sender that was made to come with an older version is turned away. RFC 7507.
    static let tlsFallbackSignal = Check.perServer(
        "tls.fallback-signal",
        title: "Forced downgrades are detected (TLS_FALLBACK_SCSV)",
        why: """
            Some senders try again with an older version of TLS when a handshake fails, and somebody in between can make it \
            fail (POODLE). Such a sender says so in its second try, and a server that could do better must then refuse.
            """,
        references: [.rfc(7507, section: "3"), .rfc(9325, section: "3.1.3")],
        examples: [
            .given("refused", TLSFeatures([TLSFeatureAnswer(.fallbackSignal, .yes)]), expect: .passed),
            .given(
                "agreed to", TLSFeatures([TLSFeatureAnswer(.fallbackSignal, .no, "TLS 1.1 was negotiated")]),
                expect: .found(
                    .ignored,
                    "The server ignores the downgrade signal (TLS_FALLBACK_SCSV): TLS 1.1 was negotiated.")),
            .given(
                "one version alone", TLSFeatures([TLSFeatureAnswer(.fallbackSignal, .notApplicable)]),
                expect: .notApplicable("The server offers one version only.")),
            .given(
                "it could not be asked",
                TLSFeatures([TLSFeatureAnswer(.fallbackSignal, .inconclusive, "the server hung up")]),
                expect: .inconclusive(
                    "Whether the server respects the downgrade signal could not be determined: the server hung "
                        + "up.")),
        ]
    ) { (features: TLSFeatures) -> Verdict<FallbackSignalFinding> in
        let answer = features[.fallbackSignal]
        switch answer?.kind {
        case .yes: return .passed
        case .no:
            return .found(.ignored, [.reason: answer?.detail ?? "it went on"])
        case .notApplicable: return .notApplicable("The server offers one version only.")
        case .inconclusive, nil:
            return .inconclusive(
                "Whether the server respects the downgrade signal could not be determined: "
                    + "\(answer?.detail ?? "not asked").")
        }
    }
}
