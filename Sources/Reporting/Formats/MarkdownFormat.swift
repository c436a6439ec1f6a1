internal import CheckKit
internal import Grading
internal import MailModel

extension ReportFormat {
    /// The whole document for wikis, comments and the summary of a pipeline: GitHub Flavored Markdown, which others read as well.
    static let markdown = ReportFormat(
        "markdown", summary: "Markdown", mediaType: "text/markdown", fileEnding: "md",
        part: { reports, layout in
            var writer = MarkdownWriter()
            for block in reports.document(isVerbose: layout.isVerbose).blocks { writer.write(block) }
            return writer.text
        }
    ) { $0.joined(separator: "\n") }
}

/// Writes blocks as Markdown: each parted from the next by an empty line, what belongs to an entry of a list indented under it.
private struct MarkdownWriter {
    private var lines: [String] = []
    private var indent = ""
    /// What stands in front of the next line instead of the indent: the mark of an entry.
    private var mark: String?
    private var isUnderProfile = false

    /// Ends with one line end.
    var text: String { lines.joined(separator: "\n") + "\n" }

    mutating func write(_ block: Document.Block) {
        switch block {
        case .heading(let heading, let spans): write(heading, spans)
        case .paragraph(let spans, _): part([MarkdownText.lineStart(spans.markdown)])
        case .list(let style, let items): write(items, style)
        case .rows(let style, let rows): write(rows, style)
        case .table(let table):
            part(Self.table(table.columns.map { MarkdownText.inline($0) }, table.rows.map { $0.map(\.markdown) }))
        case .references(let references):
            part([references.map { MarkdownText.link($0.description, to: $0.link) }.joined(separator: ", ")])
        case .snippet(let lines): part(MarkdownText.fenced(lines))
        case .chart(let chart):
            part(
                Self.table(
                    ["began", "seconds", "connection"],
                    chart.bars.map { bar in
                        [
                            bar.began?.threeDecimals ?? "", bar.lengths.reduce(0, +).threeDecimals,
                            MarkdownText.inline(bar.name),
                        ]
                    }))
        case .divider: part(["---"])
        }
    }

    /// Lines that belong together.
    private mutating func part(_ part: [String]) {
        if mark == nil, !lines.isEmpty { lines.append("") }
        for line in part {
            lines.append((mark ?? (line.isEmpty ? "" : indent)) + line)
            mark = nil
        }
    }

    private mutating func write(_ heading: Document.Heading, _ spans: [Span]) {
        let level: Int
        switch heading {
        case .title: level = 1
        case .profile:
            isUnderProfile = true
            level = 2
        case .section: level = isUnderProfile ? 3 : 2
        case .item: level = isUnderProfile ? 4 : 3
        }
        // A heading is strong as it is.
        part([String(repeating: "#", count: level) + " " + spans.map { Span($0.text) }.markdown])
    }

    private mutating func write(_ items: [Document.Item], _ style: Document.ListStyle) {
        let outer = indent
        for (index, item) in items.enumerated() {
            let sign = style == .steps ? "\(index + 1). " : "- "
            if !lines.isEmpty, mark == nil { lines.append("") }
            mark = (mark ?? outer) + sign
            indent = outer + String(repeating: " ", count: sign.count)
            for (place, block) in item.blocks.enumerated() {
                if place == 0, let label = item.mark, !label.text.isEmpty, case .paragraph(let spans, _) = block {
                    part([[Span(label.text, .strong), " "].markdown + " " + spans.markdown])
                } else {
                    write(block)
                }
            }
            mark = nil
        }
        indent = outer
    }

    private mutating func write(_ rows: [Document.Row], _ style: Document.RowStyle) {
        switch style {
        case .transcript:
            part(MarkdownText.fenced(rows.map { row in "\(row.name.text) \(row.spans.map(\.text).joined())" }))
        case .outcomes:
            part(
                Self.table(["outcome", "check"], rows.map { [MarkdownText.inline($0.name.text), $0.spans.markdown] }))
        case .facts, .notes, .results, .glance:
            part(
                rows.map { row in "- " + [Span(row.name.text, .strong), ":", " "].markdown + " " + row.whole.markdown })
        }
    }

    /// A table; cells are escaped already, bars in them as well.
    private static func table(_ head: [String], _ rows: [[String]]) -> [String] {
        ([head, head.map { _ in "---" }] + rows).map { "| \($0.joined(separator: " | ")) |" }
    }
}

extension Span {
    fileprivate var markdown: String { [self].markdown }

    fileprivate var isStrong: Bool {
        switch role {
        case .strong, .bad, .grade, .severity: true
        case .plain, .muted, .good, .doubtful: false
        }
    }
}

extension [Span] {
    /// The spans as one line; blanks at the ends are left out.
    fileprivate var markdown: String {
        var line = ""
        for (index, span) in enumerated() {
            let words = span.text.drop { $0 == " " }
            let core = words.trimmingEnd
            let before = String(repeating: " ", count: span.text.count - words.count)
            let after = String(repeating: " ", count: words.count - core.count)
            let follower = after.first ?? self[(index + 1)...].first { !$0.text.isEmpty }?.text.first
            let text = MarkdownText.inline(core)
            // Asterisks that touch a letter outside and a sign inside are asterisks: CommonMark, section 6.2.
            let touches = [(line + before).last, follower].contains { $0?.isLetter == true || $0?.isNumber == true }
            line += before + (span.isStrong && !core.isEmpty && !touches ? "**\(text)**" : text) + after
        }
        return line.split(separator: " ").joined(separator: " ")
    }
}

extension StringProtocol {
    /// The text without blanks at its end.
    fileprivate var trimmingEnd: String {
        var text = String(self)
        while text.last == " " { text.removeLast() }
        return text
    }
}
