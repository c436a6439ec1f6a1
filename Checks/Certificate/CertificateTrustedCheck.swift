internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateTrustedFinding: String, FindingCode {
    case selfSigned = "certificate.self-signed"
    case untrustedIssuer = "certificate.untrusted-issuer"
    case incompleteChain = "certificate.incomplete-chain"
    case chainInvalid = "certificate.chain-invalid"

    var sentence: Sentence {
        switch self {
        case .selfSigned: "The certificate is self-signed: only \(.subject, .quoted) itself vouches for it."
        case .untrustedIssuer: "The certificate comes from a private CA: \(.subject, .quoted) is no trust anchor."
        case .incompleteChain: "The issuer \(.subject, .quoted) was not sent and is no trust anchor."
        case .chainInvalid:
            .where(
                .reasons, is: "The chain is not valid: \(.reasons, .joined(.semicolon)).",
                otherwise: "The server showed no certificate.")
        }
    }
    var severity: Severity { .error }
    var effort: Effort { .certificate }
    var paste: [PasteKind] { [.certificate] }
    var remedy: String {
        switch self {
        case .selfSigned, .untrustedIssuer:
            "Get a certificate from a public CA (free by ACME) and let the server show it (Postfix: smtpd_tls_chain_files; "
                + "Exim: tls_certificate and tls_privatekey; OpenSMTPD: pki \u{2026} cert)."
        case .incompleteChain:
            "Let the server send the CA\u{2019}s intermediate certificates after its own, all in one file (Postfix: "
                + "smtpd_tls_chain_files; Exim: tls_certificate): ACME clients call it fullchain.pem."
        case .chainInvalid:
            "Get a certificate for TLS servers from a public CA and let the server show it with the intermediates that came "
                + "with it (Postfix: smtpd_tls_chain_files; Exim: tls_certificate)."
        }
    }
}

/// Whose word counts.
struct CertificateTrustedParameters: Parameters {
    var daneSuffices = true

    static let knobs: [Knob<CertificateTrustedParameters>] = [
        .flag(
            "dane-suffices", \.daneSuffices,
            doc: "Whether a certificate needs no trusted CA where DANE authenticates the server.")
    ]
}

extension Check {
    /// The certificates lead to a trust anchor that public senders know. RFC 5280, section 6.
    ///
    /// One cause is one finding. A certificate that only vouches for itself is self-signed, and not also without an
    /// issuer; a root that nobody trusts is a private CA, and what is missing behind it is no second fault. A server
    /// that shows no certificate at all, though we offer no suite that allows it, has no chain to verify: invalid.
    static let certificateTrusted = Check.perServer(
        "certificate.trusted",
        title: "The certificate comes from a trusted CA",
        why: """
            Senders that verify certificates (by MTA-STS, or because they were told to) build a path from the server\u{2019}s \
            certificate to a trust anchor they know, out of what the server sends. Without such a path they do not \
            deliver, and others cannot tell this server from an impostor.
            """,
        references: [
            .rfc(5280, section: "6.1"), .rfc(5246, section: "7.4.2"), .rfc(8461, section: "4.2"),
            .rfc(7672, section: "8.2"),
        ],
        examples: [
            .given("a path to a trust anchor", .sample(), CertificateTrustedParameters(), expect: .passed),
            .given(
                "DANE authenticates the server, and the profile asks for a CA all the same",
                {
                    var chain = CertificateChain.selfSignedSample
                    chain.isAuthenticatedByDANE = true
                    return chain
                }(), CertificateTrustedParameters(daneSuffices: false),
                expect: .found(
                    .selfSigned,
                    "The certificate is self-signed: only \u{201C}CN=mx.example.com\u{201D} itself vouches for it.")),
            .given(
                "the certificate is its own issuer", .selfSignedSample, CertificateTrustedParameters(),
                expect: .found(
                    .selfSigned,
                    "The certificate is self-signed: only \u{201C}CN=mx.example.com\u{201D} itself vouches for it.")),
            .given(
                "a private CA",
                .sample { chain in
                    chain.certificates[1].issuer = chain.certificates[1].subject
                    chain.certificates[1].isSelfIssued = true
                    chain.path.problems = [.init(kind: .untrustedIssuer, depth: 1, detail: "untrusted root")]
                },
                CertificateTrustedParameters(),
                expect: .found(
                    .untrustedIssuer,
                    "The certificate comes from a private CA: \u{201C}CN=Some CA R3\u{201D} is no trust anchor.")),
            .given(
                "the intermediate is not sent",
                .sample { chain in
                    chain.certificates.removeLast()
                    chain.path.certificates = [0]
                    chain.path.problems = [.init(kind: .missingIssuer, depth: 0, detail: "no issuer")]
                },
                CertificateTrustedParameters(),
                expect: .found(
                    .incompleteChain, "The issuer \u{201C}CN=Some CA R3\u{201D} was not sent and is no trust anchor.")),
            .given(
                "a certificate that is no CA\u{2019}s signed another",
                .sample { $0.path.problems = [.init(kind: .notAllowed, depth: 1, detail: "invalid CA certificate")] },
                CertificateTrustedParameters(),
                expect: .found(
                    .chainInvalid,
                    "The chain is not valid: invalid CA certificate (\u{201C}CN=Some CA R3\u{201D}).")),
            .given(
                "no certificate at all", .emptySample, CertificateTrustedParameters(),
                expect: .found(.chainInvalid, "The server showed no certificate.")),
        ]
    ) {
        (chain: CertificateChain, parameters: CertificateTrustedParameters) -> Verdict<CertificateTrustedFinding> in
        chain.judgingAll { chain -> Verdict<CertificateTrustedFinding> in
            guard let leaf = chain.leaf else { return .found(.chainInvalid) }
            let verdict = Verdict.of([chain.unknownIssuer(of: leaf), chain.brokenRule].compactMap { $0 })
            return parameters.daneSuffices ? chain.excusing(verdict) : verdict
        }
    }
}

extension CertificateChain {
    /// Why nobody we trust vouches for the leaf: one of three causes, the first that explains the others.
    fileprivate func unknownIssuer(of leaf: Certificate) -> Issue<CertificateTrustedFinding>? {
        let kinds = path.problems.map(\.kind)
        let standsAlone = leaf.isSelfIssued && path.certificates.count <= 1 && kinds.contains(.missingIssuer)
        if kinds.contains(.selfSigned) || standsAlone {
            return Issue(.selfSigned, [.subject: leaf.subject.shortened])
        }
        if kinds.contains(.untrustedIssuer) {
            let root = (elements.last?.certificate ?? leaf).subject.shortened
            return Issue(.untrustedIssuer, [.subject: root])
        }
        if kinds.contains(.missingIssuer) {
            let issuer = (elements.last?.certificate ?? leaf).issuer.shortened
            return Issue(.incompleteChain, [.subject: issuer])
        }
        return nil
    }

    /// What breaks the rules of RFC 5280, whoever vouches.
    fileprivate var brokenRule: Issue<CertificateTrustedFinding>? {
        let broken = path.problems.filter { problem in
            switch problem.kind {
            case .selfSigned, .untrustedIssuer, .missingIssuer: false
            case .badSignature, .notAllowed, .wrongPurpose, .other: true
            }
        }
        guard !broken.isEmpty else { return nil }
        let elements = elements
        let texts = broken.prefix(3).map { problem in
            guard elements.indices.contains(problem.depth) else { return problem.detail }
            return "\(problem.detail) (\u{201C}\(elements[problem.depth].certificate.subject.shortened)\u{201D})"
        }
        return Issue(.chainInvalid, [.reasons: texts])
    }
}
