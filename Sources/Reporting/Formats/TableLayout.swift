internal import MailModel

/// How many columns of a table there is room for, and how wide each is.
struct TableLayout {
    /// What parts one column from the next.
    static let gap = 2
    /// Names are whole, rather than that there are more columns than these.
    static let columnsBesideWholeNames = 4
    /// Names that are longer are cut where that makes room for a column that is missed.
    static let leastName = 18
    /// Names of fewer columns than this say nothing.
    static let shortestName = 8

    /// The width of each column that is shown, without the gap behind it.
    let widths: [Int]

    /// Lays out a table for so many columns of a page; nil where not even its first two columns fit.
    init?(_ table: Document.Table, room: Int) {
        let natural = table.columns.indices.map { index in
            // The titles of two columns go without saying.
            let title = table.columns.count > 2 ? table.columns[index].columns : 0
            return max(title, table.rows.map { $0[index].text.escapedForTerminal.columns }.max() ?? 0)
        }
        func needed(_ count: Int, _ least: Int) -> Int {
            min(natural[0], least) + natural[1..<count].reduce(0) { $0 + $1 + Self.gap }
        }
        let counts =
            table.isAllOrNothing ? [table.columns.count, 2] : Array((2...max(2, table.columns.count)).reversed())
        guard
            let count = counts.first(where: { $0 >= Self.columnsBesideWholeNames && needed($0, .max) <= room })
                ?? counts.first(where: { needed($0, Self.leastName) <= room })
                ?? (needed(2, Self.shortestName) <= room ? 2 : nil)
        else { return nil }
        let rest = natural[1..<count].reduce(0) { $0 + $1 + Self.gap }
        widths = [min(natural[0], room - rest)] + natural[1..<count]
    }
}
