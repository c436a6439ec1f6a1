import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// How well TLSA records are made.
@Suite("Quality of TLSA records")
struct DANERecordQualityTests {
    private static let host = Place.host(.sample("mx.example.com"))

    private func run(_ records: [String], security: String = "secure") async throws -> DANERun {
        try await DANERun(
            (["example.com MX 10 mx.example.com ; secure", "mx.example.com A 192.0.2.25 ; secure"]
                + records.map { "_25._tcp.mx.example.com TLSA \($0) ; \(security)" }).joined(separator: "\n"),
            checks: ["dane.valid", "dane.record-quality"])
    }

    private func codes(_ records: String...) async throws -> [String] {
        try await run(records).codes("dane.record-quality", at: Self.host)
    }

    @Test("DANE-26: a kind of record that matches nothing is a fault, though another kind authenticates")
    func combination() async throws {
        let run = try await run(["3 1 1 \(String.matching)", "3 0 1 \(String.other)"])
        #expect(try run.outcome("dane.valid") == .passed)
        #expect(
            try run.codes("dane.record-quality", at: Self.host).first == "dane.combination-without-match")
        #expect(try await codes("3 1 1 \(String.matching)", "3 1 1 \(String.other)") == [])
    }

    @Test("DANE-26: where nothing matches, that is said once, by dane.valid")
    func nothingMatches() async throws {
        let run = try await run(["3 1 1 \(String.other)", "2 0 1 \(String.other)"])
        #expect(try run.codes("dane.valid") == ["dane.no-match"])
        #expect(try run.outcome("dane.record-quality", at: Self.host) == .passed)
    }

    @Test(
        "DANE-28: 3 1 1 and 2 0 1 are recommended; full data, SHA-512 alone, 3 0 and 2 1 are not",
        arguments: [
            (["3 1 1"], []), (["2 0 1"], []), (["3 1 0"], ["dane.full-data"]), (["2 0 0"], ["dane.full-data"]),
            (["3 1 2"], ["dane.sha512-only"]), (["3 1 1", "3 1 2"], []), (["2 1 1"], ["dane.unusual-parameters"]),
            (["3 0 1"], ["dane.unusual-parameters"]),
        ] as [([String], [String])])
    func parameters(kinds: [String], codes: [String]) async throws {
        let records = kinds.flatMap { kind in
            [String.matching, .other].map { "\(kind) \(kind.hasSuffix("2") ? $0 + $0 : $0)" }
        }
        let run = try await run(records)
        #expect(Set(try run.codes("dane.record-quality", at: Self.host)) == Set(codes))
    }

    @Test("DANE-29: two records prepare a change, one does not")
    func rollover() async throws {
        #expect(try await codes("3 1 1 \(String.matching)") == ["dane.single-record"])
        #expect(try await codes("3 1 1 \(String.matching)", "3 1 1 \(String.other)") == [])
    }

    @Test("DANE-29: each record is in use, for a certificate that only some see, to spare, or unusable")
    func states() throws {
        let records = [
            "3 1 1 \(String.matching)", "3 1 1 \(String.other)", "3 1 1 \(String(repeating: "ef", count: 32))",
        ]
        .compactMap { TLSARecord($0) }
        let unusable = TLSARecord.sample(1, 1, 1)
        func chain(_ byte: UInt8, _ key: TLSOffer.Key?) -> ComparedChain {
            ComparedChain(
                serverName: .sample("mx.example.com"), key: key, certificates: [],
                matches: records.map { TLSAMatch($0, depths: $0.data.first == byte ? [0] : []) })
        }
        func states(_ chains: [ComparedChain]) throws -> [TLSARecordStates.Use] {
            var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
            let host = MailHost(
                .sample("mx.example.com"), ipv4: .present(AddressLookup(security: .secure, [.sample("192.0.2.25")])))
            evidence.settle(Slot(MailHosts.id, .domain), .present(MailHosts([host])))
            evidence.settle(
                Slot(TLSARecords.id, Self.host),
                .present(TLSARecords([.sample(records + [unusable])])))
            evidence.settle(Slot(TLSAMatches.id, .server(DANERun.server)), .present(TLSAMatches(chains)))
            let states = try Derivation.tlsaRecordStates.derive(Inputs(evidence: evidence, place: Self.host))
            return try #require(states as? TLSARecordStates).records.map(\.use)
        }
        #expect(try states([chain(0xAB, nil)]) == [.current, .spare, .spare, .unusable])
        #expect(try states([chain(0xAB, nil), chain(0xCD, .rsa)]) == [.other, .other, .spare, .unusable])
        #expect(try states([]) == [.unknown, .unknown, .unknown, .unusable])
    }

    private func judge(ttl: Int = 3600, days: Int? = nil) throws -> [String] {
        var lookup = TLSALookup.sample([.sample(3, 1, 1), .sample(3, 1, 1, 0xCD)], ttl: ttl)
        lookup.signature = days.map { SignatureTimes(inception: 0, expiration: $0 * 86_400) }
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        evidence.settle(
            Slot(TLSARecords.id, Self.host), .present(TLSARecords([lookup])))
        return Check.daneRecordQuality.judge(Inputs(evidence: evidence, place: Self.host)).findings.map(\.code)
    }

    @Test("DANE-30: a TTL of an hour and a signature for a month are long enough")
    func times() throws {
        #expect(try judge(ttl: 3600, days: 31) == [])
        #expect(try judge(ttl: 3601) == ["dane.long-ttl"])
        #expect(try judge(days: 32) == ["dane.long-signature"])
    }

    @Test("DANE-13, DANE-14: each record that senders cannot use is named")
    func unusable() async throws {
        let run = try await run(
            ["3 1 1 \(String.matching)", "3 1 1 \(String.other)", "0 1 1 \(String.matching)", "3 1 1 abcd", "3 7 1 ab"])
        #expect(
            try run.codes("dane.record-quality", at: Self.host) == [String](repeating: "dane.unusable", count: 3))
    }

    @Test("DANE-04: records without DNSSEC are reported, at a signed host and at an unsigned one")
    func withoutDNSSEC() async throws {
        let signedHost = try await run(["3 1 1 \(String.matching)"], security: "insecure")
        #expect(try signedHost.codes("dane.record-quality", at: Self.host) == ["dane.tlsa-without-dnssec"])
        let unsigned = try await DANERun(
            """
            example.com MX 10 mx.example.com
            mx.example.com A 192.0.2.25
            _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching)
            """, checks: ["dane.record-quality"])
        #expect(try unsigned.codes("dane.record-quality", at: Self.host) == ["dane.tlsa-without-dnssec"])
    }
}
