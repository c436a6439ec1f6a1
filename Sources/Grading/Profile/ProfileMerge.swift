internal import MailModel

/// Lays an organisation's file over the profile it extends, and digests the result.
enum ProfileMerge {
    /// Keys whose maps are one value: half of one condition joined to half of another would be a third one.
    private static let indivisible: Set<String> = ["when", "met-by"]

    /// What a profile says of itself, and its parent must not say for it.
    private static let own: Set<String> = ["schema", "id", "title", "description", "extends"]

    /// The parent's rules, without its name.
    static func inherited(_ node: YAMLNode) -> YAMLNode {
        guard let entries = node.entries else { return node }
        return YAMLNode(content: .mapping(entries.filter { !own.contains($0.key) }), position: node.position)
    }

    /// Maps merge key by key, everything else is replaced, and `null` removes what is below it.
    ///
    /// A `null` over nothing stays, so that the reader can say that it removes nothing, or that the key is unknown.
    static func merge(_ upper: YAMLNode, over lower: YAMLNode) -> YAMLNode {
        guard let upperEntries = upper.entries, let lowerEntries = lower.entries else { return upper }
        var entries = lowerEntries
        for entry in upperEntries {
            guard let index = entries.firstIndex(where: { $0.key == entry.key }) else {
                entries.append(entry)
                continue
            }
            if entry.value.isNull {
                entries.remove(at: index)
            } else {
                let value =
                    indivisible.contains(entry.key) ? entry.value : merge(entry.value, over: entries[index].value)
                entries[index] = YAMLNode.Entry(key: entry.key, keyPosition: entry.keyPosition, value: value)
            }
        }
        return YAMLNode(content: .mapping(entries), position: upper.position)
    }

    /// SHA-256 of a merged document, hexadecimal. Layout, comments, quotes and the order of keys do not change it, nor
    /// whether a rule is written in the file or comes from the one that it extends.
    static func digest(_ node: YAMLNode) -> String {
        let entries = (node.entries ?? []).filter { $0.key != "extends" }
        var text = ""
        write(YAMLNode(content: .mapping(entries), position: node.position), to: &text)
        return SHA256.hex(text.utf8)
    }

    /// The canonical form: keys in order, every text with its length before it, so that no two documents look alike.
    private static func write(_ node: YAMLNode, to text: inout String) {
        switch node.content {
        case .refused: text += "!"
        case .scalar where node.isNull: text += "~"
        case .scalar(let scalar, _): text += "\(scalar.utf8.count):\(scalar)"
        case .sequence(let items):
            text += "["
            for item in items { write(item, to: &text) }
            text += "]"
        case .mapping(let entries):
            text += "{"
            for entry in entries.sorted(by: { $0.key < $1.key }) {
                text += "\(entry.key.utf8.count):\(entry.key)"
                write(entry.value, to: &text)
            }
            text += "}"
        }
    }
}
