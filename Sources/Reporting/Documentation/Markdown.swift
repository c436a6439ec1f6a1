internal import CheckKit

/// Pieces of Markdown.
enum Markdown {
    /// A table; cells are escaped already.
    static func table(_ head: [String], _ rows: [[String]]) -> String {
        let lines = [head, head.map { _ in "---" }] + rows
        return lines.map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
    }

    /// Text that is read as text: what Markdown or HTML would take for markup is escaped.
    static func text(_ text: String) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\n": escaped += " "
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "*", "|", "[", "]", "\\", "`", "_": escaped += "\\\(character)"
            default: escaped.append(character)
            }
        }
        return escaped
    }

    /// A name as it stands in code.
    static func code(_ name: String) -> String { "`\(name)`" }
}

extension Scope {
    /// Where a check of this scope judges, as people say it.
    var words: String {
        switch self {
        case .domain: "the domain"
        case .host: "each MX host"
        case .address: "each address"
        case .server: "each server (an MX host at an address)"
        }
    }
}

extension Dependency {
    /// How the fact is asked for.
    var words: String {
        switch kind {
        case .single: "needed"
        case .fanIn: "from each server, present or absent"
        case .pending: "may still be arriving"
        case .wanted: "only whether it is wanted"
        case .observed: "present or absent"
        }
    }
}

extension ParameterValue {
    /// The value as a profile writes it.
    var words: String {
        switch self {
        case .flag(let flag): "\(flag)"
        case .integer(let number): "\(number)"
        case .number(let number): "\(number)"
        case .text(let text): text
        case .list(let words): "[\(words.joined(separator: ", "))]"
        }
    }
}
