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

    private let profile: Profile
    private let ledger: Ledger
    /// How each check of the profile came out, in its order.
    private let tallies: [(check: Profile.WeightedCheck, tally: Tally)]

    init(profile: Profile, ledger: Ledger) {
        self.profile = profile
        self.ledger = ledger
        let unseen = ledger.hosts.count { $0.mayHaveMore }
        tallies = profile.checks.map { check in
            let isAboutServers = check.scope == .server || check.scope == .address
            return (check, Tally(ledger.entries[check.id] ?? [:], unseen: isAboutServers ? unseen : 0))
        }
    }

    /// The score; nil when nothing that has a weight could be judged.
    func value(_ assumption: Assumption) -> Double? {
        var earned = 0.0
        var total = 0.0
        var bonus = 0.0
        for (check, tally) in tallies {
            bonus += tally.earnsBonus(assumption) ? check.bonus : 0
            guard check.weight > 0, let credit = tally.credit(profile.credit, assumption) else { continue }
            earned += check.weight * credit
            total += check.weight
        }
        return total > 0 ? min(100, max(0, earned / total * 100 + bonus)) : nil
    }

    /// What each check contributes.
    func credits() -> [Assessment.CheckCredit] {
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
    private var judged = Counts()
    private var judgedAtWorst = Counts()
    /// The same where it could not be told, while something was seen.
    private var doubtful = Counts()
    private var doubtfulAtWorst = Counts()
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
                judged.add(entry.severity)
                judgedAtWorst.add(entry.worstSeverity)
                decisive += 1
            case .inconclusive:
                inconclusive += 1
                guard !entry.open.isEmpty else {
                    unseen += 1
                    continue
                }
                doubtful.add(entry.severity)
                doubtfulAtWorst.add(entry.worstSeverity)
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
        let earned =
            switch assumption {
            case .leftOut: judged.sum(credit)
            case .passed: judged.sum(credit) + doubtful.sum(credit) + Double(unseen)
            case .failed: judgedAtWorst.sum(credit) + doubtfulAtWorst.sum(credit)
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

/// How often each severity was the worst of a place.
private struct Counts {
    private var of = [Int](repeating: 0, count: Severity.allCases.count)

    mutating func add(_ severity: Severity) { of[severity.rank] += 1 }

    /// The credits of all places together.
    func sum(_ credit: [Severity: Double]) -> Double {
        var sum = 0.0
        for severity in Severity.allCases where of[severity.rank] > 0 {
            sum += Double(of[severity.rank]) * (credit[severity] ?? 0)
        }
        return sum
    }
}
