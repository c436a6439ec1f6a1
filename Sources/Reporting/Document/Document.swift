public import CheckKit
public import Grading

/// A report laid out, with no format in it: blocks in the order in which they are read, and text that says what it is and not how
/// it looks. A format turns it into characters.
public struct Document: Sendable, Hashable {
    /// What the document is about, for formats that have a place for it.
    public let title: String
    /// The blocks, in their order.
    public internal(set) var blocks: [Block] = []

    /// An empty document.
    public init(title: String) { self.title = title }

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
    }

    /// Cells in rows and columns; the first column names the rows, and the second is what the table is about.
    public struct Table: Sendable, Hashable {
        /// The titles of the columns. From the third on they may be left out where there is no room.
        public var columns: [String]
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

    /// Text with a role.
    public init(_ text: String, _ role: Role = .plain) {
        self.text = text
        self.role = role
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
