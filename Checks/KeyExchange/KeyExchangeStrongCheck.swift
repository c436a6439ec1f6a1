internal import CheckKit
internal import MailModel
internal import Observations

enum KeyExchangeFinding: String, FindingCode {
    case brokenPrime = "key-exchange.broken-prime"
    case shortPrime = "key-exchange.short-prime"
    case shortCurve = "key-exchange.short-curve"
    case explicitCurve = "key-exchange.explicit-curve"
    case finiteField = "key-exchange.finite-field"
    case postQuantum = "key-exchange.post-quantum"

    var sentence: Sentence {
        switch self {
        case .brokenPrime, .shortPrime:
            """
            The Diffie-Hellman prime has \(.bits) bits, \(.required) are required\
            \(optional: .prime, before: "; many servers share it (", after: ")").
            """
        case .shortCurve: "A curve of fewer than 224 bits is accepted: \(.group)."
        case .explicitCurve: "The server sends explicit curve parameters instead of a named curve."
        case .finiteField:
            """
            Finite-field Diffie-Hellman is accepted: \
            \(.where(.bits, is: "\(.bits) bits", otherwise: "\(.group)")) in \(.version).
            """
        case .postQuantum: "Post-quantum key exchange is offered: \(.group)."
        }
    }
    var severity: Severity {
        switch self {
        case .brokenPrime, .shortPrime, .shortCurve: .error
        case .explicitCurve: .warning
        case .finiteField, .postQuantum: .info
        }
    }

    var remedy: String {
        switch self {
        case .brokenPrime, .shortPrime:
            "Use a prime of 2048 bits or more, or no finite-field Diffie-Hellman at all (Postfix: leave "
                + "smtpd_tls_dh1024_param_file = auto; Exim: tls_dhparam = ffdhe2048; OpenSMTPD: dhe auto)."
        case .shortCurve, .explicitCurve:
            "Allow the usual named curves only (Postfix: smtpd_tls_eecdh_grade = auto; Exim: tls_eccurve = auto; OpenSMTPD: "
                + "its defaults)."
        case .finiteField:
            "Nothing to do where senders without curves matter. Where a policy forbids it: Postfix, smtpd_tls_exclude_ciphers = "
                + "kDHE; Exim with OpenSSL, !kDHE in tls_require_ciphers, with GnuTLS, -DHE-RSA; OpenSMTPD: dhe none."
        case .postQuantum: "Nothing to do: this protects recorded mail against quantum computers of the future."
        }
    }

}

/// How long is long enough.
struct KeyExchangeParameters: Parameters {
    var minimumPrimeBits = 2048

    static let knobs: [Knob<KeyExchangeParameters>] = [
        .integer(
            "minimum-prime-bits", \.minimumPrimeBits, in: 1024...8192,
            doc: "Diffie-Hellman primes of fewer bits are found.")
    ]
}

extension Check {
    /// Keys are agreed on in groups that nobody can break. RFC 9325, section 4.5.
    static let keyExchangeStrong = Check.perServer(
        "key-exchange.strong",
        title: "Key exchange uses strong groups",
        why: """
            Whoever breaks the key exchange reads the mail, whatever cipher protects it. A prime of 1024 bits is \
            within reach of states, and because many servers share the same few primes, breaking one of them opens the \
            mail of all. Short curves are no better.
            """,
        references: [
            .rfc(9325, section: "4.1"), .rfc(9325, section: "4.5"), .rfc(7919, section: "1"),
            .rfc(8422, section: "5.4"), .rfc(10024, section: "1"),
        ],
        examples: [
            .given(
                "a prime of 2048 bits", .example, .prime(2048), KeyExchangeParameters(),
                expect: .found(.finiteField, "Finite-field Diffie-Hellman is accepted: 2048 bits in TLS 1.2.")),
            .given(
                "no finite-field Diffie-Hellman at all", .example, .accepting(), KeyExchangeParameters(),
                expect: .passed),
            .given(
                "a prime of 1024 bits that many share", .example,
                .prime(1024, digest: "3f35a3f5f6c4376a744acad409bb22f8d897f949d2311d885adaa890981b67a0"),
                KeyExchangeParameters(),
                expect: .found(
                    .shortPrime,
                    "The Diffie-Hellman prime has 1024 bits, 2048 are required; many servers share it (MODP "
                        + "1024 (RFC 2409)).",
                    [.bits: 1024])),
            .given(
                "a prime of 768 bits", .example, .prime(768), KeyExchangeParameters(),
                expect: .found(
                    .brokenPrime, "The Diffie-Hellman prime has 768 bits, 2048 are required.", [.bits: 768])),
            .given(
                "a curve of 192 bits", .example, .exchanging(.shortCurve, group: "secp192r1"), KeyExchangeParameters(),
                expect: .found(.shortCurve, "A curve of fewer than 224 bits is accepted: secp192r1.")),
            .given(
                "a curve without a name", .example, .exchanging(.shortCurve, parameters: .explicitCurve),
                KeyExchangeParameters(),
                expect: .found(.explicitCurve, "The server sends explicit curve parameters instead of a named curve.")),
            .given(
                "a hybrid with ML-KEM", .example, .exchanging(.postQuantum, group: "X25519MLKEM768"),
                KeyExchangeParameters(),
                expect: .found(.postQuantum, "Post-quantum key exchange is offered: X25519MLKEM768.")),
            .given(
                "the server turned us away", .example, .throttled, KeyExchangeParameters(),
                expect: .inconclusive("The groups could not be determined: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .accepting(), KeyExchangeParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) {
        (session: TLSSession?, classes: TLSClasses, parameters: KeyExchangeParameters) -> Verdict<KeyExchangeFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let issues = [
            classes.primeIssue(parameters) ?? classes.finiteFieldIssue, classes.curveIssue, classes.postQuantumIssue,
        ].compactMap { $0 }
        let open = KeyExchangeFinding.allCases.filter { code in
            guard let answer = classes[code.subject] else { return true }
            return answer.kind == .inconclusive
        }
        let why = open.lazy.compactMap { classes[$0.subject]?.detail }.first ?? "not asked"
        return .of(issues, open: Set(open), because: "The groups could not be determined: \(why).")
    }
}

extension KeyExchangeFinding {
    /// The class that it is about.
    fileprivate var subject: TLSClass {
        switch self {
        case .brokenPrime, .shortPrime, .finiteField: .finiteField
        case .shortCurve, .explicitCurve: .shortCurve
        case .postQuantum: .postQuantum
        }
    }
}

extension TLSClasses {
    fileprivate func primeIssue(_ parameters: KeyExchangeParameters) -> Issue<KeyExchangeFinding>? {
        guard case .finiteField(let bits, let digest, _)? = self[.finiteField]?.parameters,
            bits < parameters.minimumPrimeBits
        else { return nil }
        return Issue(
            bits < 1024 ? .brokenPrime : .shortPrime,
            [.bits: bits, .required: parameters.minimumPrimeBits, .prime: KnownPrime.name(digest: digest)])
    }

    /// The Raccoon attack needs a server that uses a key of its own twice, which nobody can see from outside in one hello.
    fileprivate var finiteFieldIssue: Issue<KeyExchangeFinding>? {
        guard let answer = self[.finiteField], answer.kind == .accepted else { return nil }
        var size: Arguments = [.group: answer.group ?? "of unknown size"]
        if case .finiteField(let bits, _, _) = answer.parameters { size = [.bits: bits] }
        return Issue(
            .finiteField, size.merging([.version: answer.version?.description ?? "an unknown version"]))
    }

    fileprivate var curveIssue: Issue<KeyExchangeFinding>? {
        guard let answer = self[.shortCurve], answer.kind == .accepted else { return nil }
        if answer.parameters == .explicitCurve {
            return Issue(.explicitCurve)
        }
        guard let group = answer.group else { return nil }
        return Issue(.shortCurve, [.group: group])
    }

    fileprivate var postQuantumIssue: Issue<KeyExchangeFinding>? {
        guard let answer = self[.postQuantum], answer.kind == .accepted, let group = answer.group else { return nil }
        return Issue(.postQuantum, [.group: group])
    }

    /// A machine for examples with a prime of its own.
    fileprivate static func prime(_ bits: Int, digest: String = "") -> TLSClasses {
        exchanging(.finiteField, parameters: .finiteField(bits: bits, primeDigest: digest, generator: 2))
    }
}
