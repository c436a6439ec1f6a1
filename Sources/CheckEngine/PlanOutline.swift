public import CheckKit

/// What a plan will ask and why, to be told before the first packet.
public struct PlanOutline: Sendable {
    /// A fact that the plan reaches, and how it is learnt.
    public struct Step: Sendable {
        /// The fact.
        public let fact: FactID
        /// For what kind of place it is learnt.
        public let scope: Scope
        /// What it is about, in words; nil for what is derived from other facts, and where its author does not say.
        public let subject: String?
        /// What is sent for it; nil for what is derived, and where its author does not say.
        public let traffic: Traffic?
        /// Whether it is asked for; else it is derived from other facts.
        public let isProbe: Bool
        /// The facts that it needs.
        public let needs: [FactID]
        /// The checks that rest on it, by id, in the order of the plan.
        public internal(set) var checks: [String] = []
    }

    /// A check and what it rests on at first hand.
    public struct Check: Sendable {
        /// Its id.
        public let id: String
        /// What it claims.
        public let title: String
        /// For what kind of place it judges.
        public let scope: Scope
        /// The facts that it needs.
        public let needs: [FactID]
    }

    /// The steps, each behind what it needs.
    public let steps: [Step]
    /// The checks.
    public let checks: [Check]
}

extension Plan {
    /// What the plan will ask, and why.
    public var outline: PlanOutline {
        let planned = checks.map { check in
            PlanOutline.Check(
                id: check.id, title: check.title, scope: check.scope, needs: Self.needed(check.needs, among: facts))
        }
        var outlined = steps.map { PlanOutline.Step($0, Self.needed($0.needs, among: facts)) }
        // Backwards, each step passes on to what it needs who rests on it.
        var served: [FactID: Set<String>] = [:]
        for check in planned { for need in check.needs { served[need, default: []].insert(check.id) } }
        for step in outlined.reversed() {
            for need in step.needs { served[need, default: []].formUnion(served[step.fact] ?? []) }
        }
        let order = planned.map(\.id)
        for index in outlined.indices {
            let here = served[outlined[index].fact] ?? []
            outlined[index].checks = order.filter(here.contains)
        }
        return PlanOutline(steps: outlined, checks: planned)
    }

    private static func needed(_ needs: [Dependency], among facts: Set<FactID>) -> [FactID] {
        var seen: Set<FactID> = []
        return needs.filter { $0.kind != .wanted }.map(\.fact.id).filter {
            facts.contains($0) && seen.insert($0).inserted
        }
    }
}

extension PlanOutline.Step {
    fileprivate init(_ step: Plan.Step, _ needs: [FactID]) {
        fact = step.provides.id
        scope = step.provides.scope
        self.needs = needs
        switch step {
        case .probe(let probe):
            isProbe = true
            subject = probe.activity?.subject
            traffic = probe.activity?.traffic
        case .derivation:
            isProbe = false
            subject = nil
            traffic = nil
        }
    }
}
