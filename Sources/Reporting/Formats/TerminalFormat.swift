internal import CheckKit
internal import Grading
internal import MailModel

extension ReportFormat {
    /// Text for people, as wide as their terminal. Several runs are a table.
    static let terminal = ReportFormat(
        "terminal", summary: "text for people", mediaType: "text/plain", fileEnding: "txt", joint: { SummaryTable($0) }
    ) { reports, layout in
        layout.isSummary ? reports.summary(layout) : reports.terminalText(layout)
    }
}

extension Reports {
    /// A line for each profile: the domain, the letter, and what to do first.
    func summary(_ layout: ReportFormat.Layout) -> String {
        all.map { report in
            let name = all.count > 1 ? " (\(report.profile.id))" : ""
            // Why there is no letter is a sentence; what follows goes on in the same line.
            let headline =
                report.firstStep == nil
                ? report.headline[...] : report.headline.dropLast(report.headline.hasSuffix(".") ? 1 : 0)
            let line = "\(report.domain.forPeople)\(name): \(headline)\(report.firstStep.map { "; \($0)" } ?? "")"
            return line.escapedForTerminal + "\n"
        }.joined()
    }
}

extension Report {
    /// What to do first, a phrase; nil where there is nothing to do.
    fileprivate var firstStep: String? {
        result.firstFix.map { fix in
            "fix first: \(fix.code)\(fix.gradeAfter.map { ", which gives \($0)" } ?? "")"
        }
    }
}

extension Report {
    /// The report as text for a terminal.
    public func terminalText(_ layout: ReportFormat.Layout = ReportFormat.Layout()) -> String {
        Reports([self]).terminalText(layout)
    }
}

extension Reports {
    /// The reports as text for a terminal.
    public func terminalText(_ layout: ReportFormat.Layout = ReportFormat.Layout()) -> String {
        document(isVerbose: layout.isVerbose).terminalText(layout)
    }
}

extension Document {
    /// The document as text for a terminal.
    public func terminalText(_ layout: ReportFormat.Layout) -> String {
        var writer = TerminalWriter(layout)
        for block in blocks { writer.write(block) }
        return writer.page.text
    }
}

/// Writes blocks as lines: what is subordinate is indented, and names stand in columns of their own.
private struct TerminalWriter {
    /// On a narrower page remarks are paragraphs.
    static let leastForColumns = 36
    /// How far tables stand from the edge.
    static let tableIndent = 2

    var page: TextPage
    /// What stands in a section is indented.
    private var indent = 0

    /// Whether what is long is written in full.
    private let isVerbose: Bool

    init(_ layout: ReportFormat.Layout) {
        isVerbose = layout.isVerbose
        page = TextPage(width: min(layout.width, TextPage.widestLine), hasColour: layout.hasColour)
    }

    mutating func write(_ block: Document.Block) {
        switch block {
        case .heading(let heading, let spans): write(heading, spans)
        case .paragraph(let spans, let depth): page.paragraph(spans.runs, indent: indent + 2 * depth)
        case .list(let style, let items):
            for (index, item) in items.enumerated() { write(item, style, number: index + 1) }
        case .rows(let style, let rows): write(rows, style)
        case .table(let table): write(table)
        case .snippet(let lines): for line in lines { page.verbatim(line, indent: indent + 2) }
        case .chart(let chart): write(chart)
        // There is no room for them, and nothing to click on: `explain` names them.
        case .references: break
        case .divider:
            indent = 0
            page.blankLine()
        }
    }

    private mutating func write(_ heading: Document.Heading, _ spans: [Span]) {
        switch heading {
        case .title:
            indent = 0
            page.paragraph(spans.runs)
        case .profile:
            indent = 0
            page.blankLine()
            page.paragraph([TextRun("== ", .bold)] + spans.runs)
        case .section:
            indent = 2
            page.blankLine()
            page.paragraph(spans.runs)
        case .item: page.paragraph(spans.runs, indent: indent)
        }
    }

    private mutating func write(_ item: Document.Item, _ style: Document.ListStyle, number: Int) {
        let (mark, inner): (TextRun, Int) =
            switch style {
            case .bullets: ("  -", 4)
            case .steps: (TextRun(number < 10 ? "  \(number)." : " \(number)."), 5)
            case .marks: (item.mark.map { TextRun("  " + $0.text, $0.role.style) } ?? "", 5)
            }
        let outer = indent
        indent = inner
        for (index, block) in item.blocks.enumerated() {
            if index == 0, case .paragraph(let spans, _) = block {
                page.paragraph(spans.runs, indent: inner, label: mark)
            } else {
                write(block)
            }
        }
        indent = outer
    }

    private mutating func write(_ rows: [Document.Row], _ style: Document.RowStyle) {
        let widest = rows.map(\.name.text.count).max() ?? 0
        let (before, inner, after) =
            switch style {
            case .facts: ("    ", 17, "")
            case .notes: ("  ", 4, ":")
            case .results: ("  ", min(widest + 4, 24), "")
            case .glance: ("  ", 13, "")
            case .outcomes: ("  ", 18, "")
            case .transcript: ("  ", 14, "")
            }
        if style == .glance { page.blankLine() }
        var last: String?
        for row in rows {
            let spans = isVerbose ? row.whole : row.spans
            // Where the page is narrow, a remark is a paragraph of its own.
            guard style != .notes && style != .glance || page.width >= Self.leastForColumns else {
                page.paragraph([TextRun("\(row.name.text): ", row.name.role.style)] + spans.runs, indent: 2)
                continue
            }
            // A name that stands above already is not said again.
            let text = style == .facts && row.name.text == last ? "" : row.name.text
            last = row.name.text
            page.paragraph(spans.runs, indent: inner, label: TextRun(before + text + after, row.name.role.style))
        }
    }

    /// When each bar begins and how long it is.
    private mutating func write(_ chart: Document.Chart) {
        for bar in chart.bars {
            let seconds = bar.lengths.reduce(0, +).threeDecimals
            let time = bar.began.map { "\($0.threeDecimals) + \(seconds)" } ?? seconds
            page.paragraph([TextRun(bar.name)], indent: 19, label: TextRun("  \(time)", .dim))
        }
    }

    private mutating func write(_ table: Document.Table) {
        guard let layout = TableLayout(table, room: page.width - Self.tableIndent) else {
            for row in table.rows {
                page.paragraph(
                    [TextRun("\(row[0].text): ", row[0].role.style)] + row.dropFirst().prefix(1).map(\.run), indent: 2)
            }
            return
        }
        if layout.widths.count > 2 { write(table.columns.map { Span($0, .muted) }, layout) }
        for row in table.rows { write(row, layout) }
    }

    private mutating func write(_ cells: [Span], _ layout: TableLayout) {
        page.row(
            [(TextRun(""), Self.tableIndent)]
                + zip(cells, layout.widths).map { cell, width in
                    (TextRun(cell.text.truncated(to: width), cell.role.style), width + TableLayout.gap)
                })
    }
}

extension Span {
    fileprivate var run: TextRun { TextRun(text, role.style) }
}

extension [Span] {
    fileprivate var runs: [TextRun] { map(\.run) }
}

extension Span.Role {
    /// How it looks.
    fileprivate var style: TextStyle {
        switch self {
        case .plain: .plain
        case .strong: .bold
        case .muted: .dim
        case .good: .good
        case .doubtful: .doubtful
        case .bad: .bad
        case .severity(let severity): TextStyle(severity)
        case .grade(let grade): TextStyle(grade)
        }
    }
}
