internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// A run that somebody made up: two MX hosts with three servers at which every check passes, except what is said here.
struct CaseSituation: Sendable {
    /// Which servers are concerned, and whether there are any.
    enum Extent: String, CaseIterable {
        /// Both hosts with all of their servers.
        case every
        /// The second host alone, which has one server.
        case some
        /// The domain has no mail server.
        case none
    }

    /// What is found.
    let findings: [Finding]
    /// Checks that say nothing: `inconclusive` or `not-applicable`.
    let silent: [String: OutcomeWord]
    /// Where findings and silence are, of checks that are not about the whole domain.
    let extent: Extent

    /// The outcomes under a profile, and the hosts that they are of.
    func outcomes(_ profile: Profile, _ catalog: Catalog) -> (results: [CheckResult], hosts: [ListedHost]) {
        let stage = Stage(profile)
        let found = Dictionary(grouping: findings) { catalog.owner(of: $0.code)?.check.id ?? "" }
        let results = profile.checks.flatMap { check -> [CheckResult] in
            let says = outcome(found[check.id] ?? [], silent[check.id])
            if extent == .none, check.scope != .domain {
                return [result(check, .domain, .notApplicable("the domain has no mail server"))]
            }
            let concerned =
                extent == .some && check.scope != .domain
                ? Set(stage.places(check.scope, atHost: 1)) : Set(stage.places(check.scope))
            return stage.places(check.scope).map { place in
                result(check, place, concerned.contains(place) ? says : .passed)
            }
        }
        return (results, extent == .none ? [] : stage.hosts)
    }

    private func outcome(_ findings: [Finding], _ word: OutcomeWord?) -> Outcome {
        switch word {
        case .inconclusive: .inconclusive("made up")
        case .notApplicable: .notApplicable("made up")
        default: findings.isEmpty ? .passed : .found(findings)
        }
    }

    private func result(_ check: Profile.WeightedCheck, _ place: Place, _ outcome: Outcome) -> CheckResult {
        CheckResult(check: check.id, place: place, outcome: outcome)
    }
}
