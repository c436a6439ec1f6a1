public import CheckKit
public import FoundationEssentials
public import MailModel

/// What would have to change for a better grade: what each kind of problem is worth alone, and the least that is enough.
///
/// To fix a code means: wherever it was found, it no longer is, and nothing else changes. What would come to light then,
/// for example behind a handshake that fails today, nobody knows; so these are the grades that are *possible*.
public struct Explanation: Sendable, Hashable {
    /// The least work that gives a better grade; nil where no fix gives one, or where there is no letter.
    public let next: Step?
    /// Everything that was found and asks for action, or that a better grade asks for; the least work first.
    public let fixes: [Fix]
    /// What to fix so that nothing that must be met is seen not to be, the least work first; empty where that is so already,
    /// or where no fix helps.
    public let complying: [String]
    /// Whether no smaller set would do, and no cheaper one of that size; otherwise only that nothing in it can be left out.
    public let isComplyingSmallest: Bool

    /// A kind of problem that can be fixed.
    public struct Fix: Sendable, Hashable {
        /// What was found, with its remedy and who can do it.
        public let finding: FindingDescription
        /// The check that found it.
        public let check: String
        /// How much it matters under the profile, where it matters most.
        public let severity: Severity
        /// Where.
        public let places: [Place]
        /// The grade if this alone were fixed; nil where there is no letter.
        public let grade: Grade?
    }

    /// Several fixes that together give a better grade.
    public struct Step: Sendable, Hashable {
        /// That grade.
        public let grade: Grade
        /// What to fix, the least work first.
        public let codes: [String]
        /// Whether every smaller set was tried; otherwise only that nothing in this one can be left out.
        public let isSmallest: Bool
        /// By code: which others would do in its place for the same grade, the least work first.
        public var alternatives: [String: [String]] = [:]
    }
}

extension Explanation.Fix {
    /// How much work it is, in no unit: what is to be done, at every place.
    var effort: Int {
        let once =
            switch finding.effort {
            case .edit: 1
            case .record: 2
            case .request: 4
            case .configuration: 6
            case .certificate: 8
            case .zone: 20
            }
        return once * places.count
    }
}

extension Grader {
    /// What would have to change for a better grade. Pure, and bounded: at most a few hundred grades are computed.
    public func explain(
        _ results: [CheckResult], of domain: DomainName? = nil, hosts: [ListedHost], at instant: Date
    ) -> Explanation {
        let observed = Ledger(results, hosts: hosts, profile: profile)
        if let domainClass = profile.domainClass(of: domain, observed) {
            return Grader(domainClass.profile).explain(results, hosts: hosts, at: instant)
        }
        let ledger = observed.waiving(profile.waivers, at: instant).ledger
        let current = letter(ledger)
        let descriptions = Dictionary(
            results.flatMap { $0.outcome.findings }.map { ($0.code, $0.description) }
        ) { first, _ in first }
        let all = everything(ledger, descriptions)
        var search = ComplianceSearch(profile, ledger, all, at: instant)
        let (complying, isComplyingSmallest) = search.run()
        let now = assess(ledger)
        let next = current.flatMap { FixSearch(self, ledger, all.filter(canMatter), above: $0).step }
        let fixes = all.filter { fix in
            let isPartOfAnAnswer =
                complying.contains(fix.finding.code) || next?.codes.contains(fix.finding.code) == true
            guard fix.severity == .info, !isPartOfAnAnswer else { return true }
            // What is merely information asks for nothing, unless a better grade or a requirement asks for it.
            let fixed = assess(ledger.fixing([fix.finding.code]))
            return fixed.caps.count < now.caps.count || (fixed.score ?? 0) > (now.score ?? 0)
        }
        return Explanation(
            next: next, fixes: fixes,
            complying: complying, isComplyingSmallest: isComplyingSmallest)
    }

    /// The letters that are possible once all of these codes are fixed, for each set: everything else stays as it is. Nil
    /// where no letter is given.
    public func letters(
        fixing sets: [Set<String>], in results: [CheckResult], of domain: DomainName? = nil, hosts: [ListedHost],
        at instant: Date
    ) -> [Grade?] {
        let observed = Ledger(results, hosts: hosts, profile: profile)
        if let domainClass = profile.domainClass(of: domain, observed) {
            return Grader(domainClass.profile).letters(fixing: sets, in: results, hosts: hosts, at: instant)
        }
        let ledger = observed.waiving(profile.waivers, at: instant).ledger
        return sets.map { letter(ledger.fixing($0)) }
    }

    /// Whether fixing it can change the letter, alone or with others: a rule looks at it, it costs credit or stands in the
    /// way of a bonus.
    private func canMatter(_ fix: Explanation.Fix) -> Bool {
        let rules = profile.caps.map(\.when) + profile.withholds.map(\.when)
        return rules.contains { $0.depends(on: fix.finding.code, of: fix.check) }
            || profile.credit[fix.severity] != profile.credit[.info]
            || profile.checks.contains { $0.id == fix.check && $0.bonus > 0 }
    }

    /// Everything that was found, the least work first.
    private func everything(_ ledger: Ledger, _ descriptions: [String: FindingDescription]) -> [Explanation.Fix] {
        var found: [String: (check: String, severity: Severity, places: [Place])] = [:]
        for (check, places) in ledger.entries {
            for (place, entry) in places {
                for one in entry.found {
                    let before = found[one.code] ?? (check, one.severity, [])
                    found[one.code] = (check, max(before.severity, one.severity), before.places + [place])
                }
            }
        }
        let isGraded = letter(ledger) != nil
        let fixes = found.compactMap { code, what -> Explanation.Fix? in
            guard let description = descriptions[code] else { return nil }
            return Explanation.Fix(
                finding: description, check: what.check, severity: what.severity, places: Set(what.places).sorted(),
                grade: isGraded ? letter(ledger.fixing([code])) : nil)
        }
        return fixes.sorted {
            ($0.effort, $1.severity, $0.finding.code) < ($1.effort, $0.severity, $1.finding.code)
        }
    }
}

/// Looks for the smallest set of fixes that gives a better grade; among those of one size, for the least work.
private struct FixSearch {
    /// How many grades may be computed for it.
    static let limit = 600

    private let grader: Grader
    private let ledger: Ledger
    private let fixes: [Explanation.Fix]
    private let current: Grade
    private var left = limit

    init(_ grader: Grader, _ ledger: Ledger, _ fixes: [Explanation.Fix], above current: Grade) {
        self.grader = grader
        self.ledger = ledger
        self.fixes = fixes
        self.current = current
    }

    var step: Explanation.Step? {
        var search = self
        return search.find()
    }

    private mutating func find() -> Explanation.Step? {
        let all = Array(fixes.indices)
        guard better(all) != nil else { return nil }
        for size in 1...max(1, all.count) {
            guard Self.combinations(of: size, from: all.count) <= left else { break }
            if let best = cheapest(of: size) { return step(best.chosen, best.grade, isSmallest: true) }
        }
        var rest = all
        // The most work first: what can be left out is.
        for index in all.reversed() where better(rest.filter { $0 != index }) != nil { rest.removeAll { $0 == index } }
        guard let grade = better(rest) else { return nil }
        return step(rest, grade, isSmallest: false)
    }

    private mutating func step(_ chosen: [Int], _ grade: Grade, isSmallest: Bool) -> Explanation.Step {
        var step = Explanation.Step(grade: grade, codes: chosen.map { fixes[$0].finding.code }, isSmallest: isSmallest)
        for one in chosen {
            let rest = chosen.filter { $0 != one }
            let others = fixes.indices.filter { !chosen.contains($0) && better(rest + [$0]) == grade }
            if !others.isEmpty { step.alternatives[fixes[one].finding.code] = others.map { fixes[$0].finding.code } }
        }
        return step
    }

    /// The grade with these fixes, where it is better than now.
    private mutating func better(_ chosen: [Int]) -> Grade? {
        left -= 1
        guard let grade = grader.letter(ledger.fixing(Set(chosen.map { fixes[$0].finding.code }))) else { return nil }
        return grade > current ? grade : nil
    }

    private mutating func cheapest(of size: Int) -> (chosen: [Int], grade: Grade)? {
        var best: (chosen: [Int], grade: Grade, effort: Int)?
        var chosen = Array(0..<size)
        while true {
            let effort = chosen.reduce(0) { $0 + fixes[$1].effort }
            if effort < best?.effort ?? .max, let grade = better(chosen) { best = (chosen, grade, effort) }
            guard let step = chosen.indices.last(where: { chosen[$0] < fixes.count - size + $0 }) else { break }
            chosen[step] += 1
            for later in chosen.indices where later > step { chosen[later] = chosen[later - 1] + 1 }
        }
        return best.map { ($0.chosen, $0.grade) }
    }

    private static func combinations(of size: Int, from count: Int) -> Int {
        var result = 1
        for step in 0..<size {
            result = result * (count - step) / (step + 1)
            if result > limit { return limit + 1 }
        }
        return result
    }
}
