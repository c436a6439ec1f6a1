/// A form in which a report is written. A new one is a file of this folder and a line in `all`.
public struct ReportFormat: Sendable {
    /// The name by which it is asked for: `json`.
    public let id: String
    /// What it is, a phrase for help texts.
    public let summary: String
    /// Its media type. RFC 6838.
    public let mediaType: String
    /// What the name of a file of it ends with, without a dot.
    public let fileEnding: String
    /// Whether a reader takes it line by line: what happens during the run may then be written before the report.
    public let isStream: Bool
    /// The text of a report.
    public let write: @Sendable (Reports, Layout) throws -> String
    /// What makes one text of several runs.
    public let joint: @Sendable (Layout) -> any JointText

    /// A format by its parts. Several runs stand one behind the other, unless `joint` says otherwise.
    public init(
        _ id: String, summary: String, mediaType: String, fileEnding: String, isStream: Bool = false,
        joint: (@Sendable (Layout) -> any JointText)? = nil,
        write: @escaping @Sendable (Reports, Layout) throws -> String
    ) {
        self.id = id
        self.summary = summary
        self.mediaType = mediaType
        self.fileEnding = fileEnding
        self.isStream = isStream
        self.write = write
        self.joint = joint ?? { _ in TextsInRow(write) }
    }

    /// A table with one header, whose rows are those of every run.
    init(
        _ id: String, summary: String, table mediaType: String, fileEnding: String,
        write: @escaping @Sendable (Reports, Layout) throws -> String
    ) {
        self.init(
            id, summary: summary, mediaType: mediaType, fileEnding: fileEnding,
            joint: { _ in TextsInRow(haveHeader: true, write) }, write: write)
    }

    /// A document that has a part for each run, however many there are.
    init<Part: Sendable>(
        _ id: String, summary: String, mediaType: String, fileEnding: String,
        part: @escaping @Sendable (Reports, Layout) throws -> Part,
        document: @escaping @Sendable ([Part]) throws -> String
    ) {
        self.init(
            id, summary: summary, mediaType: mediaType, fileEnding: fileEnding,
            joint: { _ in OneDocument(of: part, document) }
        ) { reports, layout in try document([part(reports, layout)]) }
    }

    /// What the reader has; a format takes what concerns it.
    public struct Layout: Sendable, Hashable {
        /// How many columns there are.
        public var width: Int
        /// Whether colours may be used.
        public var hasColour: Bool
        /// Whether every check and every transcript is shown too.
        public var isVerbose: Bool
        /// Whether one line is enough.
        public var isSummary: Bool
        /// What is asked of the result.
        public var gate: Gate
        /// Where the domain stands in a file of the reader's; nil where that is not known.
        public var anchor: Anchor?

        /// Eighty columns without colour, unless said otherwise.
        public init(
            width: Int = 80, hasColour: Bool = false, isVerbose: Bool = false, isSummary: Bool = false,
            gate: Gate = Gate(),
            anchor: Anchor? = nil
        ) {
            self.width = width
            self.hasColour = hasColour
            self.isVerbose = isVerbose
            self.isSummary = isSummary
            self.gate = gate
            self.anchor = anchor
        }
    }

    /// A line of a file: where a list of domains names the domain, for readers that show findings in files.
    public struct Anchor: Sendable, Hashable {
        /// The file, as a path relative to the folder that the reader knows: a repository.
        public var path: String
        /// The line, counted from 1.
        public var line: Int

        /// A line of a file.
        public init(path: String, line: Int) {
            self.path = path
            self.line = line
        }
    }
}

extension ReportFormat {
    /// Every format, the one for people at a terminal first.
    public static let all: [ReportFormat] = [
        .terminal,
        .json,
        .ndjson,
        .html,
        .markdown,
        .csv,
        .csvOfServers,
        .sarif,
        .junit,
        .prometheus,
        .nagios,
        .github,
    ]

    /// The format of a name; nil where there is none.
    public static func named(_ id: String) -> ReportFormat? { all.first { $0.id == id } }
}
