internal import CheckKit

/// The weighted score of a ledger.
///
/// Score = Σ weight × credit ÷ Σ weight of what applies × 100, plus bonuses, clamped to 0…100. A check's credit at a place
/// is that of its worst finding; over places it is the mean. Blocked places are left out there: what stands in the way has
/// its own check. So are places where the question does not arise, and those that could not be told, which instead open
/// the bounds.
struct Score {
    /// How places count that could not be told.
    enum Assumption {
        case leftOut
        case failed
        case passed
    }

    let profile: Profile
    let ledger: Ledger

    /// The score; nil when nothing that has a weight could be judged.
    func value(_ assumption: Assumption) -> Double? {
        var earned = 0.0
        var total = 0.0
        var bonus = 0.0
        for check in profile.checks {
            let tally = tally(check)
            bonus += tally.earnsBonus(assumption) ? check.bonus : 0
            guard check.weight > 0, let credit = tally.credit(profile.credit, assumption) else { continue }
            earned += check.weight * credit
            total += check.weight
        }
        return total > 0 ? min(100, max(0, earned / total * 100 + bonus)) : nil
    }

    /// What each check contributes.
    func credits() -> [Assessment.CheckCredit] {
        let tallies = profile.checks.map { ($0, tally($0)) }
        let rows = tallies.map { ($0, $1, $1.credit(profile.credit, .leftOut)) }
        let total = rows.reduce(0) { $0 + ($1.2 == nil ? 0 : $1.0.weight) }
        return rows.map { check, tally, credit in
            Assessment.CheckCredit(
                check: check.id, weight: check.weight, credit: credit,
                pointsLost: total > 0 ? check.weight * (1 - (credit ?? 1)) / total * 100 : 0,
                bonus: tally.earnsBonus(.leftOut) ? check.bonus : 0, judged: tally.decisive,
                inconclusive: tally.inconclusive)
        }
    }

    private func tally(_ check: Profile.WeightedCheck) -> Tally {
        let isAboutServers = check.scope == .server || check.scope == .address
        return Tally(
            ledger.entries[check.id] ?? [:],
            unseen: isAboutServers ? ledger.hosts.count { $0.mayHaveMore } : 0)
    }

    /// Whether nothing can be said of mail servers although the profile weighs what they do.
    var hasNoServers: Bool {
        let narrow = profile.checks.filter { $0.scope != .domain && $0.weight > 0 }
        return !narrow.isEmpty
            && narrow.allSatisfy { check in ledger.entries[check.id]?.values.contains { $0.isDecisive } != true }
    }
}

/// How a check came out, counted by severity, so that the order of the places cannot matter.
private struct Tally {
    /// What was found where it could be judged; the same if what is open there turns out badly.
    private var judged: [Severity: Int] = [:]
    private var judgedAtWorst: [Severity: Int] = [:]
    /// The same where it could not be told, while something was seen.
    private var doubtful: [Severity: Int] = [:]
    private var doubtfulAtWorst: [Severity: Int] = [:]
    private(set) var decisive = 0
    private(set) var inconclusive = 0
    /// At how many places nothing at all was seen.
    private var unseen = 0
    private var blocked = 0
    private var found = 0
    private var isOpen = false

    /// The entries of a check, and at how many further places it would have one had anybody been there.
    init(_ entries: [Place: Ledger.Entry], unseen elsewhere: Int) {
        for entry in entries.values {
            found += entry.found.isEmpty ? 0 : 1
            isOpen = isOpen || !entry.open.isEmpty
            switch entry.outcome {
            case .passed, .clean, .noted, .failed:
                judged[entry.severity, default: 0] += 1
                judgedAtWorst[entry.worstSeverity, default: 0] += 1
                decisive += 1
            case .inconclusive:
                inconclusive += 1
                guard !entry.open.isEmpty else {
                    unseen += 1
                    continue
                }
                doubtful[entry.severity, default: 0] += 1
                doubtfulAtWorst[entry.worstSeverity, default: 0] += 1
            case .blocked: blocked += 1
            case .notApplicable: break
            }
        }
        // Asked for and not collected at all: as open as a question can be.
        let missing = entries.isEmpty ? 1 : elsewhere
        inconclusive += missing
        unseen += missing
    }

    func credit(_ credit: [Severity: Double], _ assumption: Score.Assumption) -> Double? {
        let places = decisive + (assumption == .leftOut ? 0 : inconclusive)
        guard places > 0 else { return nil }
        func sum(_ counts: [Severity: Int]) -> Double {
            Severity.allCases.reduce(0) { $0 + Double(counts[$1] ?? 0) * (credit[$1] ?? 0) }
        }
        let earned =
            switch assumption {
            case .leftOut: sum(judged)
            case .passed: sum(judged) + sum(doubtful) + Double(unseen)
            case .failed: sum(judgedAtWorst) + sum(doubtfulAtWorst)
            }
        return earned / Double(places)
    }

    /// A bonus is for nothing to find at every place: a finding for information can say that what earns it is absent.
    func earnsBonus(_ assumption: Score.Assumption) -> Bool {
        guard found == 0, blocked == 0 else { return false }
        guard assumption != .passed else { return decisive + inconclusive > 0 }
        return inconclusive == 0 && !isOpen && decisive > 0
    }
}
