internal import CheckKit

extension [Fix] {
    /// The one order of every report: first what the next grade needs, in its order; then what holds the letter lowest; then what
    /// costs more points; then the least work; then the more severe. What is equal in all that stays as it is, in the order of
    /// the checks: no name comes first for its letters.
    func inOrder(next: Explanation.Step?) -> [Fix] {
        let wanted = next?.codes ?? []
        let letters = Grade.allCases
        func isBefore(_ left: Fix, _ right: Fix) -> Bool? {
            func step(_ fix: Fix) -> Int { wanted.firstIndex(of: fix.code) ?? wanted.count }
            func letter(_ fix: Fix) -> Int { fix.holdsAt.flatMap { letters.firstIndex(of: $0) } ?? letters.count }
            if step(left) != step(right) { return step(left) < step(right) }
            if letter(left) != letter(right) { return letter(left) < letter(right) }
            if left.pointsLost != right.pointsLost { return left.pointsLost > right.pointsLost }
            if left.effort != right.effort { return left.effort < right.effort }
            if left.severity != right.severity { return left.severity > right.severity }
            return nil
        }
        return enumerated().sorted { isBefore($0.element, $1.element) ?? ($0.offset < $1.offset) }.map(\.element)
    }

    /// Adds what each step of the list is worth: the grade once it and all before it are fixed, and what would do as well in
    /// its place. Of several that would, the one with the least work comes first. `letters` gives the letter of the run for
    /// each set of codes that no longer are found. The first entries, which the next grade needs, stay where they are.
    func forecasting(from start: Grade?, keeping first: Int, letters: ([Set<String>]) -> [Grade?]) -> [Fix] {
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
    private static func letters(along steps: [Fix], _ letters: ([Set<String>]) -> [Grade?]) -> [Grade?] {
        letters(steps.indices.map { last in Set(steps[...last].map(\.code)) })
    }
}
