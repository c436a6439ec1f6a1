import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// PTR names from the zone to the verdict, for an MX host at 192.0.2.25.
@Suite struct PTRTests {
    private static let address = Place.address(.sample("192.0.2.25"))
    private static let good = """
        example.com    MX 10 mx.example.com
        mx.example.com A  192.0.2.25

        """

    private func collect(_ zone: String) async throws -> Collected {
        try await Collected(checks: ["ptr.forward-confirmed"], zone: Self.good + zone)
    }

    private func outcome(_ zone: String) async throws -> Outcome {
        try await collect(zone).outcome("ptr.forward-confirmed", at: Self.address)
    }

    private func codes(_ zone: String) async throws -> [String] {
        try await outcome(zone).findings.map(\.code)
    }

    @Test("PTR-02: a name that leads back to the address confirms it")
    func confirmed() async throws {
        #expect(try await outcome("25.2.0.192.in-addr.arpa PTR mx.example.com") == .passed)
    }

    @Test("PTR-03: the name need not be that of the MX record")
    func anotherName() async throws {
        let zone = """
            25.2.0.192.in-addr.arpa PTR out.example.net
            out.example.net         A   192.0.2.25
            """
        #expect(try await outcome(zone) == .passed)
    }

    @Test("PTR-07: one name of several is enough")
    func severalNames() async throws {
        let zone = """
            25.2.0.192.in-addr.arpa PTR a.example.net
            25.2.0.192.in-addr.arpa PTR mx.example.com
            """
        #expect(try await outcome(zone) == .passed)
    }

    @Test("G32: an address without a PTR record is an error", arguments: ["", "25.2.0.192.in-addr.arpa TXT nothing"])
    func missing(_ zone: String) async throws {
        #expect(try await codes(zone) == ["ptr.missing"])
    }

    @Test(
        "G32: a name that does not lead back is an error",
        arguments: ["elsewhere.example.net A 192.0.2.99", "elsewhere.example.net AAAA 2001:db8::25", ""])
    func unconfirmed(_ forward: String) async throws {
        let zone = "25.2.0.192.in-addr.arpa PTR elsewhere.example.net\n\(forward)"
        #expect(try await codes(zone) == ["ptr.unconfirmed"])
    }

    @Test("PTR-08: an IPv6 address is asked for by its nibbles and confirmed by an AAAA record")
    func ipv6() async throws {
        let run = try await Collected(
            checks: ["ptr.forward-confirmed"],
            zone: """
                example.com    MX   10 mx.example.com
                mx.example.com AAAA 2001:db8::25
                \(IPAddress.sample("2001:db8::25").reverseName) PTR mx.example.com
                """)
        #expect(
            try run.outcome("ptr.forward-confirmed", at: .address(.sample("2001:db8::25"))) == .passed)
        #expect(run.dns.asked.suffix(2).map(\.type) == [.ptr, .aaaa])
    }

    @Test("RFC 2317: the reverse name may be an alias, that is how small blocks are delegated")
    func delegation() async throws {
        let zone = """
            25.2.0.192.in-addr.arpa      CNAME 25.24-31.2.0.192.in-addr.arpa
            25.24-31.2.0.192.in-addr.arpa PTR   mx.example.com
            """
        let run = try await collect(zone)
        #expect(try run.outcome("ptr.forward-confirmed", at: Self.address) == .passed)
        #expect(
            try run.fact(PTRNames.self, at: Self.address).delegatedTo == .sample("25.24-31.2.0.192.in-addr.arpa"))
    }

    @Test("PTR-01: a PTR record that names an alias is noticed, and the name counts all the same")
    func alias() async throws {
        let zone = """
            25.2.0.192.in-addr.arpa PTR   mail.example.com
            mail.example.com        CNAME mx.example.com
            """
        #expect(try await codes(zone) == ["ptr.alias"])
    }

    @Test("PTR-08, G33: a PTR lookup that fails twice is inconclusive", arguments: ["timeout", "servfail"])
    func lookupFails(_ failure: String) async throws {
        let run = try await collect("25.2.0.192.in-addr.arpa PTR ! \(failure)")
        #expect(try run.outcome("ptr.forward-confirmed", at: Self.address).isInconclusive)
        #expect(run.dns.asked.count { $0.type == .ptr } == 2)
    }

    @Test("a PTR lookup that fails once is asked again")
    func retry() async throws {
        let zone = """
            25.2.0.192.in-addr.arpa PTR ! servfail once
            25.2.0.192.in-addr.arpa PTR mx.example.com
            """
        #expect(try await outcome(zone) == .passed)
    }

    @Test("G33: a name that cannot be looked up, or does not validate, leaves the question open")
    func forwardFails() async throws {
        let ptr = "25.2.0.192.in-addr.arpa PTR out.example.net\n"
        #expect(try await outcome(ptr + "out.example.net A ! timeout").isInconclusive)
        #expect(try await outcome(ptr + "out.example.net A 192.0.2.25 ; bogus no signature").isInconclusive)
    }

    @Test("a reverse zone that does not validate is inconclusive")
    func bogus() async throws {
        #expect(try await outcome("25.2.0.192.in-addr.arpa PTR mx.example.com ; bogus expired").isInconclusive)
    }

    @Test("PTR-02: of many names ten are followed, and how many more there are is said")
    func manyNames() async throws {
        let zone = (10..<25).map { "25.2.0.192.in-addr.arpa PTR n\($0).example.net" }.joined(separator: "\n")
        let run = try await collect(zone)
        #expect(try run.fact(PTRNames.self, at: Self.address).leftOut == 5)
        #expect(run.dns.asked.count { $0.name.text.hasSuffix(".example.net") } == 10)
        #expect(
            try run.outcome("ptr.forward-confirmed", at: Self.address).findings.map(\.message) == [
                "None of the first 10 of 15 names of 192.0.2.25 resolves back to it: n10.example.net, n11.example.net, "
                    + "n12.example.net and 7 more."
            ])
    }

    @Test("an address that two MX hosts share is asked for once")
    func sharedAddress() async throws {
        let run = try await collect(
            """
            example.com             MX  20 mx2.example.com
            mx2.example.com         A   192.0.2.25
            25.2.0.192.in-addr.arpa PTR mx.example.com
            """)
        #expect(run.dns.asked.count { $0.type == .ptr } == 1)
    }

    @Test("the fact survives being written and read")
    func roundTrip() async throws {
        let run = try await collect(
            """
            25.2.0.192.in-addr.arpa PTR mx.example.com   ; secure
            25.2.0.192.in-addr.arpa PTR down.example.com
            down.example.com        A   ! timeout
            """)
        let known = [MXRecords.factType, MailHosts.factType, PTRNames.factType]
        #expect(try Evidence(json: run.evidence.json(), known: known) == run.evidence)
    }
}
