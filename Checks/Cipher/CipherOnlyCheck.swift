internal import CheckKit
internal import MailModel
internal import Observations

enum CipherOnlyFinding: String, FindingCode {
    case notAllowed = "cipher.not-allowed"
    case phaseOut = "cipher.phase-out"

    var sentence: Sentence {
        switch self {
        case .notAllowed: "Suites that are not allowed are accepted: \(.accepted, .joined(.semicolon))."
        case .phaseOut: "Suites that should be phased out are accepted: \(.accepted, .joined(.semicolon))."
        }
    }
    var severity: Severity {
        switch self {
        case .notAllowed: .error
        case .phaseOut: .notice
        }
    }

    var remedy: String {
        "Allow the suites on the list and no others (Postfix: smtpd_tls_ciphers = high with "
            + "tls_high_cipherlist for TLS 1.2 and older; Exim: tls_require_ciphers; OpenSMTPD: ciphers in the "
            + "listen or pki rule)."
    }

    var arguments: [FindingArgument] { [.suites, .suiteNames] }
}

/// Which suites are allowed. Names are IANA's, for example `TLS_AES_128_GCM_SHA256`.
struct CipherOnlyParameters: Parameters {
    /// RFC 9325, section 4.2, and RFC 8446, section 9.1.
    var allowed = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ]
    var phaseOut: [String] = []

    static let knobs: [Knob<CipherOnlyParameters>] = [
        .names(
            "allowed", \.allowed, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "The suites that may be accepted, of all versions of TLS; any other is found."),
        .names(
            "phase-out", \.phaseOut, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "Suites that may still be accepted but should go; they are found under a code of their own."),
    ]
}

extension Check {
    /// Only suites of a list are accepted. The list is the profile's: RFC 9325, section 4.2 by default.
    static let cipherOnly = Check.perServer(
        "cipher.only",
        title: "Only allowed cipher suites are accepted",
        why: """
            Some standards do not forbid what is weak but list what is allowed, and nothing else may be there. To tell, \
            every suite that a server accepts in every version has to be found, which takes one connection for each.
            """,
        references: [
            .rfc(9325, section: "4.2"), .rfc(8446, section: "9.1"),
            .iana("TLS Cipher Suites", "tls-parameters"),
        ],
        examples: [
            .given(
                "only what RFC 9325 recommends", .example,
                .enumerated(.tls12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"), CipherOnlyParameters(), expect: .passed),
            .given(
                "a suite with CBC", .example,
                .enumerated(
                    .tls12, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
                CipherOnlyParameters(),
                expect: .found(
                    .notAllowed,
                    "Suites that are not allowed are accepted: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA in TLS 1.2.",
                    [.suites: 1])),
            .given(
                "a suite that the profile phases out", .example,
                .enumerated(.tls12, "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"),
                CipherOnlyParameters(phaseOut: ["TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA"]),
                expect: .found(
                    .phaseOut,
                    "Suites that should be phased out are accepted: TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA in TLS 1.2.",
                    [.suites: 1])),
            .given(
                "the server turned us away before the lists were complete", .example, .unfinished,
                CipherOnlyParameters(),
                expect: .of(
                    [], open: [.notAllowed],
                    because: "The list of suites is incomplete: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished, CipherOnlyParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, suites: TLSSuites, parameters: CipherOnlyParameters) -> Verdict<CipherOnlyFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let allowed = Set(parameters.allowed)
        let phaseOut = Set(parameters.phaseOut)
        let forbidden = suites.listing { !allowed.contains($0) && !phaseOut.contains($0) }
        let fading = suites.listing { !allowed.contains($0) && phaseOut.contains($0) }
        let issues = [
            forbidden.issue(.notAllowed), fading.issue(.phaseOut),
        ].compactMap { $0 }
        guard let doubt = suites.doubt else { return .of(issues) }
        let open: Set<CipherOnlyFinding> = phaseOut.isSubset(of: allowed) ? [.notAllowed] : [.notAllowed, .phaseOut]
        return .of(issues, open: open, because: "The list of suites is incomplete: \(doubt).")
    }
}

extension TLSSuites {
    /// Suites that fulfil a condition, by version.
    fileprivate func listing(_ isListed: (String) -> Bool) -> SuiteListing {
        SuiteListing(
            versions: versions.map { ($0.version, $0.suites.filter(isListed)) }.filter { !$0.1.isEmpty })
    }
}

private struct SuiteListing {
    let versions: [(version: TLSVersion, suites: [String])]

    /// The names of all suites, each once.
    var names: [String] { Set(versions.flatMap(\.suites)).sorted() }

    /// A finding that lists them, the first dozen of each version by name.
    func issue(_ code: CipherOnlyFinding) -> Issue<CipherOnlyFinding>? {
        guard !versions.isEmpty else { return nil }
        let text = versions.map { version, suites in
            let more = suites.count > 12 ? " and \(suites.count - 12) more" : ""
            return suites.prefix(12).joined(separator: ", ") + more + " in \(version)"
        }
        return Issue(code, [.accepted: text, .suites: names.count, .suiteNames: names])
    }
}
