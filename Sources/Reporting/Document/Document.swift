public import CheckKit
public import Grading

/// A report laid out, with no format in it: blocks in the order in which they are read, and text that says what it is and not how
/// it looks. A format turns it into characters.
public struct Document: Sendable, Hashable {
    /// What the document is about, for formats that have a place for it.
    public let title: String
    /// The result under each profile, in short, for formats that show it at a glance. The blocks say all of it, too.
    public internal(set) var results: [Result] = []
    /// When it was seen, RFC 3339 in UTC.
    public let instant: String
    /// The blocks, in their order.
    public internal(set) var blocks: [Block] = []

    /// An empty document.
    public init(title: String, instant: String) {
        self.title = title
        self.instant = instant
    }

    /// One part of it.
    public enum Block: Sendable, Hashable {
        /// A heading over what follows.
        case heading(Heading, [Span])
        /// Text; `depth` 1 is subordinate to the paragraph before it.
        case paragraph([Span], depth: Int = 0)
        /// Entries, each of several blocks.
        case list(ListStyle, [Item])
        /// Names, each with what belongs to it.
        case rows(RowStyle, [Row])
        /// Cells in rows and columns.
        case table(Table)
        /// Lines to be kept as they are, for somebody to paste elsewhere.
        case snippet(lines: [String])
        /// What took how long.
        case chart(Chart)
        /// Documents to read further, for formats whose readers can follow them.
        case references([Reference])
        /// The end of a part that has no heading after it.
        case divider
    }

    /// What a heading stands over, the widest first.
    public enum Heading: Sendable, Hashable {
        /// The whole document: the result.
        case title
        /// What one of several profiles makes of a run.
        case profile
        /// A section.
        case section
        /// One thing in a section: a server.
        case item
    }

    /// What the entries of a list are.
    public enum ListStyle: Sendable, Hashable {
        /// Entries without an order.
        case bullets
        /// Entries in an order that means something, numbered from 1.
        case steps
        /// Entries that each have a mark in front, for example a letter.
        case marks
    }

    /// One entry of a list.
    public struct Item: Sendable, Hashable {
        /// What stands in front of it, in a list of marks.
        public var mark: Span?
        /// By what it can be linked to: a finding's code; nil for none.
        public var anchor: String?
        /// What it says; the first block stands beside the mark.
        public var blocks: [Block]
    }

    /// What rows are about.
    public enum RowStyle: Sendable, Hashable {
        /// What was seen of one thing.
        case facts
        /// Remarks, each of somebody or something.
        case notes
        /// Results side by side, each under its name.
        case results
        /// The result in short: why, what to do first. Formats that show `results` at a glance leave it out.
        case glance
        /// Checks by how they came out.
        case outcomes
        /// The lines of a conversation, each with its time and direction; to be kept as they are.
        case transcript
    }

    /// A name and what belongs to it.
    public struct Row: Sendable, Hashable {
        /// The name.
        public var name: Span
        /// What belongs to it.
        public var spans: [Span]
        /// What that comes to in full, where it is long: formats that can fold do. Others put it behind a colon.
        public var detail: [Span] = []

        /// All of it, one text.
        var whole: [Span] { detail.isEmpty ? spans : spans + [": "] + detail }
    }

    /// What a profile makes of the run, at a glance.
    public struct Result: Sendable, Hashable {
        /// The profile.
        public var profile: String
        /// The letter; nil for none.
        public var grade: Grade?
        /// The letters between which the grade lies, the worst first; nil where it is certain, or where there is none.
        public var range: [Grade]?
        /// Whether the range is so wide that it stands in place of the letter.
        public var isRangeWide: Bool
        /// The result in one line, as in the heading.
        public var headline: [Span]
        /// How the requirements of the profile came out; nil where it has none.
        public var compliance: Span?
        /// Why, one sentence; nil where the headline says it.
        public var sentence: String?
        /// What to do first; nil for nothing.
        public var firstFix: FirstFix?
    }

    /// What to do first.
    public struct FirstFix: Sendable, Hashable {
        /// The finding's code, which is its anchor.
        public var code: String
        /// What was seen, one sentence.
        public var message: String
        /// What to do.
        public var remedy: String
        /// The letter that the grade can become with it; nil where it stays.
        public var gradeAfter: Grade?
    }

    /// Bars over one scale of seconds.
    public struct Chart: Sendable, Hashable {
        /// One bar.
        public struct Bar: Sendable, Hashable {
            /// What it is about.
            public var name: String
            /// When it began, in seconds; nil where that is not known: then it stands at the start of the scale.
            public var began: Double?
            /// Its parts in their order, one for each of the chart's `parts`, in seconds.
            public var lengths: [Double]
        }

        /// What the parts of a bar are.
        public var parts: [String]
        /// The bars, in the order in which they began.
        public var bars: [Bar]
    }

    /// Cells in rows and columns; the first column names the rows, and the second is what the table is about.
    public struct Table: Sendable, Hashable {
        /// What the table is about, for readers who meet it out of its place.
        public var caption: String
        /// The titles of the columns. From the third on they may be left out where there is no room, the last first.
        public var columns: [String]
        /// Whether all columns from the third on are left out where there is no room for one of them.
        public var isAllOrNothing = false
        /// A cell for each column in each row.
        public var rows: [[Span]]
    }
}

/// A piece of text, and what it is.
public struct Span: Sendable, Hashable, ExpressibleByStringInterpolation {
    /// What text is, for formats that show it.
    public enum Role: Sendable, Hashable {
        /// Text.
        case plain
        /// What the eye should find.
        case strong
        /// What supports the rest.
        case muted
        /// As it should be.
        case good
        /// Open, or not as it should be.
        case doubtful
        /// As it must not be.
        case bad
        /// A severity, by its own word.
        case severity(Severity)
        /// A letter; nil for the words that stand where there is none.
        case grade(Grade?)
    }

    /// The text. What a server said is in it as it was said: each format escapes what could harm its readers.
    public let text: String
    /// What it is.
    public let role: Role
    /// The anchor of the entry that it names; nil where it names none.
    public let target: String?

    /// Text with a role.
    public init(_ text: String, _ role: Role = .plain, target: String? = nil) {
        self.text = text
        self.role = role
        self.target = target
    }

    /// Plain text.
    public init(stringLiteral text: String) { self.init(text) }
}

extension Document {
    mutating func heading(_ heading: Heading, _ spans: [Span]) { blocks.append(.heading(heading, spans)) }
    mutating func section(_ title: String) { heading(.section, [Span(title, .strong)]) }
    mutating func paragraph(_ spans: [Span]) { blocks.append(.paragraph(spans)) }
    mutating func list(_ style: ListStyle, _ items: [Item]) {
        if !items.isEmpty { blocks.append(.list(style, items)) }
    }
    mutating func rows(_ style: RowStyle, _ rows: [Row]) {
        if !rows.isEmpty { blocks.append(.rows(style, rows)) }
    }
}

extension Document.Item {
    /// An entry of one paragraph, and perhaps others below it.
    init(_ spans: [Span], _ more: [Document.Block] = [], mark: Span? = nil, anchor: String? = nil) {
        self.init(mark: mark, anchor: anchor, blocks: [.paragraph(spans)] + more)
    }
}
