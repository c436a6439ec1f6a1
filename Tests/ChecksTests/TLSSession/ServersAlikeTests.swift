import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("Servers that are not alike")
struct ServersAlikeTests {
    private static let first = MailServer.sample("mx1.example.com", "192.0.2.1")
    private static let second = MailServer.sample("mx2.example.com", "192.0.2.2")
    private static let plain = Script("S: 220 mx2.example.com ESMTP\nC: EHLO …\nS: 250 mx2.example.com")

    private func run(_ second: Script, version: TLSVersion = .tls13) async throws -> Collected {
        try await Collected(
            checks: ["tls.servers-alike"],
            zone: """
                example.com MX 10 mx1.example.com
                example.com MX 20 mx2.example.com
                mx1.example.com A 192.0.2.1
                mx2.example.com A 192.0.2.2
                """, servers: [Self.first: [.startsTLS], Self.second: [second]],
            settings: RunSettings(patience: [.milliseconds(1)]),
            handshake: { offer in
                let isSecond = offer.serverName == Self.second.host
                return .scripted(version: isSecond ? version : .tls13, serverName: offer.serverName)
            })
    }

    @Test("TLS-24: a server without STARTTLS, or with an older version, beside a better one is found")
    func unequal() async throws {
        #expect(try await run(Self.plain).codes("tls.servers-alike") == ["tls.unequal-servers"])
        #expect(try await run(.startsTLS, version: .tls12).codes("tls.servers-alike") == ["tls.unequal-servers"])
    }

    @Test("TLS-24: equal servers pass, and one that puts us off leaves it open")
    func equal() async throws {
        #expect(try await run(.startsTLS).outcome("tls.servers-alike") == .passed)
        #expect(try await run(Script("S: 421 4.7.0 Later")).outcome("tls.servers-alike").isInconclusive)
    }
}
