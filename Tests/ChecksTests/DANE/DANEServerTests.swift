import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// From zone and server to the verdict.
@Suite("DANE at a server")
struct DANEServerTests {
    private static func zone(_ tlsa: String = "3 1 1 \(String.matching)") -> String {
        """
        example.com MX 10 mx.example.com ; secure
        mx.example.com A 192.0.2.25 ; secure
        _25._tcp.mx.example.com TLSA \(tlsa) ; secure

        """
    }

    @Test("DANE-27: another certificate than the published one is refused")
    func noMatch() async throws {
        let run = try await DANERun(Self.zone(), certificate: { _ in 0xCD })
        #expect(try run.codes("dane.valid") == ["dane.no-match"])
    }

    @Test("DANE-16: TLSA records without STARTTLS are a broken promise, usable or not", arguments: ["3 1 1", "1 1 1"])
    func withoutSTARTTLS(parameters: String) async throws {
        let plain = Script("S: 220 mx.example.com\nC: EHLO …\nS: 250 mx.example.com")
        let run = try await DANERun(
            Self.zone("\(parameters) \(String.matching)"), scripts: [DANERun.server: [plain]])
        #expect(try run.codes("dane.valid") == ["dane.without-starttls"])
    }

    @Test(
        "DANE-16: so are a refused STARTTLS and a handshake that fails",
        arguments: ["S: 554 5.7.0 No", "S: 454 4.7.0 Not now", "S: 220 Ready\n! tls-alert handshake_failure"])
    func brokenTLS(_ end: String) async throws {
        let script = Script(
            "S: 220 mx.example.com\nC: EHLO …\nS: 250-mx.example.com\nS: 250 STARTTLS\nC: STARTTLS\n" + end)
        let run = try await DANERun(Self.zone(), scripts: [DANERun.server: [script]])
        #expect(try run.codes("dane.valid") == ["dane.without-starttls"])
    }

    @Test("a handshake that gets no answer, and a masked keyword, leave it open")
    func unclearTLS() async throws {
        let hanging = Script(
            """
            S: 220 mx.example.com
            C: EHLO …
            S: 250-mx.example.com
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            ! timeout
            """)
        let masked = Script("S: 220 mx.example.com\nC: EHLO …\nS: 250-mx.example.com\nS: 250 XXXXXXXA")
        for script in [hanging, masked] {
            let run = try await DANERun(Self.zone(), scripts: [DANERun.server: [script]])
            #expect(try run.outcome("dane.valid").isInconclusive)
        }
    }

    @Test("a server that cannot be reached has other findings than DANE's")
    func unreachable() async throws {
        let run = try await DANERun(Self.zone(), scripts: [:])
        #expect(try run.outcome("dane.valid").isNotApplicable)
    }

    @Test("DANE-24: an alias that is the base domain is the SNI, on a connection of its own")
    func serverName() async throws {
        let zone = """
            example.com MX 10 mx.example.com ; secure
            mx.example.com CNAME host.example.net ; secure
            host.example.net A 192.0.2.25 ; secure
            _25._tcp.host.example.net TLSA 3 1 1 \(String.matching) ; secure
            """
        let byName: @Sendable (TLSOffer) -> UInt8 = { $0.serverName?.text == "host.example.net" ? 0xAB : 0xCD }
        let run = try await DANERun(
            zone, scripts: [DANERun.server: [.startsTLS, .handshakeOnly]], certificate: byName)
        #expect(try run.outcome("dane.valid") == .passed)
        #expect(run.smtp.connections == 3)
        #expect(run.smtp.surprises == [])
    }

    @Test("DANE-24: where the host is the base domain, the conversation's own chain is compared")
    func noExtraConnection() async throws {
        let run = try await DANERun(Self.zone())
        // One more asks for another kind of key.
        #expect(run.smtp.connections == 2)
        #expect(try run.outcome("dane.valid") == .passed)
    }

    @Test("DANE-33: a second certificate with another kind of key must match as well")
    func otherKey() async throws {
        let byKey: @Sendable (TLSOffer) -> UInt8 = { $0.key == nil ? 0xAB : 0xCD }
        let bad = try await DANERun(Self.zone(), certificate: byKey)
        #expect(try bad.codes("dane.valid") == ["dane.no-match"])
        let issue = try #require(try bad.outcome("dane.valid").findings.first)
        #expect(issue.message.contains("the RSA certificate"))
        let good = try await DANERun(
            Self.zone() + "_25._tcp.mx.example.com TLSA 3 1 1 \(String.other) ; secure", certificate: byKey)
        #expect(try good.outcome("dane.valid") == .passed)
    }

    @Test("DANE-33: a server that ends such a handshake has no second certificate; one that puts us off leaves it open")
    func noOtherKey() async throws {
        let none = try await DANERun(Self.zone()) { offer in
            if offer.key != nil { throw WireFailure.handshake(reason: "", alert: "handshake_failure") }
            return 0xAB
        }
        #expect(try none.outcome("dane.valid") == .passed)
        #expect(try none.matches().otherKeyUnknown == nil)
        let busy = try await DANERun(
            Self.zone(), scripts: [DANERun.server: [.startsTLS, Script("S: 421 4.7.0 Too many connections")]])
        let open = try busy.outcome("dane.valid").undecided?.codes
        #expect(open?.contains("dane.no-match") == true && open?.contains("dane.without-starttls") == false)
        #expect(try busy.matches().otherKeyUnknown?.hasSuffix("421 4.7.0 Too many connections") == true)
    }

    @Test("without usable records there is no further connection")
    func noRecordsNoConnections() async throws {
        let run = try await DANERun(Self.zone("1 1 1 \(String.matching)"))
        #expect(run.smtp.connections == 1)
    }

    @Test("without a verifier nothing is concluded")
    func noVerifier() async throws {
        let run = try await DANERun(Self.zone(), pki: NoCertificateVerifier())
        #expect(try run.outcome("dane.valid").isInconclusive)
    }

    @Test("DANE-13, DANE-15: records of usages 0 and 1 alone demand TLS and authenticate nobody", arguments: [0, 1])
    func unusable(usage: Int) async throws {
        let run = try await DANERun(Self.zone("\(usage) 1 1 \(String.matching)"))
        #expect(try run.outcome("dane.valid").isNotApplicable)
        #expect(try run.codes("dane.covers-domain", at: .domain) == ["dane.absent"])
    }

    @Test("DANE-15: full data that are no certificate protect nothing, however many there are")
    func unreadable() async throws {
        let run = try await DANERun(Self.zone("3 0 0 abcd"), pki: NothingReadable())
        #expect(try run.outcome("dane.valid").isNotApplicable)
        #expect(try run.codes("dane.covers-domain", at: .domain) == ["dane.absent"])
    }

    @Test("DANE-32: each address of a host is compared by itself")
    func everyAddress() async throws {
        let second = MailServer.sample("mx.example.com", "192.0.2.26")
        let run = try await DANERun(
            Self.zone() + "mx.example.com A 192.0.2.26 ; secure",
            scripts: [DANERun.server: [.startsTLS], second: [.startsTLS]])
        #expect(try run.outcome("dane.valid") == .passed)
        #expect(try run.outcome("dane.valid", at: .server(second)) == .passed)
        let plain = Script("S: 220 mx.example.com\nC: EHLO …\nS: 250 mx.example.com")
        let half = try await DANERun(
            Self.zone() + "mx.example.com A 192.0.2.26 ; secure",
            scripts: [DANERun.server: [.startsTLS], second: [plain]])
        #expect(try half.outcome("dane.valid") == .passed)
        #expect(try half.codes("dane.valid", at: .server(second)) == ["dane.without-starttls"])
    }

    @Test("DANE-05: secure TLSA records below an insecure MX answer authenticate the server, not the domain")
    func halfDANE() async throws {
        let run = try await DANERun(
            """
            example.com MX 10 mx.example.com
            mx.example.com A 192.0.2.25 ; secure
            _25._tcp.mx.example.com TLSA 3 1 1 \(String.matching) ; secure
            """)
        #expect(try run.outcome("dane.valid") == .passed)
        #expect(try run.codes("dane.covers-domain", at: .domain) == ["dane.mx-insecure"])
    }

    @Test("DANE-06: every MX host counts, whatever its preference")
    func coverage() async throws {
        let other = """
            example.com MX 20 mx2.example.com ; secure
            mx2.example.com A 192.0.2.27 ; secure

            """
        let partial = try await DANERun(Self.zone() + other)
        #expect(try partial.codes("dane.covers-domain", at: .domain) == ["dane.partial"])
        let full = try await DANERun(
            Self.zone() + other + "_25._tcp.mx2.example.com TLSA 3 1 1 \(String.matching) ; secure")
        #expect(try full.outcome("dane.covers-domain", at: .domain) == .passed)
    }
}
