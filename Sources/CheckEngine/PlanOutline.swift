public import CheckKit

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
        let (fact, scope) = (step.provides.id, step.provides.scope)
        switch step {
        case .probe(let probe):
            self.init(asking: fact, scope, probe.activity?.subject, probe.activity?.traffic, needs: needs)
        case .derivation: self.init(deriving: fact, scope, needs: needs)
        }
    }
}
