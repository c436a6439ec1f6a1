internal import CheckKit
internal import MailModel
internal import Observations

/// The examples of `tls-rpt.published`.
enum TLSRPTPublishedExamples {
    typealias Case = Example<
        TLSRPTPublishedFinding, TLSRPTRecord, TLSRPTPlaces, Observed<MTASTSRecord>, PerHost<TLSARecords>
    >

    /// A record and where its destinations lead, beside an MTA-STS record and the TLSA records of the only host.
    private static func given(
        _ title: String, _ record: TLSRPTRecord, _ places: TLSRPTPlaces, beside mtaSTS: MTASTSRecord = .none,
        tlsa: TLSARecords = .sample(), expect expected: Expectation<TLSRPTPublishedFinding>
    ) -> Case {
        .given(
            title, record, places, .present(mtaSTS), PerHost([(.sample("mx.example.com"), .present(tlsa))]),
            expect: expected)
    }

    static let all: [Case] = [
        given(
            "a mailbox that exists", .sample, .exists, expect: .passed),
        given(
            "no record", .none, .none,
            expect: .found(.absent, "There is no TLS-RPT record.")),
        given(
            "no record, but an MTA-STS record", .none, .none, beside: .sample,
            expect: .found(
                .absentBesidePolicy, "There is an MTA-STS record and no TLS-RPT record: failures go unnoticed.")),
        .given(
            "no record, and the lookup of the MTA-STS record failed", .none, .none, .absent(.inconclusive("SERVFAIL")),
            PerHost([]),
            expect: .of(
                [.init(.absent, "There is no TLS-RPT record.")], open: [.absentBesidePolicy],
                because: "Whether there is a policy that goes without reports could not be determined: SERVFAIL.")),
        given(
            "no record, but TLSA records", .none, .none, tlsa: .sample(.sample(3, 1, 1)),
            expect: .found(
                .absentBesidePolicy, "There are TLSA records and no TLS-RPT record: failures go unnoticed.")),
        given(
            "no record, but TLSA records that no sender follows", .none, .none,
            tlsa: .sample(.sample(3, 1, 1), security: .insecure),
            expect: .found(.absent, "There is no TLS-RPT record.")),
        given(
            "a record that does not validate", TLSRPTRecord(TextLookup(security: .bogus("signature expired"))),
            .none,
            expect: .bogus(
                "The answer to the lookup of the TLS-RPT record does not validate: signature expired.")),
        given(
            "a version in lower case", TLSRPTRecord("v=tlsrptv1; rua=mailto:tls@example.com"), .none,
            expect: .found(
                .recordIgnored,
                "Senders ignore the record \u{201C}v=tlsrptv1; rua=mailto:tls@example.com\u{201D}: it does not begin "
                    + "with \u{201C}v=TLSRPTv1;\u{201D}.")),
        given(
            "a blank before the first semicolon", TLSRPTRecord("v=TLSRPTv1 ; rua=mailto:tls@example.com"), .exists,
            expect: .found(
                .recordBlank,
                "The TLS-RPT record has a blank before its first semicolon: senders accept it only as long as no other "
                    + "TXT record stands beside it.")),
        given(
            "slashes before the address", TLSRPTRecord("v=TLSRPTv1; rua=mailto://tls@example.com"), .exists,
            expect: .found(
                .destinationSlashes,
                "Reports to mailto://tls@example.com go to the address \u{201C}//tls@example.com\u{201D}.")),
        given(
            "a size limit as in DMARC", TLSRPTRecord("v=TLSRPTv1; rua=mailto:tls@example.com!10m"), .none,
            expect: .found(
                .recordInvalid,
                "The TLS-RPT record breaks the grammar: \u{201C}mailto:tls@example.com!10m\u{201D} holds a character "
                    + "that must be percent-encoded in a URI.")),
        given(
            "two records",
            TLSRPTRecord("v=TLSRPTv1; rua=mailto:a@example.com", "v=TLSRPTv1; rua=mailto:b@example.com"), .none,
            expect: .found(
                .multipleRecords, "There are 2 TLS-RPT records, so senders ignore them all.")),
        given(
            "two rua fields",
            TLSRPTRecord("v=TLSRPTv1; rua=mailto:a@example.com; rua=mailto:b@example.com"), .exists,
            expect: .found(
                .repeatedDestinations, "The record has 2 rua fields; senders may read the first one only.")),
        given(
            "reports over plain HTTP", TLSRPTRecord("v=TLSRPTv1; rua=http://reports.example.com/"), .none,
            expect: .found(
                .destinationUnusable,
                "No sender can report to http://reports.example.com/: senders report to mailto: and https: "
                    + "only, not to http:.")),
        given(
            "a mailbox of a domain that does not exist", .sample,
            TLSRPTPlaces([.init("mailto:tls@example.com", .missing("example.com does not exist"))]),
            expect: .found(
                .destinationUnknown,
                "Reports to mailto:tls@example.com cannot be delivered: example.com does not exist.")),
        given(
            "the name servers of the mailbox fail", .sample,
            TLSRPTPlaces([.init("mailto:tls@example.com", .unknown("the MX lookup of example.com: SERVFAIL"))]),
            expect: .of(
                [], open: [.destinationUnknown],
                because:
                    "Whether reports can be delivered could not be determined: the MX lookup of example.com: "
                    + "SERVFAIL.")
        ),
    ]
}

extension TLSRPTPlaces {
    /// The mailbox of the sample record, found.
    fileprivate static let exists = TLSRPTPlaces([.init("mailto:tls@example.com", .exists)])
    fileprivate static let none = TLSRPTPlaces()
}

extension TLSRPTRecord {
    fileprivate static let sample = TLSRPTRecord("v=TLSRPTv1; rua=mailto:tls@example.com")
    fileprivate static let none = TLSRPTRecord(TextLookup(status: .nxDomain))
}
