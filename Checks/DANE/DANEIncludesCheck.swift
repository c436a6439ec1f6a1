internal import CheckKit
internal import MailModel
internal import Observations

enum DANEIncludesFinding: String, FindingCode {
    case missing = "dane.kind-missing"
    case unmatched = "dane.kind-unmatched"

    var sentence: Sentence {
        switch self {
        case .missing: "There is no TLSA record \(.record) at \(.owner)."
        case .unmatched: "No TLSA record \(.record) of \(.owner) matches what the server shows."
        }
    }
    var severity: Severity { .notice }
    var responsible: Responsible { .domainOwner }
    /// Only the kind that can be made of a key alone.
    var paste: [PasteKind] { [.tlsaRecords] }

    var remedy: String {
        switch self {
        case .missing: "Publish a TLSA record of this kind beside the others, made of the certificate in use."
        case .unmatched: "Correct the record of this kind: make it of the certificate or the CA in use."
        }
    }
}

/// Which kinds of TLSA record there must be, written as usage, selector and matching type: `3 1 1`.
struct DANEIncludesParameters: Parameters {
    /// RFC 7671, section 5.1: the kind that everybody can match.
    var allOf = ["3 1 1"]

    static let knobs: [Knob<DANEIncludesParameters>] = [
        .names(
            "all-of", \.allOf, of: "kinds of TLSA record: usage, selector, matching type",
            in: [2, 3].flatMap { usage in
                (0...1).flatMap { selector in (0...2).map { "\(usage) \(selector) \($0)" } }
            }, doc: "A host that has TLSA records must have one of each of these kinds, and it must match.")
    ]
}

extension Check {
    /// The TLSA records of a server are of the kinds that a policy wants, and each kind matches. RFC 7671, section 8.1.
    static let daneIncludes = Check.perServer(
        "dane.includes",
        title: "TLSA records of the required types exist and match",
        why: """
            Two records of different kinds, one for the server's key and one for its CA, let either be changed without \
            the other. Some policies want such a pair.
            """,
        references: [.rfc(7671, section: "8.1"), .rfc(7671, section: "5.1")],
        examples: [
            .given(
                "one record, and it matches", .sample(key), TLSAMatches.sample(TLSAMatch(key, depths: [0])),
                DANEIncludesParameters(),
                expect: .passed),
            .given(
                "a pair is wanted, and one is there", .sample(key), TLSAMatches.sample(TLSAMatch(key, depths: [0])),
                pair,
                expect: .found(.missing, "There is no TLSA record 2 1 1 at _25._tcp.mx.example.com.")),
            .given(
                "both are there, one matches", .sample(key, anchor),
                TLSAMatches.sample(TLSAMatch(key, depths: [0]), TLSAMatch(anchor)), pair,
                expect: .found(
                    .unmatched, "No TLSA record 2 1 1 of _25._tcp.mx.example.com matches what the server shows.")),
            .given(
                "both are there, and the server defers us", .sample(key, anchor),
                .absent(.inconclusive("421 4.7.0")), pair,
                expect: .of(
                    [], open: [.unmatched], because: "Whether the records match could not be determined: 421 4.7.0.")),
            .given(
                "no TLSA record", .sample(), .absent(.notApplicable("no TLSA record is usable here")), pair,
                expect: .notApplicable("This host has no usable TLSA record.")),
        ]
    ) {
        (records: TLSARecords, matches: Observed<TLSAMatches>, parameters: DANEIncludesParameters)
            -> Verdict<DANEIncludesFinding> in
        if let (lookup, reason) = records.bogus {
            return .inconclusive("The answer for \(lookup.name) does not validate: \(reason).")
        }
        guard let lookup = records.effective else { return .notApplicable("This host has no usable TLSA record.") }
        let kinds = Set(lookup.records.map(\.parameters))
        let missing = parameters.allOf.filter { !kinds.contains($0) }.map {
            Issue<DANEIncludesFinding>(.missing, [.record: $0, .owner: lookup.name])
        }
        switch matches {
        case .absent(let why):
            return .of(
                missing, open: missing.count < parameters.allOf.count ? [.unmatched] : [],
                because: "Whether the records match could not be determined: \(why).")
        case .present(let matches):
            let unmatched = parameters.allOf.filter(kinds.contains).filter { !matches.haveMatch(ofKind: $0) }.map {
                Issue<DANEIncludesFinding>(.unmatched, [.record: $0, .owner: lookup.name])
            }
            let ofOtherKey = matches.otherKeyUnknown.map {
                "Whether the records match a certificate with another kind of key could not be determined: \($0)."
            }
            guard let doubt = ofOtherKey ?? matches.doubt else { return .of(missing + unmatched) }
            return .of(missing + unmatched, open: [.unmatched], because: doubt)
        }
    }

    private static let key = TLSARecord.sample(3, 1, 1)
    private static let anchor = TLSARecord.sample(2, 1, 1)
    private static let pair = DANEIncludesParameters(allOf: ["3 1 1", "2 1 1"])
}

extension TLSAMatches {
    /// Whether every chain that the server shows is matched by a record of a kind.
    fileprivate func haveMatch(ofKind kind: String) -> Bool {
        chains.allSatisfy { chain in
            chain.matches.contains { $0.record.parameters == kind && $0.leadsToLeaf }
        }
    }
}
