internal import CheckKit
internal import MailModel
internal import Observations

enum CertificatePlacesFinding: String, FindingCode {
    case noIssuer = "certificate.no-issuer-place"
    case noResponder = "certificate.no-responder"

    var sentence: Sentence {
        switch self {
        case .noIssuer: "The certificate does not say where its issuer\u{2019}s certificate can be found."
        case .noResponder: "The certificate names no OCSP responder."
        }
    }
    var severity: Severity { .notice }
    var remedy: String {
        "Nothing to set in Postfix, Exim or OpenSMTPD: the CA writes it. Take a CA whose certificates have it, where your policy "
            + "asks for that; many have given up OCSP and publish CRLs instead."
    }
}

extension Check {
    /// The certificate says where its issuer's certificate and OCSP responder are. RFC 5280, section 4.2.2.1.
    static let certificatePlaces = Check.perServer(
        "certificate.places",
        title: "The certificate names its issuer's locations (AIA)",
        why: """
            Whoever verifies a certificate may need the issuer\u{2019}s, when the server has left it out, and the \
            issuer\u{2019}s word on whether it was revoked. The extension authorityInfoAccess says where both are.
            """,
        references: [.rfc(5280, section: "4.2.2.1"), .rfc(6960, section: "3.1")],
        examples: [
            .given("both places", .naming(issuer: true, responder: true), expect: .passed),
            .given(
                "no OCSP responder", .naming(issuer: true, responder: false),
                expect: .found(.noResponder, "The certificate names no OCSP responder.")),
            .given(
                "no place of the issuer\u{2019}s certificate", .naming(issuer: false, responder: true),
                expect: .found(
                    .noIssuer, "The certificate does not say where its issuer\u{2019}s certificate can be found.")),
            .given(
                "not noted", .naming(issuer: nil, responder: nil),
                expect: .inconclusive("This evidence does not record which locations the certificate names.")),
            .given(
                "self-signed", .selfSignedSample,
                expect: .notApplicable("The certificate is its own issuer.")),
            .given(
                "no certificate at all", .emptySample, expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain) -> Verdict<CertificatePlacesFinding> in
        guard let leaf = chain.leaf else { return .notApplicable("The server showed no certificate.") }
        guard !leaf.isSelfIssued else { return .notApplicable("The certificate is its own issuer.") }
        guard let namesIssuer = leaf.namesIssuer, let namesResponder = leaf.namesResponder else {
            return .inconclusive("This evidence does not record which locations the certificate names.")
        }
        var issues: [Issue<CertificatePlacesFinding>] = []
        if !namesIssuer {
            issues.append(Issue(.noIssuer))
        }
        if !namesResponder { issues.append(Issue(.noResponder)) }
        return .of(issues)
    }
}

extension CertificateChain {
    fileprivate static func naming(issuer: Bool?, responder: Bool?) -> CertificateChain {
        .sample { chain in
            chain.certificates[0].namesIssuer = issuer
            chain.certificates[0].namesResponder = responder
        }
    }
}
