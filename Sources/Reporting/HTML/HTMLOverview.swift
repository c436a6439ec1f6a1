internal import Grading
internal import MailModel

/// The page of several runs: a row for each of them under each profile, and how many came to what.
struct HTMLOverview {
    /// What a run came to under a profile.
    struct Row: Sendable {
        let domain: String
        let profile: String
        let grade: Grade?
        /// The letter, or what stands in its place.
        let answer: String
        let headline: String
        /// What to do first, with the letter that it gives; empty where there is nothing to do.
        let fix: String
        let tested: String

        init(_ report: Report) {
            domain = report.subject
            profile = report.profile.id
            grade = report.assessment.grade
            answer = report.shortAnswer
            headline = report.headline
            fix = report.shortFix
            tested = report.run.startedAt.timestamp
        }
    }

    let rows: [Row]

    var html: HTML {
        let title = "Mail transport security of \(Set(rows.map(\.domain)).count) domains"
        let table = HTMLTables.framed(
            caption: "Results", id: "results",
            head: ["domain", "profile", "grade", "result", "fix first", "tested"],
            rows: rows.map { row in
                HTML.element(.th, .ofRow, text: row.domain) + .element(.td, text: row.profile)
                    + .element(.td, .class(HTML.Class(row.grade)), text: row.answer)
                    + .element(.td, .class(.wide), text: row.headline) + .element(.td, text: row.fix)
                    + .element(
                        .td,
                        inside: .element(.time, .instant(row.tested), text: String(row.tested.prefix(10))))
            })
        return .document(
            title: title,
            body: .element(
                .div, .class(.page),
                inside: .element(
                    .main,
                    inside: .element(.h1, text: title)
                        + .element(.p, .class(.muted), text: AnswerCounts(rows.map(\.answer)).text) + table)))
    }
}
