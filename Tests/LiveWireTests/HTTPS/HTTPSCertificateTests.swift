import FoundationEssentials
import MailModel
import Testing

@testable import LiveWire

@Suite("The certificate of an HTTPS server")
struct HTTPSCertificateTests {
    private func handshake(_ server: HTTPSServer) async throws -> TLSHandshake {
        let outcome = try await server.fetch { peer in
            try await peer.send(HTTPSServer.response("200 OK", body: "mode: none\n"))
        }
        // What an untrusted server answers is kept as a diagnosis.
        #expect(outcome.exchange.response?.text == "mode: none\n")
        return try #require(outcome.exchange.handshake)
    }

    @Test("that is expired is kept with its dates")
    func expired() async throws {
        let identity = TestIdentity.make(
            .init(alternativeNames: "DNS:mta-sts.example", daysFromNow: -90 ... -1), by: TestPKI.shared.intermediate)
        let handshake = try await handshake(HTTPSServer(identity: identity))
        #expect(handshake.path.isTrusted)
        #expect(try #require(handshake.chain.first).notAfter < Date.now)
    }

    @Test("for another host is kept with its names")
    func wrongName() async throws {
        let handshake = try await handshake(HTTPSServer(identity: TestPKI.shared.leaf))
        #expect(handshake.path.isTrusted)
        #expect(handshake.chain.first?.dnsNames == ["leaf.example"])
    }

    @Test("that is self-signed is no path to a trust anchor")
    func selfSigned() async throws {
        let identity = TestIdentity.make(.init(alternativeNames: "DNS:mta-sts.example"))
        let handshake = try await handshake(HTTPSServer(identity: identity, chain: []))
        #expect(handshake.path.problems.map(\.kind) == [.selfSigned])
    }

    @Test("without its intermediate is an incomplete chain")
    func incomplete() async throws {
        let handshake = try await handshake(HTTPSServer(chain: []))
        #expect(handshake.path.problems.map(\.kind) == [.missingIssuer])
    }
}
