/// Reads one YAML document strictly: no duplicate keys, anchors, aliases, tags or second document, all within limits.
///
/// What is refused here is refused because a reader of the file could misunderstand it, or because it lets a small
/// file grow large. Mistakes that leave the structure readable are collected and composing goes on.
struct YAMLComposer {
    /// Bounds on what a file may cost.
    struct Limits {
        var bytes = 1 << 20
        var depth = 32
        var nodes = 20_000
    }

    private let file: SourceFile
    private let limits: Limits
    private let diagnostics: Diagnostics
    private let events: YAMLEvents
    private var nodes = 0

    /// The document of a file; nil, with at least one error noted, when its structure cannot be read to the end.
    static func compose(_ file: SourceFile, limits: Limits = Limits(), diagnostics: Diagnostics) -> YAMLNode? {
        guard acceptsBytes(of: file, limits, diagnostics) else { return nil }
        var composer = YAMLComposer(file: file, limits: limits, diagnostics: diagnostics, events: YAMLEvents(file))
        do {
            return try composer.document()
        } catch let error as YAMLEvents.SyntaxError {
            diagnostics.error(at: error.position, error.message, notes: error.note.map { [$0] } ?? [])
        } catch {
            // Stopped: the reason has been noted.
        }
        return nil
    }

    private struct Stopped: Error {}

    private mutating func document() throws -> YAMLNode? {
        var root: YAMLNode?
        while true {
            let event = try events.next()
            switch event.kind {
            case .streamEnd:
                if root == nil { diagnostics.error(at: event.position, "the file is empty") }
                return root
            case .documentStart:
                guard root == nil else {
                    diagnostics.error(at: event.position, "a second document; one file holds one document")
                    return root
                }
                root = try node(events.next(), depth: 1)
            default: break
            }
        }
    }

    private mutating func node(_ event: YAMLEvents.Event, depth: Int) throws -> YAMLNode {
        nodes += 1
        guard nodes <= limits.nodes else {
            throw stop(at: event.position, "more than \(limits.nodes) values in one file")
        }
        guard depth <= limits.depth else {
            throw stop(at: event.position, "nested more than \(limits.depth) levels deep")
        }
        if let anchor = event.anchor {
            diagnostics.error(at: event.position, "anchor '&\(anchor)': anchors and aliases are not allowed")
        }
        if let tag = event.tag {
            let short = tag.replacing("tag:yaml.org,2002:", with: "!!")
            diagnostics.error(at: event.position, "tag '\(short)': tags are not allowed")
        }
        let content: YAMLNode.Content
        switch event.kind {
        case .scalar(let text, let plain): content = .scalar(text, plain: plain)
        case .sequenceStart: content = try .sequence(sequence(depth: depth))
        case .mappingStart: content = try .mapping(mapping(depth: depth))
        case .alias(let name):
            diagnostics.error(at: event.position, "alias '*\(name)': anchors and aliases are not allowed")
            content = .refused
        default: content = .refused
        }
        return YAMLNode(content: content, position: event.position)
    }

    private mutating func sequence(depth: Int) throws -> [YAMLNode] {
        var items: [YAMLNode] = []
        while true {
            let event = try events.next()
            if case .sequenceEnd = event.kind { return items }
            items.append(try node(event, depth: depth + 1))
        }
    }

    private mutating func mapping(depth: Int) throws -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        var first: [String: SourcePosition] = [:]
        while true {
            let event = try events.next()
            if case .mappingEnd = event.kind { return entries }
            let key = try node(event, depth: depth + 1)
            let value = try node(events.next(), depth: depth + 1)
            guard case .scalar(let text, _) = key.content, !text.isEmpty else {
                diagnostics.error(at: key.position, "a key must be text, not \(key.kind)")
                continue
            }
            if let earlier = first[text] {
                let note = Diagnostic.Note(position: earlier, message: "first defined here")
                diagnostics.error(at: key.position, "duplicate key '\(text)'", notes: [note])
                continue
            }
            first[text] = key.position
            entries.append(YAMLNode.Entry(key: text, keyPosition: key.position, value: value))
        }
    }

    private func stop(at position: SourcePosition, _ message: String) -> Stopped {
        diagnostics.error(at: position, message)
        return Stopped()
    }
}

extension YAMLComposer {
    /// What must hold of the bytes before libyaml sees them: their number, UTF-8, and no control characters.
    private static func acceptsBytes(of file: SourceFile, _ limits: Limits, _ diagnostics: Diagnostics) -> Bool {
        guard file.bytes.count <= limits.bytes else {
            let start = SourcePosition(file: file, line: 1, column: 1)
            diagnostics.error(at: start, "the file is larger than \(limits.bytes) bytes")
            return false
        }
        let bytes = file.bytes
        do {
            let span = bytes.span
            _ = try UTF8Span(validating: span)
        } catch {
            diagnostics.error(at: file.position(ofByte: error.byteOffsets.lowerBound), "this is not UTF-8")
            return false
        }
        var offset = 0
        for scalar in String(decoding: bytes, as: UTF8.self).unicodeScalars {
            if isControl(scalar) {
                let code = String(scalar.value, radix: 16, uppercase: true)
                let padded = String(repeating: "0", count: max(0, 4 - code.count)) + code
                diagnostics.error(at: file.position(ofByte: offset), "control character U+\(padded)")
                return false
            }
            offset += UTF8.width(scalar)
        }
        return true
    }

    /// Characters YAML forbids, and the line breaks beside LF and CR that most editors do not show as such.
    private static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: false
        case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
        default: false
        }
    }
}
