public import CheckKit

/// Tries every finding on the requirements of a profile, on a domain where everything else is clean: with which each would
/// still be met, and which no finding can break or meet.
struct RequirementStudy {
    private let profile: Profile
    private let stage: Stage
    private let units: Units

    init(_ profile: Profile, _ catalog: Catalog) {
        self.profile = profile
        stage = Stage(profile)
        units = Units(profile, catalog, stage)
    }

    /// What is let through, for each requirement that something is looked at for, in the order of the profile.
    var tolerances: [Tolerance] {
        conditions.filter { $0.requirement.leftOut == nil }.map { requirement, condition in
            let isMetByAll = truth(of: condition, []) == .yes
            var verdicts: [Tolerance.Found: Bool] = [:]
            for unit in units.all(for: condition) {
                guard let found = unit.found else { continue }
                let key = Tolerance.Found(code: found.code, severity: found.severity)
                // At every place, and at one host alone: both must be let through.
                verdicts[key] = verdicts[key, default: true] && truth(of: condition, [unit]) == .yes
            }
            let findings = verdicts.filter(\.value).keys.sorted { ($1.severity, $0.code) < ($0.severity, $1.code) }
            return Tolerance(requirement: requirement, isMetByCleanDomains: isMetByAll, findings: findings)
        }
    }

    /// Requirements that no finding breaks, or that no run meets.
    var remarks: [Examination.Remark] {
        conditions.compactMap { requirement, condition in
            let units = units.all(for: condition)
            let search = Satisfaction(units: units)
            let worlds =
                [[]] + units.map { [$0] } + search.worlds(for: condition) + search.worlds(for: .not(condition))
            let truths = Set(worlds.map { truth(of: condition, $0) })
            let path = ["requirements", requirement.id, "met-by"]
            if !truths.contains(.no) {
                return Examination.Remark(
                    path: path,
                    message: "no finding was found that breaks '\(requirement.id)': it is met whatever is found")
            }
            return truths.contains(.yes)
                ? nil : Examination.Remark(path: path, message: "no run was found that meets '\(requirement.id)'")
        }
    }

    private var conditions: [(requirement: Requirement, condition: Condition)] {
        profile.requirements.compactMap { requirement in
            guard case .condition(let condition) = requirement.basis else { return nil }
            return (requirement, condition)
        }
    }

    private func truth(of condition: Condition, _ world: [Unit]) -> Truth {
        ConditionEvaluator(ledger: stage.ledger(world), blocked: .unknown).truth(of: condition)
    }
}

/// What a requirement lets through: the findings with which it would still be met, each for itself.
public struct Tolerance: Sendable, Hashable {
    /// The requirement.
    public let requirement: Requirement
    /// Whether a domain meets it at which nothing is found; else it asks for a finding.
    public let isMetByCleanDomains: Bool
    /// With which it is met, the worst first: of the checks that it looks at.
    public let findings: [Found]

    /// A finding with a severity that it can have under the profile.
    public struct Found: Sendable, Hashable {
        /// The code.
        public let code: String
        /// How severe it is.
        public let severity: Severity
    }
}

extension Profile {
    /// What its requirements let through, with the class of domains whose own they are; nil for those of every domain. Of a
    /// class, only what differs from the profile itself is there.
    public func tolerances(in library: ProfileLibrary) -> [(domainClass: String?, tolerance: Tolerance)] {
        let catalog = library.catalog.adding(externalChecks.map(\.check))
        let own = RequirementStudy(self, catalog).tolerances
        let known = Set(own)
        let others = classes.flatMap { domainClass in
            RequirementStudy(domainClass.profile, catalog).tolerances.filter { !known.contains($0) }
                .map { (Optional(domainClass.id), $0) }
        }
        return own.map { (nil, $0) } + others
    }
}
