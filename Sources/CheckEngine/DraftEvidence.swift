public import CheckKit
public import FoundationEssentials
public import MailModel

/// What is known of a run before its end, put together from its events: the evidence that the run would leave behind if it were
/// cancelled at this moment. What is judged of it holds what the whole run comes to: it is not known yet, and never a fault.
public struct DraftEvidence: Sendable {
    private let plan: Plan
    private var known: Evidence
    private var drafts: [Slot: any DraftFact] = [:]
    private var notes: [Place: [(probe: FactID, fact: any NamedFact)]] = [:]

    /// A draft of nothing yet, of a run by a plan.
    public init(of domain: DomainName, _ plan: Plan, _ settings: RunSettings, at instant: Date) {
        self.plan = plan
        known = Evidence(domain: domain, collectedAt: instant, settings: settings)
    }

    /// Takes an event in. Returns whether it brought something to judge.
    public mutating func receive(_ event: RunEvent) -> Bool {
        switch event {
        case .kept(let slot, let draft as any DraftFact):
            guard !known.isSettled(slot) else { return false }
            drafts[slot] = draft
            return true
        case .settled(let slot, let observed, _):
            drafts[slot] = nil
            known.settle(slot, observed)
            return true
        case .noted(let slot, let fact):
            let type = Swift.type(of: fact).id
            var here = notes[slot.place] ?? []
            if let index = here.firstIndex(where: { $0.probe == slot.fact && Swift.type(of: $0.fact).id == type }) {
                here[index].fact = fact
            } else {
                here.append((slot.fact, fact))
            }
            notes[slot.place] = here
            return true
        case .started, .kept, .servers, .finished: return false
        }
    }

    /// The evidence: what a probe has not reached yet is cancelled, as it would be.
    public var evidence: Evidence {
        var evidence = known
        for step in plan.steps {
            guard case .probe(let probe) = step else { continue }
            for place in known.places(probe.provides.scope) {
                let slot = Slot(probe.provides.id, place)
                guard !known.isSettled(slot) else { continue }
                if let fact = notes[place]?.map(\.fact).joined(probe.provides) {
                    evidence.settle(slot, .present(fact))
                } else if var draft = drafts[slot] {
                    draft.end(.cancelled)
                    evidence.settle(slot, .present(draft))
                } else {
                    evidence.settle(slot, .absent(.cancelled))
                }
            }
        }
        return evidence
    }
}
