internal import CheckKit
internal import MailModel
internal import Observations

enum KeyExchangeSignaturesFinding: String, FindingCode {
    case broken = "key-exchange.broken-signature"
    case noSHA2 = "key-exchange.no-sha2-signature"
    case sha224 = "key-exchange.sha224-signature"
    case pkcs1 = "key-exchange.pkcs1-signature"

    var sentence: Sentence {
        switch self {
        case .broken, .sha224, .pkcs1:
            "In TLS 1.2 the server signs with \(.signature) where nothing better is offered."
        case .noSHA2: "In TLS 1.2 the server signs with neither SHA-256 nor a longer hash."
        }
    }
    var severity: Severity {
        switch self {
        case .broken: .error
        case .noSHA2: .warning
        case .sha224: .notice
        case .pkcs1: .info
        }
    }

    var remedy: String {
        switch self {
        case .broken, .sha224:
            "List the signatures that the TLS library may make (OpenSSL, and with it Postfix: SignatureAlgorithms in openssl.cnf, "
                + "named by tls_config_file and tls_config_name from Postfix 3.9 on; Exim with GnuTLS: "
                + "-SIGN-RSA-SHA1:-SIGN-ECDSA-SHA1 and the like in tls_require_ciphers, with OpenSSL: openssl.cnf; OpenSMTPD: "
                + "update LibreSSL)."
        case .noSHA2:
            "Update the TLS library: OpenSSL, GnuTLS and LibreSSL sign with SHA-256 without a setting in Postfix, Exim or "
                + "OpenSMTPD."
        case .pkcs1:
            "Nothing to do: senders without RSA-PSS need it. A certificate with an ECDSA key is not signed for so (Postfix: "
                + "smtpd_tls_chain_files; Exim: tls_certificate; OpenSMTPD: pki … cert)."
        }
    }
}

extension Check {
    /// The key exchange of TLS 1.2 is signed with SHA-256 or longer. RFC 9155, section 4; RFC 9325, section 4.5.
    static let keyExchangeSignatures = Check.perServer(
        "key-exchange.signatures",
        title: "The key exchange is signed with strong hashes",
        why: """
            With its signature a server proves that the key of the exchange is its own. For MD5 and SHA-1 two texts with the \
            same hash can be made, and then a signature for one is a signature for the other (SLOTH). In TLS 1.3 these \
            hashes are gone.
            """,
        references: [.rfc(9155, section: "4"), .rfc(9325, section: "4.5"), .rfc(8446, section: "4.2.3")],
        examples: [
            .given("SHA-256 and longer", .example, .making([.sound: "ecdsa_secp256r1_sha256"]), expect: .passed),
            .given(
                "SHA-1 too, for who knows nothing else", .example,
                .making([.broken: "ecdsa_sha1", .sound: "ecdsa_secp256r1_sha256"]),
                expect: .found(.broken, "In TLS 1.2 the server signs with ecdsa_sha1 where nothing better is offered.")),
            .given(
                "SHA-224 too", .example, .making([.sha224: "ecdsa_sha224", .sound: "ecdsa_secp256r1_sha256"]),
                expect: .found(
                    .sha224, "In TLS 1.2 the server signs with ecdsa_sha224 where nothing better is offered.")),
            .given(
                "RSA as it was", .example, .making([.pkcs1: "rsa_pkcs1_sha256", .sound: "rsa_pss_rsae_sha256"]),
                expect: .found(
                    .pkcs1, "In TLS 1.2 the server signs with rsa_pkcs1_sha256 where nothing better is offered.")),
            .given(
                "static keys alone, which need no signature", .example, .making([:]),
                expect: .found(.noSHA2, "In TLS 1.2 the server signs with neither SHA-256 nor a longer hash.")),
            .given(
                "no TLS 1.2", .example, .unsigned(.notApplicable, "TLS 1.2 is not offered"),
                expect: .notApplicable("Signatures can be seen in TLS 1.2 only, which is not offered.")),
            .given(
                "the server turned us away", .example, .unsigned(.inconclusive, "throttled (421 4.7.0)"),
                expect: .inconclusive("How the server signs could not be determined: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .making([:]), expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, signatures: TLSSignatures) -> Verdict<KeyExchangeSignaturesFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        if signatures.answers.contains(where: { $0.kind == .notApplicable }) {
            return .notApplicable("Signatures can be seen in TLS 1.2 only, which is not offered.")
        }
        let unknown = TLSSignatureKind.allCases.filter { kind in
            signatures[kind].map { $0.kind == .inconclusive } ?? true
        }
        let open = KeyExchangeSignaturesFinding.allCases.filter { code in
            code.isOpen(unknown, hasSHA2: signatures.hasSHA2)
        }
        let why = unknown.lazy.compactMap { signatures[$0]?.detail }.first ?? "not asked"
        return .of(
            KeyExchangeSignaturesFinding.allCases.compactMap { signatures.issue($0) }, open: Set(open),
            because: "How the server signs could not be determined: \(why).")
    }
}

extension KeyExchangeSignaturesFinding {
    /// The kind of signature that shows it; nil for that which two kinds show together.
    fileprivate var subject: TLSSignatureKind? {
        switch self {
        case .broken: .broken
        case .sha224: .sha224
        case .pkcs1: .pkcs1
        case .noSHA2: nil
        }
    }

    fileprivate func isOpen(_ unknown: [TLSSignatureKind], hasSHA2: Bool) -> Bool {
        guard let subject else { return !hasSHA2 && !Set(unknown).isDisjoint(with: [.pkcs1, .sound]) }
        return unknown.contains(subject)
    }
}

extension TLSSignatures {
    fileprivate var hasSHA2: Bool { [.pkcs1, .sound].contains { self[$0]?.kind == .made } }

    fileprivate func issue(_ code: KeyExchangeSignaturesFinding) -> Issue<KeyExchangeSignaturesFinding>? {
        guard let subject = code.subject else {
            let areRefused = [.pkcs1, .sound].allSatisfy { self[$0]?.kind == .refused }
            return areRefused ? Issue(code) : nil
        }
        guard let answer = self[subject], answer.kind == .made else { return nil }
        return Issue(code, [.signature: answer.detail ?? "such"])
    }

    /// A machine for examples that makes these signatures and refuses all others.
    fileprivate static func making(_ made: [TLSSignatureKind: String]) -> TLSSignatures {
        TLSSignatures(
            TLSSignatureKind.allCases.map { TLSSignatureAnswer($0, made[$0] == nil ? .refused : .made, made[$0]) })
    }

    /// A machine for examples of which nothing is known.
    fileprivate static func unsigned(_ kind: TLSSignatureAnswer.Kind, _ detail: String) -> TLSSignatures {
        TLSSignatures(TLSSignatureKind.allCases.map { TLSSignatureAnswer($0, kind, detail) })
    }
}
