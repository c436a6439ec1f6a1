import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import LiveWire
import MailModel
import Profiles

/// A run of the default profile in the lab, and what it collected: each domain once, however many tests look at it.
struct LabBench: Sendable {
    let lab: Lab
    let plan: Plan
    private let profile: Profile
    private let collector: Collector
    private let turnstile = Turnstile(places: 24)
    private let collected = Locked<[String: Task<Evidence, Never>]>([:])

    static let shared = Result { try LabBench() }

    private init() throws {
        lab = try Lab()
        let catalog = Catalog(Plugin.builtIn)
        profile = try ProfileLibrary(builtIn: Self.builtIn, catalog: catalog).load("default")
        plan = try Plan(running: profile.checkIDs, from: Plugin.builtIn)
        let settings = RunSettings(helo: "probe.lab.test", port: lab.port, deadline: .seconds(60))
        let ledger = ConnectionLedger()
        let anchors = try TrustStore(caFile: lab.certificateFile)
        let wire = Wire(
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

    func results(_ evidence: Evidence) -> [CheckResult] {
        Judge(plan, parameters: profile.parameters).judge(evidence)
    }

    func assess(_ evidence: Evidence) -> Assessment {
        Grader(profile).grade(results(evidence), hosts: evidence.hosts, at: evidence.collectedAt)
    }
}
