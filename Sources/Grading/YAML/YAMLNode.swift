/// One value of a YAML document with the place it was written at. The reader, not YAML, decides what a scalar means:
/// a plain `no` is the text "no".
struct YAMLNode: Sendable {
    enum Content: Sendable {
        /// Text; `plain` when it was written without quotes.
        case scalar(String, plain: Bool)
        case mapping([Entry])
        case sequence([YAMLNode])
        /// Already reported as an error; readers pass over it in silence.
        case refused
    }

    struct Entry: Sendable {
        let key: String
        let keyPosition: SourcePosition
        let value: YAMLNode
    }

    var content: Content
    let position: SourcePosition

    /// Whether nothing was written here, or one of YAML's words for nothing.
    var isNull: Bool {
        guard case .scalar(let text, plain: true) = content else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(text)
    }

    var entries: [Entry]? {
        if case .mapping(let entries) = content { entries } else { nil }
    }

    /// The value of a key of a mapping.
    subscript(key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }

    /// What this is, for "expected …, not …".
    var kind: String {
        switch content {
        case .scalar where isNull: "nothing"
        case .scalar(let text, _):
            text.utf8.count <= 40 ? "'\(text)'" : "a text of \(text.unicodeScalars.count) characters"
        case .mapping: "a map"
        case .sequence: "a list"
        case .refused: "an error"
        }
    }
}
