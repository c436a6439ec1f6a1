internal import Reporting

/// Lines that are drawn over those drawn before. Control sequences: ECMA-48, sections 8.3.22 (CUU) and 8.3.39 (ED).
struct Canvas {
    private var drawn: [Int] = []

    /// What to write so that these lines stand where the last ones stood.
    mutating func draw(_ lines: [String], width: Int) -> String {
        // A terminal that was made narrower has wrapped what stood there: each line now takes more than one row.
        let width = max(1, width)
        let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / width) }
        drawn = lines.map { $0.columns }
        return (rows > 0 ? "\r\u{1B}[\(rows)A" : "") + "\u{1B}[J" + lines.map { $0 + "\n" }.joined()
    }
}
