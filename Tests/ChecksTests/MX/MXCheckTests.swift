import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// The MX checks from the zone to the verdict, with servers that greet or are refused by the guard.
@Suite struct MXCheckTests {
    private let checks = ["mx.receives-mail", "mx.records-valid", "mx.host-usable"]

    private func collect(
        _ zone: String, greeting: [(String, String)] = [], forbidden: [(String, String)] = [],
        settings: RunSettings = .unhurried
    ) async throws -> Collected {
        var servers: [MailServer: [Script]] = [:]
        for (host, address) in greeting { servers[.sample(host, address)] = [.greets] }
        for (host, address) in forbidden { servers[.sample(host, address)] = [.forbidden] }
        return try await Collected(checks: checks, zone: zone, servers: servers, settings: settings)
    }

    @Test("a domain with one good MX host passes all three checks")
    func good() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            mx.example.com A  192.0.2.25
            """, greeting: [("mx.example.com", "192.0.2.25")])
        #expect(try run.outcome("mx.receives-mail") == .passed)
        #expect(try run.outcome("mx.records-valid") == .passed)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))) == .passed)
    }

    @Test("G5: a dead server is no unusable MX host: that finding belongs to reachability")
    func deadServer() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            mx.example.com A  192.0.2.25
            """)
        #expect(try run.outcome("mx.receives-mail") == .passed)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))) == .passed)
    }

    @Test("SMTP-03, G12: a domain that does not exist is an error, and nothing else is said")
    func noSuchDomain() async throws {
        let run = try await collect("example.net A 192.0.2.1")
        #expect(try run.codes("mx.receives-mail") == ["mx.no-such-domain"])
        #expect(try run.outcome("mx.records-valid").isNotApplicable)
        #expect(try run.outcome("mx.host-usable").isNotApplicable)
    }

    @Test("SMTP-04: a failed MX lookup is inconclusive everywhere")
    func lookupFails() async throws {
        let run = try await collect("example.com MX ! servfail")
        for check in checks { #expect(try run.outcome(check).isInconclusive) }
    }

    @Test("NMX-01, G10: a null MX is no failure")
    func nullMX() async throws {
        let run = try await collect(
            """
            example.com MX 0 .
            example.com A  192.0.2.1
            """)
        #expect(try run.codes("mx.receives-mail") == ["mx.null-mx"])
        #expect(try run.outcome("mx.records-valid") == .passed)
    }

    @Test("NMX-02: a null MX beside another MX is a conflict, and the other still receives mail")
    func nullMXConflict() async throws {
        let run = try await collect(
            """
            example.com    MX 0  .
            example.com    MX 10 mx.example.com
            mx.example.com A  192.0.2.25
            """, greeting: [("mx.example.com", "192.0.2.25")])
        #expect(try run.codes("mx.records-valid") == ["mx.null-mx-conflict"])
        #expect(try run.outcome("mx.receives-mail") == .passed)
    }

    @Test("NMX-03: a null MX of another preference is a null MX with a warning")
    func nullMXPreference() async throws {
        let run = try await collect(
            """
            example.com MX 10 .
            example.com A  192.0.2.1
            """)
        #expect(try run.codes("mx.receives-mail") == ["mx.null-mx"])
        #expect(try run.codes("mx.records-valid") == ["mx.null-mx-preference"])
    }

    @Test("NMX-05: a null MX on a name without an address is unnecessary, when that is certain")
    func unnecessaryNullMX() async throws {
        #expect(
            try await collect("example.com MX 0 .").codes("mx.records-valid") == ["mx.unnecessary-null-mx"])
        let unknown = try await collect("example.com MX 0 .\nexample.com A ! timeout").outcome("mx.records-valid")
        #expect(unknown.findings == [] && unknown.undecided?.codes == ["mx.unnecessary-null-mx"])
    }

    @Test("G11: an implicit MX is noticed and receives mail")
    func implicitMX() async throws {
        let run = try await collect("example.com A 192.0.2.1", greeting: [("example.com", "192.0.2.1")])
        #expect(try run.codes("mx.records-valid") == ["mx.implicit"])
        #expect(try run.outcome("mx.receives-mail") == .passed)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("example.com"))) == .passed)
    }

    @Test("an implicit MX may be an alias: only a name in an MX record must not be one")
    func implicitMXAlias() async throws {
        let run = try await collect("example.com CNAME host.example.net\nhost.example.net A 192.0.2.1")
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("example.com"))) == .passed)
    }

    @Test("SMTP-02: an implicit MX of unknown address is inconclusive, not an absent mail host")
    func implicitMXUnknown() async throws {
        let run = try await collect("example.com A ! timeout")
        #expect(try run.outcome("mx.receives-mail").isInconclusive)
        #expect(try run.outcome("mx.records-valid").isInconclusive)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("example.com"))).isInconclusive)
    }

    @Test("G12: neither MX record nor address")
    func noMailHost() async throws {
        let run = try await collect("example.com TXT text")
        #expect(try run.codes("mx.receives-mail") == ["mx.no-mail-host"])
    }

    @Test(
        "SMTP-06, SMTP-07, G12: when no target can be used, the domain receives no mail",
        arguments: [
            ("mx.example.com", "mx.example.com TXT nothing", "mx.no-address"),
            ("mx.example.com", "mx.example.com CNAME nowhere.example.com", "mx.no-address"),
            ("gone.example.com", "", "mx.no-address"),
            ("192.0.2.1", "", "mx.target-literal"),
            ("localhost", "", "mx.invalid-host-name"),
            ("example", "", "mx.invalid-host-name"),
            ("mail+in.example.com", "", "mx.invalid-host-name"),
        ])
    func noUsableHost(_ target: String, _ records: String, _ code: String) async throws {
        let run = try await collect("example.com MX 10 \(target)\n\(records)")
        #expect(try run.codes("mx.receives-mail") == ["mx.no-usable-host"])
        #expect(try run.codes("mx.host-usable", atHost: target).contains(code))
    }

    @Test("SMTP-06: an alias of a name that does not exist is said in this order")
    func danglingAlias() async throws {
        let run = try await collect(
            """
            example.com    MX    10 mx.example.com
            mx.example.com CNAME gone.example.com
            """)
        #expect(
            try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))).findings.map(\.message) == [
                "mx.example.com is an alias of gone.example.com.", "gone.example.com does not exist.",
            ])
    }

    @Test("SMTP-06: one usable host beside a broken one is enough to receive mail")
    func oneUsableHost() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            example.com    MX 20 gone.example.com
            mx.example.com A  192.0.2.25
            """, greeting: [("mx.example.com", "192.0.2.25")])
        #expect(try run.outcome("mx.receives-mail") == .passed)
        #expect(try run.codes("mx.host-usable", atHost: "gone.example.com") == ["mx.no-address"])
    }

    @Test("SMTP-11, G42: an address that the guard refuses is a finding, beside others too")
    func specialAddress() async throws {
        let run = try await collect(
            """
            example.com     MX 10 mx1.example.com
            example.com     MX 20 mx2.example.com
            mx1.example.com A  10.1.2.3
            mx2.example.com A  192.0.2.25
            mx2.example.com A  10.1.2.4
            """, greeting: [("mx2.example.com", "192.0.2.25")],
            forbidden: [("mx1.example.com", "10.1.2.3"), ("mx2.example.com", "10.1.2.4")])
        #expect(try run.codes("mx.host-usable", atHost: "mx1.example.com") == ["mx.special-address"])
        #expect(try run.codes("mx.host-usable", atHost: "mx2.example.com") == ["mx.special-address"])
        #expect(try run.outcome("mx.receives-mail") == .passed)
    }

    @Test("G12: special-purpose addresses alone are no usable host")
    func specialAddressesAlone() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            mx.example.com A  10.1.2.3
            """, forbidden: [("mx.example.com", "10.1.2.3")])
        #expect(try run.codes("mx.receives-mail") == ["mx.no-usable-host"])
    }

    @Test("SMTP-11: a special-purpose address that this run may contact is no finding, dead or alive")
    func allowedAddress() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com
            mx.example.com A  10.1.2.3
            mx.example.com A  10.1.2.4
            """, greeting: [("mx.example.com", "10.1.2.3")])
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))) == .passed)
        #expect(try run.outcome("mx.receives-mail") == .passed)
    }

    @Test("G13: an MX answer that does not validate is one finding, of DNSSEC, and what it says is not an absence")
    func bogus() async throws {
        let run = try await collect(
            """
            example.com    MX 10 mx.example.com ; bogus signature expired
            mx.example.com A  192.0.2.25        ; bogus signature expired
            """, greeting: [("mx.example.com", "192.0.2.25")])
        #expect(
            try run.outcome("mx.receives-mail")
                == .notApplicable("The answer to the MX lookup does not validate: signature expired."))
        #expect(
            try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com")))
                == .notApplicable("The addresses of mx.example.com do not validate: signature expired."))
        let denial = try await collect("example.com MX - ; bogus no proof")
        #expect(
            try denial.outcome("mx.receives-mail")
                == .notApplicable("The answer to the MX lookup does not validate: no proof."))
        #expect(try denial.outcome("mx.records-valid").isInconclusive)
    }

    @Test("SMTP-04: an address lookup that fails leaves a host in doubt, never without an address")
    func addressLookupFails() async throws {
        let run = try await collect(
            """
            example.com    MX   10 mx.example.com
            mx.example.com A    ! servfail
            """)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))).isInconclusive)
        #expect(try run.outcome("mx.receives-mail").isInconclusive)
    }

    @Test("what a run leaves out because of its limits is inconclusive")
    func leftOut() async throws {
        let run = try await collect(
            """
            example.com     MX 10 mx1.example.com
            example.com     MX 20 mx2.example.com
            example.com     MX 30 mx3.example.com
            mx1.example.com A  192.0.2.1
            mx2.example.com A  192.0.2.2
            """, settings: RunSettings(maximumHosts: 2, maximumAddresses: 1))
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx1.example.com"))) == .passed)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx2.example.com"))).isInconclusive)
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx3.example.com"))).isInconclusive)
    }

    @Test("a host whose only addresses are of a family that is switched off leaves everything open")
    func otherFamily() async throws {
        let run = try await collect(
            """
            example.com    MX   10 mx.example.com
            mx.example.com AAAA 2001:db8::1
            """, settings: RunSettings(families: [.ipv4]))
        #expect(try run.outcome("mx.host-usable", at: .host(.sample("mx.example.com"))) == .passed)
        #expect(run.evidence.hosts.map(\.mayHaveMore) == [true])
    }

    @Test("a name with an underscore is no host name by the book, but senders use it")
    func underscore() async throws {
        let run = try await collect(
            """
            example.com         MX 10 mail_in.example.com
            mail_in.example.com A  192.0.2.1
            """, greeting: [("mail_in.example.com", "192.0.2.1")])
        #expect(try run.codes("mx.host-usable", at: .host(.sample("mail_in.example.com"))) == ["mx.host-underscore"])
        #expect(try run.outcome("mx.receives-mail") == .passed)
    }
}
