import LiveWire
import MailModel
import TLSHello
import Testing

/// Enumerates real servers, and compares with what asking for every suite alone tells.
@Suite(
    "The prober against real mail servers", .serialized,
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct EnumerationLabTests {
    @Test(
        "finds the suites that one hello for each version and suite finds",
        arguments: [
            "modern.test", "tls-all.test", "exim.test", "opensmtpd.test", "obsolete.test", "obsolete-ssl3.test",
            "obsolete-rc4.test", "obsolete-3des.test", "obsolete-null.test", "obsolete-export.test",
            "obsolete-des.test", "tls-null.test", "tls-static.test", "dane-dual.test",
        ])
    func agreesWithBruteForce(domain: String) async throws {
        let bench = try await ProberBench(domain)
        let questioner = bench.questioner()
        for version in [TLSVersion.ssl3, .tls10, .tls11, .tls12, .tls13] {
            let start = ContinuousClock.now
            let before = await questioner.connections
            let result = await Enumeration(shape: bench.shape, lanes: 3).run(version, questioner)
            let time = start.duration(to: .now)
            // Debian's OpenSSL cannot sign in TLS 1.1 and older, and Debian's OpenSMTPD not at all: that leaves suites open.
            #expect(result.obstacle == nil || result.obstacle == .internalError && domain.isBroken)
            #expect(!result.droppedLargeHello)
            #expect(await !questioner.wasThrottled)
            let connections = await questioner.connections - before
            let expected = try await bench.bruteForce(version, questioner)
            #expect(result.choices.map(\.suite).sorted() == expected, "\(version) of \(domain)")
            let groups = result.groups.map { NamedGroup.name(of: $0) }.joined(separator: " ")
            print(
                "\(domain) \(version): \(expected.count) suites, \(result.chooser?.rawValue ?? "nobody") chooses, groups \(groups.isEmpty ? "none" : groups), "
                    + "\(connections) connections, \(time)")
        }
    }
}

extension String {
    /// Whether some handshakes with this domain's server fail inside the server.
    fileprivate var isBroken: Bool { ["opensmtpd.test", "obsolete-export.test", "obsolete-des.test"].contains(self) }
}

/// One server of the lab, and how to ask it.
private struct ProberBench: Sendable {
    let server: MailServer
    let shape: HelloOffer
    private let lab: Lab
    private let client: LiveSMTPClient

    init(_ domain: String) async throws {
        lab = try Lab()
        let dns = try UnboundClient(lab.resolver)
        let host = try DomainName(input: "mx.\(domain)")
        let answer = try await dns.lookup(host, .a)
        let address = try #require(
            answer.records.lazy.compactMap { if case .address(let address) = $0 { address } else { nil } }.first)
        server = MailServer(host: host, address: address)
        shape = HelloOffer(versions: [], suites: [], serverName: host)
        client = try LiveSMTPClient(
            trustStore: try TrustStore(caFile: lab.certificateFile), allowed: lab.allowed,
            // Exim stops at 20 processes and keeps each for half a second; Postfix does not mind.
            connectionPolicy: ConnectionPolicy(
                connectionsPerServer: 4, pace: domain.hasPrefix("exim") ? ConnectionPolicy().pace : 1000))
    }

    func questioner() -> Questioner {
        Questioner { offer in
            try await client.withConnection(
                to: server, port: lab.port, waits: Waits(), transcript: Transcript()
            ) { connection in
                let greeting = try await connection.greeting()
                guard greeting.code == 220 else { throw WireFailure.rejected(greeting) }
                _ = try await connection.send("EHLO probe.example")
                let reply = try await connection.startTLS()
                guard reply.code == 220 else { throw WireFailure.rejected(reply) }
                return try await connection.probe(offer)
            }
        }
    }

    /// What the server chose; nil too where it failed inside, which is no refusal.
    private func certainChoice(_ offer: HelloOffer, _ questioner: Questioner) async throws -> ServerChoice? {
        do {
            return try await questioner.ask(offer).choice
        } catch {
            guard error == .internalError else { throw error }
            return nil
        }
    }

    /// One hello for each suite that a server could have without a secret shared beforehand.
    func bruteForce(_ version: TLSVersion, _ questioner: Questioner) async throws -> [UInt16] {
        try await withThrowingTaskGroup(of: UInt16?.self) { group in
            let kinds: [CipherSuite.Authentication] = [.rsa, .dss, .ecdsa, .anonymous, .any]
            for suite in CipherSuite.all where suite.fits(version) && kinds.contains(suite.authentication) {
                group.addTask {
                    var offer = shape
                    offer.versions = [version]
                    offer.suites = [suite.code]
                    offer.groups = NamedGroup.all.filter { $0.fits(version) && $0.kind != .finiteField }.map(\.code)
                    let choice = try await certainChoice(offer, questioner)
                    return choice?.version == version ? choice?.suite : nil
                }
            }
            var accepted: [UInt16] = []
            for try await suite in group { if let suite { accepted.append(suite) } }
            return accepted.sorted()
        }
    }
}
