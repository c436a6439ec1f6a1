import CheckEngine
import CheckKit
import FoundationEssentials
import MailModel
import Observations
import Testing

@testable import Batch

/// Hosts of many customers at one address.
@Suite("Hosts that are alike")
struct TenantNamesTests {
    private let instant = Date(timeIntervalSince1970: 1_790_000_000)
    private let address: IPAddress

    init() throws { address = try #require(IPAddress("192.0.2.1")) }

    private func server(_ name: String) throws -> MailServer {
        MailServer(host: try DomainName(input: "\(name).customers.example"), address: address)
    }

    /// What a server shows: a certificate for all customers, and a greeting.
    private func evidence(_ server: MailServer, greeting: String = "ready") throws -> Evidence {
        let leaf = Certificate(
            subject: "CN=customers", issuer: "CN=CA", notBefore: instant, notAfter: instant + 86_400,
            dnsNames: ["*.customers.example"], commonName: nil,
            key: Certificate.PublicKey(algorithm: "EC", bits: 256, curve: "P-256"))
        var conversation = Conversation()
        conversation.greeting = .present(SMTPReply(220, greeting))
        conversation.end(.failed(.refused))
        conversation.handshake = .present(
            TLSHandshake(
                version: .tls13, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: "x25519",
                peerSignature: "ECDSA SHA256", chain: [leaf],
                path: CertificatePath(problems: [], certificates: [0], trustStore: "sample", checkedAt: instant),
                serverName: server.host, extendedMasterSecret: true, secureRenegotiation: true))
        var evidence = Evidence(domain: server.host, collectedAt: instant, settings: RunSettings())
        evidence.settle(Slot(Conversation.id, .server(server)), .present(conversation))
        return evidence
    }

    private func names(differing: Set<IPAddress> = []) -> TenantNames {
        var manners = Manners()
        manners.inferredPerCheck = 1_000_000
        return TenantNames(manners, [Conversation.id], differing: differing)
    }

    @Test("after three that are alike the next one is inferred, until one differs")
    func differs() throws {
        var names = names()
        for name in ["a", "b", "c"] {
            #expect(try names.model(of: server("z"), evidence(server("z"))) == nil)
            #expect(try !names.learn(server(name), evidence(server(name))))
        }
        #expect(try names.model(of: server("z"), evidence(server("z"))) == server("a"))
        #expect(!names.differ(at: address))
        #expect(try names.learn(server("d"), evidence(server("d"), greeting: "not ready")))
        #expect(names.differ(at: address))
        #expect(try names.model(of: server("z"), evidence(server("z"))) == nil)
    }

    @Test("where one was found to differ before, nothing is inferred, however many are alike")
    func remembered() throws {
        var names = names(differing: [address])
        for name in ["a", "b", "c", "d"] { #expect(try !names.learn(server(name), evidence(server(name)))) }
        #expect(try names.model(of: server("z"), evidence(server("z"))) == nil)
    }
}
