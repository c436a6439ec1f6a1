public import FoundationEssentials
internal import MailModel

/// One value that a finding carries.
///
/// As JSON it is what it looks like: a number, a string, an array of strings; an instant is a string in the form of RFC 3339, in
/// UTC and to the second. A text that looks exactly so is read back as an instant.
public enum ArgumentValue: Sendable, Hashable {
    case number(Double)
    case text(String)
    case list([String])
    case date(Date)

    /// The kind that it is of.
    public var kind: FindingArgument.Kind {
        switch self {
        case .number: .number
        case .text: .text
        case .list: .list
        case .date: .date
        }
    }

    /// The quantity; nil for every other kind.
    public var number: Double? { if case .number(let value) = self { value } else { nil } }

    /// The same, no larger than a report can bear: much of what findings quote was written by strangers.
    var bounded: ArgumentValue {
        switch self {
        case .number, .date: self
        case .text(let text): .text(text.bounded)
        case .list(let texts): .list(texts.prefix(1000).map(\.bounded))
        }
    }
}

extension String {
    fileprivate var bounded: String { utf8.count <= 4000 ? self : shortened(to: 1001) }
}

extension ArgumentValue: Codable {
    /// Reads a number, a string, or an array of strings; anything else is an error of decoding.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let texts = try? container.decode([String].self) {
            self = .list(texts)
        } else {
            let text = try container.decode(String.self)
            let instant = text.utf8.count == 20 ? try? Date(text, strategy: .iso8601) : nil
            self = instant.map { .date($0) } ?? .text(text)
        }
    }

    /// Writes it as it looks.
    public func encode(to encoder: any Encoder) throws {
        try json.encode(to: encoder)
    }

    /// The value as JSON; a whole number without a fraction.
    public var json: JSONValue {
        switch self {
        case .number(let value): Int(exactly: value).map { .integer($0) } ?? .number(value)
        case .text(let text): .string(text)
        case .list(let texts): .array(texts.map { .string($0) })
        case .date(let date): .string(date.formatted(.iso8601))
        }
    }
}
