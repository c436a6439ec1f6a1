internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Which steps wait, which are ready and what is settled: the bookkeeping of a run, without tasks or time.
struct Schedule {
    private(set) var evidence: Evidence
    private let plan: Plan
    private let events: @Sendable (RunEvent) -> Void
    private let listFact: FactID?
    /// Whether everything is derived, or only what probes ask for.
    private let derivesAll: Bool
    private let mayStart: @Sendable (Probe, Place) -> Bool
    private let activities: [FactID: Activity]
    /// What is not settled yet, each with the place of its step in the plan: a step is large, and this is gone through often.
    private var waiting: [(slot: Slot, step: Int)] = []
    /// What each step of the plan needs.
    private let needs: [[Dependency]]
    /// The steps of the plan that are derivations.
    private let derived: [Bool]
    private var running: Set<Slot> = []
    private var news: [(Slot, Observed<any Fact>)] = []
    private var narrowStepsAdded = false
    private var stopped: Absence?

    init(
        plan: Plan, evidence: Evidence, derivesAll: Bool = true,
        mayStart: @escaping @Sendable (Probe, Place) -> Bool = { _, _ in true },
        events: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.plan = plan
        self.derivesAll = derivesAll
        self.mayStart = mayStart
        self.evidence = evidence
        self.events = events
        listFact = plan.steps.first { $0.provides.type is any ServerList.Type }?.provides.id
        needs = plan.steps.map(\.needs)
        derived = plan.steps.map { if case .derivation = $0 { true } else { false } }
        activities = plan.steps.reduce(into: [:]) { activities, step in
            if case .probe(let probe) = step { activities[probe.provides.id] = probe.activity }
        }
        // What is known from the beginning is news to whoever waits for it.
        news = evidence.slots.map { ($0, evidence.observed($0)) }
        add(scopes: [.domain])
        if let listFact, evidence.isSettled(Slot(listFact, .domain)) { addNarrowSteps() }
        derive()
    }

    var isRunning: Bool { !running.isEmpty }

    func inputs(
        at place: Place, arrival: Inputs.Arrival? = nil
    ) -> Inputs {
        Inputs(evidence: evidence, place: place, wanted: plan.facts, arrival: arrival)
    }

    /// The probes whose needs are all settled; they count as running from now on.
    mutating func takeReady() -> [(Slot, Probe)] {
        guard stopped == nil else { return [] }
        let ready = waiting.compactMap { slot, step -> (Slot, Probe)? in
            guard !derived[step], isReady(step, at: slot.place), case .probe(let probe) = plan.steps[step] else {
                return nil
            }
            return (slot, probe)
        }
        guard !ready.isEmpty else { return [] }
        let slots = Set(ready.map(\.0))
        waiting.removeAll { slots.contains($0.slot) }
        running.formUnion(slots)
        return ready
    }

    /// What was settled since the last call.
    mutating func takeNews() -> [(Slot, Observed<any Fact>)] {
        defer { news = [] }
        return news
    }

    /// `seen` is when another run saw it; nil where this one did.
    mutating func settle(
        _ slot: Slot, _ observed: Observed<any Fact>, seen: Date?, inferredFrom server: MailServer? = nil
    ) {
        running.remove(slot)
        store(slot, observed, seen: seen, inferredFrom: server)
        derive()
    }

    /// Nothing new starts; what never started is absent for this reason.
    mutating func stop(_ why: Absence) {
        stopped = stopped ?? why
    }

    /// At the end: what was stopped before it started, then what is derived from it. `named` is what others have filed of a fact
    /// whose own probe was not reached.
    mutating func settleTheRest(named: (FactType, Place) -> (any Fact)?) {
        let why = stopped ?? .unplanned
        for (slot, step) in waiting {
            guard case .probe(let probe) = plan.steps[step] else { continue }
            store(slot, named(probe.provides, slot.place).map { .present($0) } ?? .absent(why))
        }
        waiting = waiting.filter { derived[$0.step] }
        derive()
    }

    private mutating func store(
        _ slot: Slot, _ observed: Observed<any Fact>, seen: Date? = nil, inferredFrom server: MailServer? = nil
    ) {
        evidence.settle(slot, observed, seen: seen, inferredFrom: server)
        news.append((slot, observed))
        events(.settled(slot, observed, activities[slot.fact]))
        if slot.fact == listFact, !narrowStepsAdded {
            events(.servers(evidence.servers))
            addNarrowSteps()
        }
    }

    private mutating func addNarrowSteps() {
        narrowStepsAdded = true
        add(scopes: [.host, .address, .server])
    }

    private mutating func add(scopes: Set<Scope>) {
        for (index, step) in plan.steps.enumerated() where scopes.contains(step.provides.scope) && isWanted(step) {
            // What is out of reach would only be gone through, again and again.
            let places = evidence.places(step.provides.scope).filter { isWithinReach(step, at: $0) }
            let slots = places.map { Slot(step.provides.id, $0) }
            waiting += slots.filter { !evidence.isSettled($0) }.map { ($0, index) }
        }
    }

    private func isWithinReach(_ step: Plan.Step, at place: Place) -> Bool {
        guard case .probe(let probe) = step else { return true }
        return mayStart(probe, place)
    }

    private func isWanted(_ step: Plan.Step) -> Bool {
        guard !derivesAll, case .derivation(let derivation) = step else { return true }
        return plan.derivedForProbes.contains(derivation.provides.id)
    }

    /// Derives whatever can be; one derivation may make another possible, and steps are in order of need.
    private mutating func derive() {
        var progress = true
        while progress {
            progress = false
            for (slot, step) in waiting where derived[step] && isReady(step, at: slot.place) {
                guard case .derivation(let derivation) = plan.steps[step] else { continue }
                waiting.removeAll { $0.slot == slot }
                store(slot, derivation.observed(inputs(at: slot.place)))
                progress = true
            }
        }
    }

    private func isReady(_ step: Int, at place: Place) -> Bool {
        needs[step].allSatisfy { need in
            switch need.kind {
            case .wanted, .pending: return true
            case .single, .observed:
                guard plan.facts.contains(need.fact.id), let place = place.widened(to: need.fact.scope) else {
                    return true
                }
                return evidence.isSettled(Slot(need.fact.id, place))
            case .fanIn:
                guard narrowStepsAdded || need.fact.scope == .domain else { return false }
                return evidence.places(need.fact.scope).allSatisfy { inner in
                    !isInside(inner, place) || evidence.isSettled(Slot(need.fact.id, inner))
                }
            }
        }
    }

    /// Whether a place of a fanned-in fact belongs to the step's place: some server belongs to both.
    private func isInside(_ inner: Place, _ outer: Place) -> Bool {
        outer == .domain || inner == outer
            || evidence.servers.contains { outer.covers($0) && inner.covers($0) }
    }
}
