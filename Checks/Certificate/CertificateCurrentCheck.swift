internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateCurrentFinding: String, FindingCode {
    case expired = "certificate.expired"
    case notYetValid = "certificate.not-yet-valid"
    case expiresSoon = "certificate.expires-soon"

    var sentence: Sentence {
        switch self {
        case .expired:
            .certificate
                + """
                expired on \(.ends)\
                \(.role, ["leaf": "", "issuer": "", "root": ": senders that verify need a chain to a newer one"]).
                """
        case .notYetValid: .certificate + "is not valid before \(.begins)."
        case .expiresSoon:
            .certificate
                + """
                expires on \(.ends), \
                \(.daysLeft, zero: "in less than a day", one: "in 1 day", other: "in \(.daysLeft) days").
                """
        }
    }
    var severity: Severity { self == .expiresSoon ? .warning : .error }
    var effort: Effort { .certificate }
    var paste: [PasteKind] { [.certificate] }
    var remedy: String {
        switch self {
        case .expired, .expiresSoon:
            "Renew the certificate and let the server read it again (postfix reload; Exim reads it for each connection), and "
                + "see why it was not renewed on its own."
        case .notYetValid:
            "Install a certificate that is valid now; if it should be, correct the clock of the machine that made it."
        }
    }
    var arguments: [FindingArgument] { self == .expiresSoon ? [.percentLeft] : [] }
}

/// When an end that comes near is reported. How bad it is, profiles say by `days-left`, or by `percent-left` of the lifetime.
struct ExpiryParameters: Parameters {
    var reportBeforeExpiry = 30

    static let knobs: [Knob<ExpiryParameters>] = [
        .integer(
            "report-before-expiry", \.reportBeforeExpiry, in: 0...398,
            doc: "How many days before its end a certificate is reported to expire soon; at most a third of its life.")
    ]

    /// How many seconds before the end to report: the days of the profile, or a third of the certificate's lifetime where
    /// that is less. Renewal is due when a third is left, so a certificate of six days is not late with five to go.
    fileprivate func notice(_ certificate: Certificate) -> Double {
        let lifetime = certificate.notAfter.timeIntervalSince(certificate.notBefore)
        return min(Double(reportBeforeExpiry) * Date.day, lifetime / 3)
    }
}

extension Check {
    /// Every certificate on the path is valid at the instant of judgement. RFC 5280, sections 4.1.2.5 and 6.1.3.
    ///
    /// A root that begins the path is left out where nobody trusts it, for `certificate.trusted` speaks then. A trust anchor
    /// is a name and a key, whatever its dates (RFC 5280, section 6.1.1), but the libraries that senders verify with refuse
    /// one outside its dates. A self-signed leaf is judged.
    static let certificateCurrent = Check.perServer(
        "certificate.current",
        title: "The certificate is within its validity period",
        why: """
            Senders that verify refuse a certificate outside its dates, from one second to the next, and mail from them \
            waits until somebody notices. An expired certificate is the most common way for working TLS to break.
            """,
        references: [.rfc(5280, section: "4.1.2.5"), .rfc(5280, section: "6.1.3"), .rfc(8461, section: "4.2")],
        examples: [
            .given("37 days are left of 90", .sample(), .sample(), ExpiryParameters(), expect: .passed),
            .given(
                "ten days after the end", .sample(), .sample(days: 47), ExpiryParameters(),
                expect: .found(.expired, "The certificate expired on 2026-12-30.")),
            .given(
                "before the beginning", .sample(), .sample(days: -60), ExpiryParameters(),
                expect: .found(.notYetValid, "The certificate is not valid before 2026-10-01.")),
            .given(
                "five and a half days before the end", .sample(), .sample(days: 31.5), ExpiryParameters(),
                expect: .found(
                    .expiresSoon, "The certificate expires on 2026-12-30, in 5 days.",
                    [.daysLeft: 5, .percentLeft: 6])),
            .given(
                "five days before the end of a certificate of six days",
                .sample { $0.certificates[0].notBefore = $0.certificates[0].notAfter - 6 * Date.day },
                .sample(days: 32), ExpiryParameters(), expect: .passed),
            .given(
                "an expired intermediate", .sample { $0.certificates[1].notAfter -= 1001 * Date.day }, .sample(),
                ExpiryParameters(),
                expect: .found(
                    .expired,
                    "The issuer\u{2019}s certificate \u{201C}CN=Some CA R3\u{201D} expired on 2026-11-22.")),
            .given(
                "a root that senders know and that is past its dates",
                .sample { chain in
                    chain.path.anchor = .init(
                        subject: "CN=Some Root", notBefore: chain.certificates[1].notBefore,
                        notAfter: chain.certificates[0].notBefore)
                }, .sample(), ExpiryParameters(),
                expect: .found(
                    .expired,
                    "The root \u{201C}CN=Some Root\u{201D} expired on 2026-10-01: senders that verify need a chain to a "
                        + "newer one.")),
            .given(
                "no certificate at all", .emptySample, .sample(), ExpiryParameters(),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) {
        (chain: CertificateChain, judged: JudgedAt, parameters: ExpiryParameters) -> Verdict<CertificateCurrentFinding>
        in
        chain.judgingAll { chain -> Verdict<CertificateCurrentFinding> in
            let elements = chain.elements.filter { $0.depth == 0 || !$0.isBeginning }
            guard !elements.isEmpty else { return .notApplicable("The server showed no certificate.") }
            let outside = elements.compactMap { $0.outsideItsDates(at: judged.instant) }
            let next = elements.filter { $0.certificate.isValid(at: judged.instant) }
                .min { $0.certificate.notAfter < $1.certificate.notAfter }
            return chain.excusing(
                .of(
                    outside
                        + [
                            chain.anchorIssue(at: judged.instant), next?.soonOutside(at: judged.instant, parameters),
                        ].compactMap { $0 }))
        }
    }
}

extension CertificateChain {
    fileprivate func anchorIssue(at instant: Date) -> Issue<CertificateCurrentFinding>? {
        anchorOutsideItsDates(at: instant).map { anchor in
            let root: Arguments = [.role: "root", .subject: anchor.subject.shortened]
            return instant < anchor.notBefore
                ? Issue(.notYetValid, root.merging([.begins: anchor.notBefore]))
                : Issue(.expired, root.merging([.ends: anchor.notAfter]))
        }
    }
}

extension PathElement {
    fileprivate func outsideItsDates(at instant: Date) -> Issue<CertificateCurrentFinding>? {
        if instant < certificate.notBefore {
            return Issue(.notYetValid, arguments.merging([.begins: certificate.notBefore]))
        }
        if instant > certificate.notAfter {
            return Issue(.expired, arguments.merging([.ends: certificate.notAfter]))
        }
        return nil
    }

    fileprivate func soonOutside(
        at instant: Date, _ parameters: ExpiryParameters
    ) -> Issue<CertificateCurrentFinding>? {
        let left = certificate.notAfter.timeIntervalSince(instant)
        guard left <= parameters.notice(certificate) else { return nil }
        let days = (left / Date.day).rounded(.down)
        let lifetime = certificate.notAfter.timeIntervalSince(certificate.notBefore)
        let percent = lifetime > 0 ? (left / lifetime * 100).rounded(.down) : 0
        return Issue(
            .expiresSoon,
            arguments.merging([.ends: certificate.notAfter, .daysLeft: days, .percentLeft: percent]))
    }
}

extension Date {
    /// The seconds of a day.
    fileprivate static let day = 86_400.0
}
