import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MXProbeTests {
    /// The facts alone: no check that opens a connection.
    private func collect(_ zone: String, settings: RunSettings = .unhurried) async throws -> Collected {
        try await Collected(checks: ["mx.records-valid"], zone: zone, settings: settings)
    }

    private func hosts(_ zone: String, settings: RunSettings = .unhurried) async throws -> MailHosts {
        try await collect(zone, settings: settings).fact(MailHosts.self)
    }

    @Test("SMTP-08: hosts come in the order of preference, each with its IPv4 addresses first")
    func order() async throws {
        let run = try await collect(
            """
            example.com     MX   20 mx2.example.com
            example.com     MX   10 mx1.example.com
            mx1.example.com AAAA 2001:db8::1
            mx1.example.com A    192.0.2.2
            mx1.example.com A    192.0.2.1
            mx2.example.com A    192.0.2.3
            """)
        #expect(
            run.evidence.servers.map(\.description) == [
                "mx1.example.com[192.0.2.1]", "mx1.example.com[192.0.2.2]", "mx1.example.com[2001:db8::1]",
                "mx2.example.com[192.0.2.3]",
            ])
        #expect(run.evidence.hosts.map(\.preference) == [10, 20])
    }

    @Test("SMTP-01: where there is an MX record, the domain's own addresses are not even asked for")
    func ownAddressesAreLeftAlone() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            example.com    A  192.0.2.1
            mx.example.com A  192.0.2.25
            """)
        #expect(
            run.dns.asked.map(\.description).sorted() == ["example.com MX", "mx.example.com A", "mx.example.com AAAA"])
    }

    @Test("SMTP-02: without an MX record the domain's own addresses are the implicit MX")
    func implicitMX() async throws {
        let hosts = try await hosts("example.com A 192.0.2.1")
        #expect(
            hosts.hosts == [
                ListedHost(name: .sample("example.com"), preference: nil, addresses: [.sample("192.0.2.1")])
            ])
    }

    @Test("SMTP-02: an implicit MX whose addresses cannot be looked up stays in the list")
    func implicitMXUnknown() async throws {
        let hosts = try await hosts("example.com A ! timeout")
        #expect(
            hosts.hosts == [
                ListedHost(name: .sample("example.com"), preference: nil, addresses: [], mayHaveMore: true)
            ])
        #expect(hosts.targets.first?.hasNoAddress == false)
    }

    @Test("a domain with neither MX record nor address has no host")
    func nothing() async throws {
        #expect(try await hosts("example.com TXT text").targets == [])
    }

    @Test("SMTP-03: a domain that does not exist has no host, and no address is asked for")
    func noSuchDomain() async throws {
        let run = try await collect("example.net A 192.0.2.1")
        #expect(try run.fact(MXRecords.self).status == .nxDomain)
        #expect(try run.fact(MailHosts.self) == MailHosts())
        #expect(run.dns.asked.map(\.description) == ["example.com MX"])
    }

    @Test("SMTP-04: a failed MX lookup is an absence that tells nothing", arguments: ["timeout", "servfail"])
    func lookupFails(_ failure: String) async throws {
        let run = try await collect("example.com MX ! \(failure)")
        let records = run.evidence.observed(MXRecords.self, at: .domain)
        #expect(records.absence?.certainty == .inconclusive)
        #expect(run.evidence.observed(MailHosts.self, at: .domain).absence?.certainty == .inconclusive)
    }

    @Test("SMTP-05: where the domain is an alias, the records of its target count")
    func alias() async throws {
        let run = try await collect(
            """
            example.com    CNAME mail.example.net
            mail.example.net MX 10 mx.example.net
            mx.example.net   A  192.0.2.1
            """)
        #expect(try run.fact(MXRecords.self).canonicalName == .sample("mail.example.net"))
        #expect(run.evidence.servers.map(\.description) == ["mx.example.net[192.0.2.1]"])
    }

    @Test("SMTP-06: an MX host that is an alias is recognised, and its target's addresses are tested")
    func targetAlias() async throws {
        let hosts = try await hosts(
            """
            example.com      MX    10 mx.example.com
            mx.example.com   CNAME host.example.net
            host.example.net A     192.0.2.1
            """)
        #expect(hosts.targets.first?.aliasTarget == .sample("host.example.net"))
        #expect(hosts.targets.first?.addresses == [.sample("192.0.2.1")])
    }

    @Test(
        "SMTP-07: a target that is no host name is not asked for",
        arguments: ["192.0.2.1", "[192.0.2.1]", "2001:db8::1", "localhost", "example", "mail+in.example.com"])
    func noHostName(_ target: String) async throws {
        let run = try await collect("example.com MX 10 \(target)")
        #expect(try run.fact(MailHosts.self).hosts.map(\.addresses) == [[]])
        #expect(run.dns.asked.map(\.description) == ["example.com MX"])
    }

    @Test("a name with an underscore is no host name by the book, but senders look it up, and so do we")
    func underscore() async throws {
        let hosts = try await hosts(
            """
            example.com         MX 10 mail_in.example.com
            mail_in.example.com A  192.0.2.1
            """)
        #expect(hosts.hosts.map(\.addresses) == [[.sample("192.0.2.1")]])
    }

    @Test("a lookup that fails for one family leaves the other's addresses")
    func halfAHost() async throws {
        let hosts = try await hosts(
            """
            example.com    MX   10 mx.example.com
            mx.example.com A    192.0.2.1
            mx.example.com AAAA ! servfail
            """)
        let host = try #require(hosts.targets.first)
        #expect(host.addresses == [.sample("192.0.2.1")])
        #expect(host.failures == ["the AAAA lookup of mx.example.com: the name servers answered SERVFAIL"])
    }

    @Test("addresses of a family that is switched off are known and not tested")
    func oneFamily() async throws {
        let run = try await Collected(
            checks: ["mx.records-valid"],
            zone: """
                example.com    MX   10 mx.example.com
                mx.example.com A    192.0.2.1
                mx.example.com AAAA 2001:db8::1
                """, settings: RunSettings(families: [.ipv6]))
        let host = try #require(try run.fact(MailHosts.self).targets.first)
        #expect(host.addresses == [.sample("2001:db8::1")])
        #expect(host.switchedOff == [.sample("192.0.2.1")])
        #expect(!host.mayHaveMore)
    }

    @Test("G13: records of a bogus answer are kept as a diagnosis and lead to servers")
    func bogus() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com ; bogus signature expired
            mx.example.com A  192.0.2.1         ; bogus signature expired
            """)
        #expect(try run.fact(MXRecords.self).security == .bogus("signature expired"))
        #expect(run.evidence.servers.map(\.description) == ["mx.example.com[192.0.2.1]"])
    }

    @Test("a bogus answer without records is no proof of an implicit MX")
    func bogusDenial() async throws {
        let run = try await collect(
            """
            example.com MX - ; bogus no proof
            example.com A  192.0.2.1
            """)
        #expect(run.evidence.servers == [])
    }

    @Test("NMX-01: a null MX leaves nothing to test")
    func nullMX() async throws {
        let run = try await collect(
            """
            example.com MX 0 .
            example.com A  192.0.2.1
            """)
        #expect(run.evidence.hosts == [])
        #expect(try run.fact(MailHosts.self).besideNullMX?.found == [.sample("192.0.2.1")])
    }

    @Test("NMX-02: the hosts beside a null MX are tested")
    func nullMXConflict() async throws {
        let run = try await collect(
            """
            example.com    MX 0 .
            example.com    MX 10 mx.example.com
            mx.example.com A  192.0.2.1
            """)
        #expect(run.evidence.servers.map(\.description) == ["mx.example.com[192.0.2.1]"])
    }

    @Test("a host listed twice is tested once, with its lower preference")
    func duplicate() async throws {
        let hosts = try await hosts(
            """
            example.com    MX 20 mx.example.com
            example.com    MX 10 mx.example.com
            mx.example.com A  192.0.2.1
            """)
        #expect(hosts.hosts.map(\.preference) == [10])
    }

    @Test("hosts over the limit are listed, not looked up, and known to be untested")
    func tooManyHosts() async throws {
        let run = try await Collected(
            checks: ["mx.records-valid"],
            zone: """
                example.com     MX 10 mx1.example.com
                example.com     MX 20 mx2.example.com
                mx1.example.com A  192.0.2.1
                mx2.example.com A  192.0.2.2
                """, settings: RunSettings(maximumHosts: 1))
        let hosts = try run.fact(MailHosts.self)
        #expect(hosts.hosts.map(\.addresses) == [[.sample("192.0.2.1")], []])
        #expect(hosts.targets.last?.ipv4.absence?.certainty == .inconclusive)
        #expect(run.dns.asked.contains { $0.name == .sample("mx2.example.com") } == false)
    }

    @Test("addresses over the limit are left out from the least preferred host, one that two hosts share counts once")
    func tooManyAddresses() async throws {
        let hosts = try await hosts(
            """
            example.com     MX 10 mx1.example.com
            example.com     MX 20 mx2.example.com
            mx1.example.com A  192.0.2.1
            mx1.example.com A  192.0.2.2
            mx2.example.com A  192.0.2.1
            mx2.example.com A  192.0.2.3
            """, settings: RunSettings(maximumAddresses: 2))
        #expect(
            hosts.hosts.map(\.addresses) == [[.sample("192.0.2.1"), .sample("192.0.2.2")], [.sample("192.0.2.1")]])
        #expect(hosts.targets.map(\.leftOut) == [[], [.sample("192.0.2.3")]])
    }

    @Test("malformed MX data is no missing MX record")
    func malformed() async throws {
        let run = try await collect(
            """
            example.com MX \\# 00
            example.com A  192.0.2.1
            """)
        #expect(try run.fact(MXRecords.self).malformed == 1)
        #expect(run.evidence.hosts == [])
    }

    @Test("the facts survive being written and read")
    func roundTrip() async throws {
        let run = try await collect(
            """
            example.com      MX    10 mx.example.com ; secure
            example.com      MX    20 mx2.example.com ; secure
            mx.example.com   CNAME host.example.net ; bogus no signature
            host.example.net A     192.0.2.1
            mx2.example.com  A     ! timeout
            """)
        let known = [MXRecords.factType, MailHosts.factType]
        #expect(try Evidence(json: run.evidence.json(), known: known) == run.evidence)
    }
}
