internal import MailModel

/// A place in a document from which typed values are read. A reader that meets something else notes an error there,
/// answers nil, and reading goes on: all mistakes of a file are found in one pass.
package struct YAMLCursor {
    let node: YAMLNode
    /// What this value is called in errors, for example `weight`.
    let name: String
    /// Where its key stands; the value itself at the top and in lists.
    let keyPosition: SourcePosition
    let diagnostics: Diagnostics

    init(_ node: YAMLNode, name: String, keyPosition: SourcePosition? = nil, diagnostics: Diagnostics) {
        self.node = node
        self.name = name
        self.keyPosition = keyPosition ?? node.position
        self.diagnostics = diagnostics
    }

    /// The name as errors write it; the whole document is called `the …`.
    package var label: String { name.hasPrefix("the ") ? name : "'\(name)'" }

    /// Notes an error at the value.
    package func error(_ message: @autoclosure () -> String) {
        diagnostics.error(at: node.position, message())
    }

    /// Notes an error at the key.
    package func errorAtKey(_ message: @autoclosure () -> String) {
        diagnostics.error(at: keyPosition, message())
    }
}

// MARK: Maps and lists

extension YAMLCursor {
    /// The fields of a map with a fixed list of keys; every other key is an error with a suggestion.
    ///
    /// `place` says where a key belongs that is none of them; without an answer, the nearest key is suggested.
    package func fields(_ known: [String], place: (String) -> String? = { _ in nil }) -> Fields? {
        guard let entries = map() else { return nil }
        var fields: [String: YAMLCursor] = [:]
        for (key, cursor) in entries {
            if known.contains(key) {
                fields[key] = cursor
            } else {
                let hint = place(key) ?? Suggestion.hint(for: key, in: known)
                cursor.errorAtKey("unknown key '\(key)' in \(label)\(hint)")
            }
        }
        return Fields(cursor: self, hasUnknownKeys: fields.count < entries.count, fields: fields)
    }

    /// The entries of a map with free keys, in the order of the file.
    package func map() -> [(key: String, value: YAMLCursor)]? {
        guard let entries = node.entries else { return mismatch("a map", mapHint) }
        return entries.map { entry in
            let cursor = YAMLCursor(
                entry.value, name: entry.key, keyPosition: entry.keyPosition, diagnostics: diagnostics)
            return (entry.key, cursor)
        }
    }

    /// The items of a list.
    package func list() -> [YAMLCursor]? {
        guard case .sequence(let items) = node.content else { return mismatch("a list") }
        return items.map { YAMLCursor($0, name: name, diagnostics: diagnostics) }
    }

    /// The known keys of one map.
    package struct Fields {
        let cursor: YAMLCursor
        /// Whether there were other keys, which have been reported.
        package let hasUnknownKeys: Bool
        fileprivate let fields: [String: YAMLCursor]

        /// The value of a key, if it is there.
        package subscript(key: String) -> YAMLCursor? { fields[key] }

        /// The value of a key that must be there.
        package func required(_ key: String) -> YAMLCursor? {
            if let value = fields[key] { return value }
            cursor.errorAtKey("\(cursor.label) needs '\(key)'")
            return nil
        }
    }
}

// MARK: Scalars

extension YAMLCursor {
    /// Text as it is written; not empty.
    package func text() -> String? {
        guard case .scalar(let text, let plain) = node.content, !text.isEmpty, !(plain && node.isNull) else {
            return mismatch("text")
        }
        return text
    }

    /// A finite decimal number.
    package func number() -> Double? {
        guard case .scalar(let text, plain: true) = node.content, let number = Self.number(text) else {
            return mismatchedNumber("a number")
        }
        return number
    }

    /// A whole number.
    package func integer() -> Int? {
        guard case .scalar(let text, plain: true) = node.content, let number = Int(text) else {
            return mismatchedNumber("a whole number")
        }
        return number
    }

    /// `true` or `false`.
    package func flag() -> Bool? {
        guard case .scalar(let text, plain: true) = node.content, let flag = Bool(text) else {
            return mismatch("true or false")
        }
        return flag
    }

    /// A length of time: a number and a unit of `ms`, `s`, `m`, `h` or `d`; more than nothing.
    package func duration() -> Duration? {
        guard case .scalar(let text, _) = node.content, let duration = Duration(text: text), duration > .zero else {
            return mismatch("a duration such as 90s, 2m or 14d")
        }
        return duration
    }

    /// One of a few words.
    package func choice<Value>(_ choices: [(word: String, value: Value)]) -> Value? {
        let words = choices.map(\.word)
        let list = words.joined(separator: ", ")
        guard case .scalar(let text, _) = node.content, !node.isNull else { return mismatch("one of \(list)") }
        if let choice = choices.first(where: { $0.word == text }) { return choice.value }
        let nearest = Suggestion.nearest(to: text, in: words).map { "; did you mean '\($0)'?" } ?? ""
        error("'\(name)' must be one of \(list), not \(node.kind)\(nearest)")
        return nil
    }

    /// One of many names; `what` says of what, in the plural.
    package func name(of what: String, in known: [String]) -> String? {
        guard let text = text() else { return nil }
        if known.contains(text) { return text }
        let nearest = Suggestion.nearest(to: text, in: known).map { "; did you mean '\($0)'?" } ?? ""
        error("'\(text)' is not one of the \(what)\(nearest)")
        return nil
    }

    private func mismatch<Value>(_ expected: String, _ hint: String = "") -> Value? {
        if case .refused = node.content { return nil }
        error("\(label) must be \(expected), not \(node.kind)\(hint)")
        return nil
    }

    /// What somebody may have meant who wrote something else than a map.
    private var mapHint: String {
        switch node.content {
        case .sequence: return "; write 'name:' in place of each dash"
        case .scalar(let text, plain: true):
            if ["off", "no", "false", "none", "disabled"].contains(text.lowercased()) {
                return "; null removes it"
            }
            let hasColon = text.split(separator: ":", omittingEmptySubsequences: false).count == 2
            return hasColon && !text.contains(" ") ? "; a blank is missing behind the colon" : ""
        default: return ""
        }
    }

    private func mismatchedNumber<Value>(_ expected: String) -> Value? {
        if case .scalar(let text, plain: false) = node.content, Self.number(text) != nil {
            error("\(label) must be \(expected): leave out the quotes")
            return nil
        }
        if case .scalar(let text, plain: true) = node.content {
            let digits = text.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            if digits.count < text.count, Self.number(String(digits)) != nil {
                return mismatch(expected, "; it has no unit")
            }
        }
        return mismatch(expected)
    }

    /// Digits with an optional sign and fraction; no hexadecimal, exponent, infinity or not-a-number.
    static func number(_ text: String) -> Double? {
        let digits = text.hasPrefix("-") ? text.dropFirst() : text[...]
        let parts = digits.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count),
            parts.allSatisfy({ !$0.isEmpty && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }),
            let number = Double(text), number.isFinite
        else { return nil }
        return number
    }
}
