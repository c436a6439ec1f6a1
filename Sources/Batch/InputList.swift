internal import CheckKit
internal import FoundationEssentials
internal import Glibc
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// One line of a list of domains.
struct InputEntry: Sendable, Hashable {
    /// The line of the list, from 1.
    var line: Int
    /// The domain as it stands in the list.
    var name: String
    /// What else stands in the line, as members of a JSON object; empty where nothing does.
    var extra: String
    /// What is wrong with the line itself; nil where nothing is.
    var fault: String?
}

/// A list of domains, one a line, as CSV (RFC 4180) or as NDJSON, of any length: only where each line begins is kept in memory.
///
/// Lines are taken in an order by the hash of the domain, which spreads a provider's customers over the whole time, and brings
/// together lines that name the same domain.
final class InputList: Sendable {
    /// What a line looks like.
    enum Shape: Sendable, Hashable {
        case plain
        /// With the names of the columns, where the first line has them, and which of them is the domain.
        case csv(header: [String]?, domain: Int)
        case ndjson
    }

    private struct Line: Sendable {
        let hash: UInt64
        let offset: UInt64
        let length: UInt32
        let number: UInt32
    }

    /// A longer line is an error of the list.
    private static let longest = 1 << 20

    let shape: Shape
    /// How many lines name something.
    var count: Int { lines.count }
    private let lines: [Line]
    private let file: Int32

    /// Reads the list once. `path` is `-` for standard input, which is copied to a file without a name. Throws `UsageError`.
    convenience init(_ path: String, seed: String) throws { try self.init(file: Self.open(path), seed: seed) }

    private init(file: Int32, seed: String, from first: Int = 1) throws {
        self.file = file
        var reader = LineReader(file)
        var lines: [Line] = []
        var shape: Shape?
        while let line = try reader.next(longest: Self.longest) {
            let text = line.text.trimmed
            if text.isEmpty || (shape ?? .plain) == .plain && text.utf8.first == 0x23 { continue }
            if shape == nil {
                let first = Self.shape(of: text)
                shape = first
                if case .csv(.some, _) = first { continue }
            }
            let name = Self.name(text, shape ?? .plain)
            lines.append(
                Line(
                    hash: Self.hash(seed, name), offset: line.offset, length: UInt32(line.length),
                    number: UInt32(first - 1 + line.number)))
        }
        lines.sort { ($0.hash, $0.number) < ($1.hash, $1.number) }
        self.lines = lines
        self.shape = shape ?? .plain
    }

    /// A list of names, one a line, of which the first has a number.
    convenience init(_ names: [String], seed: String, from first: Int = 1) throws {
        try self.init(file: Self.keep(Array(names.map { $0 + "\n" }.joined().utf8)), seed: seed, from: first)
    }

    deinit { close(file) }

    /// The entry of an index, below `count`.
    func entry(_ index: Int) -> InputEntry {
        let line = lines[index]
        var bytes = [UInt8](repeating: 0, count: Int(line.length))
        let count = pread(file, &bytes, bytes.count, off_t(line.offset))
        let text = String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        if shape == .ndjson {
            let text = text.trimmed
            let object = ObjectLine(text)
            // As it stands, not as we would write it: numbers keep all their digits.
            let input = object.isObject ? text.escapingSteeringInJSON : text.quoted
            return InputEntry(
                line: Int(line.number), name: object.name, extra: "\"input\":\(input)", fault: object.fault)
        }
        return InputEntry(
            line: Int(line.number), name: Self.name(text, shape), extra: Self.extra(text, shape),
            fault: Self.fault(text, shape))
    }

    /// The line of an index, without reading it.
    func number(_ index: Int) -> Int { Int(lines[index].number) }

    /// Whether two indices may name the same domain.
    func isAlike(_ one: Int, _ other: Int) -> Bool { lines[one].hash == lines[other].hash }
}

extension InputList {
    private static func shape(of text: String) -> Shape {
        if text.hasPrefix("{") { return .ndjson }
        let cells = CSVLine.cells(text)
        if let domain = cells.firstIndex(where: { $0.lowercased() == "domain" }) {
            return .csv(header: columns(cells), domain: domain)
        }
        // A remark behind a domain may have a comma in it.
        return CSVLine.cells(name(text, .plain)).count > 1 ? .csv(header: nil, domain: 0) : .plain
    }

    /// What columns are called in results: a name that others have before it gets the number of its column, and one without a name is
    /// called by that.
    private static func columns(_ cells: [String]) -> [String] {
        cells.indices.reduce(into: []) { names, index in
            names.append(column(index, cells[index], cells[..<index] + names))
        }
    }

    private static func column(_ index: Int, _ cell: String, _ taken: some Sequence<String>) -> String {
        let taken = Set(taken)
        var name = cell.isEmpty ? "\(index + 1)" : cell
        while taken.contains(name) { name += " \(index + 1)" }
        return name
    }

    private static func name(_ text: String, _ shape: Shape) -> String {
        switch shape {
        // No domain has the sign in it.
        case .plain: return String(text.unicodeScalars.prefix { $0 != "#" }).trimmed
        case .csv(_, let domain):
            let cells = CSVLine.cells(text)
            return domain < cells.count ? cells[domain].trimmed : ""
        case .ndjson:
            return ObjectLine(text.trimmed).name
        }
    }

    private static func extra(_ text: String, _ shape: Shape) -> String {
        switch shape {
        case .plain, .ndjson: return ""
        case .csv(let header, let domain):
            let cells = CSVLine.cells(text).enumerated().filter { $0.offset != domain }
            guard !cells.isEmpty else { return "" }
            let members = cells.map { index, cell in
                let header = header ?? []
                let name = index < header.count ? header[index] : column(index, "", header)
                return "\(name.quoted):\(cell.quoted)"
            }
            return "\"columns\":{\(members.joined(separator: ","))}"
        }
    }

    private static func fault(_ text: String, _ shape: Shape) -> String? {
        guard case .csv = shape, !CSVLine.isWhole(text) else { return nil }
        return "it has only one of two quotes: a cell ends in the line in which it begins"
    }

    /// Over the seed and the name in small letters: the same in every run with the same seed.
    private static func hash(_ seed: String, _ name: String) -> UInt64 {
        let hash = (seed + "|" + name.lowercased()).stableHash
        // The last bytes of a name reach the high bits, by which lines are sorted.
        return hash ^ (hash >> 33) &* 0xff51_afd7_ed55_8ccd
    }

    private static func open(_ path: String) throws -> Int32 {
        guard path == "-" else {
            let file = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
            var status = stat()
            guard file >= 0, fstat(file, &status) == 0 else {
                throw UsageError(
                    "The list \(path) cannot be read: \(systemText(errno).lowercased()). Name a file that exists.")
            }
            if status.st_mode & S_IFMT == S_IFREG { return file }
            defer { close(file) }
            guard status.st_mode & S_IFMT == S_IFIFO else {
                throw UsageError("The list \(path) is no file. Name a file with a domain on each line.")
            }
            _ = fcntl(file, F_SETFL, fcntl(file, F_GETFL) & ~O_NONBLOCK)
            return try spool(file)
        }
        return try spool(STDIN_FILENO)
    }

    private static func keep(_ bytes: [UInt8]) throws -> Int32 {
        let file = try temporaryFile()
        guard TextFile.write(bytes, to: file) else {
            throw UsageError("The list cannot be kept in /tmp: \(systemText(errno).lowercased()).")
        }
        return file
    }

    /// A file that is gone when the process ends.
    private static func temporaryFile() throws -> Int32 {
        var template = Array("/tmp/mailgrade-list-XXXXXX".utf8CString)
        let file = mkstemp(&template)
        guard file >= 0 else { throw UsageError("The list cannot be kept in /tmp: \(systemText(errno).lowercased()).") }
        unlink(template)
        return file
    }

    /// A copy of what comes through a pipe.
    private static func spool(_ source: Int32) throws -> Int32 {
        let file = try temporaryFile()
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(source, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            guard TextFile.write(Array(buffer.prefix(count)), to: file) else {
                throw UsageError("The list cannot be kept in /tmp: \(systemText(errno).lowercased()).")
            }
        }
        return file
    }
}

extension String {
    /// Without blanks at both ends, and without a byte order mark.
    fileprivate var trimmed: String {
        let isBlank = { (scalar: Unicode.Scalar) in
            switch scalar {
            case " ", "\t", "\r", "\n", "\u{FEFF}": true
            default: false
            }
        }
        guard let first = unicodeScalars.firstIndex(where: { !isBlank($0) }),
            let last = unicodeScalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(unicodeScalars[first...last])
    }
}
