internal import CheckEngine
public import CheckKit
public import FoundationEssentials
public import MailModel

/// A workbench for checks and probes: plugins, and a world of scripted servers for them.
///
///     let bench = CheckBench(Plugin.observations + [.acme], playing: """
///         S: 220 mx.example.com ESMTP
///         C: EHLO …
///         S: 250 mx.example.com
///         """)
///     let run = try await bench.run(["acme.greeting-names-host"])
///     #expect(try run.codes("acme.greeting-names-host") == [])
///
/// The bench plans, collects and judges as the program does, and nothing leaves the machine. What a test got wrong (a
/// check that no plugin has, a line of a script that cannot be read, a command that no script expects) is thrown as a sentence.
public struct CheckBench: Sendable {
    /// The server of a bench that is made of scripts alone.
    public static let server = MailServer.sample("mx.example.com", "192.0.2.25")

    /// Where facts and checks come from.
    public var plugins: [Plugin]
    /// The servers with their scripts, one for each connection in turn; the last is played again for every further one. A server
    /// with no script is listed, and nobody may connect to it.
    public var servers: [MailServer: [Script]]
    /// The DNS, in the form of `ScriptedDNS`. Nil stands for a zone in which the MX hosts of the domain are the servers.
    public var zone: String?
    /// What the resolver's test of itself says.
    public var health: ResolverHealth = .validates
    /// Who answers over HTTPS: as a rule a `ScriptedHTTPS`. At first every request fails on our side.
    public var https: any HTTPSClient = NoHTTPSClient()
    /// Who compares certificates with TLSA records. At first every comparison fails on our side.
    public var verifier: any CertificateVerifier = NoCertificateVerifier()
    /// Who talks to the servers in place of their scripts, for what no script can say; nil plays the scripts.
    public var smtp: (any SMTPClient)?
    /// The domain under test.
    public var domain: DomainName = .sample("example.com")
    /// How the run behaves. Nobody waits for a pause on the bench, and no deadline passes while a busy machine does something else.
    public var settings = RunSettings.unhurried
    /// The instant of the run, by which dates are judged.
    public var instant = Date(timeIntervalSince1970: 1_700_000_000)
    /// The parameters of checks, by their ids; those that are left out have their defaults.
    public var parameters: [String: any Parameters] = [:]
    /// Whether a command that no script expects, or a connection to a server without a script, ends the run with an error.
    public var isStrict = true
    /// What a handshake shows at `! tls`, or the failure that ends it. At first: TLS 1.3 without a certificate.
    public var handshake: @Sendable (TLSOffer) throws -> TLSHandshake = { .scripted(serverName: $0.serverName) }
    /// What a ClientHello is answered at `! tls`. At first: the alert `handshake_failure`.
    public var answer: @Sendable (HelloOffer) -> HelloAnswer = { _ in .alert(TLSAlert(code: 40)) }

    /// Plugins, servers with their scripts, and a zone if the DNS matters.
    public init(_ plugins: [Plugin], servers: [MailServer: [Script]] = [:], zone: String? = nil) {
        self.plugins = plugins
        self.servers = servers
        self.zone = zone
    }

    /// Plugins, and one server with its scripts, one for each connection in turn.
    public init(_ plugins: [Plugin], playing script: String, _ further: String...) {
        self.init(plugins, servers: [Self.server: ([script] + further).map { Script($0) }])
    }

    /// Runs checks, or all that are not intrusive: collects what they need, and judges it. Throws `Failure`.
    public func run(_ checks: [String]? = nil) async throws -> Run {
        let dns = ScriptedDNS(zone ?? impliedZone, health: health)
        if let fault = (dns.faults + servers.values.joined().flatMap(\.faults)).first { throw Failure(fault) }
        let plan = try plan(checks)
        let seen = Seen()
        let ledger = ConnectionLedger()
        let scripted = ScriptedSMTP(servers, ledger: ledger) { [handshake] offer in
            seen.offers.withLock { $0.append(offer) }
            return try handshake(offer)
        } answer: { [answer] offer in
            seen.hellos.withLock { $0.append(offer) }
            return answer(offer)
        }
        let wire = Wire(dns: dns, smtp: smtp ?? scripted, https: https, pki: verifier, ledger: ledger)
        let evidence = await Collector(plan, wire: wire, settings: settings).collect(domain, at: instant)
        if isStrict { try refuseSurprises(scripted) }
        return Run(
            evidence: evidence, results: Judge(plan, parameters: parameters).judge(evidence), dns: dns, smtp: scripted,
            offers: seen.offers.withLock { $0 }, hellos: seen.hellos.withLock { $0 }, plan: plan)
    }

    private func plan(_ checks: [String]?) throws(Failure) -> Plan {
        var plugins = plugins
        if !plugins.contains(where: \.listsServers) { plugins.append(.listing(servers.keys.sorted())) }
        do {
            return try Plan(running: checks, from: plugins)
        } catch {
            switch error {
            case .unknownCheck: throw Failure("\(error) \(Self.known(plugins.flatMap(\.checks).map(\.id)))")
            case .noProvider:
                throw Failure("\(error) Is its plugin on the bench? `Plugin.observations` has the facts of mailgrade.")
            default: throw Failure("\(error)")
            }
        }
    }

    private static func known(_ checks: [String]) -> String {
        checks.isEmpty
            ? "The plugins of the bench have no checks." : "The bench has \(checks.sorted().joined(separator: ", "))."
    }

    private func refuseSurprises(_ smtp: ScriptedSMTP) throws(Failure) {
        if let server = smtp.unscripted.first {
            throw Failure(
                "A probe connected to \(server), for which the bench has no script; `Script.refuses` is one that refuses."
            )
        }
        if let (server, surprise) = smtp.firstSurprise { throw Failure("\(server): \(surprise).") }
    }

    private var impliedZone: String {
        Set(servers.keys.map(\.host)).sorted().map { "\(domain) MX 10 \($0)\n" }.joined()
            + servers.keys.sorted().map { "\($0.host) \($0.address.family == .ipv4 ? "A" : "AAAA") \($0.address)\n" }
            .joined()
    }

    /// What was wrong with a test: one sentence or two.
    public struct Failure: Error, CustomStringConvertible {
        /// The sentence.
        public let description: String

        init(_ description: String) { self.description = description }
    }

    /// What servers were offered in a run.
    private struct Seen: Sendable {
        let offers = Locked<[TLSOffer]>([])
        let hellos = Locked<[HelloOffer]>([])
    }
}

extension RunSettings {
    /// The usual settings, with a deadline that ends no test on a busy machine.
    package static let unhurried = RunSettings(deadline: .seconds(3600))
}
