internal import CheckKit
internal import FoundationEssentials

/// Looks for the least that must be fixed so that nothing that must be met is seen not to be: the fewest kinds of problem,
/// and among as few of them the least work.
///
/// What a requirement comes to depends on the codes that its condition looks at and on no others. So requirements that
/// share none are solved apart; and where one is not met, at least one of its codes belongs to every solution, whatever the
/// condition is made of. That makes the search small, and exact: only its limit makes it an approximation, which it says.
struct ComplianceSearch {
    /// How many sets of fixes may be tried for requirements that hang together.
    static let limit = 20_000

    /// A requirement, with the codes it depends on as bits.
    private struct Rule {
        let requirement: Requirement
        let codes: UInt64
    }

    private let ledger: Ledger
    private let fixes: [Fix]
    private let instant: Date
    private let rules: [Rule]
    private let limit: Int
    private var answers: [[UInt64: Bool]]

    /// A search among fixes, the least work first.
    init(
        _ profile: Profile, _ ledger: Ledger, _ fixes: [Fix], at instant: Date, limit: Int = Self.limit
    ) {
        self.ledger = ledger
        self.fixes = fixes
        self.instant = instant
        // More kinds of problem than bits: no exact search, only the approximation.
        self.limit = fixes.count <= UInt64.bitWidth ? limit : 0
        rules = profile.requirements.filter { $0.level == .must }.compactMap { requirement in
            guard case .condition(let condition) = requirement.basis else { return nil }
            let codes = fixes.indices.prefix(UInt64.bitWidth).reduce(0 as UInt64) { codes, index in
                condition.depends(on: fixes[index].code, of: fixes[index].check) ? codes | 1 << index : codes
            }
            return Rule(requirement: requirement, codes: codes)
        }
        answers = Array(repeating: [:], count: rules.count)
    }

    /// The codes to fix, the least work first, and whether no smaller set and no cheaper one of that size will do. Empty
    /// where nothing is seen not to be met, or where no fix helps.
    mutating func run() -> (codes: [String], isSmallest: Bool) {
        var chosen: UInt64 = 0
        for component in components() {
            switch solve(component) {
            case .solved(let codes): chosen |= codes
            case .impossible: return ([], true)
            case .tooLarge: return (approximation(), false)
            }
        }
        return (fixes.indices.filter { $0 < UInt64.bitWidth && chosen & 1 << $0 != 0 }.map(code), true)
    }
}

extension ComplianceSearch {
    private enum Solution {
        case solved(UInt64)
        case impossible
        case tooLarge
    }

    /// One depth of a search: what is left of it and the best it has seen.
    private struct Descent {
        let rules: [Int]
        var budget: Int
        var best: (codes: UInt64, effort: Int)?
        var wasCut = false
    }

    /// The requirements that are not met, each with all that share codes with it.
    private mutating func components() -> [[Int]] {
        var components: [[Int]] = []
        var seen: Set<Int> = []
        for start in rules.indices where !seen.contains(start) && fails(start, 0) {
            var codes = rules[start].codes
            var members: Set<Int> = [start]
            while let next = rules.indices.first(where: { !members.contains($0) && rules[$0].codes & codes != 0 }) {
                members.insert(next)
                codes |= rules[next].codes
            }
            seen.formUnion(members)
            components.append(members.sorted())
        }
        return components
    }

    /// Tries sets of one size after the other: the first size that has a solution has the smallest.
    private mutating func solve(_ component: [Int]) -> Solution {
        var descent = Descent(rules: component, budget: limit)
        for size in 0...UInt64.bitWidth {
            descent.wasCut = false
            descend(&descent, chosen: 0, excluded: 0, left: size)
            if descent.budget <= 0 { return .tooLarge }
            if let best = descent.best { return .solved(best.codes) }
            if !descent.wasCut { return .impossible }
        }
        return .impossible
    }

    /// Adds codes to `chosen`, none of `excluded`, at most `left` of them.
    private mutating func descend(_ descent: inout Descent, chosen: UInt64, excluded: UInt64, left: Int) {
        descent.budget -= 1
        let effort = effort(chosen)
        guard descent.budget > 0, effort <= descent.best?.effort ?? .max else { return }
        var options: [UInt64] = []
        for rule in descent.rules where fails(rule, chosen) { options.append(rules[rule].codes & ~chosen & ~excluded) }
        guard let narrowest = options.min(by: { $0.nonzeroBitCount < $1.nonzeroBitCount }) else {
            if effort < descent.best?.effort ?? .max { descent.best = (chosen, effort) }
            return
        }
        guard narrowest != 0 else { return }
        guard Self.apart(options) <= left else {
            descent.wasCut = true
            return
        }
        var excluded = excluded
        for index in 0..<UInt64.bitWidth where narrowest & 1 << index != 0 {
            descend(&descent, chosen: chosen | 1 << index, excluded: excluded, left: left - 1)
            excluded |= 1 << index
        }
    }

    /// How many codes it takes at least: one for each of some sets that share none.
    private static func apart(_ sets: [UInt64]) -> Int {
        var taken: UInt64 = 0
        var count = 0
        for set in sets.sorted(by: { $0.nonzeroBitCount < $1.nonzeroBitCount }) where set & taken == 0 {
            taken |= set
            count += 1
        }
        return count
    }

    /// Whether a requirement is seen not to be met once these codes are fixed.
    private mutating func fails(_ rule: Int, _ chosen: UInt64) -> Bool {
        let relevant = chosen & rules[rule].codes
        if let known = answers[rule][relevant] { return known }
        let codes = Set(fixes.indices.filter { $0 < UInt64.bitWidth && relevant & 1 << $0 != 0 }.map(code))
        let fails = fails(rules[rule].requirement, ledger.fixing(codes))
        answers[rule][relevant] = fails
        return fails
    }

    private func fails(_ requirement: Requirement, _ ledger: Ledger) -> Bool {
        Compliance.RequirementReport(requirement, waived: ledger, observed: ledger, at: instant).outcome
            == .notCompliant
    }

    /// A set of which nothing can be left out; empty where not even all together help.
    private func approximation() -> [String] {
        func isEnough(_ codes: [String]) -> Bool {
            let fixed = ledger.fixing(Set(codes))
            return !rules.contains { fails($0.requirement, fixed) }
        }
        var rest = fixes.indices.map(code)
        guard isEnough(rest) else { return [] }
        // The most work first: what can be left out is.
        for code in rest.reversed() {
            let fewer = rest.filter { $0 != code }
            if isEnough(fewer) { rest = fewer }
        }
        return rest
    }

    private func effort(_ chosen: UInt64) -> Int {
        fixes.indices.reduce(0) { $1 < UInt64.bitWidth && chosen & 1 << $1 != 0 ? $0 + fixes[$1].work : $0 }
    }

    private func code(_ index: Int) -> String { fixes[index].code }
}
