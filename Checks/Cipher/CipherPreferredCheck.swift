internal import CheckKit
internal import MailModel
internal import Observations

enum CipherPreferredFinding: String, FindingCode {
    case later = "cipher.preferred-later"

    var sentence: Sentence {
        .where(
            .suite, is: "\(.suite) is preferred to \(.other) in \(.version).",
            otherwise: "In \(.version) the server follows the sender's order, even among suites of different rank.")
    }
    var severity: Severity { .warning }

    var remedy: String {
        "Let the server decide, and put the preferred suites first (Postfix: tls_preempt_cipherlist = yes and the order of "
            + "tls_high_cipherlist; Exim with OpenSSL: openssl_options = +cipher_server_preference, with GnuTLS: "
            + "%SERVER_PRECEDENCE; OpenSMTPD: the order of its ciphers)."
    }
}

/// Which suites are preferred. Names are IANA's, for example `TLS_AES_128_GCM_SHA256`.
struct CipherPreferredParameters: Parameters {
    /// RFC 9325, section 4.2, and TLS 1.3, whose suites may stand in any order.
    var first = [
        "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256", "TLS_AES_128_CCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    ]
    var second: [String] = []
    var third: [String] = []
    var comparesOthers = true

    static let knobs: [Knob<CipherPreferredParameters>] = [
        .names(
            "first", \.first, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "The suites that must stand above all others; their order among each other does not matter."),
        .names(
            "second", \.second, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "The suites that must stand below those and above the rest."),
        .names(
            "third", \.third, of: "IANA names of cipher suites", in: CipherSuite.all.map(\.name),
            doc: "The suites that must stand below both and above the rest."),
        .flag(
            "compares-others", \.comparesOthers,
            doc: "Whether suites on no list must stand below all that are on one; otherwise they are not looked at."),
    ]
}

extension Check {
    /// The server decides, and puts first what a profile prefers. RFC 9325, section 4.2.1.
    ///
    /// Anonymous suites are left out: only a sender that does not look at certificates offers them (RFC 7672, section 8.2).
    static let cipherPreferred = Check.perServer(
        "cipher.preferred",
        title: "Preferred cipher suites come first",
        why: """
            Some standards rank suites in levels and ask that a server which still accepts the lower ones picks the higher \
            ones whenever it can, whatever order a sender has. Suites of one level need no order.
            """,
        references: [.rfc(9325, section: "4.2.1"), .rfc(7672, section: "8.2")],
        examples: [
            .given(
                "the preferred ones first", .example,
                .enumerated(
                    .tls12, by: .server, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
                CipherPreferredParameters(), expect: .passed),
            .given(
                "another one above them", .example,
                .enumerated(
                    .tls12, by: .server, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                CipherPreferredParameters(),
                expect: .found(
                    .later,
                    "TLS_RSA_WITH_AES_256_GCM_SHA384 is preferred to TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in "
                        + "TLS 1.2.")),
            .given(
                "the sender's order counts", .example,
                .enumerated(
                    .tls12, by: .client, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                CipherPreferredParameters(),
                expect: .found(
                    .later, "In TLS 1.2 the server follows the sender's order, even among suites of different rank.")),
            .given(
                "all are equally preferred, so it does not matter", .example,
                .enumerated(
                    .tls12, by: .client, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
                    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
                CipherPreferredParameters(), expect: .passed),
            .given(
                "what no list names is not looked at", .example,
                .enumerated(
                    .tls12, by: .server, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                CipherPreferredParameters(comparesOthers: false), expect: .passed),
            .given(
                "whose order counts is not known", .example,
                .enumerated(.tls12, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                CipherPreferredParameters(),
                expect: .inconclusive("The order of the suites is not known: whose order counts in TLS 1.2.")),
            .given(
                "the server turned us away", .example, .unfinished, CipherPreferredParameters(),
                expect: .inconclusive("The order of the suites is not known: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished, CipherPreferredParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) {
        (session: TLSSession?, suites: TLSSuites, parameters: CipherPreferredParameters)
            -> Verdict<CipherPreferredFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let judged = suites.versions.map { parameters.order(of: $0) }
        let issues = judged.compactMap(\.issue)
        guard issues.isEmpty else { return .found(issues) }
        let doubt = suites.doubt ?? judged.lazy.compactMap(\.doubt).first
        return doubt.map { .inconclusive("The order of the suites is not known: \($0).") } ?? .passed
    }
}

extension CipherPreferredParameters {
    /// The level of a suite: the lowest for one that is on no list, nil for one that is not compared.
    private func level(_ name: String) -> Int? {
        guard CipherSuite.named(name)?.authentication != .anonymous else { return nil }
        let levels = [first, second, third]
        return levels.firstIndex { $0.contains(name) } ?? (comparesOthers ? levels.count : nil)
    }

    /// What there is to say of the order in one version, or why nothing can be said.
    fileprivate func order(of found: TLSVersionSuites) -> (issue: Issue<CipherPreferredFinding>?, doubt: String?) {
        let levels = found.suites.compactMap { name in level(name).map { (name: name, level: $0) } }
        guard Set(levels.map(\.level)).count > 1 else { return (nil, nil) }
        switch found.chooser {
        case nil: return (nil, "whose order counts in \(found.version)")
        case .client:
            return (Issue(.later, [.version: found.version]), nil)
        case .server:
            let wrong = zip(levels, levels.dropFirst()).first { $0.level > $1.level }
            let issue = wrong.map { first, second in
                Issue(
                    CipherPreferredFinding.later,
                    [.suite: first.name, .other: second.name, .version: found.version])
            }
            return (issue, nil)
        }
    }
}
