internal import CheckKit
internal import MailModel
internal import Observations

enum TLSVersionFinding: String, FindingCode {
    case ssl2Offered = "tls.ssl2-offered"
    case ssl3Offered = "tls.ssl3-offered"
    case onlyDeprecated = "tls.only-deprecated"
    case deprecatedOffered = "tls.deprecated-offered"
    case notPreferred = "tls.not-preferred"
    case olderPreferred = "tls.older-preferred"
    case noTLS12 = "tls.no-tls12"

    var sentence: Sentence {
        switch self {
        case .ssl2Offered: "SSL 2.0 is offered: it gives away keys that newer versions protect (DROWN)."
        case .ssl3Offered: "SSL 3.0 is offered, which has been broken since 2014."
        case .onlyDeprecated: "The newest TLS version that works is \(.version)."
        case .deprecatedOffered:
            """
            \(.versions, .joined(.and)) \(.versions, one: "is", other: "are") offered beside newer versions.
            """
        case .notPreferred: "The newest TLS version that works is \(.version), not \(.wanted, .joined(.and))."
        case .olderPreferred: "TLS 1.3 is supported, but \(.version) is chosen where both are offered."
        case .noTLS12: "TLS 1.2 is not offered, which many senders still need."
        }
    }
    var severity: Severity {
        switch self {
        case .ssl2Offered: .critical
        case .ssl3Offered, .onlyDeprecated: .error
        case .deprecatedOffered, .noTLS12, .olderPreferred: .warning
        case .notPreferred: .notice
        }
    }
    var paste: [PasteKind] {
        switch self {
        case .ssl2Offered, .ssl3Offered, .onlyDeprecated, .deprecatedOffered, .noTLS12: [.tlsVersions]
        case .notPreferred, .olderPreferred: []
        }
    }
    var remedy: String {
        switch self {
        case .ssl2Offered, .ssl3Offered:
            "Switch SSL off, and update the TLS library, which is many years old (Postfix: smtpd_tls_protocols = >=TLSv1.2; "
                + "Exim: openssl_options = +no_sslv2 +no_sslv3; OpenSMTPD: update it). Use the key nowhere else meanwhile."
        case .onlyDeprecated:
            "Update the mail server and its TLS library, and allow TLS 1.2 and 1.3 (Postfix: smtpd_tls_protocols; Exim: "
                + "openssl_options)."
        case .deprecatedOffered:
            "Switch these versions off (for all before TLS 1.2, Postfix: smtpd_tls_protocols = >=TLSv1.2; Exim: "
                + "openssl_options = +no_tlsv1 +no_tlsv1_1, or with GnuTLS tls_require_ciphers = "
                + "NORMAL:-VERS-TLS1.0:-VERS-TLS1.1)."
        case .notPreferred: "Update the TLS library of the mail server to one with TLS 1.3, and do not switch it off."
        case .olderPreferred:
            "Let the TLS library choose the newest version that both sides know, as OpenSSL, GnuTLS and LibreSSL do by themselves: "
                + "Postfix, Exim and OpenSMTPD have no setting that prefers an older one, so look for a proxy or firewall "
                + "in front of them that ends TLS."
        case .noTLS12: "Allow TLS 1.2 beside TLS 1.3, so that older senders do not fall back to plaintext."
        }
    }
}

/// Which versions are good enough.
struct TLSVersionParameters: Parameters {
    var preferred: [TLSVersion] = [.tls13]
    var acceptable: [TLSVersion] = [.tls12]

    static let knobs: [Knob<TLSVersionParameters>] = [
        .choices(
            "preferred", \.preferred,
            doc: "At least one of these versions should be offered; an empty list asks for none."),
        .choices(
            "acceptable", \.acceptable,
            doc: "Versions that may be offered too; what is older than these and the preferred ones is deprecated."),
    ]
}

extension Check {
    /// TLS 1.3 is there, TLS 1.2 may be, and nothing older. RFC 8996; RFC 9325, section 3.1.1.
    ///
    /// Where a version could not be tried, every way it may turn out is considered. What is found in all of them is
    /// found; when one of them would bring something worse (by the codes' own severities), the verdict stays open.
    /// The session is asked for first: where it is missing, its reason is the one to give.
    static let tlsVersion = Check.perServer(
        "tls.version",
        title: "Only current TLS versions are offered",
        why: """
            TLS 1.0 and 1.1 rest on MD5 and SHA-1 and have been deprecated since 2021; an old version that is still \
            offered can be a way in for attacks on newer ones. TLS 1.3 is faster and leaves out all that was broken; \
            TLS 1.2 is frozen, and what is new, such as post-quantum key exchange, comes to TLS 1.3 alone. \
            Senders that only speak TLS 1.2 are still many.
            """,
        references: [
            .rfc(6176, section: "3"), .rfc(7568, section: "3"), .rfc(8996, section: "4"), .rfc(8996, section: "5"),
            .rfc(9325, section: "3.1.1"),
            .rfc(9325, section: "5.2"), .rfc(7435, section: "3"), .rfc(9851, section: "1"),
        ],
        examples: [
            .given(
                "TLS 1.2 and 1.3", .example, .offers(.tls12, .tls13), .alike, TLSVersionParameters(), expect: .passed),
            .given(
                "TLS 1.0 and 1.1 alone", .example, .offers(.tls10, .tls11), .alike, TLSVersionParameters(),
                expect: .found(.onlyDeprecated, "The newest TLS version that works is TLS 1.1.")),
            .given(
                "TLS 1.0 to 1.3", .example, .offers(.tls10, .tls11, .tls12, .tls13), .alike, TLSVersionParameters(),
                expect: .found(
                    .deprecatedOffered, "TLS 1.0 and TLS 1.1 are offered beside newer versions.")),
            .given(
                "SSL 3.0 beside TLS 1.2 and 1.3", .example, .offers(.ssl3, .tls12, .tls13), .alike,
                TLSVersionParameters(),
                expect: .found(.ssl3Offered, "SSL 3.0 is offered, which has been broken since 2014.")),
            .given(
                "SSL 2.0 beside TLS 1.2 and 1.3", .example, .offers(.ssl2, .tls12, .tls13), .alike,
                TLSVersionParameters(),
                expect: .found(
                    .ssl2Offered, "SSL 2.0 is offered: it gives away keys that newer versions protect (DROWN).")),
            .given(
                "TLS 1.2 alone", .example, .offers(.tls12), .alike, TLSVersionParameters(),
                expect: .found(.notPreferred, "The newest TLS version that works is TLS 1.2, not TLS 1.3.")),
            .given(
                "TLS 1.3 alone", .example, .offers(.tls13), .alike, TLSVersionParameters(),
                expect: .found(.noTLS12, "TLS 1.2 is not offered, which many senders still need.")),
            .given(
                "TLS 1.2, and TLS 1.3 could not be tried", .example, .offers(.tls12, unknown: .tls13),
                .alike, TLSVersionParameters(),
                expect: .of(
                    [], open: [.notPreferred],
                    because: "It could not be determined whether TLS 1.3 is offered: no answer in time.")),
            .given(
                "TLS 1.0 and 1.2, and TLS 1.3 could not be tried", .example, .offers(.tls10, .tls12, unknown: .tls13),
                .alike, TLSVersionParameters(),
                expect: .of(
                    [.init(.deprecatedOffered, "TLS 1.0 is offered beside newer versions.")],
                    open: [.notPreferred],
                    because: "It could not be determined whether TLS 1.3 is offered: no answer in time.")),
            .given(
                "TLS 1.2 chosen where TLS 1.3 is offered too", .example, .preferring(.tls12), .alike,
                TLSVersionParameters(),
                expect: .found(.olderPreferred, "TLS 1.3 is supported, but TLS 1.2 is chosen where both are offered.")),
            .given(
                "no STARTTLS", nil, .offers(.tls12, .tls13), .alike, TLSVersionParameters(),
                expect: .notApplicable("This server does not offer STARTTLS.")),
            .given(
                "TLS 1.1 alone, and TLS 1.3 on another connection", .example, .offers(.tls11),
                .showing(.tls13),
                TLSVersionParameters(),
                expect: .of(
                    [
                        .init(.deprecatedOffered, "TLS 1.1 is offered beside newer versions."),
                        .init(.noTLS12, "TLS 1.2 is not offered, which many senders still need."),
                    ], open: [], because: "")),
            .given(
                "TLS 1.3 in the session, and TLS 1.2 on another connection", .example, .offers(.tls12, .tls13),
                .showing(.tls12), TLSVersionParameters(),
                expect: .found([
                    .init(
                        .notPreferred,
                        "The newest TLS version that works is TLS 1.2, not TLS 1.3 (on some connections).")
                ])),
            .given(
                "TLS 1.1 alone, and no second conversation", .example, .offers(.tls11), .absent(.failed(.reset)),
                TLSVersionParameters(),
                expect: .of(
                    [], open: [.onlyDeprecated], because: "Another connection could not show more: connection reset.")),
        ]
    ) {
        (
            session: TLSSession?, versions: TLSVersions, second: Observed<SecondConversation>,
            parameters: TLSVersionParameters
        ) -> Verdict<TLSVersionFinding> in
        guard let session else { return .notApplicable("This server does not offer STARTTLS.") }
        // Another machine behind the address may have shown a version of its own.
        let supported = Set(versions.versions(.supported) + (second.value?.versions ?? []))
        let unknown = versions.versions(.inconclusive)
        guard !supported.isEmpty || !unknown.isEmpty else {
            return .notApplicable("No version of TLS works when it is offered alone.")
        }
        let found = parameters.issues(supported)
        let outcomes = unknown.subsets.map { Set(parameters.issues(supported.union($0)).map(\.code)) }
        var certain = outcomes.reduce(Set(TLSVersionFinding.allCases)) { $0.intersection($1) }
        if second.mayHaveShownMore { certain.remove(.onlyDeprecated) }
        var possible = Set(outcomes.joined()).subtracting(certain)
        // A session of TLS 1.3 shows what is preferred.
        let isUnasked = supported.contains(.tls13) && versions.preferred == nil || unknown.contains(.tls13)
        if isUnasked, session.handshake.version < .tls13 { possible.insert(.olderPreferred) }
        let chosen = [session.handshake.version] + (second.value?.versions ?? [])
        let byTurns = certain.contains(.notPreferred) ? nil : parameters.issueByTurns(chosen)
        let issues =
            found.filter { certain.contains($0.code) } + [versions.preferenceIssue, byTurns].compactMap(\.self)
        return .of(
            issues, open: possible,
            because: possible.contains(.onlyDeprecated) && unknown.isEmpty ? second.doubt : versions.doubt)
    }
}

extension TLSVersionParameters {
    /// What there is to say about a server that supports exactly these versions.
    fileprivate func issues(_ supported: Set<TLSVersion>) -> [Issue<TLSVersionFinding>] {
        guard let newest = supported.max(), let oldest = (preferred + acceptable).min() else { return [] }
        var issues: [Issue<TLSVersionFinding>] = []
        if supported.contains(.ssl2) {
            issues.append(Issue(.ssl2Offered))
        }
        if supported.contains(.ssl3) {
            issues.append(Issue(.ssl3Offered))
        }
        guard newest >= oldest else {
            return issues + [Issue(.onlyDeprecated, [.version: newest])]
        }
        let deprecated = supported.filter { $0 < oldest && $0 > .ssl3 }.sorted()
        if !deprecated.isEmpty {
            issues.append(Issue(.deprecatedOffered, [.versions: deprecated]))
        }
        if !preferred.isEmpty, supported.isDisjoint(with: preferred) {
            issues.append(Issue(.notPreferred, [.version: newest, .wanted: preferred.sorted()]))
        }
        if (preferred + acceptable).contains(.tls12), newest > .tls12, !supported.contains(.tls12) {
            issues.append(Issue(.noTLS12))
        }
        return issues
    }
}

extension TLSVersionParameters {
    /// A version that is preferred was chosen on some connections, and none on others, where all offered the same.
    fileprivate func issueByTurns(_ chosen: [TLSVersion]) -> Issue<TLSVersionFinding>? {
        guard let lowest = chosen.min(), !preferred.contains(lowest), chosen.contains(where: preferred.contains)
        else { return nil }
        return Issue(.notPreferred, [.version: lowest, .wanted: preferred.sorted()], isOccasional: true)
    }
}

extension TLSVersions {
    /// Which versions could not be told, and why.
    fileprivate var doubt: String {
        let unknown = answers.filter { $0.kind == .inconclusive }
        guard !unknown.isEmpty else {
            return "It could not be determined whether TLS 1.3 is preferred to older versions."
        }
        let verb = unknown.count == 1 ? "is" : "are"
        let why = unknown.lazy.compactMap(\.detail).first ?? "unknown"
        return "It could not be determined whether \(unknown.map(\.version).inWords) \(verb) offered: \(why)."
    }

    fileprivate var preferenceIssue: Issue<TLSVersionFinding>? {
        guard let preferred, preferred < .tls13, self[.tls13]?.kind == .supported else { return nil }
        return Issue(.olderPreferred, [.version: preferred])
    }

    /// A machine for examples that speaks TLS 1.2 and 1.3 and chooses one of them.
    fileprivate static func preferring(_ version: TLSVersion) -> TLSVersions {
        var versions = offers(.tls12, .tls13)
        versions.preferred = version
        return versions
    }

    /// A machine for examples that refuses what is not named.
    fileprivate static func offers(_ supported: TLSVersion..., unknown: TLSVersion? = nil) -> TLSVersions {
        TLSVersions(
            tried.map { version in
                if version == unknown { return TLSVersionAnswer(version, .inconclusive, "no answer in time") }
                return TLSVersionAnswer(version, supported.contains(version) ? .supported : .refused)
            })
    }
}

extension [TLSVersion] {
    /// Every choice of some of them, none and all included.
    fileprivate var subsets: [[TLSVersion]] {
        reduce([[]]) { subsets, version in subsets + subsets.map { $0 + [version] } }
    }

    /// `TLS 1.0, TLS 1.1 and TLS 1.2`.
    fileprivate var inWords: String {
        let names = map(\.description)
        guard names.count > 1, let last = names.last else { return names.first ?? "" }
        return names.dropLast().joined(separator: ", ") + " and " + last
    }
}

extension Observed<SecondConversation> {
    fileprivate static let alike = Observed.present(SecondConversation())

    /// Whether it was tried and could not be had. A plan without it asks about less.
    fileprivate var mayHaveShownMore: Bool {
        guard let absence, absence.root != .unplanned else { return false }
        return absence.certainty == .inconclusive
    }

    /// Why it shows no version.
    fileprivate var doubt: String {
        "Another connection could not show more: \(absence?.root.description ?? "unknown")."
    }

    fileprivate static func showing(_ version: TLSVersion) -> Observed {
        var second = SecondConversation()
        second.handshakeWithoutName = TLSSession.example.handshake
        second.handshakeWithoutName?.version = version
        return .present(second)
    }
}
