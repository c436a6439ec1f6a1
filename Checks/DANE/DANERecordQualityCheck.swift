internal import CheckKit
internal import MailModel
internal import Observations

enum DANERecordQualityFinding: String, FindingCode {
    case combinationWithoutMatch = "dane.combination-without-match"
    case withoutDNSSEC = "dane.tlsa-without-dnssec"
    case unusable = "dane.unusable"
    case fullData = "dane.full-data"
    case sha512Only = "dane.sha512-only"
    case longSignature = "dane.long-signature"
    case unusualParameters = "dane.unusual-parameters"
    case singleRecord = "dane.single-record"
    case longTTL = "dane.long-ttl"

    var sentence: Sentence {
        switch self {
        case .combinationWithoutMatch:
            "No record \(.record) of \(.owner) matches the certificate; records of another kind do."
        case .withoutDNSSEC: "The TLSA records of \(.owner) are not protected by DNSSEC: senders ignore them."
        case .unusable:
            .where(
                .record, is: "The record \(.record) \(.reason).",
                otherwise: "\(.count) of the records of \(.owner) are too short to be read.")
        case .fullData: "The record \(.record) carries \(.octets) bytes in full, not a digest."
        case .sha512Only: "The records \(.record) have no SHA-256 counterpart."
        case .longSignature: "The signature over \(.owner) is valid for \(.days) \(.days, one: "day", other: "days")."
        case .unusualParameters:
            .by(
                .record,
                [
                    "3 0": "A 3 0 record must be changed at each renewal; a 3 1 record need not be.",
                    "2 1":
                        "A 2 1 record ignores the constraints in the CA\u{2019}s certificate; a 2 0 record does not.",
                ])
        case .singleRecord: "\(.owner) has a single TLSA record."
        case .longTTL: "The TLSA records of \(.owner) have a TTL of \(.seconds) seconds."
        }
    }
    var severity: Severity {
        switch self {
        case .combinationWithoutMatch: .error
        case .withoutDNSSEC, .unusable, .fullData, .sha512Only, .longSignature: .warning
        case .unusualParameters, .singleRecord, .longTTL: .info
        }
    }
    var responsible: Responsible { .domainOwner }
    var paste: [PasteKind] {
        switch self {
        case .combinationWithoutMatch, .unusable, .fullData, .sha512Only, .unusualParameters: [.tlsaRecords]
        case .withoutDNSSEC, .longSignature, .singleRecord, .longTTL: []
        }
    }
    var remedy: String {
        switch self {
        case .combinationWithoutMatch:
            "Publish a record of this kind for the certificate in use, or remove the kind: some senders look at no other."
        case .withoutDNSSEC: "Have the zone of the host signed, or remove the TLSA records: unsigned, they do nothing."
        case .unusable: "Replace the record by 3 1 1 with the SHA-256 of the server\u{2019}s public key, or remove it."
        case .fullData: "Publish a SHA-256 digest (matching type 1): large answers get lost on the way."
        case .sha512Only: "Publish a record with SHA-256 (matching type 1): not every sender knows another digest."
        case .longSignature: "Let the zone be signed for a month at most: an old answer can be replayed for as long."
        case .unusualParameters:
            "Publish 3 1 1, or 2 0 1 for a CA: both last through renewals, and every sender knows them."
        case .singleRecord:
            "Before the next change of the key, publish the record for the new one beside this one, and wait for the TTL."
        case .longTTL: "Lower the TTL to an hour, so that a mistake does not last for long."
        }
    }
}

/// What counts as long.
struct TLSAQualityParameters: Parameters {
    var maximumTTL = 3600
    var maximumSignatureDays = 31

    static let knobs: [Knob<TLSAQualityParameters>] = [
        .integer(
            "maximum-ttl", \.maximumTTL, in: 60...604_800, doc: "How many seconds a TLSA record may live in caches."),
        .integer(
            "maximum-signature-days", \.maximumSignatureDays, in: 1...366,
            doc: "How many days a signature over TLSA records may hold."),
    ]
}

extension Check {
    /// The TLSA records are such that every sender can use them, now and when the certificate changes.
    /// RFC 7671, sections 5, 8 and 10; RFC 7672, section 3.1.
    static let daneRecordQuality = Check.perHost(
        "dane.record-quality",
        title: "The TLSA records follow good practice",
        why: """
            TLSA records are easily published and easily forgotten. Records that some senders cannot use, or that match \
            nothing, cost mail from those senders, and a change of the certificate without a record beforehand costs mail \
            from all that do DANE.
            """,
        references: [
            .rfc(7671, section: "5.2.1"), .rfc(7671, section: "8"), .rfc(7671, section: "8.1"),
            .rfc(7671, section: "10.1.2"), .rfc(7671, section: "13"), .rfc(7672, section: "3.1"),
            .rfc(7672, section: "3.1.3"), .rfc(6698, section: "4.1"),
        ],
        examples: DANERecordQualityExamples.all
    ) {
        (
            records: TLSARecords, matches: PerServer<TLSAMatches>, parameters: TLSAQualityParameters
        ) -> Verdict<DANERecordQualityFinding> in
        guard let lookup = records.effective else {
            guard let ignored = records.withoutDNSSEC else { return .notApplicable("The host has no TLSA record.") }
            return .found(.withoutDNSSEC, [.owner: ignored.name])
        }
        let unreadable = matches.present.flatMap(\.chains).flatMap(\.matches).filter { !$0.isReadable }.map(\.record)
        let good = lookup.usable.filter { !unreadable.contains($0) }
        let issues =
            lookup.unusable(unreadable) + matches.combinationsWithoutMatch(lookup.name) + good.unwise
            + lookup.timing(parameters)
        let single =
            good.count == 1
            ? [Issue(DANERecordQualityFinding.singleRecord, [.owner: lookup.name])] : []
        guard let doubt = matches.doubt else { return .of(issues + single) }
        return .of(issues + single, open: [.combinationWithoutMatch, .unusable], because: doubt)
    }
}

extension TLSALookup {
    fileprivate func unusable(_ unreadable: [TLSARecord]) -> [Issue<DANERecordQualityFinding>] {
        let faults = records.compactMap { record -> Issue<DANERecordQualityFinding>? in
            if let fault = record.fault {
                return Issue(.unusable, [.record: record.shortDescription, .reason: fault.description])
            }
            guard unreadable.contains(record) else { return nil }
            return Issue(
                .unusable, [.record: record.shortDescription, .reason: "holds no certificate or key in full"])
        }
        guard malformed > 0 else { return faults }
        return faults + [Issue(.unusable, [.count: malformed, .owner: name])]
    }

    fileprivate func timing(_ parameters: TLSAQualityParameters) -> [Issue<DANERecordQualityFinding>] {
        var issues: [Issue<DANERecordQualityFinding>] = []
        if ttl > parameters.maximumTTL {
            issues.append(Issue(.longTTL, [.owner: name, .seconds: Int(ttl)]))
        }
        if let days = signature?.days.rounded(.down), days > Double(parameters.maximumSignatureDays) {
            issues.append(Issue(.longSignature, [.owner: name, .days: days]))
        }
        return issues
    }
}

extension [TLSARecord] {
    /// Parameters that the RFCs advise against.
    fileprivate var unwise: [Issue<DANERecordQualityFinding>] {
        var issues: [Issue<DANERecordQualityFinding>] = []
        for record in self where record.matchingType == 0 {
            issues.append(Issue(.fullData, [.record: record.parameters, .octets: record.data.count]))
        }
        let digests = filter { $0.matchingType > 0 }
        for kind in Set(digests.map { "\($0.usage) \($0.selector)" }).sorted() {
            let types = Set(digests.filter { "\($0.usage) \($0.selector)" == kind }.map(\.matchingType))
            if types == [2] {
                issues.append(Issue(.sha512Only, [.record: "\(kind) 2"]))
            }
        }
        for kind in Set(digests.map { "\($0.usage) \($0.selector)" }).sorted() {
            if ["3 0", "2 1"].contains(kind) { issues.append(Issue(.unusualParameters, [.record: kind])) }
        }
        return issues
    }
}

extension PerServer<TLSAMatches> {
    /// Why some server's certificate was not compared with the records; nil where that is known of every server.
    fileprivate var doubt: String? {
        elements.lazy.compactMap { element in
            element.observed.absence?.whyOpen.map {
                "Whether the records match the certificate of \(element.server) could not be determined: \($0)."
            }
        }.first
    }

    /// Kinds of record of which none matches what a server shows, although another kind does: senders that know only the
    /// former are lost. RFC 7671, section 8.
    fileprivate func combinationsWithoutMatch(_ name: DomainName) -> [Issue<DANERecordQualityFinding>] {
        let kinds = present.flatMap(\.chains).flatMap { chain -> [String] in
            let readable = chain.matches.filter(\.isReadable)
            guard readable.contains(where: \.leadsToLeaf) else { return [] }
            let all = Set(readable.map(\.record.parameters))
            return Array(all.subtracting(readable.filter(\.leadsToLeaf).map(\.record.parameters)))
        }
        return Set(kinds).sorted().map {
            Issue(.combinationWithoutMatch, [.record: $0, .owner: name])
        }
    }
}
