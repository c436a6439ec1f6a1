import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Servers that are named in place of the MX") struct NamedServerTests {
    private static let published = """
        example.com      MX   10 mx1.example.com
        mx1.example.com  A    192.0.2.1
        mx2.example.com  A    192.0.2.2
        mx2.example.com  AAAA 2001:db8::2
        """

    private func collect(_ zone: String = published, _ servers: String...) async throws -> Collected {
        var settings = RunSettings()
        settings.servers = try servers.map { try #require(NamedServer($0)) }
        return try await Collected(checks: ["mx.records-valid"], zone: zone, settings: settings)
    }

    @Test("are tested at every address that their name has, and what is published is kept beside")
    func byName() async throws {
        let run = try await collect(Self.published, "mx2.example.com")
        #expect(
            run.evidence.servers.map(\.description) == [
                "mx2.example.com[192.0.2.2]", "mx2.example.com[2001:db8::2]",
            ])
        let records = try run.fact(MXRecords.self)
        #expect(records.records == [MXRecord(10, .sample("mx2.example.com"))])
        #expect(records.published == [MXRecord(10, .sample("mx1.example.com"))])
    }

    @Test("are tested at the addresses that are named with them alone, published or not")
    func byAddress() async throws {
        let zone = Self.published + "\nnew.example.com A -\nnew.example.com AAAA -"
        let run = try await collect(
            zone, "new.example.com:192.0.2.7", "new.example.com:[2001:db8::7]", "mx2.example.com:192.0.2.9")
        #expect(
            run.evidence.servers.map(\.description) == [
                "mx2.example.com[192.0.2.9]", "new.example.com[192.0.2.7]", "new.example.com[2001:db8::7]",
            ])
    }

    @Test("are tested at the addresses of the DNS as well where they are named without one, too")
    func both() async throws {
        let run = try await collect(Self.published, "mx1.example.com", "mx1.example.com:192.0.2.9")
        #expect(
            run.evidence.servers.map(\.description) == [
                "mx1.example.com[192.0.2.1]", "mx1.example.com[192.0.2.9]",
            ])
        #expect(try run.fact(MXRecords.self).publishedStatus == .noError)
    }

    @Test(
        "stand in for a domain that takes no mail, is not there, or could not be looked up",
        arguments: ["example.com MX 0 .", "example.com MX ! timeout"])
    func withoutMX(line: String) async throws {
        let run = try await collect("\(line)\nmx2.example.com A 192.0.2.2\nmx2.example.com AAAA -", "mx2.example.com")
        #expect(run.evidence.servers.map(\.description) == ["mx2.example.com[192.0.2.2]"])
        #expect(try run.fact(MXRecords.self).publishedStatus == (line.contains("timeout") ? nil : .noError))
    }

    @Test(
        "are written as host, host:address or host:[address]",
        arguments: [
            ("mx.example.com", nil), ("MX.Example.com:192.0.2.1", "192.0.2.1"),
            ("mx.example.com:2001:db8::1", "2001:db8::1"), ("mx.example.com:[2001:db8::1]", "2001:db8::1"),
        ])
    func good(text: String, address: String?) {
        #expect(NamedServer(text) == NamedServer(.sample("mx.example.com"), address.flatMap { IPAddress($0) }))
    }

    @Test(
        "are nothing else",
        arguments: [
            "", ":", "mx", "192.0.2.1", "[2001:db8::1]", "mx.example.com:", "mx.example.com:25", "mx.example.com:[",
            "mx.example.com:[]", "mx_1.example.com", "mx.example.com:192.0.2.1:25", "a b.example.com",
        ])
    func bad(text: String) { #expect(NamedServer(text) == nil) }
}
