internal import Grading

/// How many runs came to what, the best letter first.
struct AnswerCounts: Sendable {
    private var counts: [String: Int] = [:]
    private var total = 0

    init(_ answers: [String] = []) { for answer in answers { add(answer) } }

    /// Counts the answer of one more.
    mutating func add(_ answer: String) {
        counts[answer, default: 0] += 1
        total += 1
    }

    /// A line: `3 results: 2 A, 1 none`.
    var text: String {
        let letters = Grade.allCases.reversed().flatMap { ["\($0)", "\($0)?"] }.filter { counts[$0] != nil }
        let others = counts.keys.filter { !letters.contains($0) }.sorted()
        let totals = (letters + others).map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
        return "\(total == 1 ? "1 result" : "\(total) results"): \(totals)"
    }
}

extension Report {
    /// The letter, with a question mark where it may yet change, or the outcome in its place.
    var shortAnswer: String {
        let letter = assessment.grade.map { "\($0)\(assessment.isProvisional ? "?" : "")" }
        return letter ?? assessment.compliance?.outcome.words ?? "none"
    }

    /// What to do first, with the letter that it gives; empty where there is nothing to do.
    var shortFix: String {
        guard let fix = explanation.toDo.first else { return "" }
        return "\(fix.code)\(fix.gradeAfter.map { " gives \($0)" } ?? "")"
    }
}
