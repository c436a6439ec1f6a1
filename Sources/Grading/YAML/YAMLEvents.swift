internal import CYAML

/// The events of libyaml as Swift values. Parser and events are deleted whatever happens.
final class YAMLEvents {
    struct Event {
        enum Kind {
            case streamStart, streamEnd, documentStart, documentEnd, sequenceEnd, mappingEnd
            case alias(String)
            case scalar(String, plain: Bool)
            case sequenceStart
            case mappingStart
        }

        let kind: Kind
        let position: SourcePosition
        let anchor: String?
        let tag: String?
    }

    /// A syntax error, in libyaml's words.
    struct SyntaxError: Error {
        let position: SourcePosition
        let message: String
        let note: Diagnostic.Note?
    }

    private let file: SourceFile
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    // libyaml reads from this memory for as long as it parses.
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ file: SourceFile) {
        self.file = file
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        input = .allocate(capacity: max(1, file.bytes.count))
        _ = input.update(fromContentsOf: file.bytes)
        // Fails only without memory; every later call then reports an error of its own.
        yaml_parser_initialize(parser)
        // Said, not guessed: libyaml would otherwise take two leading bytes as a sign of UTF-16.
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, file.bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; the last one is `streamEnd`.
    func next() throws(SyntaxError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw syntaxError() }
        defer { yaml_event_delete(&event) }
        let position = position(event.start_mark)
        let kind: Event.Kind
        var anchor: UnsafeMutablePointer<yaml_char_t>?
        var tag: UnsafeMutablePointer<yaml_char_t>?
        switch event.type {
        case YAML_STREAM_START_EVENT: kind = .streamStart
        case YAML_DOCUMENT_START_EVENT: kind = .documentStart
        case YAML_DOCUMENT_END_EVENT: kind = .documentEnd
        case YAML_SEQUENCE_END_EVENT: kind = .sequenceEnd
        case YAML_MAPPING_END_EVENT: kind = .mappingEnd
        case YAML_ALIAS_EVENT:
            kind = .alias(Self.text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            (anchor, tag) = (scalar.anchor, scalar.tag)
            let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
            kind = .scalar(
                String(decoding: bytes, as: UTF8.self), plain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
        case YAML_SEQUENCE_START_EVENT:
            (anchor, tag) = (event.data.sequence_start.anchor, event.data.sequence_start.tag)
            kind = .sequenceStart
        case YAML_MAPPING_START_EVENT:
            (anchor, tag) = (event.data.mapping_start.anchor, event.data.mapping_start.tag)
            kind = .mappingStart
        default: kind = .streamEnd
        }
        return Event(kind: kind, position: position, anchor: Self.text(anchor), tag: Self.text(tag))
    }

    private func syntaxError() -> SyntaxError {
        let parser = parser.pointee
        let message = parser.problem.map { String(cString: $0) } ?? "not readable as YAML"
        if parser.error == YAML_READER_ERROR {
            // The only kind without a mark.
            let offset = min(parser.problem_offset, file.bytes.count)
            return SyntaxError(position: file.position(ofByte: offset), message: message, note: nil)
        }
        let note = parser.context.flatMap { YAMLWording.note(String(cString: $0)) }.map {
            Diagnostic.Note(position: position(parser.context_mark), message: $0)
        }
        let mark = parser.problem_mark
        // Marks count characters, a byte order mark not among them.
        let characters = String(decoding: file.bytes, as: UTF8.self).unicodeScalars.drop { $0 == "\u{FEFF}" }
        let character = characters.dropFirst(mark.index).first
        return SyntaxError(
            position: file.clamped(position(mark)), message: YAMLWording.message(message, at: character), note: note)
    }

    private func position(_ mark: yaml_mark_t) -> SourcePosition {
        SourcePosition(file: file, line: mark.line + 1, column: mark.column + 1)
    }

    private static func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? {
        pointer.map { String(decodingCString: $0, as: UTF8.self) }
    }
}
