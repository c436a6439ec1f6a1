import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Where TLSA records are asked for, and what each answer means.
@Suite("TLSA lookups")
struct TLSAProbeTests {
    private static let mx = "example.com MX 10 mx.example.com ; secure\n"
    private static let secureHost = mx + "mx.example.com A 192.0.2.25 ; secure\n"

    @Test("DANE-07: the name is _25._tcp and the host, with the port of the run")
    func name() async throws {
        let run = try await DANERun(Self.secureHost)
        #expect(run.tlsaNames.first == "_25._tcp.mx.example.com")
        let other = try await DANERun(Self.secureHost, port: 2525)
        #expect(other.tlsaNames.first == "_2525._tcp.mx.example.com")
    }

    @Test("DANE-08: secure addresses make the host the base domain, and the records come with their TTL")
    func secureAddresses() async throws {
        let run = try await DANERun(Self.secureHost + "_25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure")
        let lookup = try #require(try run.records.get().effective)
        #expect(lookup.base == DANERun.server.host)
        #expect(lookup.records.map(\.parameters) == ["3 1 1"])
        #expect(lookup.ttl == 3600)
        #expect(try run.outcome("dane.valid") == .passed)
    }

    @Test("DANE-04: below insecure addresses records are looked at only to say that they mean nothing")
    func insecureAddresses() async throws {
        let run = try await DANERun(
            """
            example.com MX 10 mx.example.com ; secure
            mx.example.com A 192.0.2.25
            _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching)
            """)
        let records = try run.records.get()
        #expect(records.lookups.isEmpty)
        #expect(records.effective == nil)
        #expect(records.withoutDNSSEC?.records.count == 1)
        #expect(try run.outcome("dane.valid").isNotApplicable)
    }

    @Test("DANE-04: a failure of the lookup that does not count is ignored", arguments: ["timeout", "servfail"])
    func insecureAddressesBrokenServer(_ failure: String) async throws {
        let run = try await DANERun(
            Self.mx + "mx.example.com A 192.0.2.25\n_25._tcp.mx.example.com TLSA ! \(failure)")
        #expect(try run.records.get() == TLSARecords([]))
        #expect(try run.outcome("dane.valid").isNotApplicable)
    }

    static let alias = """
        example.com MX 10 mx.example.com ; secure
        mx.example.com CNAME between.example.com ; secure
        between.example.com CNAME host.example.net ; secure
        host.example.net A 192.0.2.25 ; secure

        """

    @Test("DANE-09: behind secure aliases the last name is asked first, and names between never")
    func secureAlias() async throws {
        let run = try await DANERun(
            Self.alias + "_25._tcp.host.example.net TLSA 3 1 1 \(String.matching) ; secure",
            scripts: [DANERun.server: [.startsTLS, .handshakeOnly]])
        #expect(run.tlsaNames == ["_25._tcp.host.example.net"])
        #expect(try run.records.get().effective?.base == .sample("host.example.net"))
    }

    @Test("DANE-09: without records at the last name the original one is asked")
    func secureAliasOriginal() async throws {
        let run = try await DANERun(Self.alias + "_25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure")
        #expect(run.tlsaNames == ["_25._tcp.host.example.net", "_25._tcp.mx.example.com"])
        #expect(try run.records.get().effective?.base == DANERun.server.host)
        #expect(try run.outcome("dane.valid") == .passed)
    }

    @Test("DANE-10: a signed alias into an unsigned zone leaves the original name alone as the base domain")
    func aliasIntoInsecureZone() async throws {
        let run = try await DANERun(
            """
            example.com MX 10 mx.example.com ; secure
            mx.example.com CNAME host.example.net ; secure
            host.example.net A 192.0.2.25
            _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure
            _25._tcp.host.example.net TLSA 3 1 1 \(String.other)
            """)
        #expect(run.dns.asked.contains { $0.type == .cname && $0.name == DANERun.server.host })
        #expect(run.tlsaNames == ["_25._tcp.mx.example.com"])
        #expect(try run.outcome("dane.valid") == .passed)
    }

    @Test("DANE-10, DANE-12: an alias that is not signed makes everything behind it insecure")
    func insecureAlias() async throws {
        let run = try await DANERun(
            """
            example.com MX 10 mx.example.com ; secure
            mx.example.com CNAME host.example.net
            host.example.net A 192.0.2.25 ; secure
            _25._tcp.host.example.net TLSA 3 1 1 \(String.matching) ; secure
            """)
        #expect(try run.records.get().lookups.isEmpty)
        #expect(try run.outcome("dane.valid").isNotApplicable)
    }

    @Test("DANE-11: the TLSA name may be an alias itself, and the base domain stays")
    func aliasedRecords() async throws {
        let run = try await DANERun(
            Self.secureHost + """
                _25._tcp.mx.example.com CNAME tlsa.example.net ; secure
                tlsa.example.net TLSA 3 1 1 \(String.matching) ; secure
                """)
        #expect(try run.records.get().effective?.base == DANERun.server.host)
        #expect(try run.outcome("dane.valid") == .passed)
    }

    @Test("DANE-11: an insecure link to the records is like no record: the next candidate counts")
    func insecureLink() async throws {
        let run = try await DANERun(
            Self.alias + """
                _25._tcp.host.example.net CNAME tlsa.example.org
                tlsa.example.org TLSA 3 1 1 \(String.other) ; secure
                _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure
                """)
        let records = try run.records.get()
        #expect(records.effective?.base == DANERun.server.host)
        #expect(records.withoutDNSSEC?.base == .sample("host.example.net"))
    }

    @Test(
        "DANE-03: a TLSA lookup that fails is a delay and no absence", arguments: ["timeout", "servfail"])
    func failure(_ kind: String) async throws {
        let run = try await DANERun(Self.secureHost + "_25._tcp.mx.example.com TLSA ! \(kind)")
        #expect(run.records.absence?.certainty == .inconclusive)
        #expect(DANEVerification.doubt(run.records, .absent(.unplanned), .absent(.unplanned)) != nil)
        #expect(try run.outcome("dane.valid").isInconclusive)
        #expect(try run.outcome("dane.covers-domain", at: .domain).isInconclusive)
    }

    @Test("DANE-01, DANE-03: a bogus answer stops delivery, and further candidates are not asked")
    func bogus() async throws {
        let run = try await DANERun(
            Self.alias + """
                _25._tcp.host.example.net TLSA 3 1 1 \(String.matching) ; bogus signature expired
                _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure
                """)
        #expect(run.tlsaNames == ["_25._tcp.host.example.net"])
        #expect(try run.records.get().bogus?.reason == "signature expired")
        #expect(try run.codes("dane.valid") == ["dane.tlsa-bogus"])
    }

    @Test("DANE-31: a denial of existence that does not validate is bogus, not absent")
    func bogusDenial() async throws {
        let run = try await DANERun(Self.secureHost + "_25._tcp.mx.example.com TLSA - ; bogus no NSEC record")
        #expect(try run.codes("dane.valid") == ["dane.tlsa-bogus"])
    }

    @Test("DANE-03: a host whose addresses do not validate is skipped, and another check says so")
    func bogusAddress() async throws {
        let run = try await DANERun(Self.mx + "mx.example.com A 192.0.2.25 ; bogus signature expired")
        #expect(run.tlsaNames == [])
        #expect(run.records.absence?.certainty == .notApplicable)
    }

    @Test("addresses that could not be looked up leave the records unknown")
    func unknownAddress() async throws {
        let run = try await DANERun(Self.mx + "mx.example.com A ! servfail\nmx.example.com AAAA ! timeout")
        #expect(run.records.absence?.certainty == .inconclusive)
    }

    @Test(
        "DANE-02: a resolver that strips DNSSEC, or does not answer, makes DANE inconclusive",
        arguments: [
            .stripsDNSSEC(reason: "no signatures"), .unreachable(.timedOut),
        ] as [ResolverHealth])
    func resolver(_ health: ResolverHealth) async throws {
        let run = try await DANERun(
            Self.secureHost + "_25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure", health: health)
        #expect(run.tlsaNames == [])
        #expect(try run.outcome("dane.valid").isInconclusive)
        #expect(try run.outcome("dane.covers-domain", at: .domain).isInconclusive)
    }
}
