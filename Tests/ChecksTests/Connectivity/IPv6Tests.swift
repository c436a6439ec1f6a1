import CheckEngine
import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Hosts over IPv6")
struct IPv6Tests {
    private func outcome(_ zone: String, _ servers: [MailServer: [Script]], _ settings: RunSettings = .unhurried)
        async throws -> Outcome
    {
        try await Collected(
            checks: ["smtp.reachable-over-ipv6"], zone: "example.com MX 10 mx.example.com\n" + zone, servers: servers,
            settings: settings
        ).outcome("smtp.reachable-over-ipv6", at: .host(.sample("mx.example.com")))
    }

    private let four = MailServer.sample("mx.example.com", "192.0.2.25")
    private let six = MailServer.sample("mx.example.com", "2001:db8::25")
    private let both = "mx.example.com A 192.0.2.25\nmx.example.com AAAA 2001:db8::25"

    @Test("SMTP-10: an AAAA record is needed, and somebody must greet there")
    func answers() async throws {
        #expect(try await outcome(both, [four: [.greets], six: [.greets]]) == .passed)
        let none = try await outcome("mx.example.com A 192.0.2.25", [four: [.greets]])
        #expect(none.findings.map(\.code) == ["smtp.no-ipv6-address"])
        let dead = try await outcome(both, [four: [.greets], six: [Script("! refused")]])
        #expect(dead.findings.map(\.code) == ["smtp.no-ipv6-answer"])
    }

    @Test("G43: without an IPv6 route, and with IPv6 switched off, nobody can tell")
    func noRoute() async throws {
        #expect(try await outcome(both, [four: [.greets], six: [Script("! no-route")]]).isInconclusive)
        var settings = RunSettings()
        settings.families = [.ipv4]
        #expect(try await outcome(both, [four: [.greets]], settings).isInconclusive)
    }

    @Test("a lookup that fails, and silence that may be ours, leave it open", arguments: ["timeout", "servfail"])
    func open(failure: String) async throws {
        let zone = "mx.example.com A 192.0.2.25\nmx.example.com AAAA ! \(failure)"
        #expect(try await outcome(zone, [four: [.greets]]).isInconclusive)
        #expect(try await outcome(both, [four: [.greets], six: [Script("! timeout")]]).isInconclusive)
    }
}
