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
    /// The text of a report.
    public let write: @Sendable (Reports, Layout) throws -> String

    /// A format by its parts.
    public init(
        _ id: String, summary: String, mediaType: String, fileEnding: String,
        write: @escaping @Sendable (Reports, Layout) throws -> String
    ) {
        self.id = id
        self.summary = summary
        self.mediaType = mediaType
        self.fileEnding = fileEnding
        self.write = write
    }

    /// What the reader has; a format takes what concerns it.
    public struct Layout: Sendable, Hashable {
        /// How many columns there are.
        public var width: Int
        /// Whether colours may be used.
        public var hasColour: Bool
        /// Whether every check and every transcript is shown too.
        public var isVerbose: Bool

        /// Eighty columns without colour, unless said otherwise.
        public init(width: Int = 80, hasColour: Bool = false, isVerbose: Bool = false) {
            self.width = width
            self.hasColour = hasColour
            self.isVerbose = isVerbose
        }
    }
}

extension ReportFormat {
    /// Every format, the one for people at a terminal first.
    public static let all: [ReportFormat] = [
        .terminal,
        .json,
    ]

    /// The format of a name; nil where there is none.
    public static func named(_ id: String) -> ReportFormat? { all.first { $0.id == id } }
}
