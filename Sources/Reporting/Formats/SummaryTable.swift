internal import CheckKit
internal import Grading
internal import MailModel

/// Many runs in a table: a row each, and how many came to what. Rows are kept as text, so that a thousand runs take little memory.
struct SummaryTable: JointText {
    private var page: TextPage
    private var counts = AnswerCounts()
    private var isEmpty = true

    /// An empty table for a reader with so many columns.
    init(_ layout: ReportFormat.Layout) {
        page = TextPage(width: max(layout.width, 60), hasColour: layout.hasColour)
        page.row(Self.cells(["domain", "grade", "", "fix first"].map { TextRun($0, .dim) }))
    }

    /// Adds a run: a row for each profile.
    mutating func add(_ reports: Reports, _ layout: ReportFormat.Layout) {
        for report in reports.all {
            isEmpty = false
            let answer = report.shortAnswer
            counts.add(answer)
            let supposed = report.supposition.map { " with \($0)" } ?? ""
            let policy = reports.all.count > 1 ? " (\(report.profile.id))" : ""
            let name = "\(report.domain.forPeople)\(supposed)\(policy)"
            page.row(
                Self.cells([
                    TextRun(name), TextRun(answer, report.assessment.grade.map { TextStyle($0) } ?? .plain),
                    TextRun(layout.gate.verdict(on: report).standing.word),
                    TextRun(report.shortFix),
                ]))
        }
    }

    /// The table, with a line of totals below.
    func text() -> String {
        guard !isEmpty else { return "" }
        return page.text + "\n\(counts.text)\n"
    }

    private static func cells(_ runs: [TextRun]) -> [(text: TextRun, width: Int)] {
        zip(runs, [36, 12, 12, 40]).map { (text: $0, width: $1) }
    }
}

extension Standing {
    /// How it stands, where it does not simply pass.
    fileprivate var word: String {
        switch self {
        case .met: ""
        case .missed: "fails"
        case .open: "open"
        case .nothing: "no mail"
        }
    }
}
