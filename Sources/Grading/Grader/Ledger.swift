internal import CheckKit

/// The outcomes of a run as a profile sees them: by check and place, with effective severities.
struct Ledger {
    /// One check's outcome at one place.
    struct Entry: Hashable {
        /// A code that was found, with its effective severity.
        struct Found: Hashable {
            let code: String
            let severity: Severity
        }

        let outcome: OutcomeClass
        let found: [Found]
        /// Why it is inconclusive.
        let why: String?

        /// What a check is worth here: by the worst that was found, or as if that were information.
        var severity: Severity { found.map { $0.severity }.max() ?? .info }
        /// Whether it says something about the check's claim.
        var isDecisive: Bool { outcome == .passed || outcome == .failed }

        /// Whether a code was found.
        func has(_ code: String) -> Bool { found.contains { $0.code == code } }

        /// What a verdict with these findings comes to; without any, the check passed.
        static func verdict(_ found: [Found]) -> Entry {
            let fails = found.contains { $0.severity >= .error }
            return Entry(outcome: fails ? .failed : .passed, found: found, why: nil)
        }

        /// No verdict.
        static func without(_ outcome: OutcomeClass, _ why: String) -> Entry {
            Entry(outcome: outcome, found: [], why: why)
        }
    }

    /// The entries of every check that the profile runs; a check without results is there, and empty.
    private(set) var entries: [String: [Place: Entry]]
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

extension Ledger {
    /// A ledger made of its parts, for situations that nobody observed.
    init(entries: [String: [Place: Entry]], hosts: [ListedHost], profile: Profile) {
        self.entries = entries
        self.hosts = hosts
        scopes = Dictionary(profile.checks.map { ($0.id, $0.scope) }) { first, _ in first }
    }

    /// The same outcomes with one changed.
    mutating func set(_ check: String, _ place: Place, _ entry: Entry) {
        entries[check]?[place] = entry
    }

    /// The same outcomes as if nothing with these codes had been found: a check left without findings passes.
    func fixing(_ codes: Set<String>) -> Ledger {
        var fixed = self
        for (check, places) in entries {
            for (place, entry) in places where entry.found.contains(where: { codes.contains($0.code) }) {
                fixed.set(check, place, .verdict(entry.found.filter { !codes.contains($0.code) }))
            }
        }
        return fixed
    }
}

extension Ledger.Entry {
    fileprivate init(_ outcome: Outcome, _ profile: Profile) {
        self =
            switch outcome {
            case .passed: .verdict([])
            case .found(let findings):
                .verdict(findings.map { Found(code: $0.code, severity: profile.severity(of: $0)) })
            case .notApplicable(let why): .without(.notApplicable, why)
            case .blocked(_, let because): .without(.blocked, because.description)
            case .inconclusive(let why): .without(.inconclusive, why)
            }
    }
}
