/// Takes runs one by one, and makes one text of them all: a list of domains in a format.
public protocol JointText: Sendable {
    /// Takes a run, as its reader has it.
    mutating func add(_ reports: Reports, _ layout: ReportFormat.Layout) throws
    /// All of them.
    func text() throws -> String
}

/// The texts of the runs, one behind the other.
struct TextsInRow: JointText {
    /// Whether the first line of each is the same, and stands once.
    var haveHeader = false
    let write: @Sendable (Reports, ReportFormat.Layout) throws -> String
    private var texts = ""

    init(haveHeader: Bool = false, _ write: @escaping @Sendable (Reports, ReportFormat.Layout) throws -> String) {
        self.haveHeader = haveHeader
        self.write = write
    }

    mutating func add(_ reports: Reports, _ layout: ReportFormat.Layout) throws {
        let text = try write(reports, layout)
        texts += haveHeader && !texts.isEmpty ? text.withoutFirstLine : text
    }

    func text() -> String { texts }
}

/// One document, which has a part for each run. Only the parts are kept.
struct OneDocument<Part: Sendable>: JointText {
    private var parts: [Part] = []
    private let part: @Sendable (Reports, ReportFormat.Layout) throws -> Part
    private let whole: @Sendable ([Part]) throws -> String

    init(
        of part: @escaping @Sendable (Reports, ReportFormat.Layout) throws -> Part,
        _ whole: @escaping @Sendable ([Part]) throws -> String
    ) {
        self.part = part
        self.whole = whole
    }

    mutating func add(_ reports: Reports, _ layout: ReportFormat.Layout) throws {
        parts.append(try part(reports, layout))
    }

    func text() throws -> String { try whole(parts) }
}

extension String {
    /// What follows the first line, whatever it ends with.
    fileprivate var withoutFirstLine: String {
        firstIndex(where: \.isNewline).map { String(self[index(after: $0)...]) } ?? ""
    }
}
