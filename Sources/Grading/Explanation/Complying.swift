internal import CheckKit
internal import FoundationEssentials

extension Grader {
    /// What to fix so that nothing that must be met is seen not to be; none of it can be left out. Empty where nothing is
    /// seen not to be met, or where no fix helps.
    func complying(_ ledger: Ledger, _ fixes: [Explanation.Fix], at instant: Date) -> [String] {
        func fails(_ codes: [String]) -> Bool {
            let fixed = ledger.fixing(Set(codes))
            return Compliance(profile.requirements, waived: fixed, observed: fixed, at: instant).outcome
                == .notCompliant
        }
        var rest = fixes.map(\.finding.code)
        guard !profile.requirements.isEmpty, fails([]), !fails(rest) else { return [] }
        // The most work first: what can be left out is.
        for code in rest.reversed() where !fails(rest.filter { $0 != code }) { rest.removeAll { $0 == code } }
        return rest
    }
}
