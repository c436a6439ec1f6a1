internal import CheckKit
internal import FoundationEssentials

/// What a run says of the requirements of a profile: no letter, but an answer to each.
public struct Compliance: Sendable, Hashable {
    /// What the answers come to, as far as can be seen from outside.
    public let outcome: Outcome
    /// Each requirement, in the order of the profile.
    public let requirements: [RequirementReport]

    /// How a requirement, or all of them together, came out.
    public enum Outcome: String, Sendable, Hashable, CaseIterable {
        /// It was seen to be met.
        case compliant
        /// It is met only because of a waiver.
        case compliantWithWaiver = "compliant-with-waiver"
        /// It was seen not to be met.
        case notCompliant = "not-compliant"
        /// What was observed does not tell, or this version does not look.
        case cannotTell = "cannot-tell"
        /// Nobody can see it from outside.
        case notObservable = "not-observable"
        /// The question does not arise.
        case notApplicable = "not-applicable"
        /// The profile does not ask it of domains of this class.
        case leftOut = "left-out"
    }

    /// The answer to one requirement.
    public struct RequirementReport: Sendable, Hashable {
        /// The requirement.
        public let requirement: Requirement
        /// How it came out.
        public let outcome: Outcome
        /// The outcomes that decide it, and where; empty where nothing was seen.
        public let evidence: [Trigger]
        /// Why it was not observed, cannot be, or is not asked for.
        public let why: String?
    }
}

extension Compliance {
    /// The answers to a profile's requirements; `observed` is what was found before anything was waived. What a standard
    /// does not ask for at that instant does not apply.
    init(_ requirements: [Requirement], waived: Ledger, observed: Ledger, at instant: Date) {
        let reports = requirements.map {
            RequirementReport($0, waived: waived, observed: observed, at: instant)
        }
        self.requirements = reports
        outcome = Self.total(reports.filter { $0.requirement.level == .must }.map { $0.outcome })
    }

    /// One `must` that is not met decides; then one that cannot be told. What nobody can see does not stand in the way, and
    /// does not make anybody compliant either.
    static func total(_ outcomes: [Outcome]) -> Outcome {
        let order: [Outcome] = [.notCompliant, .cannotTell, .compliantWithWaiver, .compliant, .notObservable]
        return order.first { outcomes.contains($0) } ?? .notApplicable
    }
}

extension Ledger {
    /// Whether one of these checks could not tell at some place, or was not asked at all.
    fileprivate func leavesOpen(_ checks: Set<String>) -> Bool {
        checks.contains { check in
            guard let places = entries[check], !places.isEmpty else { return true }
            return places.values.contains { $0.outcome == .inconclusive || !$0.open.isEmpty }
        }
    }
}

extension Compliance.RequirementReport {
    /// The answer to one requirement.
    init(_ requirement: Requirement, waived: Ledger, observed: Ledger, at instant: Date) {
        if let why = requirement.leftOut {
            self = .without(.leftOut, requirement, why)
        } else if let why = requirement.isDormant(at: instant) {
            self = .without(.notApplicable, requirement, why)
        } else {
            let answer = Self.answer(requirement, waived: waived, observed: observed)
            self = requirement.subject == .everyDomain ? answer : answer.about(observed.hasMailServers)
        }
    }

    private static func answer(_ requirement: Requirement, waived: Ledger, observed: Ledger) -> Self {
        switch requirement.basis {
        case .notObservable(let why):
            return .without(.notObservable, requirement, why)
        case .notObserved(let why):
            return .without(.cannotTell, requirement, why)
        case .condition(let condition):
            let evaluator = ConditionEvaluator(ledger: waived, blocked: .unknown)
            let unwaived = ConditionEvaluator(ledger: observed, blocked: .unknown)
            let truth = evaluator.truth(of: condition)
            let before = unwaived.truth(of: condition)
            // What is met as it was found needs no waiver, and none takes it away.
            guard before != .yes else {
                return Self(
                    requirement: requirement, outcome: .compliant,
                    evidence: unwaived.triggers(of: condition, .yes), why: nil)
            }
            let isWaived = (truth == .yes || truth == .void) && (before == .no || before == .unknown)
            guard !isWaived else {
                return Self(
                    requirement: requirement, outcome: .compliantWithWaiver,
                    evidence: unwaived.triggers(of: condition, before), why: nil)
            }
            let outcome: Compliance.Outcome =
                switch truth {
                case .yes: .compliant
                case .no: .notCompliant
                case .unknown: .cannotTell
                // About nothing because nobody knows where the servers are is not the same as about nothing.
                case .void: waived.leavesOpen(condition.checks) ? .cannotTell : .notApplicable
                }
            return Self(
                requirement: requirement, outcome: outcome,
                evidence: truth == .void ? [] : evaluator.triggers(of: condition, truth), why: nil)
        }
    }

    /// An answer that no outcome decides.
    fileprivate static func without(
        _ outcome: Compliance.Outcome, _ requirement: Requirement, _ why: String
    ) -> Compliance.RequirementReport {
        .init(requirement: requirement, outcome: outcome, evidence: [], why: why)
    }

    /// The answer where the requirement is about mail servers: nothing is asked of a domain that certainly has none, and
    /// nothing can be told where nobody knows.
    fileprivate func about(_ hasMailServers: Truth) -> Compliance.RequirementReport {
        switch hasMailServers {
        case .yes: return self
        case .no, .void: return .without(.notApplicable, requirement, "The domain has no mail server.")
        case .unknown:
            guard ![.notApplicable, .notObservable].contains(outcome) else { return self }
            return .without(.cannotTell, requirement, "Whether the domain has mail servers is not known.")
        }
    }
}

extension Ledger {
    /// Whether the domain has mail servers. Where the list is empty, checks of servers say why at the domain itself.
    var hasMailServers: Truth {
        guard hosts.isEmpty else { return .yes }
        let whys = entries.filter { scopes[$0.key] != .domain }.compactMap { $0.value[.domain]?.outcome }
        return !whys.isEmpty && whys.allSatisfy { $0 == .notApplicable } ? .no : .unknown
    }
}
