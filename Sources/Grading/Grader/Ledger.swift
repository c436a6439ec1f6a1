public import CheckKit

/// The outcomes of a run as a profile sees them: by check and place, with effective severities.
struct Ledger {
    /// One check's outcome at one place.
    struct Entry: Hashable {
        /// A code that was found, with its effective severity.
        struct Found: Hashable {
            let code: String
            let severity: Severity
        }

        let outcome: OutcomeWord
        let found: [Found]
        /// Codes of which the facts do not tell, with how severe they can be; empty where nothing is open, and where
        /// everything is.
        var open: [String: ClosedRange<Severity>] = [:]
        /// Codes that what was found hides.
        var hidden: Set<String> = []
        /// Why it is inconclusive, or leaves something open.
        let why: String?

        /// What a check is worth here: by the worst that was found, or as if that were information.
        var severity: Severity { found.map { $0.severity }.max() ?? .info }
        /// What it would be worth if all that is open turned out badly.
        var worstSeverity: Severity { open.values.map(\.upperBound).reduce(severity, max) }
        /// The word for it in reports.
        var word: OutcomeWord { outcome == .passed ? found.isEmpty ? .clean : .noted : outcome }
        /// Whether it says something about the check's claim.
        var isDecisive: Bool { outcome == .passed || outcome == .failed }

        /// Whether a code was found.
        func has(_ code: String) -> Bool { found.contains { $0.code == code } }

        /// What a verdict with these findings comes to; without any, the check passed.
        static func verdict(_ found: [Found]) -> Entry {
            let fails = found.contains { $0.severity >= .error }
            return Entry(outcome: fails ? .failed : .passed, found: found, why: nil)
        }

        /// What findings come to while some codes are open: a failure is certain; else an open code matters where it could
        /// be worse than what was found.
        static func partly(
            _ found: [Found], open: [String: ClosedRange<Severity>], hidden: Set<String>, _ why: String?
        ) -> Entry {
            let certain = verdict(found)
            let matters = certain.outcome != .failed && open.values.contains { $0.upperBound > certain.severity }
            return Entry(
                outcome: matters ? .inconclusive : certain.outcome, found: found, open: open, hidden: hidden, why: why)
        }

        /// The same as if nothing with these codes had been found: what is open stays open, and what is certain stays so.
        func fixing(_ codes: Set<String>) -> Entry {
            let rest = found.filter { !codes.contains($0.code) }
            let outcome = self.outcome == .inconclusive ? self.outcome : Self.verdict(rest).outcome
            return Entry(outcome: outcome, found: rest, open: open, hidden: hidden, why: why)
        }

        /// No verdict.
        static func without(_ outcome: OutcomeWord, _ why: String) -> Entry {
            Entry(outcome: outcome, found: [], why: why)
        }
    }

    /// The entries of every check that the profile runs; a check without results is there, and empty.
    private(set) var entries: [String: [Place: Entry]]
    let hosts: [ListedHost]
    /// The scopes of the checks that the profile runs.
    let scopes: [String: Scope]

    init(_ results: [CheckResult], hosts: [ListedHost], profile: Profile) {
        self.init(settled: profile.settling(results, hosts: hosts), hosts: hosts, profile: profile)
    }

    init(settled results: [CheckResult], hosts: [ListedHost], profile: Profile) {
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
    /// Whether a trigger names something that was found, or is open, and not what a rule is glad not to find.
    func shows(_ trigger: Trigger) -> Bool {
        guard let code = trigger.code, let entry = entries[trigger.check]?[trigger.place] else { return true }
        return entry.has(code) || entry.open[code] != nil || (entry.outcome == .inconclusive && entry.open.isEmpty)
    }

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
                fixed.set(check, place, entry.fixing(codes))
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
            case .found(let findings): .verdict(findings.map { Found($0, profile) })
            case .partly(let findings, let undecided):
                .partly(
                    findings.map { Found($0, profile) },
                    open: Dictionary(undecided.open.map { ($0.code, profile.severities(of: $0)) }) { first, _ in
                        first
                    }, hidden: Set(undecided.hidden.map(\.code)), undecided.why)
            case .notApplicable(let why): .without(.notApplicable, why)
            case .blocked(_, let because): .without(.blocked, because.description)
            case .inconclusive(let why): .without(.inconclusive, why)
            }
    }
}

extension Ledger.Entry.Found {
    fileprivate init(_ finding: Finding, _ profile: Profile) {
        self.init(code: finding.code, severity: profile.severity(of: finding))
    }
}

extension Profile {
    /// How an outcome counts under this profile: any word but `passed`, which stands for two of them.
    public func word(for outcome: Outcome) -> OutcomeWord { Ledger.Entry(outcome, self).word }
}
