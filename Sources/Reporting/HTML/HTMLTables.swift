internal import MailModel

/// Tables. Where one is wider than the page it scrolls inside its frame, which the keyboard reaches.
enum HTMLTables {
    static func table(_ table: Document.Table, id: String, write: (Span) -> HTML) -> HTML {
        framed(
            caption: table.caption, id: id, head: table.columns,
            rows: table.rows.map { row in
                row.prefix(1).map { HTML.element(.th, .ofRow, inside: write($0)) }.joined()
                    + row.dropFirst().map { HTML.element(.td, inside: write($0)) }.joined()
            })
    }

    /// Every check with its outcome.
    static func outcomes(_ rows: [Document.Row], id: String, write: ([Span]) -> HTML) -> HTML {
        framed(
            caption: "Every check at every place, and how it came out", id: id, head: ["outcome", "check"],
            rows: rows.map { row in
                HTML.element(.td, inside: write([row.name])) + .element(.td, .class(.wide), inside: write(row.spans))
            })
    }

    /// Bars over a scale of seconds, with the numbers beside them: the picture says nothing that they do not.
    static func chart(_ chart: Document.Chart, id: String) -> HTML {
        let end = chart.bars.map { ($0.began ?? 0) + $0.lengths.reduce(0, +) }.max() ?? 0
        let scale = end > 0 ? Double(width) / end : 0
        let rows = chart.bars.map { bar -> HTML in
            var edge = (bar.began ?? 0) * scale
            let parts = bar.lengths.enumerated().map { index, length -> HTML in
                defer { edge += length * scale }
                // A part too short to be seen is shown all the same.
                guard length > 0 else { return .nothing }
                return .element(
                    .rect, .class(look(index)), .number(.x, Int(edge)), .number(.y, 0),
                    .number(.width, max(4, Int(length * scale))), .number(.height, 10))
            }
            let picture = HTML.element(
                .svg, .class(.bar), .viewBox(width, 10), .isStretched, .hidden, inside: parts.joined())
            let numbers = [bar.began?.threeDecimals ?? "\u{2013}"] + bar.lengths.map(\.threeDecimals)
            return .element(.th, .ofRow, inside: HTML(bar.name) + picture)
                + numbers.map { HTML.element(.td, text: $0) }.joined()
        }
        let legend = chart.parts.enumerated().map { index, name in
            HTML.element(.li, inside: .element(.span, .class(look(index)), .hidden) + HTML(name))
        }
        return .element(.ul, .class(.legend), inside: legend.joined())
            + framed(
                caption: "Seconds since the start of the run", id: id,
                head: ["connection", "began"] + chart.parts, rows: rows, look: .chart)
    }

    private static let width = 1000

    private static func look(_ part: Int) -> HTML.Class { [.part0, .part1, .part2][part % 3] }

    static func framed(
        caption: String, id: String, head: [String], rows: [HTML], look: HTML.Class? = nil
    ) -> HTML {
        let columns = head.map { HTML.element(.th, .ofColumn, text: $0) }.joined()
        return .element(
            .div, .class(.scroll), .role("region"), .labelled(by: id), .isInTabOrder,
            inside: .element(
                .table, look.map { .class($0) },
                inside: .element(.caption, .id(id), text: caption)
                    + .element(.thead, inside: .element(.tr, inside: columns))
                    + .element(.tbody, inside: rows.map { HTML.element(.tr, inside: $0) }.joined())))
    }
}
