import CheckEngine
import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct TLSRPTRecordTests {
    private func request(_ text: String) throws -> TLSRPTRequest { try TLSRPTRequest(text) }

    private func kinds(_ uris: String) throws -> [TLSRPTDestination.Kind] {
        try request("v=TLSRPTv1; rua=\(uris)").destinations.map(\.kind)
    }

    @Test("RPT-01: strings are put together, what does not begin v=TLSRPTv1; is discarded, exactly one must be left")
    func filter() throws {
        let records = [["v=TLSRPT", "v1; rua=mailto:", "a@b.example"], ["v=spf1 -all"]]
            .map { DNSRecord.txt($0.map { Array($0.utf8) }) }
        let lookup = TextLookup(DNSAnswer(records: records), to: .sample("_smtp._tls.example.com"))
        #expect(
            TLSRPTRecord(lookup).reading == .valid(try request("v=TLSRPTv1; rua=mailto:a@b.example")))
        #expect(TLSRPTRecord("v=spf1 -all").reading == .absent)
        let two = TLSRPTRecord("v=TLSRPTv1; rua=mailto:a@b.example", "v=TLSRPTv1; rua=mailto:c@b.example")
        #expect(two.reading == .several(2))
    }

    @Test("RPT-02: rua is a list with commas, blanks around them are allowed")
    func list() throws {
        #expect(
            try kinds("mailto:tls@b.example ,\t https://c.example/tlsrpt?x=1") == [
                .mailbox(domain: .sample("b.example")), .web(host: .sample("c.example")),
            ])
    }

    @Test(
        "RPT-02: a scheme that senders do not report to is unusable",
        arguments: ["http://b.example/", "ftp://b.example/", "tel:123", "HTTP://b.example"])
    func schemes(uri: String) throws {
        guard case .unusable = try kinds(uri)[0] else {
            Issue.record("\(uri)")
            return
        }
        #expect(try kinds("MAILTO:a@b.example") == [.mailbox(domain: .sample("b.example"))])
    }

    @Test(
        "RPT-03: commas, exclamation marks and semicolons inside a URI must be percent-encoded",
        arguments: [
            ("mailto:a@b.example!10m", "holds a character that must be percent-encoded in a URI"),
            ("mailto:a!b@b.example", "holds a character that must be percent-encoded in a URI"),
            ("https://b.example/a;b", "has no equals sign"),
            ("https://b.example/a,b", "has no scheme, so it is no URI"),
        ])
    func encoding(uri: String, why: String) throws {
        do {
            _ = try request("v=TLSRPTv1; rua=\(uri)")
            Issue.record("\(uri)")
        } catch let fault as GrammarFault {
            #expect(fault.description.contains(why), "\(fault)")
        }
        #expect(try kinds("mailto:a%21b%2C%3Bc@b.example") == [.mailbox(domain: .sample("b.example"))])
    }

    @Test(
        "RPT-04: the version comes first, case and all; rua is needed; other fields are ignored",
        arguments: [
            ("v=TLSRPTv1;", "it has no field behind \u{201C}v=TLSRPTv1;\u{201D}"),
            ("v=TLSRPTv1; ext=1", "it has no rua"),
            ("v=TLSRPTv1; RUA=mailto:a@b.example", "it has no rua"),
            ("v=TLSRPTv1; rua=", "the field \u{201C}rua\u{201D} has no value"),
            ("v=TLSRPTv1; rua=mailto:a@b.example;;", "there is nothing between two semicolons"),
            ("v=TLSRPTv1; rua=mailto:a@b.example; more=", "the field \u{201C}more\u{201D} has no value"),
            ("v=TLSRPTv1; rua=mailto:a@b.example; test==", "\u{201C}=\u{201D} cannot be the value of a field"),
            ("v=TLSRPTv1; rua=mailto:a@b.example; 1%=a", "\u{201C}1%\u{201D} is not the name of a field"),
            ("v=TLSRPTv1; rua=noscheme", "\u{201C}noscheme\u{201D} has no scheme, so it is no URI"),
            ("v=TLSRPTv1; rua=,", "rua has an empty URI"),
            ("v=TLSRPTv1; rua=mailto:a@b.example,", "rua has an empty URI"),
            (
                "v=TLSRPTv1; rua=mailto:a@b.example other",
                "\u{201C}mailto:a@b.example other\u{201D} holds a character that must be percent-encoded in a URI"
            ),
            (
                "v=TLSRPTv1; rua=https://b.example/%",
                "\u{201C}https://b.example/%\u{201D} has a percent sign that encodes nothing"
            ),
        ])
    func bad(text: String, why: String) throws {
        #expect(throws: GrammarFault(why)) { try request(text) }
        #expect(TLSRPTRecord("v=tlsrptv1; rua=mailto:a@b.example").reading == .absent)
        #expect(try request("v=TLSRPTv1;ext=yes;rua=mailto:a@b.example;").destinations.count == 1)
        #expect(try request("v=TLSRPTv1; rua=mailto:a@b.example; rua=mailto:c@b.example").fields == 2)
    }

    @Test(
        "RPT-05: a mailbox has a domain, a web server has a host",
        arguments: [
            ("mailto:a@b.example?subject=x", TLSRPTDestination.Kind.mailbox(domain: .sample("b.example"))),
            ("mailto:a@B%C3%BCcher.example", .mailbox(domain: .sample("xn--bcher-kva.example"))),
            ("mailto:%22a%40c%22@b.example", .mailbox(domain: .sample("b.example"))),
            ("mailto:a@[192.0.2.1]", .address),
            ("mailto:b.example", .unusable("it is no mail address")),
            ("mailto:@b.example", .unusable("it is no mail address")),
            ("mailto:a@", .unusable("it names no host")),
            ("mailto:a@b", .unusable("\u{201C}b\u{201D} is no domain name")),
            ("https://user@B.example:8443/x", .web(host: .sample("b.example"))),
            ("https://[2001:db8::1]/x", .address),
            ("https://192.0.2.1", .address),
            ("https:///x", .unusable("it names no host")),
            ("https:b.example", .unusable("it names no host")),
            ("https://b.example:x/", .unusable("\u{201C}x\u{201D} is no port")),
        ])
    func destinations(uri: String, kind: TLSRPTDestination.Kind) throws {
        #expect(try kinds(uri) == [kind])
    }
}

@Suite struct TLSRPTCheckTests {
    private func run(_ record: String?, _ zone: String = "") async throws -> Collected {
        try await Collected(
            checks: ["tls-rpt.published"],
            zone: (record.map { "_smtp._tls.example.com TXT \($0.hasPrefix("!") ? $0 : "\"\($0)\"")\n" }
                ?? "example.com TXT v=spf1 -all\n") + zone)
    }

    @Test("RPT-06: nothing is sent to a destination; only its names are looked up")
    func lookups() async throws {
        let run = try await run(
            "v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/x,mailto:z@[192.0.2.1]",
            "b.example MX 10 mx.b.example\nc.example AAAA 2001:db8::1")
        #expect(try run.outcome("tls-rpt.published") == .passed)
        #expect(
            Set(run.dns.asked.map(\.description)) == [
                "_smtp._tls.example.com TXT", "b.example MX", "c.example A", "c.example AAAA",
                // What else may go wrong unnoticed: an MTA-STS policy, TLSA records of the MX hosts.
                "_mta-sts.example.com TXT", "example.com MX", "example.com A", "example.com AAAA",
            ])
    }

    @Test("RPT-07: the name is _smtp._tls, and a wildcard record of something else there is no TLS-RPT record")
    func name() async throws {
        let elsewhere = "v=TLSRPTv1; rua=mailto:a@b.example"
        let run = try await run(
            "v=spf1 -all", "_smtp-tls.example.com TXT \"\(elsewhere)\"\n_tlsrpt.example.com TXT \"\(elsewhere)\"")
        #expect(try run.codes("tls-rpt.published") == ["tls-rpt.absent"])
    }

    @Test("RPT-08 and STS-31: no TLS-RPT beside a valid MTA-STS record is a warning")
    func besideMTASTS() async throws {
        let valid = try await run(nil, "_mta-sts.example.com TXT \"v=STSv1; id=1\"")
        #expect(try valid.codes("tls-rpt.published") == ["tls-rpt.absent-beside-policy"])
        let invalid = try await run(nil, "_mta-sts.example.com TXT \"v=STSv1; id=a-b\"")
        #expect(try invalid.codes("tls-rpt.published") == ["tls-rpt.absent"])
    }

    @Test("RPT-08: so it is beside TLSA records that senders follow, and not beside others")
    func besideDANE() async throws {
        func codes(_ tlsa: String) async throws -> [String] {
            try await run(
                nil,
                """
                example.com               MX 10 mx.example.com ; secure
                mx.example.com            A 192.0.2.25         ; secure
                _25._tcp.mx.example.com   TLSA \(tlsa)
                """
            ).codes("tls-rpt.published")
        }
        let digest = String(repeating: "ab", count: 32)
        #expect(try await codes("3 1 1 \(digest) ; secure") == ["tls-rpt.absent-beside-policy"])
        #expect(try await codes("3 1 1 \(digest)") == ["tls-rpt.absent"])
        #expect(try await codes("1 1 1 \(digest) ; secure") == ["tls-rpt.absent"])
    }

    @Test(
        "a destination that leads to no host is told",
        arguments: [
            ("mailto:a@b.example", "x.example A 192.0.2.1"),
            ("mailto:a@b.example", "b.example TXT text"),
            ("mailto:a@b.example", "b.example MX 0 ."),
            ("mailto:a@b.example", "b.example MX 10 mx.b.example ; bogus signature expired"),
            ("https://c.example/", "x.example A 192.0.2.1"),
            ("https://c.example/", "c.example MX 10 mx.c.example"),
            ("https://c.example/", "c.example A 192.0.2.1 ; bogus no signature"),
        ])
    func missing(uri: String, zone: String) async throws {
        #expect(
            try await run("v=TLSRPTv1; rua=\(uri)", zone).codes("tls-rpt.published") == ["tls-rpt.destination-unknown"])
    }

    @Test("a mailbox of a domain without MX record is found by its address")
    func implicitMX() async throws {
        let run = try await run("v=TLSRPTv1; rua=mailto:a@b.example", "b.example A 192.0.2.1")
        #expect(try run.outcome("tls-rpt.published") == .passed)
    }

    @Test(
        "a lookup that fails is inconclusive",
        arguments: [
            ("mailto:a@b.example", "b.example MX ! servfail"),
            ("mailto:a@b.example", "b.example A ! timeout"),
            ("https://c.example/", "c.example A ! timeout"),
        ])
    func unknown(uri: String, zone: String) async throws {
        #expect(try await run("v=TLSRPTv1; rua=\(uri)", zone).outcome("tls-rpt.published").isInconclusive)
    }

    @Test("a failed lookup of the record is inconclusive", arguments: ["timeout", "servfail"])
    func recordLookupFails(failure: String) async throws {
        #expect(try await run("! \(failure)").outcome("tls-rpt.published").isInconclusive)
    }

    @Test("G44: nothing that TLS-RPT lacks is critical")
    func severities() {
        for code in TLSRPTPublishedFinding.allCases { #expect(code.severity < .critical) }
    }

    @Test("the facts survive being written and read")
    func roundTrip() async throws {
        let run = try await run(
            "v=TLSRPTv1; rua=mailto:a@b.example,https://c.example/", "b.example MX ! servfail\nc.example A 192.0.2.1")
        let known = try Plan(from: Plugin.builtIn).knownFacts
        #expect(try Evidence(json: run.evidence.json(), known: known) == run.evidence)
    }
}
