internal import CheckKit
internal import Grading
internal import MailModel

/// Many runs in a table: a row each, and how many came to what. Rows are kept as text, so that a thousand runs take little memory.
public struct SummaryTable: Sendable {
    private var page: TextPage
    private var counts: [String: Int] = [:]
    private var rows = 0

    /// An empty table for a reader with so many columns.
    public init(_ layout: ReportFormat.Layout) {
        page = TextPage(width: max(layout.width, 60), hasColour: layout.hasColour)
        page.row(Self.cells(["domain", "grade", "", "fix first"].map { TextRun($0, .dim) }))
    }

    /// Adds a run: a row for each profile.
    public mutating func add(_ reports: Reports, _ gate: Gate) {
        for report in reports.all {
            rows += 1
            let letter = report.assessment.grade.map { "\($0)\(report.assessment.isProvisional ? "?" : "")" }
            let answer = letter ?? report.assessment.compliance?.outcome.words ?? "none"
            counts[answer, default: 0] += 1
            let supposed = report.supposition.map { " with \($0)" } ?? ""
            let policy = reports.all.count > 1 ? " (\(report.profile.id))" : ""
            let name = "\(report.domain.forPeople)\(supposed)\(policy)"
            let fix = report.explanation.toDo.first
            page.row(
                Self.cells([
                    TextRun(name), TextRun(answer, report.assessment.grade.map { TextStyle($0) } ?? .plain),
                    TextRun(gate.verdict(on: report).standing.word),
                    TextRun(fix.map { "\($0.code)\($0.gradeAfter.map { " gives \($0)" } ?? "")" } ?? ""),
                ]))
        }
    }

    /// The table, with a line of totals below.
    public var text: String {
        guard rows > 0 else { return "" }
        let order = Grade.allCases.reversed().flatMap { ["\($0)", "\($0)?"] }
        let known = order.filter { counts[$0] != nil }
        let others = counts.keys.filter { !order.contains($0) }.sorted()
        let totals = (known + others).map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
        return page.text + "\n\(rows == 1 ? "1 result" : "\(rows) results"): \(totals)\n"
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
