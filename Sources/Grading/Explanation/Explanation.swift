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
    /// Everything that was found, each code once, the most useful to fix first: the one order of every report. What asks for
    /// nothing comes last.
    public let fixes: [Fix]
    /// What to fix so that nothing that must be met is seen not to be, in the order of `fixes`; empty where that is so already,
    /// or where no fix helps.
    public let complying: [String]
    /// Whether no smaller set would do, and no cheaper one of that size; otherwise only that nothing in it can be left out.
    public let isComplyingSmallest: Bool

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

extension Explanation {
    /// What asks for something to be done, in the one order.
    public var toDo: [Fix] { fixes.filter(\.asksForAction) }
}

extension Judgement {
    /// What would have to change for a better grade. Pure, and bounded: at most a few hundred grades are computed.
    public func explanation() -> Explanation {
        let grader = Grader(profile)
        var all = Fix.all(results, ledger, profile)
        let letters = Letters(grader, ledger, all)
        for index in all.indices where !all[index].places.isEmpty && assessment.grade != nil {
            all[index].gradeAlone = letters.once(fixed: [all[index].code])
        }
        // What is waived is no step towards anything.
        let counting = all.enumerated().filter { !$0.element.places.isEmpty }
            .sorted {
                ($0.element.work, $1.element.severity, $0.offset) < ($1.element.work, $0.element.severity, $1.offset)
            }
            .map(\.element)
        var search = ComplianceSearch(profile, ledger, counting, at: instant)
        let (complying, isComplyingSmallest) = search.run()
        let next = letters.once(fixed: []).flatMap {
            FixSearch(letters, counting.filter { letters.mattering.contains($0.code) }, above: $0).step
        }
        let parts = Set(complying + (next?.codes ?? []))
        for index in all.indices {
            all[index].holdsAt = all[index].cap(under: assessment)
            all[index].pointsLost = assessment.credits.first { $0.check == all[index].check }?.pointsLost ?? 0
            all[index].asksForAction =
                assessment.withheld != nil
                // What else would help a grade that cannot be given is not what to do first.
                ? all[index].severity >= .error && all[index].isFault(under: assessment)
                : all[index].isFault(under: assessment)
                    || all[index].severity == .info
                        && (parts.contains(all[index].code)
                            || letters.mattering.contains(all[index].code) && improves(all[index], grader))
        }
        let own = isOwnSide
        let fixes = all.inOrder(next: next)
            .filter { $0.isOfUse(under: assessment, hasHosts: !hosts.isEmpty, isOwnSide: own) }
            .forecasting(from: assessment.grade, keeping: next?.codes.count ?? 0) { sets in
                sets.map { letters.once(fixed: $0) }
            }
        let order = fixes.map(\.code)
        return Explanation(
            next: next, fixes: fixes,
            complying: order.filter(complying.contains) + complying.filter { !order.contains($0) },
            isComplyingSmallest: isComplyingSmallest)
    }

    /// Whether less holds the grade, or the score is better, without a piece of information: then a better grade asks for it.
    private func improves(_ fix: Fix, _ grader: Grader) -> Bool {
        guard !fix.places.isEmpty else { return false }
        let fixed = grader.assess(ledger.fixing([fix.code]))
        return fixed.caps.count < assessment.caps.count || (fixed.score ?? 0) > (assessment.score ?? 0)
    }
}

extension Grader {
    /// What would have to change for a better grade of a run.
    public func explain(
        _ results: [CheckResult], of domain: DomainName? = nil, hosts: [ListedHost], at instant: Date
    ) -> Explanation {
        judge(results, of: domain, hosts: hosts, at: instant).explanation()
    }
}

/// Looks for the smallest set of fixes that gives a better grade; among those of one size, for the least work.
private struct FixSearch {
    /// How many grades may be computed for it.
    static let limit = 600

    private let letters: Letters
    private let fixes: [Fix]
    private let current: Grade
    private var left = limit

    init(_ letters: Letters, _ fixes: [Fix], above current: Grade) {
        self.letters = letters
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
        var step = Explanation.Step(grade: grade, codes: chosen.map { fixes[$0].code }, isSmallest: isSmallest)
        for one in chosen {
            let rest = chosen.filter { $0 != one }
            let others = fixes.indices.filter { !chosen.contains($0) && better(rest + [$0]) == grade }
            if !others.isEmpty { step.alternatives[fixes[one].code] = others.map { fixes[$0].code } }
        }
        return step
    }

    /// The grade with these fixes, where it is better than now.
    private mutating func better(_ chosen: [Int]) -> Grade? {
        left -= 1
        guard let grade = letters.once(fixed: Set(chosen.map { fixes[$0].code })) else { return nil }
        return grade > current ? grade : nil
    }

    private mutating func cheapest(of size: Int) -> (chosen: [Int], grade: Grade)? {
        var best: (chosen: [Int], grade: Grade, effort: Int)?
        var chosen = Array(0..<size)
        while true {
            let effort = chosen.reduce(0) { $0 + fixes[$1].work }
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
