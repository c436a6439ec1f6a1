/// Writes a document as YAML again: short maps on one line, others below their key. What does not come from the file at the
/// bottom of the chain says where it comes from.
struct YAMLWriter {
    /// Longer lines are broken where they can be.
    private static let width = 110

    /// The file that everything else was laid over; its lines need no remark.
    let base: SourceFile?

    func text(_ document: YAMLNode) -> String {
        (document.entries ?? []).map { lines($0, indent: 0).joined(separator: "\n") + "\n" }.joined()
    }

    private func lines(_ entry: YAMLNode.Entry, indent: Int) -> [String] {
        let margin = String(repeating: " ", count: indent)
        let head = margin + Self.scalar(entry.key, plain: true, inFlow: false) + ":"
        let short = "\(head) \(Self.flow(entry.value))"
        guard let entries = entry.value.entries, !entries.isEmpty, indent == 0 || short.count > Self.width else {
            return [short + origin(entry)]
        }
        return [head] + entries.flatMap { lines($0, indent: indent + 2) }
    }

    /// Where a line comes from, when that is not the file at the bottom.
    private func origin(_ entry: YAMLNode.Entry) -> String {
        guard let base else { return "" }
        let places = [entry.keyPosition] + entry.value.positions
        guard let place = places.first(where: { $0.file !== base }) else { return "" }
        return "  # \(place.file.name.split(separator: "/").last ?? ""):\(place.line)"
    }

    /// A value on one line. A map in a list cannot be anything else.
    static func flow(_ node: YAMLNode) -> String {
        switch node.content {
        case .refused: "null"
        case .scalar(let text, let plain): scalar(text, plain: plain, inFlow: true)
        case .sequence(let items): "[\(items.map(flow).joined(separator: ", "))]"
        case .mapping(let entries):
            entries.isEmpty
                ? "{}"
                : "{ "
                    + entries.map { "\(scalar($0.key, plain: true, inFlow: true)): \(flow($0.value))" }
                    .joined(separator: ", ") + " }"
        }
    }

    /// A scalar as it was written, in quotes where it would mean something else without them.
    private static func scalar(_ text: String, plain: Bool, inFlow: Bool) -> String {
        let special = "{}[],:#&*!|>'\"%@`\n\t"
        let first = text.first.map { "-? ".contains($0) && text.count > 1 } ?? false
        if plain, !text.contains(where: { special.contains($0) }), !(first && text.dropFirst().first == " ") {
            return text
        }
        if text.isEmpty, plain { return "null" }
        var quoted = "\""
        for character in text {
            switch character {
            case "\"", "\\": quoted += "\\\(character)"
            case "\n": quoted += "\\n"
            case "\t": quoted += "\\t"
            default: quoted.append(character)
            }
        }
        return quoted + "\""
    }
}

extension YAMLNode {
    /// Where this and everything in it stands.
    fileprivate var positions: [SourcePosition] {
        switch content {
        case .scalar, .refused: [position]
        case .sequence(let items): [position] + items.flatMap { $0.positions }
        case .mapping(let entries): entries.flatMap { [$0.keyPosition] + $0.value.positions }
        }
    }
}
