internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateOnlyFinding: String, FindingCode {
    case keyNotAllowed = "certificate.key-not-allowed"
    case signatureNotAllowed = "certificate.signature-not-allowed"

    var sentence: Sentence {
        switch self {
        case .keyNotAllowed: "The key of the certificate is \(.key), which is not allowed."
        case .signatureNotAllowed: "The certificate is signed with \(.signature), which is not allowed."
        }
    }
    var severity: Severity { .error }
    var effort: Effort { .certificate }
    var remedy: String {
        switch self {
        case .keyNotAllowed:
            "Make a new key of a kind on the list and have a certificate issued for it (Postfix: smtpd_tls_chain_files; Exim: "
                + "tls_certificate; OpenSMTPD: pki \u{2026} cert)."
        case .signatureNotAllowed:
            "Have the certificate issued by a CA, or from a root of your CA, that signs in a way on the list."
        }
    }
}

/// Which kinds of keys and signatures a certificate may have.
struct CertificateOnlyParameters: Parameters {
    /// A kind of key; elliptic ones by their curve.
    enum Key: String, CaseIterable {
        case rsa = "RSA"
        case rsaPSS = "RSA-PSS"
        case ed25519 = "Ed25519"
        case ed448 = "Ed448"
        case secp224r1, secp256r1, secp384r1, secp521r1, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1
    }

    /// A signature algorithm, as X.509 names it. RFC 4055, section 5; RFC 5758, section 3.2; RFC 8410, section 3.
    enum Signature: String, CaseIterable {
        case sha256WithRSAEncryption, sha384WithRSAEncryption, sha512WithRSAEncryption, rsassaPss
        case ecdsaWithSHA256 = "ecdsa-with-SHA256"
        case ecdsaWithSHA384 = "ecdsa-with-SHA384"
        case ecdsaWithSHA512 = "ecdsa-with-SHA512"
        case ed25519 = "ED25519"
        case ed448 = "ED448"
    }

    /// RFC 8446, section 9.1.
    var keys: [Key] = [.rsa, .rsaPSS, .ed25519, .ed448, .secp256r1, .secp384r1, .secp521r1]
    var signatures = Signature.allCases

    static let knobs: [Knob<CertificateOnlyParameters>] = [
        .choices("keys", \.keys, doc: "The kinds of key that the server\u{2019}s certificate may have."),
        .choices("signatures", \.signatures, doc: "How the server\u{2019}s certificate may be signed."),
    ]
}

extension Check {
    /// Key and signature of the server's own certificate are of an allowed kind. The lists are the profile's.
    ///
    /// The signature of a self-signed certificate is not judged, because nobody relies on it (RFC 8446, section 4.2.3).
    static let certificateOnly = Check.perServer(
        "certificate.only",
        title: "The certificate uses allowed keys and signatures",
        why: """
            Some standards list the kinds of keys and signatures that a certificate may have. What is not on the list need \
            not be weak: often it is only not known to everybody.
            """,
        references: [.rfc(8446, section: "9.1"), .rfc(5758, section: "3.2"), .rfc(4055, section: "5")],
        examples: [
            .given("P-256, signed with ECDSA", .sample(), CertificateOnlyParameters(), expect: .passed),
            .given(
                "another kind of key", .sample { $0.certificates[0].key = .init(algorithm: "RSA", bits: 4096) },
                CertificateOnlyParameters(keys: [.secp256r1]),
                expect: .found(.keyNotAllowed, "The key of the certificate is RSA, which is not allowed.")),
            .given(
                "another kind of signature", .sample(),
                CertificateOnlyParameters(signatures: [.sha256WithRSAEncryption]),
                expect: .found(
                    .signatureNotAllowed, "The certificate is signed with ecdsa-with-SHA256, which is not allowed.")),
            .given(
                "no certificate at all", .emptySample, CertificateOnlyParameters(),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain, parameters: CertificateOnlyParameters) -> Verdict<CertificateOnlyFinding> in
        chain.judgingAll { chain -> Verdict<CertificateOnlyFinding> in
            guard let leaf = chain.elements.first else { return .notApplicable("The server showed no certificate.") }
            var issues: [Issue<CertificateOnlyFinding>] = []
            let kind = leaf.certificate.key.kind
            if !parameters.keys.contains(where: { $0.rawValue.lowercased() == kind.lowercased() }) {
                issues.append(Issue(.keyNotAllowed, [.key: kind.shortened]))
            }
            let signature = leaf.certificate.signatureAlgorithm
            if !leaf.isBeginning,
                !parameters.signatures.contains(where: { $0.rawValue.lowercased() == signature.lowercased() })
            {
                issues.append(Issue(.signatureNotAllowed, [.signature: signature.shortened]))
            }
            return .of(issues)
        }
    }
}

extension Certificate.PublicKey {
    /// The algorithm, or the curve by its IANA name.
    fileprivate var kind: String { curve ?? algorithm }
}
