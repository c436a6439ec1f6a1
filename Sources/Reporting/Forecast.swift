internal import CheckKit
internal import Grading

extension [Advice] {
    /// Adds what each step of the list is worth: the grade once it and all before it are fixed. `letters` gives the letter
    /// of the run for each set of codes that no longer are found.
    func forecasting(from start: Grade?, letters: ([Set<String>]) -> [Grade?]) -> [Advice] {
        guard var best = start else { return self }
        let steps = indices.filter { self[$0].asksForAction }
        let sets = steps.indices.map { last in Set(steps[...last].map { self[$0].code }) }
        var advice = self
        for (index, letter) in zip(steps, letters(sets)) {
            guard let letter, letter > best else { continue }
            advice[index].gradeAfter = letter
            best = letter
        }
        return advice
    }
}
