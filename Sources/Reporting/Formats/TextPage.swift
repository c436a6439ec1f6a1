internal import MailModel

/// Lays text out in lines that are never wider than the page, but for those that somebody is to copy. The one place where text becomes terminal output: whatever
/// was said by a server is escaped here, and only here styles are added.
struct TextPage {
    /// Longer lines are hard to read, whatever the terminal's width.
    static let widestLine = 100

    let width: Int
    let hasColour: Bool
    private(set) var text = ""

    init(width: Int, hasColour: Bool) {
        self.width = max(20, width)
        self.hasColour = hasColour
    }

    mutating func blankLine() {
        text += "\n"
    }

    /// A heading over a section, with a blank line before it.
    mutating func heading(_ title: String) {
        blankLine()
        paragraph([TextRun(title, .bold)])
    }

    /// One paragraph, wrapped between words. `label` stands before the first line, inside the indent of the others.
    mutating func paragraph(_ runs: [TextRun], indent: Int = 0, label: TextRun? = nil) {
        var line = Line(room: width)
        if let label {
            line.append(TextRun(label.text.escapedForTerminal, label.style))
            line.pad(to: indent)
        } else {
            line.pad(to: indent)
        }
        for word in Self.words(runs) {
            if !line.fits(word), line.hasWords {
                flush(&line)
                line.pad(to: indent)
            }
            var rest = word
            // A word wider than the page, for example a long host name, is broken.
            while let piece = line.cut(&rest) {
                line.add(piece)
                flush(&line)
                line.pad(to: indent)
            }
            line.add(rest)
        }
        flush(&line)
    }

    /// One line as it is, however long: a line to be copied must not be broken.
    mutating func verbatim(_ line: String, indent: Int) {
        text += String(repeating: " ", count: min(indent, width / 2)) + line.escapedForTerminal + "\n"
    }

    /// One row of a table. Each cell is cut to its width; a blank parts it from the next.
    mutating func row(_ cells: [(text: TextRun, width: Int)]) {
        var line = Line(room: width)
        var end = 0
        for (run, columns) in cells {
            let (head, _) = run.text.escapedForTerminal.split(atColumn: max(columns - 1, 0))
            line.append(TextRun(head, run.style))
            end += columns
            line.fill(to: end)
        }
        flush(&line)
    }

    private mutating func flush(_ line: inout Line) {
        text += line.rendered(hasColour: hasColour) + "\n"
        line = Line(room: width)
    }

    /// Words with the blanks between them taken out; runs that touch stay together.
    private static func words(_ runs: [TextRun]) -> [[TextRun]] {
        var words: [[TextRun]] = [[]]
        for run in runs {
            let pieces = run.text.escapedForTerminal.split(separator: " ", omittingEmptySubsequences: false)
            for (index, piece) in pieces.enumerated() {
                if index > 0 { words.append([]) }
                if !piece.isEmpty { words[words.count - 1].append(TextRun(String(piece), run.style)) }
            }
        }
        return words.filter { !$0.isEmpty }
    }
}

/// One line in the making.
private struct Line {
    let room: Int
    private var runs: [TextRun] = []
    private var used = 0
    private(set) var hasWords = false

    init(room: Int) { self.room = room }

    mutating func append(_ run: TextRun) {
        runs.append(run)
        used += run.text.columns
    }

    mutating func pad(to column: Int) {
        let missing = min(column, room / 2) - used
        append(TextRun(String(repeating: " ", count: max(missing, used > 0 && column > 0 ? 1 : 0))))
    }

    mutating func fill(to column: Int) {
        append(TextRun(String(repeating: " ", count: max(column - used, 0))))
    }

    func fits(_ word: [TextRun]) -> Bool { used + (hasWords ? 1 : 0) + word.columns <= room }

    /// Takes as much off a word that does not fit as there is room for; nil when it fits.
    func cut(_ word: inout [TextRun]) -> [TextRun]? {
        guard !fits(word), used < room else { return nil }
        var piece: [TextRun] = []
        var left = room - used
        while let run = word.first {
            let (head, rest) = run.text.split(atColumn: left)
            if head.isEmpty { break }
            piece.append(TextRun(head, run.style))
            left -= head.columns
            word.removeFirst()
            if !rest.isEmpty {
                word.insert(TextRun(rest, run.style), at: 0)
                break
            }
        }
        return piece.isEmpty ? nil : piece
    }

    mutating func add(_ word: [TextRun]) {
        // A blank inside a styled phrase belongs to the phrase.
        if hasWords {
            append(TextRun(" ", runs.last?.style == word.first?.style ? runs.last?.style ?? .plain : .plain))
        }
        for run in word { append(run) }
        hasWords = true
    }

    /// Neighbours of one style put together.
    private var coalesced: [TextRun] {
        runs.reduce(into: []) { joined, run in
            if let last = joined.last, last.style == run.style {
                joined[joined.count - 1] = TextRun(last.text + run.text, run.style)
            } else {
                joined.append(run)
            }
        }
    }

    func rendered(hasColour: Bool) -> String {
        var text = ""
        for run in coalesced {
            if hasColour, let code = run.style.code, !run.text.allSatisfy({ $0 == " " }) {
                text += "\u{1B}[\(code)m\(run.text)\u{1B}[0m"
            } else {
                text += run.text
            }
        }
        while text.last == " " { text.removeLast() }
        return text
    }
}

extension [TextRun] {
    fileprivate var columns: Int { reduce(0) { $0 + $1.text.columns } }
}
