import LiveWire
import MailModel
import Testing

/// Real name servers, once asked directly and once through a validating resolver: the answers must be the same.
@Suite("DNS lookups")
struct DNSLookupTests {
    static let upstreams = [NameServers.Upstream.nsd, .unbound]

    private func look(
        _ upstream: NameServers.Upstream, _ name: String, _ type: DNSRecordType
    ) async throws -> DNSAnswer {
        try await NameServers.client(upstream).lookup(name == "." ? .root : DomainName(input: name), type)
    }

    @Test("A signed MX record set is secure, sorted and complete", arguments: upstreams)
    func secureMX(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "signed.test", .mx)
        #expect(answer.security == .secure)
        #expect(answer.status == .noError)
        #expect(
            answer.records == [
                .mx(preference: 10, exchange: try DomainName(input: "mx1.signed.test")),
                .mx(preference: 20, exchange: try DomainName(input: "mx2.signed.test")),
            ])
        #expect(answer.canonicalName == nil)
        #expect((1...300).contains(answer.ttl))
    }

    @Test("A null MX has the root as its exchange", arguments: upstreams)
    func nullMX(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "null.signed.test", .mx)
        #expect(answer.records == [.mx(preference: 0, exchange: .root)])
        #expect(answer.security == .secure)
    }

    @Test("Addresses, texts and TLSA records are decoded", arguments: upstreams)
    func otherTypes(upstream: NameServers.Upstream) async throws {
        let a = try await look(upstream, "mx1.signed.test", .a)
        #expect(a.records == [.address(IPAddress("192.0.2.1")!)])
        let aaaa = try await look(upstream, "mx1.signed.test", .aaaa)
        #expect(aaaa.records == [.address(IPAddress("2001:db8::1")!)])
        let txt = try await look(upstream, "signed.test", .txt)
        #expect(txt.records == [.txt([Array("v=test".utf8), Array("second string".utf8)])])
        let tlsa = try await look(upstream, "_25._tcp.mx1.signed.test", .tlsa)
        let digest = [[UInt8]](repeating: [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF], count: 4).flatMap { $0 }
        #expect(tlsa.records == [.tlsa(usage: 3, selector: 1, matchingType: 1, data: digest)])
        #expect([a, aaaa, txt, tlsa].allSatisfy { $0.security == .secure })
    }

    @Test("An unsigned zone below a signed parent is insecure", arguments: upstreams)
    func insecure(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "unsigned.test", .mx)
        #expect(answer.security == .insecure)
        #expect(answer.records.count == 1)
    }

    @Test(
        "A zone signed with what only our library lacks is indeterminate, and the reason names it",
        arguments: upstreams,
        [("ed448.test", DNSRecordType.mx), ("mx.ed448.test", .a), ("_25._tcp.mx.ed448.test", .tlsa)])
    func ownLimit(upstream: NameServers.Upstream, question: (name: String, type: DNSRecordType)) async throws {
        let client = try await NameServers.client(upstream)
        for _ in 1...2 {
            let answer = try await client.lookup(DomainName(input: question.name), question.type)
            #expect(answer.records.count == 1)
            #expect(
                answer.security
                    == .indeterminate(
                        "the zone ed448.test is signed with Ed448 (algorithm 16), which the resolver library of this machine "
                            + "cannot check; others can"))
        }
    }

    @Test(
        "A zone signed with what nobody implements is insecure", arguments: upstreams,
        ["algorithm-99.test", "digest-99.test"])
    func unknownAlgorithm(upstream: NameServers.Upstream, zone: String) async throws {
        #expect(try await look(upstream, zone, .mx).security == .insecure)
        #expect(try await look(upstream, "mx.\(zone)", .a).security == .insecure)
    }

    @Test(
        "A zone with broken signatures is bogus, with the reason",
        arguments: upstreams,
        [
            ("expired.test", "signature expired"), ("wrong-ds.test", "DS"), ("unsigned-by-accident.test", "DNSKEY"),
        ])
    func bogus(upstream: NameServers.Upstream, zone: (name: String, reason: String)) async throws {
        let answer = try await look(upstream, zone.name, .mx)
        guard case .bogus(let reason) = answer.security else {
            Issue.record("\(answer.security)")
            return
        }
        #expect(reason.contains(zone.reason), "\(reason)")
    }

    @Test("A name that does not exist in a signed zone is NXDOMAIN and proven", arguments: upstreams)
    func nxDomain(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "missing.signed.test", .mx)
        #expect(answer.status == .nxDomain)
        #expect(answer.security == .secure)
        #expect(answer.records.isEmpty)
    }

    @Test("A name without the type asked for is NOERROR without records, and proven", arguments: upstreams)
    func noData(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "mx1.signed.test", .mx)
        #expect(answer.status == .noError)
        #expect(answer.security == .secure)
        #expect(answer.records.isEmpty)
    }

    @Test("An alias chain is followed and its end named", arguments: upstreams)
    func aliases(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "alias.signed.test", .a)
        #expect(answer.records == [.address(IPAddress("192.0.2.1")!)])
        #expect(answer.canonicalName?.text == "mx1.signed.test")
        #expect(answer.security == .secure)
        let alias = try await look(upstream, "alias.signed.test", .cname)
        #expect(alias.records == [.cname(try DomainName(input: "alias2.signed.test"))])
    }

    @Test("An alias into an unsigned zone is insecure as a whole", arguments: upstreams)
    func aliasAway(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "away.signed.test", .a)
        #expect(answer.canonicalName?.text == "www.unsigned.test")
        #expect(answer.security == .insecure)
        #expect(answer.records.count == 1)
    }

    @Test("An alias to a missing name is NXDOMAIN, and its end is named", arguments: upstreams)
    func danglingAlias(upstream: NameServers.Upstream) async throws {
        let answer = try await look(upstream, "nowhere.signed.test", .a)
        #expect(answer.status == .nxDomain)
        #expect(answer.canonicalName?.text == "missing.signed.test")
    }

    @Test("An alias loop and a zone that fails are server failures, not absences", arguments: upstreams)
    func serverFailure(upstream: NameServers.Upstream) async throws {
        for name in ["loop.signed.test", "broken.test"] {
            await #expect(throws: DNSFailure.serverFailure("SERVFAIL")) { try await look(upstream, name, .mx) }
        }
    }

    @Test("Reserved names reach the upstream instead of the library's built-in zones", arguments: upstreams)
    func builtInZones(upstream: NameServers.Upstream) async throws {
        let pointer = DNSRecord.ptr(try DomainName(input: "mx1.signed.test"))
        let reverse = try await look(upstream, "1.2.0.127.in-addr.arpa", .ptr)
        #expect(reverse.records == [pointer])
        #expect(reverse.security == .secure)
        #expect(try await look(upstream, "1.d.f.ip6.arpa", .ptr).records == [pointer])
        #expect(try await look(upstream, "host.test", .a).records == [.address(IPAddress("192.0.2.5")!)])
        #expect(try await look(upstream, "printer.home.arpa", .a).records == [.address(IPAddress("192.0.2.4")!)])
    }

    @Test("Every built-in zone is answered by the upstream: its absence is proven by the root's signatures")
    func allBuiltInZones() async throws {
        let client = try await NameServers.client(.nsd)
        let zones =
            ["localhost", "invalid", "onion", "10.in-addr.arpa", "168.192.in-addr.arpa", "31.172.in-addr.arpa"]
            + ["127.100.in-addr.arpa", "2.0.192.in-addr.arpa", "254.169.in-addr.arpa", "0.in-addr.arpa"]
            + ["8.b.d.0.1.0.0.2.ip6.arpa", "8.e.f.ip6.arpa", IPAddress("::1")!.reverseName.text]
            + [IPAddress("::")!.reverseName.text, "255.255.255.255.in-addr.arpa"]
        for zone in zones {
            let answer = try await client.lookup(DomainName(input: "x.\(zone)"), .a)
            #expect(answer.status == .nxDomain, "\(zone)")
            #expect(answer.security == .secure, "\(zone)")
        }
    }

    @Test("Two hundred lookups at once are all answered")
    func concurrent() async throws {
        let client = try await NameServers.client(.nsd)
        let answers = try await withThrowingTaskGroup(of: DNSAnswer.self) { group in
            for number in 0..<200 {
                group.addTask { try await client.lookup(DomainName(input: "n\(number).many.signed.test"), .a) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.count == 200)
        #expect(answers.allSatisfy { $0.security == .secure && $0.records == [.address(IPAddress("192.0.2.9")!)] })
    }
}
