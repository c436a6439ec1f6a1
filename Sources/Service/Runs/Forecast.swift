internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit

/// What the same evidence will come to as time goes by, if nothing is changed: certificates end, dated requirements begin.
struct Forecast: Sendable, Hashable {
    /// How far it looks.
    static let days = 90

    /// The first day on which the letter is another one.
    let day: Date
    /// That letter; nil for none.
    let grade: Grade?

    /// Nil where the letter stays as it is for so long.
    init?(_ policy: Policy, _ evidence: Evidence, now: Date) {
        func grade(_ day: Int) -> Grade? {
            policy.assessment(evidence, fixing: [], at: now.addingTimeInterval(Double(day) * 86_400)).grade
        }
        let today = grade(0)
        guard today != nil else { return nil }
        // The first day of those looked at, then the first of all: what ends does not come back by itself.
        guard let after = [1, 7, 30, 60, Self.days].first(where: { grade($0) != today }) else { return nil }
        var (known, changed) = (0, after)
        while changed - known > 1 {
            let middle = (known + changed) / 2
            if grade(middle) == today { known = middle } else { changed = middle }
        }
        day = now.addingTimeInterval(Double(changed) * 86_400)
        self.grade = grade(changed)
    }
}
