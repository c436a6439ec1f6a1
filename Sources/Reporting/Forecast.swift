internal import CheckKit
internal import Grading

extension [Advice] {
    /// Adds what each step of the list is worth: the grade once it and all before it are fixed. `grade` grades the run
    /// without the findings of the given codes.
    func forecasting(from start: Grade?, grade: (Set<String>) -> Grade?) -> [Advice] {
        guard var best = start else { return self }
        var fixed: Set<String> = []
        return map { advice in
            var advice = advice
            guard advice.asksForAction else { return advice }
            fixed.insert(advice.code)
            if let after = grade(fixed), after > best {
                advice.gradeAfter = after
                best = after
            }
            return advice
        }
    }
}

extension CheckResult {
    /// The same outcome without some findings; what is left without any has passed.
    func without(_ codes: Set<String>) -> CheckResult {
        let rest = outcome.findings.filter { !codes.contains($0.code) }
        guard rest.count < outcome.findings.count else { return self }
        let outcome = outcome.undecided.map { Outcome.partly(rest, $0) } ?? (rest.isEmpty ? .passed : .found(rest))
        return CheckResult(check: check, place: place, outcome: outcome)
    }
}
