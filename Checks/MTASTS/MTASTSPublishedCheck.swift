internal import CheckKit
internal import MailModel
internal import Observations

enum MTASTSPublishedFinding: String, FindingCode {
    case lookupBogus = "mta-sts.lookup-bogus"
    case recordIgnored = "mta-sts.record-ignored"
    case recordInvalid = "mta-sts.record-invalid"
    case multipleRecords = "mta-sts.multiple-records"
    case policyWithoutRecord = "mta-sts.policy-without-record"
    case policyHostMissing = "mta-sts.policy-host-missing"
    case policyHostUnreachable = "mta-sts.policy-host-unreachable"
    case policyTLSFailed = "mta-sts.policy-tls-failed"
    case policyCertificateUntrusted = "mta-sts.policy-certificate-untrusted"
    case policyCertificateExpired = "mta-sts.policy-certificate-expired"
    case policyCertificateName = "mta-sts.policy-certificate-name"
    case policyNoResponse = "mta-sts.policy-no-response"
    case policyRedirected = "mta-sts.policy-redirected"
    case policyStatus = "mta-sts.policy-status"
    case policyTooLarge = "mta-sts.policy-too-large"
    case policyMediaType = "mta-sts.policy-media-type"
    case policyInvalid = "mta-sts.policy-invalid"
    case recordBlank = "mta-sts.record-blank"
    case policyBlankLine = "mta-sts.policy-blank-line"
    case policyCompressed = "mta-sts.policy-compressed"

    var sentence: Sentence {
        switch self {
        case .lookupBogus: "The answer to the lookup of the MTA-STS record does not validate: \(.reason)."
        case .recordIgnored: "Senders ignore the record \(.record, .quoted): \(.reason)."
        case .recordInvalid: "The MTA-STS record breaks the grammar: \(.reason)."
        case .multipleRecords: "There are \(.count) MTA-STS records, so senders ignore them all."
        case .recordBlank: .lenience("MTA-STS")
        case .policyWithoutRecord: "\(.host) serves a policy, but no record announces it."
        case .policyCertificateUntrusted, .policyCertificateExpired, .policyCertificateName:
            "Senders cannot verify \(.host): \(.reason)."
        case .policyMediaType:
            """
            The policy is served \(.where(.mediaType, is: "as \(.mediaType, .quoted)", otherwise: "without a media type")), \
            not as text/plain.
            """
        case .policyBlankLine:
            """
            \(.count, one: "Line \(.line) of the policy is empty", other: "\(.count) lines of the policy are empty"), which the \
            grammar does not allow; most senders skip empty lines, so the policy counts.
            """
        case .policyHostMissing, .policyHostUnreachable, .policyTLSFailed, .policyNoResponse, .policyRedirected,
            .policyStatus, .policyTooLarge, .policyInvalid, .policyCompressed:
            "The policy cannot be used: \(.reason)."
        }
    }
    var severity: Severity {
        switch self {
        case .recordBlank: .notice
        case .lookupBogus, .recordIgnored, .policyWithoutRecord, .policyTooLarge, .policyMediaType, .policyBlankLine:
            .warning
        default: .error
        }
    }
    var responsible: Responsible { self == .lookupBogus ? .dnsHost : .domainOwner }
    var paste: [PasteKind] {
        switch self {
        case .recordIgnored, .recordInvalid, .multipleRecords, .recordBlank, .policyWithoutRecord: [.mtaSTSRecord]
        case .policyStatus, .policyTooLarge, .policyInvalid, .policyBlankLine, .policyRedirected: [.mtaSTSPolicy]
        default: []
        }
    }
    var remedy: String {
        switch self {
        case .lookupBogus: "Repair the zone\u{2019}s signatures or its DS record at the parent."
        case .recordIgnored, .recordInvalid, .recordBlank:
            "Publish exactly \u{201C}v=STSv1; id=20260101T000000\u{201D} as TXT at _mta-sts below the domain, with an id of 1 "
                + "to 32 letters and digits that changes with the policy."
        case .multipleRecords: "Keep one TXT record that begins with v=STSv1; and remove the others."
        case .policyWithoutRecord:
            "Publish the TXT record at _mta-sts so that senders look for the policy, or remove the policy."
        case .policyHostMissing:
            "Publish an address or an alias for mta-sts below the domain and serve the policy there, or remove the TXT "
                + "record."
        case .policyHostUnreachable, .policyNoResponse:
            "Let the policy host answer on port 443 at all of its addresses."
        case .policyTLSFailed: "Let the policy host offer TLS 1.2 or 1.3, and look in its log for why handshakes fail."
        case .policyCertificateUntrusted, .policyCertificateExpired, .policyCertificateName:
            "Give the policy host a current certificate from a public CA for its own name, mta-sts below the domain, also "
                + "where a provider serves it, and send it with its intermediates."
        case .policyRedirected: "Serve the policy itself at this URL: senders do not follow redirects."
        case .policyStatus: "Let the policy host answer 200 with the policy at /.well-known/mta-sts.txt."
        case .policyTooLarge: "Keep the policy below 64 KiB; a wildcard pattern replaces many mx lines."
        case .policyMediaType: "Serve the policy with Content-Type: text/plain."
        case .policyBlankLine: "Remove the empty lines from the policy: not every sender needs to accept them."
        case .policyCompressed:
            "Switch compression off for the policy (nginx: gzip off), and serve it as it is when nobody asks for more."
        case .policyInvalid:
            "Write one field on each line, nothing else: version: STSv1, mode, max_age, and mx for every MX host."
        }
    }
}

extension Check {
    /// Record and policy are there and senders can use them. RFC 8461, section 3.
    static let mtaSTSPublished = Check.perDomain(
        "mta-sts.published",
        title: "The MTA-STS record leads to a valid policy",
        why: """
            A domain that publishes MTA-STS means senders to use it. A record that they discard, or a policy that they \
            cannot fetch, verify or read, leaves mail as open to attack as if there were nothing, while the domain believes \
            that it is protected.
            """,
        references: [
            .rfc(8461, section: "3.1"), .rfc(8461, section: "3.2"), .rfc(8461, section: "3.3"),
            .rfc(8461, section: "8.2"),
        ],
        examples: .mtaSTSPublished
    ) { (record: MTASTSRecord, policy: MTASTSPolicy, judged: JudgedAt) -> Verdict<MTASTSPublishedFinding> in
        if let reason = record.lookup.security.bogusReason {
            return .bogus(reason)
        }
        var issues = record.issues
        if record.reading == .absent {
            if case .document = policy.fetch {
                issues.append(Issue(.policyWithoutRecord, [.host: policy.host]))
            }
            guard !issues.isEmpty else { return .notApplicable("There is no MTA-STS record.") }
            guard case .unknown(let why) = policy.fetch else { return .found(issues) }
            return .of(
                issues, open: [.policyWithoutRecord],
                because: "Whether the policy can be fetched could not be determined: \(why).")
        }
        issues += policy.certificateIssues(judged) + policy.fetchIssues
        guard case .unknown(let why) = policy.fetch else { return .of(issues) }
        return .of(
            issues, open: MTASTSPublishedFinding.aboutPolicy,
            because: "Whether the policy can be fetched could not be determined: \(why).")
    }
}

extension Verdict<MTASTSPublishedFinding> {
    fileprivate static func bogus(_ reason: String) -> Verdict {
        .found(
            .lookupBogus, [.reason: reason], hiding: Set(MTASTSPublishedFinding.allCases),
            because: "The MTA-STS record could not be determined.")
    }
}

extension Expectation<MTASTSPublishedFinding> {
    static func bogus(_ sentence: String) -> Expectation {
        .found(
            .lookupBogus, sentence, hiding: Set(MTASTSPublishedFinding.allCases),
            because: "The MTA-STS record could not be determined.")
    }
}

extension MTASTSPublishedFinding {
    /// What only the fetch of the policy shows.
    static let aboutPolicy: Set<Self> = Set(allCases).subtracting([
        .lookupBogus, .recordIgnored, .recordInvalid, .recordBlank, .multipleRecords, .policyWithoutRecord,
    ])
}

extension MTASTSRecord {
    fileprivate var issues: [Issue<MTASTSPublishedFinding>] {
        switch reading {
        case .valid:
            guard lookup.isLenient(MTASTSAnnouncement.version) else { return [] }
            return [Issue(.recordBlank)]
        case .invalid(let why): return [Issue(.recordInvalid, [.reason: why])]
        case .several(let count):
            return [Issue(.multipleRecords, [.count: count])]
        case .absent:
            // What begins otherwise, a wildcard SPF record say, is none of our business.
            return lookup.nearMisses(MTASTSAnnouncement.version).prefix(1).map { text in
                Issue(
                    .recordIgnored,
                    [
                        .record: text.escapedForTerminal.shortened,
                        .reason: TextLookup.whyIgnored(text, MTASTSAnnouncement.version),
                    ])
            }
        }
    }
}

extension MTASTSPolicy {
    /// STS-12: every reason for which senders do not trust the policy host.
    fileprivate func certificateIssues(_ judged: JudgedAt) -> [Issue<MTASTSPublishedFinding>] {
        certificateProblems(at: judged.instant).map { problem in
            let code: MTASTSPublishedFinding =
                switch problem {
                case .untrusted: .policyCertificateUntrusted
                case .outsideDates: .policyCertificateExpired
                case .wrongName: .policyCertificateName
                }
            return Issue(code, [.host: host, .reason: problem.description])
        }
    }

    fileprivate var fetchIssues: [Issue<MTASTSPublishedFinding>] {
        let code: MTASTSPublishedFinding? =
            switch fetch {
            case .noHost, .bogus: .policyHostMissing
            case .unreachable: .policyHostUnreachable
            case .noTLS: .policyTLSFailed
            case .noResponse: .policyNoResponse
            case .redirect: .policyRedirected
            case .status: .policyStatus
            case .tooLarge: .policyTooLarge
            case .invalid: .policyInvalid
            case .compressed: .policyCompressed
            case .document, .unknown: nil
            }
        if let code, let why = fetch.failure { return [Issue(code, [.reason: why])] }
        guard case .document(let document) = fetch else { return [] }
        return [document.blankLineIssue, mediaTypeIssue].compactMap(\.self)
    }

    private var mediaTypeIssue: Issue<MTASTSPublishedFinding>? {
        guard !isPlainText else { return nil }
        let type = exchange?.response?.contentType
        return Issue(.policyMediaType, [.mediaType: type.map { $0.escapedForTerminal.shortened }])
    }
}

extension MTASTSDocument {
    /// RFC 8461, section 3.2: one field on each line, and no other lines.
    fileprivate var blankLineIssue: Issue<MTASTSPublishedFinding>? {
        guard let first = blankLines.first else { return nil }
        return Issue(.policyBlankLine, [.count: blankLines.count, .line: first])
    }
}
