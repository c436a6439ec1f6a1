internal import FoundationEssentials
internal import Glibc
internal import MailModel
internal import MailgradeKit

/// Reads a file line by line, with where each begins.
struct LineReader {
    struct Line {
        let text: String
        let offset: UInt64
        let length: Int
        /// From 1.
        let number: Int
    }

    private let file: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var offset: UInt64 = 0
    private var number = 0
    private var isOver = false

    /// A reader of a file from its beginning.
    init(_ file: Int32) {
        self.file = file
        lseek(file, 0, SEEK_SET)
    }

    /// The next line, without its end; nil where there is none. A line longer than `longest` octets is a `UsageError`.
    mutating func next(longest: Int) throws -> Line? {
        var searched = start
        while true {
            if let end = buffer[searched...].firstIndex(of: 0x0A) { return take(upTo: end, ending: 1) }
            guard buffer.count - start <= longest else {
                throw UsageError(
                    "Line \(number + 1) of the list is longer than \(longest >> 20) MiB. Is it the right file?")
            }
            searched = buffer.count
            guard !isOver else { return start < buffer.count ? take(upTo: buffer.count, ending: 0) : nil }
            let moved = start
            buffer.removeFirst(start)
            start = 0
            searched -= moved
            try fill()
        }
    }

    private mutating func fill() throws {
        var part = [UInt8](repeating: 0, count: 1 << 16)
        let count = read(file, &part, part.count)
        if count < 0, errno != EINTR {
            throw UsageError("The list cannot be read: \(systemText(errno).lowercased()).")
        }
        if count == 0 { isOver = true }
        buffer += part.prefix(max(0, count))
    }

    private mutating func take(upTo end: Int, ending: Int) -> Line {
        let length = end - start
        number += 1
        defer {
            offset += UInt64(length + ending)
            start = end + ending
        }
        return Line(
            text: String(decoding: buffer[start..<end], as: UTF8.self), offset: offset, length: length, number: number)
    }
}

/// The cells of a line of CSV. RFC 4180, but for line ends inside of quotes: `isWhole` tells the lines of such a record.
enum CSVLine {
    /// The cells.
    static func cells(_ line: String) -> [String] { read(line).cells }

    /// Whether each cell that begins with a quote ends with one, and no other does: else it is a part of a record of several lines.
    static func isWhole(_ line: String) -> Bool { read(line).isWhole }

    private static func read(_ line: String) -> (cells: [String], isWhole: Bool) {
        var cells: [String] = []
        var cell = ""
        var isQuoted = false
        // Whether the cell began with a quote, and whether one that did not ended with one.
        var wasQuoted = false
        var isTorn = false
        var last: Unicode.Scalar?
        for scalar in line.unicodeScalars where scalar != "\r" && scalar != "\u{FEFF}" {
            defer { last = scalar }
            switch scalar {
            case "\"" where !isQuoted && cell.isEmpty && last != "\"":
                isQuoted = true
                wasQuoted = true
            case "\"" where isQuoted: isQuoted = false
            // A doubled quote is one.
            case "\"" where last == "\"":
                cell.unicodeScalars.append(scalar)
                isQuoted = true
            case "," where !isQuoted:
                isTorn = isTorn || !wasQuoted && last == "\""
                wasQuoted = false
                cells.append(cell)
                cell = ""
            default: cell.unicodeScalars.append(scalar)
            }
        }
        return (cells + [cell], !isQuoted && !isTorn && (wasQuoted || last != "\""))
    }
}
