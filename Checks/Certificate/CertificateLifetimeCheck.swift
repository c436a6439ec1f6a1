internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateLifetimeFinding: String, FindingCode {
    case longLived = "certificate.long-lived"

    var sentence: Sentence {
        "The certificate is valid for \(.days) \(.days, one: "day", other: "days")."
    }
    var severity: Severity { .notice }
    var effort: Effort { .certificate }
    var remedy: String {
        "Have the next one issued for a shorter time, and let an ACME client renew it (then postfix reload; Exim reads it for each "
            + "connection; OpenSMTPD is restarted)."
    }
}

/// For how long a certificate may be issued.
struct LifetimeParameters: Parameters {
    var maximumDays = 398

    static let knobs: [Knob<LifetimeParameters>] = [
        .integer(
            "maximum-days", \.maximumDays, in: 1...3650,
            doc:
                "How many days a certificate may be valid in all. Public CAs stay below 398 days since September 2020, and at 200 "
                + "days with what they issue since 15 March 2026; CA/Browser Forum, ballot SC-081."
        )
    ]
}

extension Check {
    /// The certificate is renewed often. CA/Browser Forum Baseline Requirements, section 6.3.2; no RFC sets a limit.
    static let certificateLifetime = Check.perServer(
        "certificate.lifetime",
        title: "The certificate has a short lifetime",
        why: """
            Whoever obtains the key can impersonate the server until the certificate expires, since hardly any sender \
            checks for revocation. A certificate that is renewed every few weeks is renewed by a program, which does \
            not forget it.
            """,
        references: [
            .rfc(5280, section: "4.1.2.5"), .rfc(9325, section: "7.5"),
            Reference(
                "CA/Browser Forum", title: "Baseline Requirements for TLS Server Certificates",
                edition: "ballot SC-081",
                place: "section 6.3.2", link: "https://cabforum.org/working-groups/server/baseline-requirements/"),
        ],
        examples: [
            .given("90 days", .sample(), LifetimeParameters(), expect: .passed),
            .given(
                "five years",
                .sample { $0.certificates[0].notBefore = $0.certificates[0].notAfter - 1826 * 86_400 },
                LifetimeParameters(),
                expect: .found(.longLived, "The certificate is valid for 1826 days.", [.days: 1826])),
            .given(
                "whoever issued it, DANE tells senders that it is the right one",
                .sample { chain in
                    chain.certificates[0].notBefore = chain.certificates[0].notAfter - 1826 * 86_400
                    chain.isAuthenticatedByDANE = true
                },
                LifetimeParameters(),
                expect: .notApplicable(
                    "DANE authenticates the server, so senders need nothing else of its certificate.")),
            .given(
                "no certificate at all", .emptySample, LifetimeParameters(),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain, parameters: LifetimeParameters) -> Verdict<CertificateLifetimeFinding> in
        chain.judgingAll { chain -> Verdict<CertificateLifetimeFinding> in
            guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
            if chain.isAuthenticatedByDANE {
                return .notApplicable("DANE authenticates the server, so senders need nothing else of its certificate.")
            }
            let days = (leaf.notAfter.timeIntervalSince(leaf.notBefore) / 86_400).rounded(.down)
            guard days > Double(parameters.maximumDays) else { return .passed }
            return .found(.longLived, [.days: days])
        }
    }
}
