internal import CheckKit

/// The letters of a run once some of its problems are fixed, each computed once: searches ask for the same ones again and again.
final class Letters {
    /// The codes that can change anything.
    let mattering: Set<String>
    private let grader: Grader
    private let ledger: Ledger
    private var known: [Set<String>: Grade?] = [:]

    init(_ grader: Grader, _ ledger: Ledger, _ fixes: [Fix]) {
        self.grader = grader
        self.ledger = ledger
        mattering = Set(fixes.filter(grader.canMatter).map(\.code))
    }

    /// The letter once these codes are fixed.
    func once(fixed codes: Set<String>) -> Grade? {
        let relevant = codes.intersection(mattering)
        if let letter = known[relevant] { return letter }
        let letter = grader.letter(ledger.fixing(relevant))
        known[relevant] = .some(letter)
        return letter
    }
}

extension Grader {
    /// Whether fixing it can change the letter, alone or with others: a rule looks at it, it costs credit or stands in the
    /// way of a bonus.
    fileprivate func canMatter(_ fix: Fix) -> Bool {
        let rules = profile.caps.map(\.when) + profile.withholds.map(\.when)
        return rules.contains { $0.depends(on: fix.code, of: fix.check) }
            || profile.credit[fix.severity] != profile.credit[.info]
            || profile.checks.contains { $0.id == fix.check && $0.bonus > 0 }
    }
}
