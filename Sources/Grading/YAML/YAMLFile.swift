/// Other files than profiles, read as strictly: every mistake has its place.
package enum YAMLFile {
    /// Reads a file; `name` is what errors call it. Throws everything that is wrong with it; `body` notes what it does not like, and what
    /// it gives is of use only where it noted nothing.
    package static func read<Value>(
        _ bytes: [UInt8], name: String, what: String, _ body: (YAMLCursor) -> Value?
    ) throws(InvalidProfile) -> Value {
        let diagnostics = Diagnostics()
        let node = YAMLComposer.compose(SourceFile(name: name, bytes: bytes), diagnostics: diagnostics)
        let value = node.flatMap { body(YAMLCursor($0, name: "the \(what)", diagnostics: diagnostics)) }
        guard let value, !diagnostics.hasErrors else { throw diagnostics.invalidProfile }
        return value
    }
}

extension YAMLCursor {
    /// A whole number within limits.
    package func integer(in range: ClosedRange<Int>) -> Int? {
        guard let number = integer() else { return nil }
        guard range.contains(number) else {
            error("\(label) must be from \(range.lowerBound) to \(range.upperBound), not \(number)")
            return nil
        }
        return number
    }
}

extension YAMLCursor {
    /// Whether this is a map.
    package var isMap: Bool { node.entries != nil }

    /// Whether this is the one word, without quotes or with them.
    package func isWord(_ word: String) -> Bool {
        if case .scalar(word, _) = node.content { true } else { false }
    }
}
