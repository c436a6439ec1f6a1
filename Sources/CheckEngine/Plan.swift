public import CheckKit

/// Why a list of plugins makes no plan. Found before the first packet.
public enum PlanError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Two checks have the same id, or one's former id.
    case duplicateCheck(String)
    /// A check declares a finding that makes no sense, and why.
    case faultyFinding(check: String, code: String, fault: String)
    /// Two steps provide the same fact.
    case twoProviders(of: FactID)
    /// Nothing provides a fact that a step asks for.
    case noProvider(of: FactID, neededBy: String)
    /// Steps ask for each other's facts, in the order of the path.
    case cycle([FactID])
    /// A check of this name is in no plugin.
    case unknownCheck(String)
    /// Not exactly one provider's fact is the list of servers.
    case serverLists([FactID])

    /// One sentence.
    public var description: String {
        switch self {
        case .duplicateCheck(let id): "Two checks are named \(id): one is listed twice, or has an id that is taken."
        case .faultyFinding(let check, let code, let fault): "The check \(check) declares \(code), which \(fault)."
        case .twoProviders(let fact):
            "Two steps provide the fact \(fact): a probe or derivation is listed twice, or two facts have one id."
        case .noProvider(let fact, let step):
            "Nothing provides the fact \(fact), which \(step) asks for: no plugin lists its probe or derivation."
        case .cycle(let path): "Steps wait for each other: \(path.map(\.text).joined(separator: " → "))."
        case .unknownCheck(let id): "There is no check named \(id)."
        case .serverLists(let facts):
            facts.isEmpty
                ? "No step provides the list of servers."
                : "More than one fact lists the servers: \(facts.map(\.text).joined(separator: ", "))."
        }
    }
}

/// What a run will do: the checks asked for, and the steps that they reach, in an order in which each comes after what it
/// needs. A step that nothing reaches is not in the plan: switching a check off switches its traffic off.
public struct Plan: Sendable {
    /// A probe or a derivation.
    enum Step: Sendable {
        case probe(Probe)
        case derivation(Derivation)

        var provides: FactType {
            switch self {
            case .probe(let probe): probe.provides
            case .derivation(let derivation): derivation.provides
            }
        }

        var needs: [Dependency] {
            switch self {
            case .probe(let probe): probe.needs
            case .derivation(let derivation): derivation.needs
            }
        }
    }

    /// The checks of the plan, in the order of the plugins.
    public let checks: [Check]
    /// The steps, each after what it needs.
    let steps: [Step]
    /// What is derived besides, from whatever is there, for somebody who shows it: it makes nobody collect anything.
    let shown: [Derivation]
    /// The facts that the plan reaches.
    public let facts: Set<FactID>
    /// The derived facts that some probe asks for, be it by way of others: what is only judged is derived by whoever judges.
    let derivedForProbes: Set<FactID>
    /// Every fact that some step of the plugins provides, in the plan or not: what saved evidence may hold.
    public let knownFacts: [FactType]

    /// The facts that are computed from others, and therefore never stored.
    public var derivedFacts: Set<FactID> {
        Set(derivations.map(\.provides.id))
    }

    /// The derivations, each after what it needs.
    var derivations: [Derivation] {
        steps.compactMap { step in if case .derivation(let derivation) = step { derivation } else { nil } } + shown
    }

    /// Plans the checks with the given ids, or every check that is not intrusive when `ids` is nil.
    ///
    /// `shown` are derived facts that a report shows, in an order in which each comes after what it needs.
    public init(
        running ids: [String]? = nil, showing shown: [FactID] = [], from plugins: [Plugin]
    ) throws(PlanError) {
        let providers = try Self.providers(plugins)
        let all = plugins.flatMap(\.checks)
        try Self.refuseDuplicates(all)
        let wanted = try ids.map { (ids: [String]) throws(PlanError) -> Set<String> in
            for id in ids where !all.contains(where: { $0.id == id }) { throw .unknownCheck(id) }
            return Set(ids)
        }
        checks = all.filter { wanted?.contains($0.id) ?? !$0.isIntrusive }
        steps = try Self.ordered(checks, [], providers)
        self.shown = try Self.shown(shown, beside: steps, providers)
        facts = Set(steps.map { $0.provides.id })
        derivedForProbes = Self.derivedForProbes(steps)
        knownFacts = providers.values.map(\.provides).sorted { $0.id < $1.id }
    }

    /// Plans what it takes to observe some facts, and judges nothing.
    public init(observing wanted: [FactID], from plugins: [Plugin]) throws(PlanError) {
        let providers = try Self.providers(plugins)
        checks = []
        steps = try Self.ordered([], wanted, providers)
        shown = []
        facts = Set(steps.map { $0.provides.id })
        derivedForProbes = Self.derivedForProbes(steps)
        knownFacts = providers.values.map(\.provides).sorted { $0.id < $1.id }
    }
}

extension Plan {
    private static func providers(_ plugins: [Plugin]) throws(PlanError) -> [FactID: Step] {
        let steps = plugins.flatMap { $0.probes.map(Step.probe) + $0.derivations.map(Step.derivation) }
        var providers: [FactID: Step] = [:]
        for step in steps {
            guard providers.updateValue(step, forKey: step.provides.id) == nil else {
                throw .twoProviders(of: step.provides.id)
            }
        }
        let lists = steps.map(\.provides).filter { $0.type is any ServerList.Type }.map(\.id)
        let isNarrow: (Scope) -> Bool = { $0 != .domain }
        let needsList =
            steps.contains { isNarrow($0.provides.scope) } || plugins.flatMap(\.checks).contains { isNarrow($0.scope) }
        guard lists.count == 1 || (lists.isEmpty && !needsList) else { throw .serverLists(lists.sorted()) }
        return providers
    }

    /// Backwards from the probes: what a step needs stands before it.
    private static func derivedForProbes(_ steps: [Step]) -> Set<FactID> {
        var asked: Set<FactID> = []
        for step in steps.reversed() {
            if case .derivation(let derivation) = step, !asked.contains(derivation.provides.id) { continue }
            asked.formUnion(step.needs.map(\.fact.id))
        }
        return Set(
            steps.compactMap { step in
                guard case .derivation(let derivation) = step, asked.contains(derivation.provides.id) else {
                    return nil
                }
                return derivation.provides.id
            })
    }

    private static func refuseDuplicates(_ checks: [Check]) throws(PlanError) {
        var seen: Set<String> = []
        for id in checks.flatMap({ [$0.id] + $0.formerIDs }) where !seen.insert(id).inserted {
            throw .duplicateCheck(id)
        }
        var codes: Set<String> = []
        for check in checks {
            for finding in check.findings {
                let isNew = codes.insert(finding.code).inserted
                if let fault = isNew ? finding.fault : "is declared elsewhere too" {
                    throw .faultyFinding(check: check.id, code: finding.code, fault: fault)
                }
            }
        }
    }

    private static func shown(
        _ facts: [FactID], beside steps: [Step], _ providers: [FactID: Step]
    ) throws(PlanError) -> [Derivation] {
        var shown: [Derivation] = []
        for id in facts where !steps.contains(where: { $0.provides.id == id }) {
            guard case .derivation(let derivation) = providers[id] else {
                throw .noProvider(of: id, neededBy: "the report")
            }
            shown.append(derivation)
        }
        return shown
    }

    /// Depth first from the checks and the facts, so that only what they reach is in the list and each step follows its needs.
    private static func ordered(
        _ checks: [Check], _ wanted: [FactID], _ providers: [FactID: Step]
    ) throws(PlanError) -> [Step] {
        var order: [Step] = []
        var done: Set<FactID> = []
        func visit(_ dependency: Dependency, for step: String, _ path: [FactID]) throws(PlanError) {
            let id = dependency.fact.id
            // A question about the plan reaches nothing.
            guard dependency.kind != .wanted, !done.contains(id) else { return }
            guard !path.contains(id) else {
                throw .cycle(Array(path.drop { $0 != id }) + [id])
            }
            guard let provider = providers[id] else {
                if dependency.kind == .observed { return }
                throw .noProvider(of: id, neededBy: step)
            }
            for need in provider.needs { try visit(need, for: id.text, path + [id]) }
            done.insert(id)
            order.append(provider)
        }
        let narrow = checks.contains { $0.scope != .domain }
        let list = providers.values.first { $0.provides.type is any ServerList.Type }
        for check in checks {
            for need in check.needs { try visit(need, for: check.id, []) }
        }
        for fact in wanted {
            guard let provider = providers[fact] else { throw .noProvider(of: fact, neededBy: "the plan") }
            try visit(Dependency(fact: provider.provides, kind: .single), for: "the plan", [])
        }
        if let list, narrow || order.contains(where: { $0.provides.scope != .domain }) {
            try visit(Dependency(fact: list.provides, kind: .single), for: "the plan", [])
        }
        return order
    }
}
