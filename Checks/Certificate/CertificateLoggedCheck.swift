internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateLoggedFinding: String, FindingCode {
    case noTimestamps = "certificate.no-timestamps"

    var sentence: Sentence {
        "The certificate has no embedded signed certificate timestamp."
    }
    var severity: Severity { .info }
    var remedy: String {
        "Nothing to do: mail servers do not ask for it (Postfix, Exim and OpenSMTPD verify no timestamps). Certificates of public "
            + "CAs have them on their own."
    }
}

extension Check {
    /// The certificate stands in public logs, where its misuse would be seen. RFC 6962, section 3.3.
    static let certificateLogged = Check.perServer(
        "certificate.logged",
        title: "The certificate is logged in Certificate Transparency",
        why: """
            Public CAs write every certificate into public logs (Certificate Transparency) and embed signed timestamps that \
            prove it, so that a domain can see what was issued in its name. Browsers insist on that; mail servers do not.
            """,
        references: [.rfc(6962, section: "3.3")],
        examples: [
            .given("two timestamps", .sample(), expect: .passed),
            .given(
                "none", .sample { $0.certificates[0].timestamps = 0 },
                expect: .found(.noTimestamps, "The certificate has no embedded signed certificate timestamp.")),
            .given(
                "not of a trusted CA", .selfSignedSample,
                expect: .notApplicable("The certificate does not come from a trusted CA.")),
        ]
    ) { (chain: CertificateChain) -> Verdict<CertificateLoggedFinding> in
        guard chain.path.isTrusted, let leaf = chain.leaf else {
            return .notApplicable("The certificate does not come from a trusted CA.")
        }
        guard let timestamps = leaf.timestamps else {
            return .inconclusive("This evidence does not record certificate timestamps.")
        }
        return timestamps > 0
            ? .passed : .found(.noTimestamps)
    }
}
