internal import MailModel

/// Tables as comma-separated values. RFC 4180: lines end with CR LF, and what holds a comma, a quote or a line end is quoted.
package enum CSVText {
    /// What a cell holds. Only text can come from a server, so only text is made harmless.
    package enum Cell {
        case text(String)
        case integer(Int)
        case number(Double?)
        case flag(Bool)
    }

    /// The text of a table, its columns' names first.
    package static func table(_ columns: [String], _ rows: [[Cell]]) -> String {
        ([columns.map(Cell.text)] + rows).map { row in row.map(written).joined(separator: ",") + "\r\n" }.joined()
    }

    private static func written(_ cell: Cell) -> String {
        switch cell {
        case .text(let text): quoted(harmless(text))
        case .integer(let number): "\(number)"
        case .number(let number): number.map { $0.threeDecimals } ?? ""
        case .flag(let flag): "\(flag)"
        }
    }

    /// Text that no spreadsheet takes for a formula: an apostrophe stands before whatever would begin one, in the forms of
    /// East Asian keyboards too. <https://owasp.org/www-community/attacks/CSV_Injection>
    static func harmless(_ text: String) -> String {
        let line = text.escapedForTerminal
        // Some readers leave out blanks before they look.
        guard let first = line.unicodeScalars.first(where: { !$0.properties.isWhitespace }) else { return line }
        return formulaStarts.contains(first) ? "'" + line : line
    }

    private static let formulaStarts: Set<Unicode.Scalar> = [
        "=", "+", "-", "@", "\u{FF1D}", "\u{FF0B}", "\u{FF0D}", "\u{FF20}",
    ]

    private static func quoted(_ text: String) -> String {
        guard text.contains(where: { ",\"".contains($0) }) else { return text }
        return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
