import CheckEngine
import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks

/// Runs the version probe, behind the session probe, against scripted servers.
struct VersionRun {
    static let server = MailServer.sample("mx.example.com", "192.0.2.1")
    static let other = MailServer.sample("mx2.example.com", "192.0.2.1")

    /// How a server behaves until the handshake.
    static let toTLS = """
        S: 220 mx.example.com ESMTP
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Ready
        """
    /// The conversation that comes before the versions.
    static let session = """
        \(toTLS)
        ! tls
        C: EHLO probe.example
        S: 250 mx.example.com
        """
    /// One version, as far as the handshake.
    static let alone = toTLS + "\n! tls"

    let smtp: ScriptedSMTP
    let offers: [TLSOffer]
    let evidence: Evidence
    private let results: [CheckResult]

    /// `handshake` answers the offers of a single version; the session, which offers all, gets `agreed`. Where there is
    /// none, the session's handshake fails.
    init(
        _ scripts: [String] = [session, alone], at servers: [MailServer] = [server],
        beside silent: MailServer? = nil, agreed: TLSVersion? = .tls13,
        patience: [Duration] = [.milliseconds(1), .milliseconds(1)], deadline: Duration = .seconds(20),
        _ handshake: @escaping @Sendable (TLSVersion) throws -> Void
    ) async throws {
        let seen = Locked<[TLSOffer]>([])
        let scripts = scripts.map { Script($0) }
        var network = Dictionary(uniqueKeysWithValues: servers.map { ($0, scripts) })
        if let silent { network[silent] = [Script("! hang")] }
        smtp = ScriptedSMTP(network) { offer in
            seen.withLock { $0.append(offer) }
            let isSession = offer.versions.lowerBound != offer.versions.upperBound
            guard let version = isSession ? agreed : offer.versions.upperBound else { throw Self.alert }
            if !isSession { try handshake(version) }
            return .scripted(version: version, serverName: offer.serverName)
        }
        let list = Probe.perDomain { (_: DomainTarget) async throws -> Servers in
            Servers(
                hosts: (servers + [silent].compactMap { $0 }).map {
                    ListedHost(name: $0.host, preference: 10, addresses: [$0.address])
                })
        }
        let plan = try Plan(
            running: ["tls.version"],
            from: [Plugin("Test", summary: "", probes: [list]), .connectivity, .startTLS, .tlsVersion])
        let settings = RunSettings(helo: "probe.example", patience: patience, deadline: deadline)
        evidence = await Collector(plan, wire: Wire(dns: ScriptedDNS(""), smtp: smtp), settings: settings)
            .collect(.sample("example.com"), at: Date(timeIntervalSince1970: 1_800_000_000))
        results = Judge(plan).judge(evidence)
        offers = seen.withLock { $0 }
    }

    private struct Servers: ServerList {
        static let id: FactID = "test.servers"
        var hosts: [ListedHost]
    }

    static let alert = WireFailure.handshake(reason: "protocol version", alert: "protocol_version")
    static let hangUp = WireFailure.closedEarly(stage: "handshake")

    var observed: Observed<TLSVersions> { evidence.observed(TLSVersions.self, at: .address(Self.server.address)) }
    var versions: TLSVersions { observed.value ?? TLSVersions() }
    var outcome: Outcome? { results.first?.outcome }
    var codes: [String] { outcome?.findings.map(\.code) ?? [] }
    /// The versions that were offered alone, oldest first.
    var offeredAlone: [TLSVersion] {
        offers.filter { $0.versions.lowerBound == $0.versions.upperBound }.map(\.versions.upperBound).sorted()
    }
}
