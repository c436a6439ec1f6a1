internal import CheckKit
internal import MailModel
internal import Observations

enum KeyExchangeOnlyFinding: String, FindingCode {
    case groupNotAllowed = "key-exchange.group-not-allowed"
    case primeNotAllowed = "key-exchange.prime-not-allowed"
    case phaseOut = "key-exchange.phase-out"

    var sentence: Sentence {
        switch self {
        case .groupNotAllowed: "Groups that are not allowed are accepted: \(.accepted, .joined(.semicolon))."
        case .primeNotAllowed:
            "A Diffie-Hellman prime that is not allowed is used: \(.primes, .joined(.semicolon))."
        case .phaseOut: "Groups that should be phased out are accepted: \(.groupNames)."
        }
    }
    var severity: Severity { self == .phaseOut ? .notice : .error }

    var remedy: String {
        switch self {
        case .groupNotAllowed, .phaseOut:
            "Allow the groups on the list and no others (Postfix: tls_eecdh_auto_curves; Exim: tls_eccurve with OpenSSL, "
                + "-GROUP-ALL:+GROUP-… in the priority string of GnuTLS; OpenSMTPD: rebuild its list of curves, or its defaults)."
        case .primeNotAllowed:
            "Use a prime that is allowed, or no finite-field Diffie-Hellman at all (Postfix: smtpd_tls_dh1024_param_file, or "
                + "smtpd_tls_exclude_ciphers = kEDH; Exim: tls_dhparam; OpenSMTPD: dhe none)."
        }
    }

    var arguments: [FindingArgument] {
        switch self {
        case .groupNotAllowed: [.groups, .groupNames]
        case .phaseOut: [.groups]
        case .primeNotAllowed: [.bits]
        }
    }
}

/// Which groups are allowed. Names are IANA's, for example `x25519`.
struct KeyExchangeOnlyParameters: Parameters {
    /// RFC 8446, section 4.2.7, and the hybrids of the registry that are recommended or widely used.
    var groups = [
        "secp256r1", "secp384r1", "secp521r1", "x25519", "x448", "ffdhe2048", "ffdhe3072", "ffdhe4096", "ffdhe6144",
        "ffdhe8192", "X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024",
    ]
    var phaseOut: [String] = []
    var ownPrimeBits = 2048

    static let knobs: [Knob<KeyExchangeOnlyParameters>] = [
        .names(
            "groups", \.groups, of: "IANA names of groups", in: NamedGroup.all.map(\.name),
            doc: "The groups that may be accepted, of all versions of TLS; any other is found."),
        .names(
            "phase-out", \.phaseOut, of: "IANA names of groups", in: NamedGroup.all.map(\.name),
            doc: "Groups that may still be accepted but should go; they are found under a code of their own."),
        .integer(
            "own-prime-bits", \.ownPrimeBits, in: 0...16384,
            doc: "So many bits are needed of a Diffie-Hellman prime that is none of the groups; 0 forbids such primes."),
    ]
}

extension Check {
    /// Only groups of a list are accepted. The list is the profile's.
    static let keyExchangeOnly = Check.perServer(
        "key-exchange.only",
        title: "Only allowed groups are accepted",
        why: """
            Some standards list the groups in which keys may be exchanged, and nothing else may be there. To tell, every \
            group that a server accepts in every version has to be found.
            """,
        references: [
            .rfc(9325, section: "4.5"), .rfc(8446, section: "4.2.7"), .rfc(7919, section: "4"),
            .iana("TLS Supported Groups", "tls-parameters"),
        ],
        examples: [
            .given("allowed groups", .example, .exchanging("x25519"), KeyExchangeOnlyParameters(), expect: .passed),
            .given(
                "another group", .example, .exchanging("x25519", "brainpoolP256r1"), KeyExchangeOnlyParameters(),
                expect: .found(
                    .groupNotAllowed, "Groups that are not allowed are accepted: brainpoolP256r1 in TLS 1.2.",
                    [.groups: 1])),
            .given(
                "a group that the profile phases out", .example, .exchanging("x25519", "secp224r1"),
                KeyExchangeOnlyParameters(phaseOut: ["secp224r1"]),
                expect: .found(
                    .phaseOut, "Groups that should be phased out are accepted: secp224r1.", [.groups: 1])),
            .given(
                "a prime of the server's own", .example, .exchanging("x25519", prime: 2048),
                KeyExchangeOnlyParameters(ownPrimeBits: 3072),
                expect: .found(
                    .primeNotAllowed,
                    "A Diffie-Hellman prime that is not allowed is used: one of 2048 bits in TLS 1.2.",
                    [.bits: 2048])),
            .given(
                "the server turned us away before the lists were complete", .example, .unfinished,
                KeyExchangeOnlyParameters(),
                expect: .of(
                    [], open: [.groupNotAllowed, .primeNotAllowed],
                    because: "The list of groups is incomplete: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished, KeyExchangeOnlyParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) {
        (session: TLSSession?, suites: TLSSuites, parameters: KeyExchangeOnlyParameters)
            -> Verdict<KeyExchangeOnlyFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let issues = [
            suites.groupIssue(parameters), suites.primeIssue(parameters), suites.fadingIssue(parameters),
        ].compactMap { $0 }
        guard let doubt = suites.doubt else { return .of(issues) }
        let fading = Set(parameters.phaseOut).subtracting(parameters.groups)
        let open = KeyExchangeOnlyFinding.allCases.filter { $0 != .phaseOut || !fading.isEmpty }
        return .of(issues, open: Set(open), because: "The list of groups is incomplete: \(doubt).")
    }
}

extension TLSSuites {
    fileprivate func groupIssue(_ parameters: KeyExchangeOnlyParameters) -> Issue<KeyExchangeOnlyFinding>? {
        let allowed = Set(parameters.groups + parameters.phaseOut)
        let found = versions.map { ($0.version, $0.groups.filter { !allowed.contains($0) }) }.filter { !$0.1.isEmpty }
        guard !found.isEmpty else { return nil }
        let names = Set(found.flatMap(\.1)).sorted()
        return Issue(
            .groupNotAllowed,
            [
                .accepted: found.map { "\($0.1.joined(separator: ", ")) in \($0.0)" }, .groups: names.count,
                .groupNames: names,
            ])
    }

    fileprivate func primeIssue(_ parameters: KeyExchangeOnlyParameters) -> Issue<KeyExchangeOnlyFinding>? {
        let allowed = Set(parameters.groups + parameters.phaseOut)
        let found = versions.flatMap { found in
            found.primes.compactMap { prime -> (bits: Int, text: String)? in
                guard case .finiteField(let bits, let digest, _) = prime else { return nil }
                let name = KnownPrime.name(digest: digest)
                let isLongEnough = parameters.ownPrimeBits > 0 && bits >= parameters.ownPrimeBits
                if let group = NamedGroup.finiteFields[digest] {
                    guard !allowed.contains(NamedGroup.name(of: group)) else { return nil }
                } else if isLongEnough {
                    return nil
                }
                return (bits, "\(name ?? "one of \(bits) bits") in \(found.version)")
            }
        }
        guard let shortest = found.map(\.bits).min() else { return nil }
        return Issue(.primeNotAllowed, [.primes: found.map(\.text), .bits: shortest])
    }

    fileprivate func fadingIssue(_ parameters: KeyExchangeOnlyParameters) -> Issue<KeyExchangeOnlyFinding>? {
        let fading = acceptedGroups.intersection(parameters.phaseOut).subtracting(parameters.groups).sorted()
        guard !fading.isEmpty else { return nil }
        return Issue(.phaseOut, [.groupNames: fading, .groups: fading.count])
    }

    /// A machine for examples that accepts some groups, and may bring a prime of its own.
    fileprivate static func exchanging(_ groups: String..., prime bits: Int? = nil) -> TLSSuites {
        TLSSuites([
            TLSVersionSuites(
                .tls12, suites: ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"], groups: groups,
                primes: bits.map { [.finiteField(bits: $0, primeDigest: "", generator: 2)] } ?? [])
        ])
    }
}
