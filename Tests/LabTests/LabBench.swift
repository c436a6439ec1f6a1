import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import LiveWire
import MailModel
import Observations
import Profiles

/// A run in the lab for every shipped profile, and what it collected: each domain once, however many tests look at it.
struct LabBench: Sendable {
    let lab: Lab
    /// What any of the profiles asks for; without lists of suites and groups, unless the bench is a deep one.
    let plan: Plan
    /// Every shipped profile.
    let profiles: [Profile]
    private let standard: Profile
    private let collector: Collector
    private let wire: Wire
    private let settings: RunSettings
    private let turnstile: Turnstile
    private let collected = Locked<[String: Task<Evidence, Never>]>([:])

    static let shared = Result { try LabBench(places: 24, isDeep: false) }
    /// Lists every suite and group as well, which takes some thirty connections for a server: for a few domains.
    static let deep = Result { try LabBench(places: 4, isDeep: true) }

    private static let listing: Set<String> = [
        "cipher.only", "cipher.includes", "cipher.order", "key-exchange.only", "key-exchange.includes",
    ]

    private init(places: Int, isDeep: Bool) throws {
        lab = try Lab()
        turnstile = Turnstile(places: places)
        let catalog = Catalog(Plugin.builtIn)
        let library = ProfileLibrary(builtIn: Self.builtIn, catalog: catalog)
        profiles = try library.ids.map { try library.load($0) }
        standard = try library.load("default")
        let checks = profiles.flatMap(\.checkIDs).filter { isDeep || !Self.listing.contains($0) }
        plan = try Plan(
            running: checks, showing: [ServerDelivery.id, DomainDelivery.id], from: Plugin.builtIn)
        settings = RunSettings(helo: "probe.lab.test", port: lab.port, deadline: .seconds(150))
        let ledger = ConnectionLedger()
        let anchors = try TrustStore(caFile: lab.certificateFile)
        wire = Wire(
            dns: try UnboundClient(lab.resolver),
            smtp: try LiveSMTPClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            https: try LiveHTTPSClient(trustStore: anchors, allowed: lab.allowed, ledger: ledger),
            pki: OpenSSLVerifier(), ledger: ledger)
        collector = Collector(plan, wire: wire, settings: settings)
    }

    private static var builtIn: [ProfileLibrary.BuiltIn] {
        (0..<embedded_profile_count()).map { index in
            let file = embedded_profile_at(index)
            return ProfileLibrary.BuiltIn(
                id: String(cString: file.name), yaml: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }

    /// Whether this lab has what a row needs; says so where it does not, for nothing is skipped in silence.
    func has(_ row: LabDomain) -> Bool {
        guard !row.needs.isSubset(of: lab.features) else { return true }
        print("skipped \(row.domain): this lab has no \(row.needs.sorted().joined(separator: ", "))")
        return false
    }

    /// What a run finds at a domain.
    func evidence(_ row: LabDomain) async throws -> Evidence {
        let domain = try DomainName(input: row.domain)
        let task = collected.withLock { tasks in
            if let task = tasks[row.domain] { return task }
            let task = Task {
                await turnstile.enter()
                defer { turnstile.leave() }
                return await collector.collect(domain, at: Date())
            }
            tasks[row.domain] = task
            return task
        }
        return await task.value
    }

    /// What a run finds that is about named servers, in place of those of a domain.
    func evidence(naming servers: [NamedServer], for domain: String) async throws -> Evidence {
        var settings = settings
        settings.servers = servers
        return await Collector(plan, wire: wire, settings: settings)
            .collect(try DomainName(input: domain), at: Date())
    }

    /// What a check says of the first server of a domain in a run of its own; for one that no profile runs.
    func outcome(of check: String, at domain: String) async throws -> Outcome? {
        let plan = try Plan(running: [check], from: Plugin.builtIn)
        let evidence = await Collector(plan, wire: wire, settings: settings)
            .collect(try DomainName(input: domain), at: Date())
        return Judge(plan).judge(evidence).first?.outcome
    }

    /// What the checks of a profile, the default one unless another is named, say of a run.
    func results(_ evidence: Evidence, by profile: Profile? = nil) throws -> [CheckResult] {
        let profile = profile ?? standard
        let plan = try Plan(running: profile.checkIDs, from: Plugin.builtIn)
        return Judge(plan, parameters: profile.parameters).judge(evidence)
    }

    func assess(_ evidence: Evidence, by profile: Profile? = nil) throws -> Assessment {
        Grader(profile ?? standard).grade(
            try results(evidence, by: profile), of: evidence.domain, hosts: evidence.hosts, at: evidence.collectedAt)
    }
}
