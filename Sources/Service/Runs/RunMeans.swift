internal import Batch
internal import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import Grading
public import MailModel
public import MailgradeKit
internal import Reporting
public import Store

/// What runs are made with.
public struct RunMeans: Sendable {
    /// What can be observed and judged.
    public var mailgrade: Mailgrade
    /// Profiles that the page offers; a run collects what any of them asks for.
    public var policies: Policies
    /// How servers are treated.
    public var settings: RunSettings
    /// What kind of wire a run needs.
    public var request: WireRequest
    /// Where everything is kept.
    public var store: Store
    /// The clock on the wall.
    public var now: @Sendable () -> Date
    private let open: @Sendable (WireRequest) async throws -> Wire

    /// A wire that is not a run's.
    func wire() async throws -> Wire { try await open(request) }

    /// Looks names up, for what is not a run's.
    func dns() async throws -> any DNSClient { try await wire().dns }

    /// Keeps what was seen by the way as a result, which nobody has asked for and nobody can delete but those with a token.
    func keep(_ evidence: Evidence, _ policies: Policies) {
        var run = StoredRun(
            id: RandomName.make(), domain: evidence.domain, requested: evidence.collectedAt,
            profile: policies.all[0].profile.id, key: "")
        run.finished = now()
        run.state = .done
        keep(&run, evidence, policies, policies.reports(evidence))
    }

    /// Keeps a result: its letter, its evidence, and the verdict under each profile.
    func keep(_ run: inout StoredRun, _ evidence: Evidence, _ policies: Policies, _ reports: Reports) {
        let report = reports.all.first { $0.profile.id == run.profile } ?? reports.first
        run.judge(report)
        store.keep(run, evidence: try? evidence.json(leavingOut: policies.plan.derivedFacts))
        guard run.ownProfile == nil else { return }
        for (policy, report) in zip(policies.all, reports.all) {
            guard let verdict = try? StoredVerdict(Reports([report]), of: evidence, due: evidence.collectedAt) else {
                continue
            }
            store.keep(verdict, of: run.domain, under: Policies.storedName([policy], settings))
        }
    }

    /// Means. `policies` are what the page offers, `plugins` are what the program has, and `open` gives wires over one network.
    public init(
        _ configuration: ServiceConfiguration, _ policies: Policies, plugins: [Plugin], settings: RunSettings,
        request: WireRequest, store: Store, now: @escaping @Sendable () -> Date = { Date() },
        open: @escaping @Sendable (WireRequest) async throws -> Wire
    ) {
        // Whoever shows evidence to strangers lends no names.
        let facts = MemoryFactStore(
            .init(age: configuration.limits.coolDown, count: 512, lendsNames: false), before: OneWayShelf(store))
        mailgrade = Mailgrade(plugins: plugins, facts: facts, network: open)
        self.policies = policies
        self.settings = settings
        self.request = request
        self.store = store
        self.now = now
        self.open = open
    }
}

extension StoredRun {
    /// Takes the letter of a report, or why there is none.
    mutating func judge(_ report: Report) {
        grade = report.assessment.grade?.rawValue
        why = grade == nil ? report.headline : nil
        range = report.assessment.range.map { [$0.worst.rawValue, $0.best.rawValue] }
    }
}
