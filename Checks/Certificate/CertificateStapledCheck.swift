internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateStapledFinding: String, FindingCode {
    case notStapled = "certificate.not-stapled"

    var sentence: Sentence {
        "The issuer has an OCSP responder, and the server staples no response of it."
    }
    var severity: Severity { .notice }
    var remedy: String {
        "Staple an OCSP response where the server can (Exim: tls_ocsp_file, with a file that is fetched anew from time to time); "
            + "Postfix and OpenSMTPD cannot. A CA that has no OCSP any more leaves nothing to staple."
    }
}

extension Check {
    /// Where the issuer has an OCSP responder, the server brings its word along. RFC 6066, section 8; RFC 9325, section 7.5.
    ///
    /// What a staple says, and one that the certificate itself asks for, is up to `certificate.unrevoked`.
    static let certificateStapled = Check.perServer(
        "certificate.stapled",
        title: "The server staples an OCSP response",
        why: """
            With a stapled response a sender learns that the certificate was not revoked, without asking the CA, who \
            would learn of the mail. Few sending servers check it, so this is for those whose policy requires it.
            """,
        references: [.rfc(6066, section: "8"), .rfc(9325, section: "7.5"), .rfc(5280, section: "4.2.2.1")],
        examples: [
            .given("stapled", .naming(true), .stapling(OCSPStaple(.good)), expect: .passed),
            .given(
                "not stapled", .naming(true), .stapling(nil),
                expect: .found(
                    .notStapled, "The issuer has an OCSP responder, and the server staples no response of it.")),
            .given(
                "nothing to staple", .naming(false), .stapling(nil),
                expect: .notApplicable("The certificate names no OCSP responder, so there is nothing to staple.")),
            .given(
                "not noted", .naming(nil), .stapling(nil),
                expect: .inconclusive("This evidence does not record whether the certificate names an OCSP responder.")),
            .given(
                "no certificate at all", .emptySample, .stapling(nil),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain, session: TLSSession) -> Verdict<CertificateStapledFinding> in
        guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
        guard session.handshake.staple == nil else { return .passed }
        switch leaf.namesResponder {
        case true?:
            return .found(.notStapled)
        case false?:
            return .notApplicable("The certificate names no OCSP responder, so there is nothing to staple.")
        case nil: return .inconclusive("This evidence does not record whether the certificate names an OCSP responder.")
        }
    }
}

extension TLSSession {
    fileprivate static func stapling(_ staple: OCSPStaple?) -> TLSSession {
        var session = TLSSession.example
        session.handshake.staple = staple
        return session
    }
}

extension CertificateChain {
    fileprivate static func naming(_ namesResponder: Bool?) -> CertificateChain {
        .sample { $0.certificates[0].namesResponder = namesResponder }
    }
}
