/// What a finding says, with a place for each of its arguments. It belongs to the code, so that the same finding is a sentence
/// in a report, cells in a table, or a sentence of another language.
///
/// It is written as a string, and thereby declares the arguments that it names:
///
/// ```swift
/// "The certificate expires on \(.ends), in \(.daysLeft) \(.daysLeft, one: "day", other: "days")."
/// "The record has the unknown tag \(.tag, .quoted)."
/// "The certificate is for \(.names, .upTo(3, joined: .and)), not for \(.host)."
/// "The server \(.does, ["signs": "signs the handshake", "decrypts": "decrypts the key"])."
/// "No host has TLSA records.\(optional: .hint, before: " ")"
/// .where(.names, is: "It is for \(.names), not for \(.host).", otherwise: "It names no host.")
/// ```
///
/// `description` is the same as a message of ICU's MessageFormat, which tools for translators read.
public struct Sentence: Sendable, Hashable {
    enum Piece: Sendable, Hashable {
        case words(String)
        case value(FindingArgument, Style)
        /// By a number, or by the length of a list.
        case plural(FindingArgument, zero: Sentence?, one: Sentence, other: Sentence)
        /// A phrase for each text; for every other text the last one, or the text itself. Under the empty text stands what is
        /// said where there is no value.
        case choice(FindingArgument, [String: Sentence], other: Sentence?)
        /// One sentence where there is a value, another one where there is none.
        case known(FindingArgument, Sentence, otherwise: Sentence)
    }

    /// How a value is shown.
    public struct Style: Sendable, Hashable {
        /// What stands between the entries of a list.
        public enum Joint: String, Sendable, Hashable {
            case comma, semicolon, and, or
        }

        /// Whether quotation marks stand around each text.
        public var isQuoted = false
        /// What stands between entries.
        public var joint = Joint.comma
        /// How many entries are shown; the rest is counted.
        public var limit = Int.max

        /// As it is: entries of a list with commas.
        public static let plain = Style()
        /// In quotation marks.
        public static let quoted = Style(isQuoted: true)
        /// The entries of a list, put together in some way.
        public static func joined(_ joint: Joint) -> Style { Style(joint: joint) }
        /// The first entries of a list, and how many there are beside them.
        public static func upTo(_ limit: Int, joined joint: Joint = .comma, quoted: Bool = false) -> Style {
            Style(isQuoted: quoted, joint: joint, limit: limit)
        }
    }

    let pieces: [Piece]

    /// Every argument that it names, each once, in the order of the words.
    public var arguments: [FindingArgument] {
        pieces.flatMap(\.arguments).reduce(into: []) { list, argument in
            if !list.contains(argument) { list.append(argument) }
        }
    }

    /// One sentence for findings that carry a value of an argument, and another one for those that do not.
    public static func `where`(_ argument: FindingArgument, is known: Sentence, otherwise: Sentence) -> Sentence {
        Sentence(pieces: [.known(argument, known, otherwise: otherwise)])
    }

    /// A sentence for each text that may stand under an argument, one for every other text, and under the empty text the one
    /// for findings without a value.
    public static func by(
        _ argument: FindingArgument, _ sentences: KeyValuePairs<String, Sentence>, else other: Sentence? = nil
    ) -> Sentence {
        let known = Dictionary(sentences.map { ($0.key, $0.value) }) { first, _ in first }
        return Sentence(pieces: [.choice(argument, known, other: other)])
    }
}

extension Sentence.Piece {
    fileprivate var arguments: [FindingArgument] {
        switch self {
        case .words: []
        case .value(let argument, _): [argument]
        case .plural(let argument, let zero, let one, let other):
            [argument] + [zero, one, other].compactMap { $0 }.flatMap(\.arguments)
        case .choice(let argument, let phrases, let other):
            [argument] + phrases.sorted { $0.key < $1.key }.flatMap { $0.value.arguments } + (other?.arguments ?? [])
        case .known(let argument, let known, let otherwise): [argument] + known.arguments + otherwise.arguments
        }
    }
}

extension Sentence: ExpressibleByStringInterpolation {
    /// Words without arguments.
    public init(stringLiteral value: String) { pieces = [.words(value)] }

    /// Words with arguments between them.
    public init(stringInterpolation: StringInterpolation) { pieces = stringInterpolation.pieces }

    /// One sentence and then another.
    public static func + (left: Sentence, right: Sentence) -> Sentence {
        Sentence(pieces: left.pieces + right.pieces)
    }

    /// Collects the pieces of a sentence.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var pieces: [Piece] = []

        /// Nothing yet.
        public init(literalCapacity: Int, interpolationCount: Int) {
            pieces.reserveCapacity(2 * interpolationCount + 1)
        }

        /// Words as they are.
        public mutating func appendLiteral(_ words: String) {
            if !words.isEmpty { pieces.append(.words(words)) }
        }

        /// The value of an argument.
        public mutating func appendInterpolation(_ argument: FindingArgument, _ style: Style = .plain) {
            pieces.append(.value(argument, style))
        }

        /// The value, with words around it; nothing of that where there is no value.
        public mutating func appendInterpolation(
            optional argument: FindingArgument, before: String = "", after: String = "", _ style: Style = .plain
        ) {
            let all: [Piece] = [.words(before), .value(argument, style), .words(after)]
            pieces.append(
                .known(argument, Sentence(pieces: all.filter { $0 != .words("") }), otherwise: Sentence(pieces: [])))
        }

        /// The singular where the number, or the length of the list, is one; what stands for none, where that is special.
        public mutating func appendInterpolation(
            _ argument: FindingArgument, zero: Sentence? = nil, one: Sentence, other: Sentence
        ) {
            pieces.append(.plural(argument, zero: zero, one: one, other: other))
        }

        /// A phrase for each text that may stand under the argument, as `Sentence.by` has it.
        public mutating func appendInterpolation(
            _ argument: FindingArgument, _ phrases: KeyValuePairs<String, Sentence>, else other: Sentence? = nil
        ) {
            pieces += Sentence.by(argument, phrases, else: other).pieces
        }

        /// A part that is put together elsewhere.
        public mutating func appendInterpolation(_ part: Sentence) {
            pieces += part.pieces
        }
    }
}
