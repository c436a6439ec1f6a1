internal import CheckKit
internal import MailModel
internal import Observations

enum HeartbeatFinding: String, FindingCode {
    case taken = "tls.heartbeat"

    var sentence: Sentence {
        "The server accepts the heartbeat extension."
    }
    var severity: Severity { .notice }
    var remedy: String {
        "Update the TLS library that Postfix, Exim or OpenSMTPD is built on: OpenSSL has no heartbeat since 1.1.1 and LibreSSL "
            + "never had, and GnuTLS offers it only where a program asks for it. Then renew the key, in case it was read."
    }
}

extension Check {
    /// The server does without heartbeat, which mail does not need. RFC 6520.
    static let tlsNoHeartbeat = Check.perServer(
        "tls.no-heartbeat",
        title: "Heartbeat is not offered",
        why: """
            Heartbeat keeps idle sessions alive, and SMTP has NOOP for that. It is known for Heartbleed (CVE-2014-0160): \
            servers that did not check a length sent their memory to whoever asked, keys included. A server that still \
            offers it runs code that is old or unusual.
            """,
        references: [.rfc(6520, section: "2"), .rfc(6520, section: "6"), .cve("2014-0160")],
        examples: [
            .given("not taken", TLSFeatures([TLSFeatureAnswer(.heartbeat, .no)]), expect: .passed),
            .given(
                "taken", TLSFeatures([TLSFeatureAnswer(.heartbeat, .yes)]),
                expect: .found(.taken, "The server accepts the heartbeat extension.")),
            .given(
                "TLS 1.3 alone", TLSFeatures([TLSFeatureAnswer(.heartbeat, .notApplicable)]),
                expect: .notApplicable("The server offers no version before TLS 1.3.")),
            .given(
                "it could not be asked",
                TLSFeatures([TLSFeatureAnswer(.heartbeat, .inconclusive, "throttled (421 4.7.0)")]),
                expect: .inconclusive(
                    "Whether the server offers heartbeat could not be determined: throttled (421 4.7.0).")),
        ]
    ) { (features: TLSFeatures) -> Verdict<HeartbeatFinding> in
        let answer = features[.heartbeat]
        switch answer?.kind {
        case .no: return .passed
        case .yes: return .found(.taken)
        case .notApplicable: return .notApplicable("The server offers no version before TLS 1.3.")
        case .inconclusive, nil:
            return .inconclusive(
                "Whether the server offers heartbeat could not be determined: \(answer?.detail ?? "not asked").")
        }
    }
}
