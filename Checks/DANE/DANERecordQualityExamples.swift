internal import CheckKit
internal import MailModel
internal import Observations

/// The examples of `dane.record-quality`.
enum DANERecordQualityExamples {
    typealias Case = Example<
        DANERecordQualityFinding, TLSARecords, PerServer<TLSAMatches>, TLSAQualityParameters
    >

    private static let key = TLSARecord.sample(3, 1, 1)
    private static let next = TLSARecord.sample(3, 1, 1, 0xCD)

    /// Records of which the one with these data match.
    private static func given(
        _ title: String, _ lookup: TLSALookup, matching byte: UInt8 = 0xAB,
        expect expected: Expectation<DANERecordQualityFinding>
    ) -> Case {
        .given(
            title, TLSARecords([lookup]), .comparing(lookup, byte),
            TLSAQualityParameters(), expect: expected)
    }

    static let all: [Case] = [
        given("the key in use and the next one, both 3 1 1", .sample([key, next]), expect: .passed),
        given(
            "a single record", .sample([key]),
            expect: .found(.singleRecord, "_25._tcp.mx.example.com has a single TLSA record.")),
        given(
            "a CA that matches nothing beside a key that does", .sample([key, .sample(2, 0, 1, 0xCD)]),
            expect: .found(
                .combinationWithoutMatch,
                "No record 2 0 1 of _25._tcp.mx.example.com matches the certificate; records of another kind do.")),
        given(
            "records in a zone that is not signed", .sample([key, next], security: .insecure),
            expect: .found(
                .withoutDNSSEC,
                "The TLSA records of _25._tcp.mx.example.com are not protected by DNSSEC: senders ignore them.")),
        given(
            "a usage for public CAs", .sample([key, next, .sample(1, 1, 1)]),
            expect: .found(
                .unusable,
                "The record 1 1 1 abababababab\u{2026} relies on public CAs (usage 0 or 1), which port 25 does not allow."
            )),
        given(
            "records that are cut short",
            {
                var lookup = TLSALookup.sample([key, next])
                lookup.malformed = 2
                return lookup
            }(),
            expect: .found(
                .unusable, "2 of the records of _25._tcp.mx.example.com are too short to be read.", [.count: 2])),
        given(
            "a whole certificate", .sample([key, next, .sample(3, 0, 0)]),
            expect: .found(.fullData, "The record 3 0 0 carries 32 bytes in full, not a digest.")),
        given(
            "SHA-512 alone", .sample([.sample(3, 1, 2), .sample(3, 1, 2, 0xCD)]),
            expect: .found(.sha512Only, "The records 3 1 2 have no SHA-256 counterpart.")),
        given(
            "the whole certificate\u{2019}s digest", .sample([.sample(3, 0, 1), .sample(3, 0, 1, 0xCD)]),
            expect: .found(
                .unusualParameters, "A 3 0 record must be changed at each renewal; a 3 1 record need not be.")),
        given(
            "a TTL of a day", .sample([key, next], ttl: 86_400),
            expect: .found(
                .longTTL, "The TLSA records of _25._tcp.mx.example.com have a TTL of 86400 seconds.",
                [.seconds: 86_400])),
        given(
            "a signature for a year",
            {
                var lookup = TLSALookup.sample([key, next])
                lookup.signature = SignatureTimes(inception: 0, expiration: 365 * 86_400)
                return lookup
            }(),
            expect: .found(
                .longSignature, "The signature over _25._tcp.mx.example.com is valid for 365 days.", [.days: 365])),
        given("no record", .sample([]), expect: .notApplicable("The host has no TLSA record.")),
    ]
}

extension PerServer<TLSAMatches> {
    /// A server at which the records that begin with a byte match.
    static func comparing(_ lookup: TLSALookup, _ byte: UInt8) -> PerServer {
        let matches = lookup.usable.map { record in
            let isMatch = record.data.first == byte
            return TLSAMatch(
                record, depths: isMatch ? [0] : [],
                path: isMatch && record.usage == 2 ? TrustAnchorPath(certificates: [0]) : nil)
        }
        return PerServer([(.sample("mx.example.com", "192.0.2.25"), TLSAMatches.sample(matches))])
    }
}
