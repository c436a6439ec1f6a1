internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

enum CertificateUnrevokedFinding: String, FindingCode {
    case revoked = "certificate.revoked"
    case stapleMissing = "certificate.staple-missing"
    case stapleUnusable = "certificate.staple-unusable"

    var sentence: Sentence {
        switch self {
        case .revoked: "The CA has revoked the certificate, according to the stapled OCSP response."
        case .stapleMissing:
            "The certificate asks for a stapled OCSP response (must-staple), and the server staples none."
        case .stapleUnusable: "The stapled OCSP response cannot be used: \(.reason)."
        }
    }
    var severity: Severity { self == .stapleUnusable ? .notice : .error }
    var effort: Effort { .certificate }
    var remedy: String {
        switch self {
        case .revoked:
            "Get a new certificate for a new key at once (Postfix: smtpd_tls_chain_files; Exim: tls_certificate; OpenSMTPD: "
                + "pki \u{2026} cert), and find out why the CA revoked the old one."
        case .stapleMissing:
            "Have the certificate issued without must-staple (certbot: without --must-staple), unless your server can staple "
                + "(Exim: tls_ocsp_file; Postfix and OpenSMTPD cannot)."
        case .stapleUnusable:
            "Fetch a fresh OCSP response from time to time (Exim: the file of tls_ocsp_file), or stop stapling: many CAs answer "
                + "no more."
        }
    }
}

extension Check {
    /// As far as the server shows, the certificate is not revoked, and it shows as much as the certificate asks for.
    /// RFC 5280, section 6.3; RFC 6066, section 8; RFC 7633.
    ///
    /// CRLs and OCSP responders are not asked: senders do not do so either (RFC 8461, section 4.2; RFC 7672, section 4).
    static let certificateUnrevoked = Check.perServer(
        "certificate.unrevoked",
        title: "The certificate has not been revoked",
        why: """
            A CA revokes a certificate when its key was stolen or it should never have been issued. Servers may bring along \
            the CA\u{2019}s word that it is still good. A certificate that asks for that (must-staple) is refused without it.
            """,
        references: [
            .rfc(9325, section: "7.5"), .rfc(7633, section: "4"), .rfc(6066, section: "8"), .rfc(6960, section: "2.2"),
        ],
        examples: [
            .given("stapled, good and fresh", .sample(), .stapled(.good()), .sample(), expect: .passed),
            .given(
                "revoked", .sample(), .stapled(.good { $0.status = .revoked }), .sample(),
                expect: .found(.revoked, "The CA has revoked the certificate, according to the stapled OCSP response.")),
            .given(
                "asks for a staple and has none", .sample { $0.certificates[0].mustStaple = true }, .stapled(nil),
                .sample(),
                expect: .notVouchedFor(
                    .stapleMissing,
                    "The certificate asks for a stapled OCSP response (must-staple), and the server staples none.")),
            .given(
                "stapled long ago", .sample(), .stapled(.good()), .sample(days: 30),
                expect: .notVouchedFor(
                    .stapleUnusable, "The stapled OCSP response cannot be used: it expired on 2026-11-27.")),
            .given(
                "signed by an unknown party", .sample(),
                .stapled(.good { $0.problem = "its signature cannot be verified" }), .sample(),
                expect: .notVouchedFor(
                    .stapleUnusable,
                    "The stapled OCSP response cannot be used: its signature cannot be verified.")),
            .given(
                "neither staple nor asked for", .sample(), .stapled(nil), .sample(),
                expect: .notApplicable("The server staples no OCSP response, and its certificate does not ask for one.")
            ),
            .given(
                "no certificate at all", .emptySample, .stapled(nil), .sample(),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) {
        (chain: CertificateChain, session: TLSSession, judged: JudgedAt) -> Verdict<CertificateUnrevokedFinding> in
        guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
        guard let staple = session.handshake.staple else {
            guard leaf.mustStaple == true else {
                return .notApplicable(
                    "The server staples no OCSP response, and its certificate does not ask for one.")
            }
            return chain.excusing(.notVouchedFor(.stapleMissing))
        }
        if let why = staple.whyUnusable(at: judged.instant) {
            return .notVouchedFor(.stapleUnusable, [.reason: why])
        }
        guard staple.status == .revoked else { return .passed }
        return chain.excusing(.found(.revoked))
    }
}

extension Verdict<CertificateUnrevokedFinding> {
    /// Without a response to rely on, nobody can say whether the certificate is revoked.
    fileprivate static func notVouchedFor(
        _ code: CertificateUnrevokedFinding, _ arguments: Arguments = .none
    ) -> Verdict {
        .found(code, arguments, hiding: [.revoked], because: "The server staples no revocation status.")
    }
}

extension Expectation<CertificateUnrevokedFinding> {
    fileprivate static func notVouchedFor(_ code: CertificateUnrevokedFinding, _ sentence: String) -> Expectation {
        .found(code, sentence, hiding: [.revoked], because: "The server staples no revocation status.")
    }
}

extension OCSPStaple {
    /// Why nobody should rely on it. RFC 6960, section 3.2.
    fileprivate func whyUnusable(at instant: Date) -> String? {
        if let problem { return problem }
        switch status {
        case nil: return "it says nothing about the certificate"
        case .unknown: return "the CA does not know the certificate"
        // What is revoked stays so.
        case .revoked: return nil
        case .good: break
        }
        if let nextUpdate, instant > nextUpdate { return "it expired on \(nextUpdate.dayInUTC)" }
        if let thisUpdate, instant < thisUpdate { return "it is not valid before \(thisUpdate.dayInUTC)" }
        return nil
    }

    /// A response of the last days, for examples.
    fileprivate static func good(_ change: (inout OCSPStaple) -> Void = { _ in }) -> OCSPStaple {
        let now = JudgedAt.sample().instant
        var staple = OCSPStaple(.good, thisUpdate: now - 3 * 86_400, nextUpdate: now + 4 * 86_400)
        change(&staple)
        return staple
    }
}

extension TLSSession {
    fileprivate static func stapled(_ staple: OCSPStaple?) -> TLSSession {
        var session = TLSSession.example
        session.handshake.staple = staple
        return session
    }
}
