internal import MailModel

/// Text inside Markdown that is read as text, wherever it comes from: CommonMark 0.31, section 2.4, with the extensions of GitHub.
package enum MarkdownText {
    /// Escapes what could become markup in the middle of a line. Names with dots, hyphens and underscores inside stay readable.
    package static func inline(_ text: String) -> String {
        let scalars = Array(text.escapedForTerminal.unicodeScalars)
        var escaped = ""
        for (index, scalar) in scalars.enumerated() {
            let before: Unicode.Scalar? = index > 0 ? scalars[index - 1] : nil
            let after: Unicode.Scalar? = index + 1 < scalars.count ? scalars[index + 1] : nil
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\\", "`", "*", "[", "]", "|", "~", "$", "!": escaped += "\\\(scalar)"
            // Between letters it is no emphasis.
            case "_": escaped += before.isWordly && after.isWordly ? "_" : "\\_"
            // Not a link, nor half of one.
            case "/" where before == ":": escaped += "\\/"
            case "." where endsInWWW(scalars[..<index]): escaped += "\\."
            // Not somebody's name or somebody's issue: GitHub looks for both in the text that is left.
            case "@" where after.isWordly, "#" where after.isWordly: escaped += "\(scalar)&#8203;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// The same at the beginning of a line, where lists, headings and quotes are begun as well.
    static func lineStart(_ inline: String) -> String {
        guard let first = inline.unicodeScalars.first else { return inline }
        if ["#", "+", "-", "=", ":"].contains(first) { return "\\" + inline }
        let digits = inline.prefix { $0.isASCII && $0.isNumber }
        let rest = inline.dropFirst(digits.count)
        if !digits.isEmpty, rest.first == "." || rest.first == ")" { return digits + "\\" + rest }
        return inline
    }

    /// Lines that are kept as they are, in a fence that none of them can end.
    static func fenced(_ lines: [String]) -> [String] {
        let longest = lines.map(\.longestRunOfBackticks).max() ?? 0
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return ["\(fence)text"] + lines.map(\.escapedForTerminal) + [fence]
    }

    /// A link; the address is one of this program's own references.
    static func link(_ text: String, to address: String) -> String {
        let safe = address.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value < 0x7F && $0 != "<" && $0 != ">" }
        return safe ? "[\(inline(text))](<\(address)>)" : inline(text)
    }

    private static func endsInWWW(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        scalars.suffix(3).map { $0.properties.lowercaseMapping } == ["w", "w", "w"]
    }
}

extension Unicode.Scalar? {
    /// Whether it is part of a word.
    fileprivate var isWordly: Bool {
        guard let scalar = self else { return false }
        return scalar.properties.isAlphabetic || scalar.properties.numericType != nil
    }
}

extension String {
    fileprivate var longestRunOfBackticks: Int {
        var longest = 0
        var run = 0
        for character in self {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest
    }
}
