public import CheckKit
public import FoundationEssentials

/// Judges evidence: computes the derived facts, then asks every check at every place of its scope. Pure: no clock, no I/O.
public struct Judge: Sendable {
    let plan: Plan
    private let parameters: [String: any Parameters]

    /// A judge for a plan, with the parameters that a profile gives its checks.
    public init(_ plan: Plan, parameters: [String: any Parameters] = [:]) {
        self.plan = plan
        self.parameters = parameters
    }

    /// The outcomes, check by check, each at its places in the order of the server list. `instant` replaces the evidence's own.
    public func judge(_ evidence: Evidence, at instant: Date? = nil) -> [CheckResult] {
        judge(derived: deriving(evidence), at: instant)
    }

    /// The same of evidence in which every derived fact is already there, as `deriving` leaves it.
    public func judge(derived complete: Evidence, at instant: Date? = nil) -> [CheckResult] {
        plan.checks.flatMap { check in
            let places = complete.places(check.scope)
            guard !places.isEmpty else {
                return [CheckResult(check: check.id, place: .domain, outcome: nothingToJudge(complete))]
            }
            return places.map { judge(check, at: $0, complete, instant) }
        }
    }

    /// The outcome of one check at one place.
    func judge(_ check: Check, at place: Place, _ complete: Evidence, _ instant: Date? = nil) -> CheckResult {
        let inputs = Inputs(
            evidence: complete, place: place, judgedAt: instant, parameters: parameters[check.id], wanted: plan.facts)
        let outcome = check.judge(inputs)
        let outside = outcome.isOpen ? complete.outsideScope(place) : nil
        return CheckResult(check: check.id, place: place, outcome: outside.map { .notApplicable($0) } ?? outcome)
    }

    /// The evidence with every derived fact of the plan computed again.
    public func deriving(_ collected: Evidence) -> Evidence {
        var evidence = collected
        for derivation in plan.derivations {
            for place in evidence.places(derivation.provides.scope) {
                derive(derivation, at: place, of: collected, in: &evidence)
            }
        }
        return evidence
    }

    /// Computes one derived fact of evidence as it was collected, into what is derived of it so far.
    func derive(_ derivation: Derivation, at place: Place, of collected: Evidence, in evidence: inout Evidence) {
        let slot = Slot(derivation.provides.id, place)
        let derived = derivation.observed(Inputs(evidence: evidence, place: place, wanted: plan.facts))
        // Evidence of the time when a probe brought this fact keeps it: what it is derived from now is not there.
        let brought = collected.observed(slot)
        evidence.settle(slot, derived.absence == .unplanned && brought.value != nil ? brought : derived)
    }

    /// A check of a narrower scope has no place when there is no server: it says why, once.
    private func nothingToJudge(_ evidence: Evidence) -> Outcome {
        for step in plan.steps where step.provides.type is any ServerList.Type {
            if case .absent(let why) = evidence.observed(Slot(step.provides.id, .domain)) {
                return why.certainty == .notApplicable ? .notApplicable(why.sentence) : .inconclusive(why.sentence)
            }
        }
        return .notApplicable("There is no mail server to test.")
    }
}

extension Outcome {
    /// Whether it says nothing of the check's claim, for want of facts.
    fileprivate var isOpen: Bool {
        switch self {
        case .inconclusive, .blocked: true
        case .passed, .found, .partly, .notApplicable: false
        }
    }
}

extension Derivation {
    /// The fact, or why it is absent.
    func observed(_ inputs: Inputs) -> Observed<any Fact> {
        do throws(Absence) {
            return .present(try derive(inputs))
        } catch {
            return .absent(error)
        }
    }
}
