import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Runs DANE's checks against a scripted DNS, scripted servers, and a verifier that compares first bytes.
struct DANERun {
    static let server = MailServer.sample("mx.example.com", "192.0.2.25")

    let run: CheckBench.Run
    var evidence: Evidence { run.evidence }
    var dns: ScriptedDNS { run.dns }
    var smtp: ScriptedSMTP { run.smtp }

    /// `certificate` is the first byte of the certificate that the server shows for a name.
    init(
        _ zone: String, checks: [String] = ["dane.valid", "dane.covers-domain"],
        scripts: [MailServer: [Script]] = [server: [.startsTLS]], health: ResolverHealth = .validates,
        pki: any CertificateVerifier = FirstBytes(), port: Int = 25,
        certificate: @escaping @Sendable (TLSOffer) throws -> UInt8 = { _ in 0xAB }
    ) async throws {
        var bench = CheckBench(Plugin.builtIn, servers: scripts, zone: zone)
        bench.health = health
        bench.verifier = pki
        bench.settings = RunSettings(patience: [.milliseconds(1)], port: port, deadline: .seconds(3600))
        bench.instant = JudgedAt.sample().instant
        bench.isStrict = false
        bench.handshake = { offer in
            var handshake = TLSHandshake.scripted(serverName: offer.serverName)
            var leaf = CertificateChain.sample().certificates[0]
            leaf.der = Data([try certificate(offer)])
            handshake.chain = [leaf]
            return handshake
        }
        run = try await bench.run(checks)
    }

    func outcome(_ check: String, at place: Place = .server(server)) throws -> Outcome {
        try run.outcome(check, at: place)
    }

    func codes(_ check: String, at place: Place = .server(server)) throws -> [String] {
        try run.codes(check, at: place)
    }

    /// How the server's certificates compare.
    func matches() throws -> TLSAMatches {
        try run.fact(TLSAMatches.self, at: .server(Self.server))
    }

    /// What became of the TLSA lookups.
    var records: Observed<TLSARecords> { evidence.observed(TLSARecords.self, at: .host(Self.server.host)) }

    /// The names asked for TLSA records, in order.
    var tlsaNames: [String] { dns.asked.filter { $0.type == .tlsa }.map(\.name.description) }
}

/// A certificate matches a record when their first bytes are the same.
struct FirstBytes: CertificateVerifier {
    func match(_ records: [TLSARecord], chain: [[UInt8]]) throws -> [TLSAMatch] {
        records.map { record in
            let depths = chain.indices.filter { chain[$0].first == record.data.first }
            let isAnchor = record.usage == 2 && !depths.isEmpty
            return TLSAMatch(record, depths: depths, path: isAnchor ? TrustAnchorPath(certificates: depths) : nil)
        }
    }
}

/// A verifier to which no record makes sense.
struct NothingReadable: CertificateVerifier {
    func match(_ records: [TLSARecord], chain: [[UInt8]]) throws -> [TLSAMatch] {
        records.map { TLSAMatch($0, isReadable: false) }
    }
}

extension Script {
    /// A server with STARTTLS that works.
    static let startsTLS = Script(
        """
        S: 220 mx.example.com ESMTP
        C: EHLO …
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Ready
        ! tls
        C: EHLO …
        S: 250 mx.example.com
        """)

    /// The same, up to the handshake.
    static let handshakeOnly = Script(
        """
        S: 220 mx.example.com ESMTP
        C: EHLO …
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Ready
        ! tls
        """)
}

extension String {
    /// TLSA data whose digest begins with 0xab.
    static let matching = String(repeating: "ab", count: 32)
    /// TLSA data that match nothing.
    static let other = String(repeating: "cd", count: 32)
}
