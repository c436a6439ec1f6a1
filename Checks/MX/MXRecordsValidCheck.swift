internal import CheckKit
internal import MailModel
internal import Observations

enum MXRecordsValidFinding: String, FindingCode {
    case nullMXConflict = "mx.null-mx-conflict"
    case nullMXPreference = "mx.null-mx-preference"
    case duplicate = "mx.duplicate"
    case implicit = "mx.implicit"
    case unnecessaryNullMX = "mx.unnecessary-null-mx"

    var sentence: Sentence {
        switch self {
        case .nullMXConflict: "There is a null MX beside \(.names, .upTo(1))."
        case .nullMXPreference: "The null MX has the preference \(.preference)."
        case .duplicate: "\(.host) is listed with the preferences \(.preferences, .joined(.and))."
        case .implicit: "There is no MX record: mail goes to the domain's own address."
        case .unnecessaryNullMX: "The domain has a null MX and no address."
        }
    }
    var severity: Severity {
        switch self {
        case .nullMXConflict: .error
        case .nullMXPreference: .warning
        case .duplicate, .implicit: .notice
        case .unnecessaryNullMX: .info
        }
    }
    var responsible: Responsible { .domainOwner }
    var remedy: String {
        switch self {
        case .nullMXConflict: "Remove the null MX, or remove every other MX record if the domain is to receive no mail."
        case .nullMXPreference: "Give the null MX the preference 0: \u{201C}0 .\u{201D}."
        case .duplicate: "List each host once, with the preference you mean."
        case .implicit:
            "Publish an MX record that names your mail server, or the null MX \u{201C}0 .\u{201D} if the domain is to "
                + "receive no mail."
        case .unnecessaryNullMX: "You may remove the null MX: a name without an address receives no mail anyway."
        }
    }
}

extension Check {
    /// The set of MX records says one thing, and says it in the standard's form. RFC 7505, section 3.
    static let mxRecordsValid = Check.perDomain(
        "mx.records-valid",
        title: "The MX records are consistent",
        why: """
            A null MX beside another MX record says at once that the domain accepts mail and that it does not: some senders \
            deliver, others return the mail. A host listed twice, or no MX record at all, mostly means that nobody \
            looks after the zone.
            """,
        references: [.rfc(7505, section: "3"), .rfc(5321, section: "5.1")],
        examples: [
            .given("one MX record with a host", MXRecords([.sample]), MailHosts([.sample]), expect: .passed),
            .given(
                "a null MX on a domain that has an address", MXRecords([MXRecord(0, .root)]),
                MailHosts(besideNullMX: .sample), expect: .passed),
            .given(
                "a null MX beside a host", MXRecords([MXRecord(0, .root), .sample]), MailHosts([.sample]),
                expect: .found(.nullMXConflict, "There is a null MX beside mx.example.com.")),
            .given(
                "a null MX of preference 10", MXRecords([MXRecord(10, .root)]), MailHosts(besideNullMX: .sample),
                expect: .found(.nullMXPreference, "The null MX has the preference 10.")),
            .given(
                "a host listed twice", MXRecords([.sample, MXRecord(20, .sample("mx.example.com"))]),
                MailHosts([.sample]),
                expect: .found(.duplicate, "mx.example.com is listed with the preferences 10 and 20.")),
            .given(
                "no MX record, but an address", MXRecords(), MailHosts([.sample]),
                expect: .found(.implicit, "There is no MX record: mail goes to the domain's own address.")),
            .given(
                "a null MX on a name without an address", MXRecords([MXRecord(0, .root)]),
                MailHosts(besideNullMX: MailHost(.sample("example.com"), preference: nil)),
                expect: .found(.unnecessaryNullMX, "The domain has a null MX and no address.")),
        ]
    ) { (records: MXRecords, hosts: MailHosts) -> Verdict<MXRecordsValidFinding> in
        if records.records.isEmpty {
            if let reason = records.security.bogusReason { return .inconclusive("The MX lookup is bogus: \(reason).") }
            guard records.isMissing else { return .notApplicable("There is no MX record.") }
            return hosts.implicitMX
        }
        let issues = records.conflicts + records.wrongPreferences + records.duplicates + hosts.unnecessaryNullMX
        guard let domain = hosts.besideNullMX, domain.found.isEmpty, let failure = domain.failures.first else {
            return .of(issues)
        }
        return .of(
            issues, open: [.unnecessaryNullMX], because: "Whether the domain has an address is not known: \(failure).")
    }
}

extension MXRecords {
    /// NMX-02: a null MX must be the only one.
    fileprivate var conflicts: [Issue<MXRecordsValidFinding>] {
        guard !nullMX.isEmpty, let host = withHost.first else { return [] }
        let others = Set(withHost.map(\.exchange)).subtracting([host.exchange]).sorted()
        return [Issue(.nullMXConflict, [.names: [host.exchange] + others])]
    }

    /// NMX-03: still a null MX.
    fileprivate var wrongPreferences: [Issue<MXRecordsValidFinding>] {
        nullMX.filter { $0.preference != 0 }.map {
            Issue(.nullMXPreference, [.preference: Int($0.preference)])
        }
    }

    fileprivate var duplicates: [Issue<MXRecordsValidFinding>] {
        let listed = Dictionary(grouping: withHost, by: \.exchange).filter { $0.value.count > 1 }
        return listed.sorted { $0.key < $1.key }.map { host, records in
            Issue(.duplicate, [.host: host, .preferences: records.map(\.preference)])
        }
    }
}

extension MailHosts {
    /// SMTP-02: without MX record the domain's own addresses are tested.
    fileprivate var implicitMX: Verdict<MXRecordsValidFinding> {
        guard let domain = targets.first else { return .notApplicable("There is no MX record and no address.") }
        if !domain.found.isEmpty {
            return .found(.implicit)
        }
        return .inconclusive("There is no MX record, and the domain's addresses are not known.")
    }

    /// NMX-05; only where it is certain that there is no address.
    fileprivate var unnecessaryNullMX: [Issue<MXRecordsValidFinding>] {
        guard let domain = besideNullMX, domain.hasNoAddress else { return [] }
        return [Issue(.unnecessaryNullMX)]
    }
}
