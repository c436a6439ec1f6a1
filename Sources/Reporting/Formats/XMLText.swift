internal import MailModel

/// Pieces of XML.
enum XMLText {
    /// Text for an element or for a quoted attribute. What no XML document may hold (XML 1.0, section 2.2) and what could steer a
    /// terminal is written as `\u{…}`; line ends stay.
    static func escaped(_ text: String) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).escapedForTerminal }
        var escaped = ""
        for scalar in lines.joined(separator: "\n").unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\u{FFFE}", "\u{FFFF}": escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// An element on lines of its own: its attributes in the given order, then text or other elements.
    static func element(_ name: String, _ attributes: [(String, String)], text: String? = nil, _ inner: [String] = [])
        -> String
    {
        let head = ([name] + attributes.map { "\($0)=\"\(escaped($1))\"" }).joined(separator: " ")
        if let text { return "<\(head)>\(escaped(text))</\(name)>" }
        guard !inner.isEmpty else { return "<\(head)/>" }
        return "<\(head)>\n\(inner.joined(separator: "\n"))\n</\(name)>"
    }
}
