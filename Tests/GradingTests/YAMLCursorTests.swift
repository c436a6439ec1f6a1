import Testing

@testable import Grading

@Suite struct YAMLCursorTests {
    private let diagnostics = Diagnostics()

    private func cursor(_ text: String) throws -> YAMLCursor {
        let node = try #require(
            YAMLComposer.compose(SourceFile(name: "p.yaml", bytes: Array(text.utf8)), diagnostics: diagnostics))
        return YAMLCursor(node, name: "the profile", diagnostics: diagnostics)
    }

    private var errors: [String] {
        diagnostics.invalidProfile.diagnostics.map {
            "\($0.position?.line ?? 0):\($0.position?.column ?? 0) \($0.message)"
        }
    }

    @Test("scalars are typed by who reads them")
    func scalars() throws {
        let fields = try #require(
            cursor("a: no\nb: -1.5\nc: 12\nd: true\ne: 90s\nf: 2m\ng: \"12\"").fields([
                "a", "b", "c", "d", "e", "f", "g",
            ]))
        #expect(fields["a"]?.text() == "no")
        #expect(fields["b"]?.number() == -1.5)
        #expect(fields["c"]?.integer() == 12)
        #expect(fields["d"]?.flag() == true)
        #expect(fields["e"]?.duration() == .seconds(90))
        #expect(fields["f"]?.duration() == .seconds(120))
        #expect(fields["g"]?.text() == "12")
        #expect(errors.isEmpty)
    }

    @Test(
        "what is not a finite decimal number is refused",
        arguments: [".inf", "-.inf", ".nan", "nan", "inf", "0x10", "1e3", "", "-", "1.", ".5", "1_000", "+1", "१"])
    func badNumbers(text: String) {
        #expect(YAMLCursor.number(text) == nil)
    }

    @Test("a number too large to be finite is refused")
    func hugeNumber() {
        #expect(YAMLCursor.number(String(repeating: "9", count: 400)) == nil)
    }

    @Test(
        "what is not a duration is refused",
        arguments: ["90", "s", "-5s", "0s", "1w", "5 s", "[1s]", "99999999999999d"])
    func badDurations(text: String) throws {
        let field = try cursor("a: \(text)").fields(["a"])?["a"]
        #expect(field?.duration() == nil)
        #expect(errors.count == 1)
    }

    @Test("every mistake of a file is reported, in its order, with suggestions")
    func everyMistake() throws {
        let fields = try cursor("wieght: 1\nbonus: many\nzzzzzz: 1\nflag: 1").fields(["weight", "bonus", "flag"])
        _ = fields?["bonus"]?.number()
        _ = fields?["flag"]?.flag()
        #expect(fields?.required("weight") == nil)
        #expect(
            errors == [
                "1:1 unknown key 'wieght' in the profile; did you mean 'weight'?",
                "1:1 the profile needs 'weight'",
                "2:8 'bonus' must be a number, not 'many'",
                "3:1 unknown key 'zzzzzz' in the profile; known: bonus, flag, weight",
                "4:7 'flag' must be true or false, not '1'",
            ])
    }

    @Test("a value that was refused already is not reported twice")
    func refusedOnce() throws {
        let fields = try cursor("a: *x").fields(["a"])
        #expect(fields?["a"]?.number() == nil)
        #expect(errors.count == 1)
    }

    @Test("a choice names the words there are")
    func choice() throws {
        let fields = try cursor("a: warnning").fields(["a"])
        #expect(fields?["a"]?.choice([("notice", 1), ("warning", 2)]) == nil)
        #expect(errors == ["1:4 'a' must be one of notice, warning, not 'warnning'; did you mean 'warning'?"])
    }

    @Test("the number of kept diagnostics is bounded, and the rest is counted")
    func boundedDiagnostics() throws {
        let text = (0..<1_000).map { "k\($0): 1" }.joined(separator: "\n")
        _ = try cursor(text).fields(["weight"])
        #expect(diagnostics.all.count == Diagnostics.limit)
        #expect(diagnostics.invalidProfile.description.hasSuffix("and 900 more"))
    }

    @Test(
        "a slip of the pen is recognised, a different word is not",
        arguments: [
            ("starttls.ofered", "starttls.offered"), ("relay.clsoed", "relay.closed"), ("Weight", "weight"),
            ("ptr", nil), ("tls.something-else", nil), ("", nil),
        ])
    func suggestions(word: String, expected: String?) {
        let known = ["starttls.offered", "relay.closed", "weight", "tls.version"]
        #expect(Suggestion.nearest(to: word, in: known) == expected)
    }
}
