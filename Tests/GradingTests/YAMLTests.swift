import MailModel
import Testing

@testable import Grading

/// A document as indented text, for tables.
private func outline(_ node: YAMLNode) -> String {
    switch node.content {
    case .scalar(let text, let plain): plain ? text : "\"\(text)\""
    case .sequence(let items): "[" + items.map(outline).joined(separator: ", ") + "]"
    case .mapping(let entries): "{" + entries.map { "\($0.key): \(outline($0.value))" }.joined(separator: ", ") + "}"
    case .refused: "!"
    }
}

private func compose(_ bytes: [UInt8]) -> (node: YAMLNode?, errors: [Diagnostic]) {
    let diagnostics = Diagnostics()
    let node = YAMLComposer.compose(SourceFile(name: "p.yaml", bytes: bytes), diagnostics: diagnostics)
    return (node, diagnostics.all)
}

@Suite struct YAMLTests {
    @Test(
        "good documents keep their structure and their words",
        arguments: [
            ("a: 1", "{a: 1}"),
            ("a: no\nb: \"no\"\nc: 'x'", "{a: no, b: \"no\", c: \"x\"}"),
            ("a: { b: [1, 2], c: }", "{a: {b: [1, 2], c: }}"),
            ("- 1\n- a: 2\n  b: 3", "[1, {a: 2, b: 3}]"),
            ("# only a comment before\na: b # and after", "{a: b}"),
            ("---\na: b\n...\n", "{a: b}"),
            ("\u{FEFF}a: b", "{a: b}"),
            ("a: |\n  two\n  lines\n", "{a: \"two\nlines\n\"}"),
            ("bücher: grün", "{bücher: grün}"),
            ("a: b\r\nc: d\r\n", "{a: b, c: d}"),
        ])
    func good(text: String, expected: String) throws {
        let (node, errors) = compose(Array(text.utf8))
        #expect(errors.isEmpty)
        #expect(outline(try #require(node)) == expected)
    }

    @Test(
        "bad documents are refused at the place of the mistake",
        arguments: [
            ("", "1:1: the file is empty"),
            ("# nothing\n", "2:1: the file is empty"),
            ("a: 1\nb: 2\na: 3", "3:1: duplicate key 'a'"),
            ("a: &x 1\nb: 2", "1:4: anchor '&x': anchors and aliases are not allowed"),
            ("a: 1\nb: *x", "2:4: alias '*x': anchors and aliases are not allowed"),
            ("a: !!binary aGk=", "1:4: tag '!!binary': tags are not allowed"),
            ("a: 1\n---\nb: 2", "2:1: a second document; one file holds one document"),
            ("? [a, b]\n: 1", "1:3: a key must be text, not a list"),
            ("? {a: b}\n: 1", "1:3: a key must be text, not a map"),
            ("\"\": 1", "1:1: a key must be text, not ''"),
            ("a: [1, 2", "1:9: a comma or ']' is missing before this"),
            ("a: 1\n\tb: 2", "2:1: found a tab character that violates indentation"),
            (
                "a: 1\n b: 2",
                "2:3: a colon inside text: put the text in quotes, or indent the line like those it belongs to"
            ),
            ("a: \"open", "1:9: the file ends inside quotes"),
        ])
    func bad(text: String, expected: String) throws {
        let (_, errors) = compose(Array(text.utf8))
        let first = try #require(errors.first)
        #expect("\(first.position?.line ?? 0):\(first.position?.column ?? 0): \(first.message)" == expected)
    }

    @Test(
        "control characters are refused by name",
        arguments: [(0x00, "0000"), (0x1B, "001B"), (0x7F, "007F"), (0x85, "0085"), (0x2028, "2028"), (0xFEFF, "FEFF")])
    func controlCharacters(code: UInt32, name: String) throws {
        let (_, errors) = compose(Array("ä: b\(try #require(Unicode.Scalar(code)))c".utf8))
        #expect(errors.map(\.message) == ["control character U+\(name)"])
        #expect(errors.map { $0.position?.column } == [5])
    }

    @Test("invalid UTF-8 is refused at its first byte")
    func invalidUTF8() throws {
        for bad: [UInt8] in [[0xFF], [0xC3, 0x28], [0xED, 0xA0, 0x80], [0xE2, 0x82]] {
            let (node, errors) = compose(Array("a: 1\nb: ü".utf8) + bad)
            #expect(node == nil)
            let error = try #require(errors.first)
            #expect(error.message == "this is not UTF-8")
            #expect((error.position?.line, error.position?.column) == (2, 5))
        }
    }

    @Test("UTF-16 is refused, not guessed")
    func utf16() {
        let (node, errors) = compose([0xFF, 0xFE, 0x61, 0x00])
        #expect(node == nil)
        #expect(errors.map(\.message) == ["this is not UTF-8"])
    }

    @Test("all duplicate keys, anchors and tags of a file are reported, with a note where a key was first defined")
    func severalMistakes() {
        let (_, errors) = compose(Array("a: 1\na: 2\nb: &y 3\nb: !t 4\n".utf8))
        #expect(errors.map { $0.position?.line } == [2, 3, 4, 4])
        #expect(errors[0].notes.map(\.message) == ["first defined here"])
        #expect(errors[0].notes.map(\.position.line) == [1])
    }

    @Test("an error quotes its line, with a caret under the column")
    func quotation() throws {
        let (_, errors) = compose(Array("a: 1\nb: [ü, *x]\n".utf8))
        #expect(
            try #require(errors.first).description == """
                p.yaml:2:8: error: alias '*x': anchors and aliases are not allowed
                    b: [ü, *x]
                           ^
                """)
    }

    @Test("a quoted line cannot steer the terminal, and the caret still fits")
    func escapedQuotation() throws {
        let (_, errors) = compose(Array("\ta: \u{1B}]0;x\u{7}".utf8))
        #expect(
            try #require(errors.first).description == """
                p.yaml:1:5: error: control character U+001B
                    \\ta: \\u{1b}]0;x\\u{7}
                         ^
                """)
    }

    @Test("a heap of combining marks in a quoted line is escaped, on both sides of the caret")
    func heapOfMarks() throws {
        let marks = String(repeating: "\u{301}", count: 4)
        let escapes = String(repeating: #"\u{301}"#, count: 2)
        let (_, errors) = compose(Array("[e\(marks)\u{301}\u{301}, *x]".utf8))
        let lines = try #require(errors.first).description.split(separator: "\n")
        #expect(lines[1] == "    [e\(marks)\(escapes), *x]")
        let file = SourceFile(name: "p.yaml", bytes: Array("e\(marks)\u{301}\u{301}".utf8))
        let cut = SourcePosition(file: file, line: 1, column: 4).quotation().split(separator: "\n")
        #expect(cut[0] == "    e\(marks)\(escapes)")
    }

    @Test("a long line is cut around the column")
    func longLine() throws {
        let filler = String(repeating: "x", count: 5_000)
        let (_, errors) = compose(Array("[\(filler), *z, \(filler)]".utf8))
        let lines = try #require(errors.first).description.split(separator: "\n")
        #expect(lines.allSatisfy { $0.count < 120 })
        #expect(lines[1].dropFirst(lines[2].count - 1).hasPrefix("*z"))
        #expect(lines[1].hasPrefix("    …") && lines[1].hasSuffix("…"))
    }
}

@Suite struct HostileYAMLTests {
    @Test("an alias bomb is refused without being expanded")
    func aliasBomb() {
        var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
        for level in 1..<30 {
            let items = Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ")
            text += "a\(level): &a\(level) [\(items)]\n"
        }
        let (_, errors) = compose(Array(text.utf8))
        #expect(errors.count == Diagnostics.limit)
    }

    @Test(
        "deep nesting is refused at the thirty-third level",
        arguments: [("[", 5_000), ("{a: ", 5_000), ("- ", 5_000), ("? ", 5_000), ("[", 500_000)])
    func depth(opening: String, count: Int) {
        let text = String(repeating: opening, count: count)
        let (node, errors) = compose(Array(text.utf8))
        #expect(node == nil)
        #expect(errors.map(\.message) == ["nested more than 32 levels deep"])
    }

    @Test("32 levels are read")
    func depthLimit() {
        let text = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
        #expect(compose(Array(text.utf8)).errors.isEmpty)
    }

    @Test("more than 20,000 values are refused")
    func nodes() {
        let fits = "[" + Array(repeating: "1", count: 19_999).joined(separator: ",") + "]"
        #expect(compose(Array(fits.utf8)).errors.isEmpty)
        let tooMany = "[" + Array(repeating: "1", count: 20_000).joined(separator: ",") + "]"
        #expect(compose(Array(tooMany.utf8)).errors.map(\.message) == ["more than 20000 values in one file"])
    }

    @Test("one mebibyte is read, one byte more is refused")
    func bytes() {
        let limit = YAMLComposer.Limits().bytes
        let padded = { (count: Int) in Array("a: 1 #".utf8) + [UInt8](repeating: 0x78, count: count - 6) }
        #expect(compose(padded(limit)).errors.isEmpty)
        #expect(compose(padded(limit + 1)).errors.map(\.message) == ["the file is larger than 1048576 bytes"])
    }

    @Test("a key of a mebibyte, and the unclosed quote of one, cost little")
    func longScalars() {
        for prefix in ["", "\"", "'", "a: |\n ", "a: >\n "] {
            _ = compose(Array((prefix + String(repeating: "x y", count: 300_000)).utf8))
        }
    }

    @Test("any bytes at all are read or refused, never trapped on")
    func randomBytes() {
        var random = SystemRandomNumberGenerator()
        let alphabet = Array("ab:-?[]{}\"'|>&*!%#,\n \t\r\u{0}\u{e9}\u{1F600}".utf8)
        for _ in 0..<2_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in alphabet.randomElement(using: &random)!
            }
            let (_, errors) = compose(bytes)
            for error in errors { #expect(!error.description.isEmpty) }
        }
    }
}
