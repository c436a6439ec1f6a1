/// What findings of a code carry as data: a name, what kind of value stands under it, and what it means. The name is as stable
/// as the code, for profiles set conditions on it and reports are read by programs.
///
/// A check takes its arguments from the list that it shares with others (`FindingArgument.host`, `.bits`), or declares its own:
///
/// ```swift
/// extension FindingArgument {
///     static let banner = FindingArgument.text("banner", "What the server calls itself.")
/// }
/// ```
public struct FindingArgument: Sendable, Hashable {
    /// What kind of value stands under a name.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// A quantity; the only kind that conditions in profiles compare.
        case number
        /// A name, a phrase, a reply.
        case text
        /// Several texts, in an order that means something.
        case list
        /// An instant; reports write it as RFC 3339 in UTC.
        case date
    }

    /// The name: lower case, with hyphens.
    public let name: String
    /// The kind of its values.
    public let kind: Kind
    /// What it means, one sentence; of a number also its unit.
    public let doc: String

    /// An argument of any kind.
    public init(_ name: String, _ kind: Kind, _ doc: String) {
        self.name = name
        self.kind = kind
        self.doc = doc
    }

    /// A quantity.
    public static func number(_ name: String, _ doc: String) -> FindingArgument { FindingArgument(name, .number, doc) }
    /// A name, a phrase, a reply.
    public static func text(_ name: String, _ doc: String) -> FindingArgument { FindingArgument(name, .text, doc) }
    /// Several texts.
    public static func list(_ name: String, _ doc: String) -> FindingArgument { FindingArgument(name, .list, doc) }
    /// An instant.
    public static func date(_ name: String, _ doc: String) -> FindingArgument { FindingArgument(name, .date, doc) }
}
