internal import CheckKit
internal import Grading

extension [Advice] {
    /// Adds what each step of the list is worth: the grade once it and all before it are fixed, and what would do as well in
    /// its place. Of several that would, the one with the least work comes first. `letters` gives the letter of the run for
    /// each set of codes that no longer are found. The first entries, which the next grade needs, stay where they are.
    func forecasting(from start: Grade?, keeping first: Int, letters: ([Set<String>]) -> [Grade?]) -> [Advice] {
        guard var best = start else { return self }
        var toDo = filter(\.asksForAction)
        var fixed: Set<String> = []
        // Once for all: where the list as it stands leads, step by step.
        var after = Self.letters(along: toDo, letters)
        for index in toDo.indices {
            defer { fixed.insert(toDo[index].code) }
            guard let letter = after[index], letter > best else { continue }
            best = letter
            let others = toDo.indices.dropFirst(index + 1)
            let same = zip(others, letters(others.map { fixed.union([toDo[$0].code]) })).filter { $1 == letter }.map(
                \.0)
            let shorter = same.filter { index >= first && toDo[$0].effort < toDo[index].effort }.min {
                toDo[$0].effort < toDo[$1].effort
            }
            let alternatives = ([index] + same).filter { $0 != shorter ?? index }.map { toDo[$0].code }
            if let shorter {
                toDo.insert(toDo.remove(at: shorter), at: index)
                after = Self.letters(along: toDo, letters)
            }
            toDo[index].gradeAfter = letter
            toDo[index].alternatives = alternatives
        }
        return toDo + filter { !$0.asksForAction }
    }

    /// The letter after each step and all before it.
    private static func letters(along steps: [Advice], _ letters: ([Set<String>]) -> [Grade?]) -> [Grade?] {
        letters(steps.indices.map { last in Set(steps[...last].map(\.code)) })
    }
}
