public import CheckKit
internal import FoundationEssentials
internal import MailModel

/// What a run shares with others, and how it asks for it.
struct Sharing: Sendable {
    let store: any FactStore
    let questions: SharedQuestions

    init(_ store: any FactStore, _ plan: Plan, _ settings: RunSettings) {
        self.store = store
        questions = SharedQuestions(plan, settings)
    }
}

/// The questions whose answers hold for every domain, as a plan asks them with some settings.
package struct SharedQuestions: Sendable {
    /// Under which conditions each fact that is shared is asked for; one text for all its places.
    private let conditions: [FactID: String]

    /// The questions of a plan.
    package init(_ plan: Plan, _ settings: RunSettings) {
        let settings = settings.asServersSeeIt
        conditions = plan.shared.mapValues { $0.isEmpty ? settings : "\(settings) \($0)" }
    }

    /// What is shared.
    package var facts: Set<FactID> { Set(conditions.keys) }

    /// The question for a fact at a place; nil where what is learnt there is of no use to another domain.
    package func question(_ fact: FactType, at place: Place) -> FactQuestion? {
        conditions[fact.id].map { FactQuestion(fact.id, version: fact.version, at: place, conditions: $0) }
    }
}

extension RunSettings {
    /// The settings by which evidence of a domain is put together: what was seen under others is other evidence. A text to compare.
    public var fingerprint: String {
        var settings = self
        settings.deadline = RunSettings().deadline
        return settings.text
    }

    private var text: String { (try? StableJSON.text(self)) ?? "\(self)" }

    /// The settings, but for those that decide only which servers are asked, and when a run ends; a text to compare. A setting that
    /// is new counts until somebody says otherwise.
    fileprivate var asServersSeeIt: String {
        var settings = self
        let standard = RunSettings()
        settings.deadline = standard.deadline
        settings.families = standard.families
        settings.maximumHosts = standard.maximumHosts
        settings.maximumAddresses = standard.maximumAddresses
        settings.servers = standard.servers
        return settings.text
    }
}

extension Plan {
    /// The facts of hosts, addresses and servers whose probes runs may share; each with what else this plan asks for, as far as it
    /// changes what the probe asks, or what it is given.
    ///
    /// A probe that is given a fact of the domain, be it by way of a derivation, learns something of the domain: it is left out. So is
    /// what was learnt in the name of a domain.
    var shared: [FactID: String] {
        var isOfDomain: Set<FactID> = []
        var asked: [FactID: Set<String>] = [:]
        var isSettled = false
        while !isSettled {
            isSettled = true
            for step in steps {
                let id = step.provides.id
                let before = (isOfDomain.contains(id), asked[id])
                if step.isOfDomain { isOfDomain.insert(id) }
                for need in step.needs {
                    if need.kind == .wanted || need.kind == .observed {
                        asked[id, default: []].insert("\(need.fact.id)\(facts.contains(need.fact.id) ? "" : "!")")
                    }
                    guard !need.holdsForEveryDomain else { continue }
                    if isOfDomain.contains(need.fact.id) { isOfDomain.insert(id) }
                    asked[id, default: []].formUnion(asked[need.fact.id] ?? [])
                }
                if before != (isOfDomain.contains(id), asked[id]) { isSettled = false }
            }
        }
        return steps.reduce(into: [:]) { shared, step in
            guard case .probe(let probe) = step, !isOfDomain.contains(probe.provides.id) else { return }
            shared[probe.provides.id] = (asked[probe.provides.id] ?? []).sorted().joined(separator: " ")
        }
    }

    /// The facts that runs of this plan share with runs of other domains: see `FactStore`.
    public var sharedFacts: Set<FactID> { Set(shared.keys) }
}

/// What a run learnt by itself.
struct Learnt: Sendable {
    var observed: Observed<any Fact>
    /// Whether its probe was cut off; what it had kept is there.
    var isCut = false
    /// What was answered in the name of the domain, by the way.
    var named: [any NamedFact] = []

    /// What of it is of use to others; nil where nothing is. `isStopped`: the whole run was stopped, and the end is its own.
    func shared(seen: Date, by domain: DomainName, isStopped: Bool) -> SharedFact? {
        guard !isStopped else { return nil }
        switch observed {
        case .present(let fact):
            return SharedFact(
                .present(fact), seen: seen, by: domain, named: named, leavesOpen: isCut || fact.leavesOpen)
        case .absent(let why):
            switch why {
            // Nobody was asked for that: each run comes to it by itself, from what it is given.
            case .notApplicable, .blocked, .unplanned, .unreadable, .cancelled: return nil
            case .timedOut, .failed, .inconclusive:
                return SharedFact(
                    .absent(why), seen: seen, by: domain, named: named, leavesOpen: why.certainty != .decisive)
            }
        }
    }
}

extension Plan.Step {
    /// Whether what it provides belongs to one domain, whatever it is given.
    fileprivate var isOfDomain: Bool {
        if case .probe(let probe) = self, probe.isOfDomain { return true }
        return provides.scope == .domain || provides.type is any NamedFact.Type
    }
}
