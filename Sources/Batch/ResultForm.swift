internal import CheckEngine
internal import FoundationEssentials
internal import Glibc
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// A form of all results of a batch together, made of the file of its results.
public enum ResultForm: String, Sendable, CaseIterable {
    /// A row for each line. RFC 4180.
    case csv
    /// A table, and how many came to what.
    case markdown
    /// Findings at the lines of the list. SARIF 2.1.0.
    case sarif

    /// The text. `path` is the file of results; `list` is what the list is called. Throws `UsageError`.
    public func text(ofResults path: String, list: String) throws -> String {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw UsageError("\(path) cannot be read: \(systemText(errno).lowercased()).") }
        defer { close(file) }
        var reader = LineReader(file)
        var writer: any ResultWriting =
            switch self {
            case .csv: CSVResults()
            case .markdown: MarkdownResults()
            case .sarif: SARIFResults(list: list)
            }
        while let line = try reader.next(longest: 1 << 24) {
            guard let result = try? JSONDecoder().decode(ResultLine.self, from: Data(line.text.utf8)) else {
                throw UsageError("Line \(line.number) of \(path) is no result of a batch.")
            }
            writer.add(result)
        }
        return writer.text
    }
}

/// A line of the output.
struct ResultLine: Decodable {
    let line: Int
    let domain: String
    let judged: String
    let columns: [String: String]?
    let result: BatchResult

    private enum Key: String, CodingKey { case line, domain, judged, columns }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        line = try container.decode(Int.self, forKey: .line)
        domain = try container.decode(String.self, forKey: .domain)
        judged = try container.decode(String.self, forKey: .judged)
        columns = try container.decodeIfPresent([String: String].self, forKey: .columns)
        result = try BatchResult(from: decoder)
    }
}

/// Takes results one by one and writes them together.
protocol ResultWriting {
    mutating func add(_ line: ResultLine)
    var text: String { get }
}

private struct CSVResults: ResultWriting {
    private var rows: [(cells: [String], columns: [String: String])] = []
    /// The columns that any line of the list has: the first one to be done may lack some.
    private var extra: Set<String> = []

    mutating func add(_ line: ResultLine) {
        extra.formUnion(line.columns.map { Array($0.keys) } ?? [])
        let result = line.result
        let cells: [String] = [
            "\(line.line)", line.domain, result.state.rawValue, result.grade ?? "", result.worst ?? "",
            result.best ?? "",
            result.compliance ?? "", result.headline ?? result.why ?? "", result.findings?.first?.code ?? "",
            result.findings?.first?.gives ?? "", "\(result.servers ?? 0)", "\(result.answering ?? 0)", line.judged,
            result.profile ?? "", result.digest ?? "",
        ]
        rows.append((cells, line.columns ?? [:]))
    }

    var text: String {
        let head = [
            "line", "domain", "state", "grade", "worst", "best", "compliance", "headline", "first_fix",
            "grade_after_first_fix",
            "servers", "servers_answering", "judged_at", "profile", "profile_digest",
        ]
        let names = extra.sorted()
        return CSVText.table(
            head + names, rows.map { row in (row.cells + names.map { row.columns[$0] ?? "" }).map { .text($0) } })
    }
}

private struct MarkdownResults: ResultWriting {
    private var rows = ""
    private var counts: [String: Int] = [:]
    private var total = 0

    mutating func add(_ line: ResultLine) {
        let result = line.result
        let answer = result.grade.map { result.state == .graded ? $0 : "\($0)?" } ?? result.state.rawValue
        counts[answer, default: 0] += 1
        total += 1
        let fix = result.findings?.first.map { "`\($0.code)`\($0.gives.map { " gives \($0)" } ?? "")" } ?? ""
        rows +=
            "| \(MarkdownText.inline(line.domain)) | \(answer) | \(fix) | \(MarkdownText.inline(result.headline ?? result.why ?? "")) |\n"
    }

    var text: String {
        let order = ["A+", "A", "B", "C", "D", "F"].flatMap { [$0, "\($0)?"] }
        let known = order.filter { counts[$0] != nil }
        let others = counts.keys.filter { !order.contains($0) }.sorted()
        let totals = (known + others).map { "\(counts[$0] ?? 0) \($0)" }.joined(separator: ", ")
        return "\(total) results: \(totals)\n\n| Domain | Grade | Fix first | Result |\n| --- | --- | --- | --- |\n"
            + rows
    }
}

private struct SARIFResults: ResultWriting {
    private struct Log: Encodable {
        let schema = "https://json.schemastore.org/sarif-2.1.0.json"
        let version = "2.1.0"
        let runs: [Run]
        private enum CodingKeys: String, CodingKey { case schema = "$schema", version, runs }
    }

    private struct Run: Encodable {
        let tool: Tool
        let columnKind = "unicodeCodePoints"
        let results: [Result]
    }

    private struct Tool: Encodable {
        let driver: Driver
        struct Driver: Encodable {
            let name = "mailgrade"
            let version: String
            let rules: [Rule]
        }
    }

    private struct Rule: Encodable { let id: String }

    private struct Result: Encodable {
        let ruleId: String
        let level: String
        let message: Message
        let locations: [Location]
        let partialFingerprints: [String: String]
    }

    private struct Message: Encodable { let text: String }

    private struct Location: Encodable {
        let physicalLocation: Physical
        struct Physical: Encodable {
            let artifactLocation: Artifact
            let region: Region
        }
        struct Artifact: Encodable { let uri: String }
        struct Region: Encodable { let startLine: Int }
    }

    private let list: String
    private var results: [Result] = []
    private var engine = Engine.version

    init(list: String) { self.list = list == "-" ? "stdin" : list }

    mutating func add(_ line: ResultLine) {
        for found in line.result.findings ?? [] where found.severity != "info" {
            let places = found.places.filter { !$0.isEmpty }
            let at = places.isEmpty ? "" : " at \(places.joined(separator: ", "))"
            results.append(
                Result(
                    ruleId: found.code, level: found.level,
                    message: Message(text: "\(line.domain)\(at): \(found.says)"),
                    locations: [
                        Location(
                            physicalLocation: .init(
                                artifactLocation: .init(uri: list.uriPath), region: .init(startLine: line.line)))
                    ], partialFingerprints: ["mailgrade/v1": "\(line.domain) \(found.code)"]))
        }
    }

    var text: String {
        let rules = Set(results.map(\.ruleId)).sorted().map { Rule(id: $0) }
        let log = Log(runs: [Run(tool: Tool(driver: .init(version: engine, rules: rules)), results: results)])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(log)).map { String(decoding: $0, as: UTF8.self) + "\n" } ?? ""
    }
}

extension BatchResult.Found {
    /// The level that SARIF has for the severity. SARIF 2.1.0, section 3.27.10.
    fileprivate var level: String {
        switch severity {
        case "critical", "error": "error"
        case "warning": "warning"
        default: "note"
        }
    }
}

extension String {
    fileprivate var uriPath: String {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~/".utf8)
        return utf8.map { byte in
            plain.contains(byte)
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }
}
