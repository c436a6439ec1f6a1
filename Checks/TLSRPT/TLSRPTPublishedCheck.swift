internal import CheckKit
internal import MailModel
internal import Observations

enum TLSRPTPublishedFinding: String, FindingCode {
    case absent = "tls-rpt.absent"
    case absentBesidePolicy = "tls-rpt.absent-beside-policy"
    case lookupBogus = "tls-rpt.lookup-bogus"
    case recordIgnored = "tls-rpt.record-ignored"
    case recordInvalid = "tls-rpt.record-invalid"
    case multipleRecords = "tls-rpt.multiple-records"
    case repeatedDestinations = "tls-rpt.repeated-destinations"
    case destinationUnusable = "tls-rpt.destination-unusable"
    case destinationUnknown = "tls-rpt.destination-unknown"
    case recordBlank = "tls-rpt.record-blank"
    case destinationSlashes = "tls-rpt.destination-slashes"

    var sentence: Sentence {
        switch self {
        case .absent: "There is no TLS-RPT record."
        case .absentBesidePolicy:
            """
            There \
            \(.policy, [
                "mta-sts": "is an MTA-STS record", "dane": "are TLSA records",
                "both": "are an MTA-STS record and TLSA records",
            ]) and no TLS-RPT record: failures go unnoticed.
            """
        case .lookupBogus: "The answer to the lookup of the TLS-RPT record does not validate: \(.reason)."
        case .recordIgnored: "Senders ignore the record \(.record, .quoted): \(.reason)."
        case .recordInvalid: "The TLS-RPT record breaks the grammar: \(.reason)."
        case .multipleRecords: "There are \(.count) TLS-RPT records, so senders ignore them all."
        case .repeatedDestinations: "The record has \(.count) rua fields; senders may read the first one only."
        case .destinationUnusable: "No sender can report to \(.destination): \(.reason)."
        case .destinationUnknown: "Reports to \(.destination) cannot be delivered: \(.reason)."
        case .recordBlank: .lenience("TLS-RPT")
        case .destinationSlashes: "Reports to \(.destination) go to the address \(.mailbox, .quoted)."
        }
    }
    var severity: Severity {
        switch self {
        case .absent: .info
        case .recordBlank: .notice
        case .recordInvalid, .multipleRecords, .destinationUnusable: .error
        case .absentBesidePolicy, .lookupBogus, .recordIgnored, .repeatedDestinations, .destinationUnknown,
            .destinationSlashes:
            .warning
        }
    }
    var responsible: Responsible { self == .lookupBogus ? .dnsHost : .domainOwner }
    var paste: [PasteKind] {
        switch self {
        case .lookupBogus, .destinationUnknown: []
        default: [.tlsRPTRecord]
        }
    }
    var remedy: String {
        switch self {
        case .absent, .absentBesidePolicy:
            "Publish \u{201C}v=TLSRPTv1; rua=mailto:MAILBOX\u{201D} as TXT at _smtp._tls below the domain, and read the "
                + "reports."
        case .lookupBogus: "Repair the zone\u{2019}s signatures or its DS record at the parent."
        case .recordIgnored, .recordInvalid, .recordBlank:
            "Write the record as \u{201C}v=TLSRPTv1; rua=mailto:MAILBOX\u{201D}, with commas between several URIs and with "
                + "percent-encoding for commas, semicolons and exclamation marks inside them."
        case .multipleRecords: "Keep one TXT record that begins with v=TLSRPTv1; and remove the others."
        case .repeatedDestinations: "Put all URIs into one rua field, with commas between them."
        case .destinationSlashes: "Write the address right behind the colon: rua=mailto:MAILBOX."
        case .destinationUnusable: "Let rua name mailboxes (mailto:) or web servers (https:) only."
        case .destinationUnknown:
            "Correct the destination, or publish the MX or address record that lets reports reach it."
        }
    }
}

extension Check {
    /// Senders are asked to report how TLS went, and reports have somewhere to go. RFC 8460, section 3.
    static let tlsrptPublished = Check.perDomain(
        "tls-rpt.published",
        title: "TLS-RPT is published",
        why: """
            Mail that was not delivered for want of good TLS is seen by the sender alone. Reports tell the domain that \
            its policy keeps mail out, or that somebody strips TLS; without them MTA-STS and DANE fail silently.
            """,
        references: [.rfc(8460, section: "3"), .rfc(8461, section: "2"), .rfc(6068, section: "2")],
        examples: TLSRPTPublishedExamples.all
    ) {
        (
            record: TLSRPTRecord, places: TLSRPTPlaces, mtaSTS: Observed<MTASTSRecord>, tlsa: PerHost<TLSARecords>
        ) -> Verdict<TLSRPTPublishedFinding> in
        if let reason = record.lookup.security.bogusReason {
            return .bogus(reason)
        }
        switch record.reading {
        case .absent:
            let issue = record.nearMiss ?? .absent(beside: mtaSTS.value, tlsa)
            let doubts = [mtaSTS.absence?.whyOpen] + tlsa.elements.map { $0.observed.absence?.whyOpen }
            guard issue.code == .absent, let doubt = doubts.lazy.compactMap({ $0 }).first else {
                return .found([issue])
            }
            return .of(
                [issue], open: [.absentBesidePolicy],
                because: "Whether there is a policy that goes without reports could not be determined: \(doubt).")
        case .several(let count):
            return .found(.multipleRecords, [.count: count])
        case .invalid(let why):
            return .found(.recordInvalid, [.reason: why])
        case .valid(let request):
            let issues = record.blankIssue + request.issues + places.issues
            guard let why = places.doubt else { return .of(issues) }
            return .of(
                issues, open: [.destinationUnknown],
                because: "Whether reports can be delivered could not be determined: \(why).")
        }
    }
}

extension Verdict<TLSRPTPublishedFinding> {
    fileprivate static func bogus(_ reason: String) -> Verdict {
        .found(
            .lookupBogus, [.reason: reason], hiding: Set(TLSRPTPublishedFinding.allCases),
            because: "The TLS-RPT record could not be determined.")
    }
}

extension Expectation<TLSRPTPublishedFinding> {
    static func bogus(_ sentence: String) -> Expectation {
        .found(
            .lookupBogus, sentence, hiding: Set(TLSRPTPublishedFinding.allCases),
            because: "The TLS-RPT record could not be determined.")
    }
}

extension Issue<TLSRPTPublishedFinding> {
    /// STS-31 and RPT-08: what keeps mail out and tells nobody. A record that senders do not follow keeps nothing out.
    fileprivate static func absent(beside mtaSTS: MTASTSRecord?, _ tlsa: PerHost<TLSARecords>) -> Issue {
        let hasMTASTS = if let mtaSTS, case .valid = mtaSTS.reading { true } else { false }
        let hasDANE = tlsa.elements.contains { $0.observed.value?.effective?.usable.isEmpty == false }
        guard hasMTASTS || hasDANE else { return Issue(.absent) }
        return Issue(
            .absentBesidePolicy, [.policy: hasMTASTS && hasDANE ? "both" : hasMTASTS ? "mta-sts" : "dane"])
    }
}

extension TLSRPTRecord {
    fileprivate var nearMiss: Issue<TLSRPTPublishedFinding>? {
        lookup.nearMisses(TLSRPTRequest.version).first.map { text in
            Issue(
                .recordIgnored,
                [
                    .record: text.escapedForTerminal.shortened,
                    .reason: TextLookup.whyIgnored(text, TLSRPTRequest.version),
                ])
        }
    }

    fileprivate var blankIssue: [Issue<TLSRPTPublishedFinding>] {
        guard lookup.isLenient(TLSRPTRequest.version) else { return [] }
        return [Issue(.recordBlank)]
    }
}

extension TLSRPTRequest {
    fileprivate var issues: [Issue<TLSRPTPublishedFinding>] {
        var issues = destinations.compactMap { destination -> Issue<TLSRPTPublishedFinding>? in
            guard case .unusable(let why) = destination.kind else { return nil }
            return Issue(
                .destinationUnusable, [.destination: destination.description.shortened, .reason: why])
        }
        issues += destinations.compactMap { destination in
            destination.mailboxWithSlashes.map { mailbox in
                Issue(
                    .destinationSlashes,
                    [
                        .destination: destination.description.shortened,
                        .mailbox: mailbox.escapedForTerminal.shortened,
                    ])
            }
        }
        if fields > 1 {
            issues.append(Issue(.repeatedDestinations, [.count: fields]))
        }
        return issues
    }
}

extension TLSRPTPlaces {
    fileprivate var issues: [Issue<TLSRPTPublishedFinding>] {
        places.compactMap { place in
            guard case .missing(let why) = place.finding else { return nil }
            return Issue(.destinationUnknown, [.destination: place.destination.shortened, .reason: why])
        }
    }

    fileprivate var doubt: String? {
        places.lazy.compactMap { if case .unknown(let why) = $0.finding { why } else { nil } }.first
    }
}
