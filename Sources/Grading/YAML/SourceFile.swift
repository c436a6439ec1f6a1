internal import MailModel

/// A file that is being read: its name as the user gave it, and its bytes for quoting lines in errors.
public final class SourceFile: Sendable {
    /// The name errors start with, for example `acme.yaml`.
    public let name: String
    let bytes: [UInt8]
    /// Where the bytes come from.
    let origin: Origin

    /// Where the text of a profile comes from, which decides what it may do beside grading.
    public enum Origin: String, Sendable, Hashable {
        /// It is compiled into the program.
        case builtIn
        /// A file of whoever runs the program: it may name programs that lie beside it.
        case file
        /// Somebody sent it. It starts no program, and leads to no file.
        case network
    }

    /// Takes the bytes of a file; a byte order mark at the start is dropped.
    public init(name: String, bytes: [UInt8], origin: Origin = .file) {
        self.name = name
        self.origin = origin
        self.bytes = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    }

    /// The folder of the file, as a path.
    var folder: String { name.lastIndex(of: "/").map { name.startIndex == $0 ? "/" : String(name[..<$0]) } ?? "." }

    /// The line of this number, counted from 1, without its line break; invalid bytes become U+FFFD.
    func line(_ number: Int) -> String {
        var start = 0
        for _ in 1..<max(1, number) {
            guard let end = bytes[start...].firstIndex(where: \.isLineBreak) else { return "" }
            start = bytes[end...].starts(with: [0x0D, 0x0A]) ? end + 2 : end + 1
        }
        let end = bytes[start...].firstIndex(where: \.isLineBreak) ?? bytes.endIndex
        return String(decoding: bytes[start..<end], as: UTF8.self)
    }

    /// The position of a byte: lines end at LF, CR or CR LF, columns count code points.
    func position(ofByte offset: Int) -> SourcePosition {
        var line = 1
        var start = 0
        var index = 0
        while index < offset {
            if bytes[index].isLineBreak {
                if bytes[index...].starts(with: [0x0D, 0x0A]), index + 1 < offset { index += 1 }
                line += 1
                start = index + 1
            }
            index += 1
        }
        let column = String(decoding: bytes[start..<offset], as: UTF8.self).unicodeScalars.count + 1
        return SourcePosition(file: self, line: line, column: column)
    }
}

extension SourceFile {
    /// The end of the last line with text, for a position in the blank lines behind it: there is something to quote.
    func clamped(_ position: SourcePosition) -> SourcePosition {
        let blanks: [UInt8] = [0x20, 0x09, 0x0A, 0x0D]
        guard let last = bytes.lastIndex(where: { !blanks.contains($0) }) else { return position }
        let end = self.position(ofByte: last + 1)
        return position.line > end.line ? end : position
    }
}

/// A place in a file, both numbers counted from 1; a column is a code point.
public struct SourcePosition: Sendable, Equatable {
    /// The file.
    public let file: SourceFile
    /// The line, from 1.
    public let line: Int
    /// The column in code points, from 1.
    public let column: Int

    /// The same place of the same file, as it was read once.
    public static func == (left: SourcePosition, right: SourcePosition) -> Bool {
        left.file === right.file && left.line == right.line && left.column == right.column
    }
}

extension SourcePosition: CustomStringConvertible {
    /// The form compilers use: `file:line:column`.
    public var description: String { "\(file.name.escapedForTerminal):\(line):\(column)" }

    /// The line with a caret under the column, two lines of text; a long line is cut around the column.
    func quotation(width: Int = 100) -> String {
        let scalars = Array(file.line(line).unicodeScalars)
        let target = min(column - 1, scalars.count)
        let start = scalars.count <= width ? 0 : max(0, min(target - width / 2, scalars.count - width))
        let end = min(scalars.count, start + width)
        // One scan over both sides of the caret: a heap of combining marks is one wherever it is cut.
        var scan = SteeringScan()
        let shown = scalars[start..<end].map { scalar in
            let text = scan.written(scalar)
            return scalar == "\t" ? "\\t" : text
        }
        let before = (start > 0 ? "…" : "") + shown.prefix(target - start).joined()
        let after = shown.dropFirst(target - start).joined() + (end < scalars.count ? "…" : "")
        return "    \(before)\(after)\n    \(String(repeating: " ", count: before.unicodeScalars.count))^"
    }
}

extension UInt8 {
    fileprivate var isLineBreak: Bool { self == 0x0A || self == 0x0D }
}
