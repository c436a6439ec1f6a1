internal import CheckKit
internal import MailModel
internal import Observations

enum MTASTSPolicyQualityFinding: String, FindingCode {
    case maxAgeZero = "mta-sts.max-age-zero"
    case maxAgeShort = "mta-sts.max-age-short"
    case patternUnused = "mta-sts.pattern-unused"
    case patternTooWide = "mta-sts.pattern-too-wide"
    case unknownField = "mta-sts.unknown-field"
    case repeatedField = "mta-sts.repeated-field"

    var sentence: Sentence {
        switch self {
        case .maxAgeZero: "max_age is 0: senders forget the policy at once."
        case .maxAgeShort: "max_age is \(.maxAge) seconds, less than \(.required) for the mode \(.mode)."
        case .patternUnused: "The pattern \(.pattern) fits no MX host."
        case .patternTooWide: "The pattern \(.pattern) fits every name right below \(.name)."
        case .unknownField: "Senders ignore the field \(.field, .quoted)."
        case .repeatedField: "The field \(.field) is there more than once: the first counts."
        }
    }
    var severity: Severity {
        switch self {
        case .maxAgeZero, .maxAgeShort, .patternTooWide: .warning
        case .unknownField, .repeatedField: .notice
        case .patternUnused: .info
        }
    }
    var responsible: Responsible { .domainOwner }
    var paste: [PasteKind] { [.mtaSTSPolicy] }
    var remedy: String {
        switch self {
        case .maxAgeZero, .maxAgeShort:
            "Set max_age to weeks, for example 2419200: a sender is protected only as long as it remembers the policy."
        case .patternUnused: "Remove the pattern if no MX host will have such a name."
        case .patternTooWide: "Name your MX hosts, or put the wildcard below a domain of your own."
        case .unknownField: "Check the spelling: senders ignore fields that they do not know."
        case .repeatedField: "Keep one line of it: only the first counts."
        }
    }
}

/// How long a policy is to be remembered.
struct MTASTSMaxAgeParameters: Parameters {
    var enforce = 604_800
    var testing = 86_400

    static let knobs: [Knob<MTASTSMaxAgeParameters>] = [
        .integer(
            "enforce-max-age", \.enforce, in: 0...MTASTSDocument.longestMaxAge,
            doc: "The least max_age of a policy in mode enforce, in seconds."),
        .integer(
            "testing-max-age", \.testing, in: 0...MTASTSDocument.longestMaxAge,
            doc: "The least max_age of a policy in mode testing, in seconds."),
    ]

    /// The least max_age for a mode. A policy of mode none is on its way out and may be short (RFC 8461, section 8.3).
    fileprivate func least(_ mode: MTASTSDocument.Mode) -> Int {
        switch mode {
        case .enforce: enforce
        case .testing: testing
        case .none: 0
        }
    }
}

extension Check {
    /// The policy is one that protects: remembered for long, and no wider than needed. RFC 8461, sections 3.2 and 10.2.
    static let mtaSTSPolicyQuality = Check.perDomain(
        "mta-sts.policy-quality",
        title: "The MTA-STS policy is long-lived and free of mistakes",
        why: """
            Senders learn of MTA-STS through a DNS that attackers may forge. What protects is that they remember the \
            policy: one that lasts for hours has to be learnt again and again. Patterns that fit too much, misspelt \
            fields and lines that do not count make it say something else than was meant.
            """,
        references: [
            .rfc(8461, section: "3.2"), .rfc(8461, section: "4.1"), .rfc(8461, section: "8.3"),
            .rfc(8461, section: "10.2"),
        ],
        examples: [
            .given("a week, and each pattern is used", .sample, .sample, .samples, .init(), expect: .passed),
            .given(
                "no record", .none, .sample, .samples, .init(),
                expect: .notApplicable("There is no MTA-STS policy that senders look for.")),
            .given(
                "max_age 0", .sample, .serving(maxAge: "0"), .samples, .init(),
                expect: .found(.maxAgeZero, "max_age is 0: senders forget the policy at once.")),
            .given(
                "an hour", .sample, .serving(maxAge: "3600"), .samples, .init(),
                expect: .found(
                    .maxAgeShort, "max_age is 3600 seconds, less than 604800 for the mode enforce.",
                    [.maxAge: 3600])),
            .given(
                "an hour, in mode none", .sample, .serving(mode: "none", maxAge: "3600"), .samples, .init(),
                expect: .passed),
            .given(
                "a pattern for a host to come", .sample, .serving(mx: ["mx.example.com", "*.example.net"]), .samples,
                .init(), expect: .found(.patternUnused, "The pattern *.example.net fits no MX host.")),
            .given(
                "a pattern for half of the Internet", .sample, .serving(mx: ["*.com", "mx.example.com"]), .samples,
                .init(),
                expect: .found([
                    .init(.patternTooWide, "The pattern *.com fits every name right below com."),
                    .init(.patternUnused, "The pattern *.com fits no MX host."),
                ])),
            .given(
                "a misspelt field", .sample, .serving(more: "nmx: mx2.example.com\n"), .samples, .init(),
                expect: .found(.unknownField, "Senders ignore the field \u{201C}nmx\u{201D}.")),
            .given(
                "two modes", .sample, .serving(more: "mode: none\n"), .samples, .init(),
                expect: .found(.repeatedField, "The field mode is there more than once: the first counts.")),
        ]
    ) {
        (record: MTASTSRecord, policy: MTASTSPolicy, hosts: MailHosts, parameters: MTASTSMaxAgeParameters)
            -> Verdict<MTASTSPolicyQualityFinding> in
        if record.isAttempted, case .unknown(let why) = policy.fetch {
            return .inconclusive("Whether there is an MTA-STS policy could not be determined: \(why).")
        }
        guard record.isAttempted, case .document(let document) = policy.fetch else {
            return .notApplicable("There is no MTA-STS policy that senders look for.")
        }
        return .of(
            [document.shortMaxAge(parameters)].compactMap { $0 } + document.patternIssues(hosts)
                + document.fieldIssues)
    }
}

extension MTASTSDocument {
    fileprivate func shortMaxAge(_ parameters: MTASTSMaxAgeParameters) -> Issue<MTASTSPolicyQualityFinding>? {
        let least = parameters.least(mode)
        guard maxAge < least else { return nil }
        if maxAge == 0 { return Issue(.maxAgeZero) }
        return Issue(.maxAgeShort, [.maxAge: maxAge, .required: least, .mode: mode.rawValue])
    }

    /// STS-28, and wildcards for everybody.
    fileprivate func patternIssues(_ hosts: MailHosts) -> [Issue<MTASTSPolicyQualityFinding>] {
        let names = hosts.targets.map(\.name)
        let wide = patterns.filter(\.isTooWide).map { pattern in
            Issue(
                MTASTSPolicyQualityFinding.patternTooWide,
                [.pattern: pattern.description, .name: pattern.description.dropFirst(2)])
        }
        guard !names.isEmpty else { return wide }
        let unused = patterns.filter { pattern in !names.contains { pattern.matches($0) } }
        return wide
            + unused.prefix(5).map { Issue(.patternUnused, [.pattern: $0.description]) }
    }

    fileprivate var fieldIssues: [Issue<MTASTSPolicyQualityFinding>] {
        unknownFields.prefix(5).map { Issue(.unknownField, [.field: $0]) }
            + Set(repeatedFields).sorted().map {
                Issue(.repeatedField, [.field: $0])
            }
    }
}

extension MailHosts {
    /// `mx.example.com` alone.
    fileprivate static let samples = MailHosts([.sample])
}
