internal import CheckKit

/// The outcomes of a run as a profile sees them: by check and place, with effective severities.
struct Ledger {
    /// One check's outcome at one place.
    struct Entry {
        let outcome: OutcomeClass
        /// The worst effective severity; nil where nothing was found.
        let worst: Severity?
        let codes: [String]
        /// Why it is inconclusive.
        let why: String?

        /// What a check is worth that found nothing worse than this.
        var severity: Severity { worst ?? .info }
        /// Whether it says something about the check's claim.
        var isDecisive: Bool { outcome == .passed || outcome == .failed }
    }

    /// The entries of every check that the profile runs; a check without results is there, and empty.
    let entries: [String: [Place: Entry]]
    let hosts: [ListedHost]
    /// The scopes of the checks that the profile runs.
    let scopes: [String: Scope]

    init(_ results: [CheckResult], hosts: [ListedHost], profile: Profile) {
        var entries: [String: [Place: Entry]] = [:]
        for check in profile.checks { entries[check.id] = [:] }
        for result in results {
            entries[result.check]?[result.place] = Entry(result.outcome, profile)
        }
        self.entries = entries
        self.hosts = hosts
        scopes = Dictionary(profile.checks.map { ($0.id, $0.scope) }) { first, _ in first }
    }
}

extension Ledger.Entry {
    fileprivate init(_ outcome: Outcome, _ profile: Profile) {
        switch outcome {
        case .passed: self.init(outcome: .passed, worst: nil, codes: [], why: nil)
        case .found(let findings):
            let worst = findings.map { profile.severity(of: $0) }.max()
            let outcome: OutcomeClass = (worst ?? .info) >= .error ? .failed : .passed
            self.init(outcome: outcome, worst: worst, codes: findings.map { $0.code }, why: nil)
        case .notApplicable(let why): self.init(outcome: .notApplicable, worst: nil, codes: [], why: why)
        case .blocked(_, let because):
            self.init(outcome: .blocked, worst: nil, codes: [], why: because.description)
        case .inconclusive(let why): self.init(outcome: .inconclusive, worst: nil, codes: [], why: why)
        }
    }
}
