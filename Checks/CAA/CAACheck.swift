internal import CheckKit
internal import MailModel
internal import Observations

enum CAAFinding: String, FindingCode {
    case absent = "caa.absent"
    case unrestricted = "caa.unrestricted"
    case unknownCritical = "caa.unknown-critical"

    var sentence: Sentence {
        switch self {
        case .absent: "Neither \(.host) nor a name above it has a CAA record: every CA may issue."
        case .unrestricted: "The CAA records of \(.owner) restrict no CA: none of them has the tag issue."
        case .unknownCritical:
            "A CAA record of \(.owner) is critical and has the unknown tag \(.tag, .quoted): no CA may issue."
        }
    }
    var severity: Severity { self == .unknownCritical ? .notice : .info }
    var responsible: Responsible { .domainOwner }

    var paste: [PasteKind] { self == .unknownCritical ? [] : [.caaRecord] }
    var remedy: String {
        switch self {
        case .absent, .unrestricted:
            "Publish a CAA record that names the CA of your certificates, at the host or at a name above it: "
                + "0 issue \"letsencrypt.org\", for example. Find out first which CAs issue for names below."
        case .unknownCritical:
            "Correct the tag, or remove the critical flag: a CA that does not know the tag must not issue."
        }
    }
}

extension Check {
    /// Not every CA may issue certificates for the MX host. RFC 8659, sections 3 and 4.
    static let caaLimitsIssuance = Check.perHost(
        "caa.limits-issuance",
        title: "CAA records restrict which CAs may issue certificates",
        why: """
            Any CA that senders trust can vouch for any name, also one that was tricked or broken into. A CAA record \
            names those that may; the others must refuse. It matters for certificates that CAs issue in future, and for \
            senders that rely on CAs: those that do DANE look at TLSA records instead.
            """,
        references: [
            .rfc(8659, section: "3"), .rfc(8659, section: "4.1"), .rfc(8659, section: "4.2"),
            .iana("Certification Authority Restriction Properties", "pkix-parameters"),
        ],
        examples: [
            .given(
                "one CA may issue", .sample,
                CAARecords(owner: .sample("example.com"), [CAARecord("issue", "ca.example.net")]), expect: .passed),
            .given(
                "no CA may issue", .sample, CAARecords(owner: .sample("example.com"), [CAARecord("issue", ";")]),
                expect: .passed),
            .given(
                "no record up to the top", .sample, CAARecords(),
                expect: .found(
                    .absent, "Neither mx.example.com nor a name above it has a CAA record: every CA may issue.")),
            .given(
                "a record that says where to report only", .sample,
                CAARecords(owner: .sample("example.com"), [CAARecord("iodef", "mailto:security@example.com")]),
                expect: .found(
                    .unrestricted, "The CAA records of example.com restrict no CA: none of them has the tag issue.")),
            .given(
                "a critical record with an unknown tag", .sample,
                CAARecords(
                    owner: .sample("example.com"),
                    [CAARecord("issue", "ca.example.net"), CAARecord("isue", "ca.example.org", isCritical: true)]),
                expect: .found(
                    .unknownCritical,
                    "A CAA record of example.com is critical and has the unknown tag \u{201C}isue\u{201D}: no CA may issue."
                )),
            .given(
                "an answer that fails DNSSEC validation", .sample, CAARecords(security: .bogus("signature expired")),
                expect: .inconclusive(
                    "Which CAs may issue could not be determined: the answer does not validate: signature expired.")
            ),
        ]
    ) { (host: MailHost, caa: CAARecords) -> Verdict<CAAFinding> in
        if let reason = caa.security.bogusReason {
            return .inconclusive(
                "Which CAs may issue could not be determined: the answer does not validate: \(reason).")
        }
        guard let owner = caa.owner else {
            return .found(.absent, [.host: host.name])
        }
        var issues: [Issue<CAAFinding>] = []
        if let unknown = caa.records.first(where: { $0.isCritical && !CAARecord.knownTags.contains($0.tag) }) {
            issues.append(Issue(.unknownCritical, [.owner: owner, .tag: unknown.tag.shortened]))
        }
        // What cannot be read may be the record that restricts.
        if !caa.records.contains(where: { $0.tag == "issue" }) {
            guard caa.malformed == 0 else {
                return .of(
                    issues, open: [.unrestricted], because: "\(caa.malformed) CAA records of \(owner) cannot be read.")
            }
            issues.append(Issue(.unrestricted, [.owner: owner]))
        }
        return .of(issues)
    }
}

extension CAARecord {
    /// The tags of IANA's registry of certification authority restriction properties.
    fileprivate static let knownTags: Set<String> = [
        "issue", "issuewild", "iodef", "contactemail", "contactphone", "issuevmc", "issuemail",
    ]
}
