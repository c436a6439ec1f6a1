internal import CheckKit
internal import MailModel
internal import Observations

enum CertificateStrongFinding: String, FindingCode {
    case weakKey = "certificate.weak-key"
    case weakSignature = "certificate.weak-signature"
    case modestKey = "certificate.modest-key"

    var sentence: Sentence {
        switch self {
        case .weakKey: .certificate + "has \(.key, ["DSA": "a"], else: "an") \(.key) key of \(.bits) bits."
        case .weakSignature: .certificate + "is signed with \(.hash) (\(.signature))."
        case .modestKey: .certificate + "has an \(.key) key of \(.bits) bits; \(.required) are recommended."
        }
    }
    var severity: Severity { self == .modestKey ? .notice : .error }
    var effort: Effort { .certificate }
    var remedy: String {
        switch self {
        case .weakKey:
            "Make a new key (ECDSA P-256, or RSA of 2048 bits or more) and have a certificate issued for it; for an "
                + "issuer\u{2019}s key, change the CA."
        case .weakSignature:
            "Have the certificate issued again by a CA that signs with SHA-256, and let the server send the new chain."
        case .modestKey:
            "Make the next key longer (ECDSA P-256, or RSA of 3072 bits or more) and have a certificate issued for it; for "
                + "an issuer\u{2019}s key, ask the CA for another chain."
        }
    }
}

/// How long keys must be.
struct KeyStrengthParameters: Parameters {
    var minimumRSABits = 2048
    var minimumECBits = 224
    var recommendedRSABits = 0
    var recommendedECBits = 0

    static let knobs: [Knob<KeyStrengthParameters>] = [
        .integer(
            "minimum-rsa-bits", \.minimumRSABits, in: 1024...16384, doc: "How many bits an RSA modulus needs to pass."),
        .integer(
            "minimum-ec-bits", \.minimumECBits, in: 160...521, doc: "How many bits an elliptic curve needs to pass."),
        .integer(
            "recommended-rsa-bits", \.recommendedRSABits, in: 0...16384,
            doc: "An RSA modulus that passes with fewer bits is a notice; 0 asks for no more than what passes."),
        .integer(
            "recommended-ec-bits", \.recommendedECBits, in: 0...521,
            doc: "An elliptic curve that passes with fewer bits is a notice; 0 asks for no more than what passes."),
    ]
}

extension Check {
    /// No key on the path can be broken and no signature on it forged. RFC 9325, section 4.5; RFC 9155.
    ///
    /// The signature of a self-signed certificate is not judged, because nobody relies on it (RFC 8446, section 4.2.3);
    /// its key is.
    static let certificateStrong = Check.perServer(
        "certificate.strong",
        title: "Keys and signatures of the certificates are strong",
        why: """
            Whoever breaks a key in the chain, or forges a signature made with MD5 or SHA-1, can impersonate this \
            server. Current TLS libraries refuse such certificates, so those senders cannot deliver.
            """,
        references: [
            .rfc(9325, section: "4.5"), .rfc(9155, section: "4"), .rfc(8446, section: "4.4.2.4"),
            .rfc(8446, section: "4.2.3"),
        ],
        examples: [
            .given("P-256, signed with SHA-256", .sample(), KeyStrengthParameters(), expect: .passed),
            .given(
                "an RSA key of 1024 bits", .key("RSA", 1024), KeyStrengthParameters(),
                expect: .found(.weakKey, "The certificate has an RSA key of 1024 bits.", [.bits: 1024])),
            .given(
                "a small elliptic curve", .key("EC", 192), KeyStrengthParameters(),
                expect: .found(.weakKey, "The certificate has an EC key of 192 bits.", [.bits: 192])),
            .given(
                "DSA of any length", .key("DSA", 3072), KeyStrengthParameters(),
                expect: .found(.weakKey, "The certificate has a DSA key of 3072 bits.", [.bits: 3072])),
            .given(
                "a shorter key than a profile recommends", .key("EC", 224),
                KeyStrengthParameters(recommendedECBits: 256),
                expect: .found(
                    .modestKey, "The certificate has an EC key of 224 bits; 256 are recommended.", [.bits: 224])),
            .given("an Ed25519 key", .key("ED25519", 253), KeyStrengthParameters(), expect: .passed),
            .given(
                "an issuer that signs with SHA-1",
                .sample { chain in
                    chain.certificates[0].signatureHash = "SHA1"
                    chain.certificates[0].signatureAlgorithm = "ecdsa-with-SHA1"
                },
                KeyStrengthParameters(),
                expect: .found(.weakSignature, "The certificate is signed with SHA-1 (ecdsa-with-SHA1).")),
            .given(
                "a self-signed certificate with SHA-1",
                {
                    var chain = CertificateChain.selfSignedSample
                    chain.certificates[0].signatureHash = "SHA1"
                    return chain
                }(), KeyStrengthParameters(), expect: .passed),
            .given(
                "a key of an unknown kind", .key("id-future-sign", 0), KeyStrengthParameters(),
                expect: .of(
                    [], open: [.weakKey, .modestKey],
                    because: "The certificate has a key of an unknown kind, id-future-sign.")),
            .given(
                "no certificate at all", .emptySample, KeyStrengthParameters(),
                expect: .notApplicable("The server showed no certificate.")),
        ]
    ) { (chain: CertificateChain, parameters: KeyStrengthParameters) -> Verdict<CertificateStrongFinding> in
        chain.judgingAll { chain -> Verdict<CertificateStrongFinding> in
            let elements = chain.elements
            guard !elements.isEmpty else { return .notApplicable("The server showed no certificate.") }
            let issues = elements.flatMap {
                [$0.weakKey(parameters) ?? $0.modestKey(parameters), $0.weakSignature].compactMap { $0 }
            }
            let unknown = elements.flatMap(\.unknown)
            return .of(issues, open: Set(unknown.flatMap(\.codes)), because: unknown.first?.why ?? "")
        }
    }
}

extension PathElement {
    func weakKey(_ parameters: KeyStrengthParameters) -> Issue<CertificateStrongFinding>? {
        let key = certificate.key
        let isWeak =
            switch key.algorithm {
            case "RSA", "RSA-PSS": key.bits < parameters.minimumRSABits
            case "EC": key.bits < parameters.minimumECBits
            case "DSA": true
            default: false
            }
        guard isWeak else { return nil }
        return Issue(.weakKey, arguments.merging([.key: key.algorithm, .bits: key.bits]))
    }

    /// A key that passes and is shorter than the profile recommends.
    fileprivate func modestKey(_ parameters: KeyStrengthParameters) -> Issue<CertificateStrongFinding>? {
        let key = certificate.key
        let wanted =
            switch key.algorithm {
            case "RSA", "RSA-PSS": parameters.recommendedRSABits
            case "EC": parameters.recommendedECBits
            default: 0
            }
        guard key.bits < wanted else { return nil }
        return Issue(
            .modestKey, arguments.merging([.key: key.algorithm, .bits: key.bits, .required: wanted]))
    }

    var weakSignature: Issue<CertificateStrongFinding>? {
        guard let brokenHash else { return nil }
        return Issue(
            .weakSignature,
            arguments.merging([.hash: brokenHash, .signature: certificate.signatureAlgorithm.shortened]))
    }

    /// What of the strength cannot be told, and why.
    var unknown: [(codes: [CertificateStrongFinding], why: String)] {
        var unknown: [(codes: [CertificateStrongFinding], why: String)] = []
        let kind = certificate.key.algorithm
        if !["RSA", "RSA-PSS", "EC", "DSA", "ED25519", "ED448"].contains(kind.uppercased()) {
            unknown.append(
                ([.weakKey, .modestKey], "\(title) has a key of an unknown kind, \(kind.shortened)."))
        }
        let algorithm = certificate.signatureAlgorithm
        if !isBeginning, certificate.signatureHash == nil, !["ED25519", "ED448"].contains(algorithm.uppercased()) {
            unknown.append(([.weakSignature], "\(title) has an unknown signature algorithm, \(algorithm.shortened)."))
        }
        return unknown
    }
}

extension CertificateChain {
    /// A chain whose leaf has such a key.
    fileprivate static func key(_ algorithm: String, _ bits: Int) -> CertificateChain {
        sample { $0.certificates[0].key = .init(algorithm: algorithm, bits: bits) }
    }
}
