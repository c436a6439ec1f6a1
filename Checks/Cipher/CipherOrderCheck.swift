internal import CheckKit
internal import MailModel
internal import Observations

enum CipherOrderFinding: String, FindingCode {
    case weakerFirst = "cipher.weaker-first"
    case clientChooses = "cipher.client-chooses"

    var sentence: Sentence {
        switch self {
        case .weakerFirst: "\(.suite) is preferred to \(.other) in \(.version)."
        case .clientChooses:
            "In \(.version) the server follows the sender's order, even among suites of different strength."
        }
    }
    var severity: Severity {
        switch self {
        case .weakerFirst: .warning
        case .clientChooses: .info
        }
    }

    var remedy: String {
        switch self {
        case .weakerFirst:
            "Put the strong suites first (Postfix: leave tls_medium_cipherlist and tls_high_cipherlist alone; Exim with "
                + "OpenSSL: end tls_require_ciphers with @STRENGTH, with GnuTLS: begin it with SECURE128; OpenSMTPD: its "
                + "default ciphers)."
        case .clientChooses:
            "Nothing to do: senders put strong suites first. To decide yourself: Postfix, tls_preempt_cipherlist = yes; Exim "
                + "with OpenSSL, openssl_options = +cipher_server_preference, with GnuTLS, %SERVER_PRECEDENCE; OpenSMTPD "
                + "follows its own list."
        }
    }
}

extension Check {
    /// A strong suite is not passed over for a weaker one. RFC 9325, sections 4.1 and 4.2.1.
    ///
    /// Suites of about the same strength may stand in any order. Anonymous suites are left out: only a sender that does not
    /// look at certificates offers them (RFC 7672, section 8.2).
    static let cipherOrder = Check.perServer(
        "cipher.order",
        title: "Stronger cipher suites are preferred to weaker ones",
        why: """
            A server that has an order of its own decides for all its senders. If a suite without forward secrecy is \
            preferred to one that has it, mail is recorded and read later although both sides could have prevented it.
            """,
        references: [.rfc(9325, section: "4.1"), .rfc(9325, section: "4.2.1"), .rfc(7672, section: "8.2")],
        examples: [
            .given(
                "the strong ones first", .example,
                .enumerated(
                    .tls12, by: .server, "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_256_GCM_SHA384"),
                expect: .passed),
            .given(
                "no forward secrecy before forward secrecy", .example,
                .enumerated(
                    .tls12, by: .server, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                expect: .found(
                    .weakerFirst,
                    "TLS_RSA_WITH_AES_256_GCM_SHA384 is preferred to TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256 in "
                        + "TLS 1.2.")),
            .given(
                "the sender's order counts", .example,
                .enumerated(
                    .tls12, by: .client, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                expect: .found(
                    .clientChooses,
                    "In TLS 1.2 the server follows the sender's order, even among suites of different strength.")),
            .given(
                "whose order counts is not known, and it matters", .example,
                .enumerated(.tls12, "TLS_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
                expect: .inconclusive("The order of the suites is not known: whose order counts in TLS 1.2.")),
            .given(
                "the server turned us away", .example, .unfinished,
                expect: .inconclusive("The order of the suites is not known: TLS 1.2: throttled (421 4.7.0).")),
            .given(
                "no STARTTLS", nil, .unfinished,
                expect: .notApplicable("This server does not offer STARTTLS.")),
        ]
    ) { (session: TLSSession?, suites: TLSSuites) -> Verdict<CipherOrderFinding> in
        guard session != nil else { return .notApplicable("This server does not offer STARTTLS.") }
        let issues = suites.versions.compactMap(\.orderIssue)
        guard let doubt = suites.doubt ?? suites.versions.lazy.compactMap(\.orderDoubt).first else {
            return .of(issues)
        }
        return .of(
            issues, open: [.weakerFirst, .clientChooses], because: "The order of the suites is not known: \(doubt).")
    }
}

extension TLSVersionSuites {
    /// The suites that are compared, with how strong they are.
    private var ranked: [(name: String, rank: Int)] {
        suites.compactMap { name in
            CipherSuite.named(name).flatMap { suite in suite.rank.map { (name: name, rank: $0) } }
        }
    }

    /// Why nothing can be said of the order of suites that are not equally strong.
    fileprivate var orderDoubt: String? {
        chooser == nil && Set(ranked.map(\.rank)).count > 1 ? "whose order counts in \(version)" : nil
    }

    /// The worst that can be said of the order.
    fileprivate var orderIssue: Issue<CipherOrderFinding>? {
        let ranked = ranked
        guard let chooser, let best = ranked.map(\.rank).max(), ranked.contains(where: { $0.rank < best }) else {
            return nil
        }
        if chooser == .client {
            return Issue(.clientChooses, [.version: version])
        }
        var weakest = ranked[0]
        for suite in ranked.dropFirst() {
            if suite.rank > weakest.rank {
                return Issue(.weakerFirst, [.suite: weakest.name, .other: suite.name, .version: version])
            }
            if suite.rank < weakest.rank { weakest = suite }
        }
        return nil
    }
}

extension CipherSuite {
    /// How strong it is compared with others; nil for those that are not compared.
    fileprivate var rank: Int? {
        guard authentication != .anonymous else { return nil }
        if effectiveBits < 112 || cipher == .rc4 { return 0 }
        if effectiveBits < 128 { return 1 }
        if !hasForwardSecrecy { return 2 }
        return isAEAD ? 4 : 3
    }
}
