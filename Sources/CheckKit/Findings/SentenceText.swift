internal import FoundationEssentials
internal import MailModel

extension Sentence {
    /// The sentence with values in their places, and whether only some connections show it. A value that is missing, or of a
    /// kind that does not fit, shows as such: a mistake of a check never ends the program.
    public func text(_ arguments: Arguments, isOccasional: Bool = false) -> String {
        let text = pieces.map { $0.text(arguments) }.joined()
        guard isOccasional else { return text }
        return (text.hasSuffix(".") ? String(text.dropLast()) : text) + " (on some connections)."
    }
}

extension Sentence {
    /// The arguments that have no value where one is needed.
    func missing(in arguments: Arguments) -> [FindingArgument] {
        pieces.flatMap { $0.missing(in: arguments) }
    }
}

extension Sentence.Piece {
    fileprivate func text(_ arguments: Arguments) -> String {
        switch self {
        case .words(let words): words
        case .value(let argument, let style):
            arguments[argument]?.text(style) ?? "(\(argument.name) not recorded)"
        case .plural, .choice, .known:
            chosen(by: arguments)?.text(arguments) ?? argument.flatMap { arguments[$0]?.text(.plain) } ?? ""
        }
    }

    fileprivate func missing(in arguments: Arguments) -> [FindingArgument] {
        switch self {
        case .words, .known: chosen(by: arguments)?.missing(in: arguments) ?? []
        case .value(let argument, _): arguments[argument] == nil ? [argument] : []
        case .plural(let argument, _, _, _):
            arguments[argument] == nil ? [argument] : chosen(by: arguments)?.missing(in: arguments) ?? []
        case .choice(let argument, let phrases, _):
            arguments[argument] == nil && phrases[""] == nil
                ? [argument] : chosen(by: arguments)?.missing(in: arguments) ?? []
        }
    }

    private var argument: FindingArgument? {
        switch self {
        case .words: nil
        case .value(let argument, _), .plural(let argument, _, _, _),
            .choice(let argument, _, _), .known(let argument, _, _):
            argument
        }
    }

    /// The sentence that the values choose; nil where none is for them.
    private func chosen(by arguments: Arguments) -> Sentence? {
        switch self {
        case .words, .value: return nil
        case .plural(let argument, let zero, let one, let other):
            switch arguments[argument]?.quantity {
            case 0?: return zero ?? other
            case 1?: return one
            default: return other
            }
        case .choice(let argument, let phrases, let other):
            return arguments[argument].map { phrases[$0.text(.plain)] ?? other } ?? phrases[""]
        case .known(let argument, let known, let otherwise): return arguments[argument] == nil ? otherwise : known
        }
    }
}

extension ArgumentValue {
    /// The number, or the length of the list.
    fileprivate var quantity: Double? {
        switch self {
        case .number(let value): value
        case .list(let texts): Double(texts.count)
        case .text, .date: nil
        }
    }

    func text(_ style: Sentence.Style) -> String {
        switch self {
        case .number(let value): return Int(exactly: value).map { "\($0)" } ?? value.oneDecimal
        case .text(let text): return style.quoting(text)
        case .date(let date): return date.formatted(.iso8601.year().month().day())
        case .list(let texts):
            let shown = texts.prefix(style.limit).map(style.quoting)
            let rest = texts.count - shown.count
            return style.joint.join(rest > 0 ? shown + ["\(rest) more"] : shown, isCounted: rest > 0)
        }
    }
}

extension Sentence.Style {
    fileprivate func quoting(_ text: String) -> String { isQuoted ? "\u{201C}\(text)\u{201D}" : text }
}

extension Sentence.Style.Joint {
    /// The count of what is left out always follows an "and".
    fileprivate func join(_ texts: [String], isCounted: Bool) -> String {
        guard texts.count > 1, let last = texts.last else { return texts.first ?? "" }
        let all = texts.joined(separator: between)
        switch self {
        case .comma where !isCounted: return all
        case .semicolon: return isCounted ? texts.dropLast().joined(separator: between) + "; and " + last : all
        case .comma, .and: return texts.dropLast().joined(separator: between) + " and " + last
        case .or:
            return texts.dropLast().joined(separator: between) + (isCounted ? " and " : " or ") + last
        }
    }

    private var between: String { self == .semicolon ? "; " : ", " }
}

extension Sentence: CustomStringConvertible {
    /// The template as a message of ICU's MessageFormat; lists and quotation marks are written `{names, list, and, quoted}`.
    public var description: String { pieces.map(\.description).joined() }
}

extension Sentence.Piece: CustomStringConvertible {
    var description: String {
        switch self {
        case .words(let words): return words.inMessageFormat
        case .value(let argument, let style): return "{\(argument.name)\(style.format(argument.kind))}"
        case .plural(let argument, let zero, let one, let other):
            let none = zero.map { "=0 {\($0)} " } ?? ""
            return "{\(argument.name), plural, \(none)one {\(one)} other {\(other)}}"
        case .choice(let argument, let phrases, let other):
            let cases = phrases.filter { !$0.key.isEmpty }.sorted { $0.key < $1.key }
                .map { "\($0.key) {\($0.value)} " }.joined()
            return "{\(argument.name), select, \(cases)other {\((other ?? phrases[""])?.description ?? "")}}"
        case .known(let argument, let known, let otherwise):
            return "{has-\(argument.name), select, yes {\(known)} other {\(otherwise)}}"
        }
    }
}

extension Sentence.Style {
    fileprivate func format(_ kind: FindingArgument.Kind) -> String {
        switch kind {
        case .number: ", number"
        case .date: ", date"
        case .text: isQuoted ? ", text, quoted" : ""
        case .list:
            ", list, \(joint.rawValue)" + (limit == .max ? "" : ", \(limit)") + (isQuoted ? ", quoted" : "")
        }
    }
}

extension String {
    /// Braces are quoted with apostrophes, as MessageFormat has it.
    fileprivate var inMessageFormat: String {
        replacing("'", with: "''").replacing("{", with: "'{'").replacing("}", with: "'}'")
    }
}
