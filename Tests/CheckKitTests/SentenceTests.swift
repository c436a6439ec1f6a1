import FoundationEssentials
import Testing

@testable import CheckKit

extension FindingArgument {
    fileprivate static let days = number("days", "Whole days.")
    fileprivate static let ends = date("ends", "When it ends.")
    fileprivate static let names = list("names", "Names.")
    fileprivate static let host = text("host", "The host.")
}

@Suite struct SentenceTests {
    private static let instant = Date(timeIntervalSince1970: 1_798_588_800)

    @Test("a sentence shows each value in its place: whole numbers without a fraction, instants as days in UTC")
    func values() {
        let sentence: Sentence = "\(.host) ends on \(.ends), in \(.days) days."
        #expect(
            sentence.text([.host: "mx.example.com", .ends: Self.instant, .days: 12])
                == "mx.example.com ends on 2026-12-30, in 12 days.")
        let number: Sentence = "\(.days)"
        #expect(number.text([.days: 0.25]) == "0.3")
        let quoted: Sentence = "\(.host, .quoted)"
        #expect(quoted.text([.host: "x"]) == "\u{201C}x\u{201D}")
    }

    private static let rows: [(Sentence, [String])] = [
        ("\(.names)", ["a, b, c", "a, b", "a", ""]),
        ("\(.names, .joined(.and))", ["a, b and c", "a and b", "a", ""]),
        ("\(.names, .joined(.or))", ["a, b or c", "a or b", "a", ""]),
        ("\(.names, .joined(.semicolon))", ["a; b; c", "a; b", "a", ""]),
        ("\(.names, .upTo(2))", ["a, b and 1 more", "a, b", "a", ""]),
        ("\(.names, .upTo(1, joined: .or))", ["a and 2 more", "a and 1 more", "a", ""]),
        ("\(.names, .upTo(2, joined: .semicolon))", ["a; b; and 1 more", "a; b", "a", ""]),
        (
            "\(.names, .upTo(1, quoted: true))",
            ["\u{201C}a\u{201D} and 2 more", "\u{201C}a\u{201D} and 1 more", "\u{201C}a\u{201D}", ""]
        ),
    ]

    @Test("a list is put together as its sentence wants it, and what is left out is counted", arguments: rows.indices)
    func lists(row: Int) {
        let (sentence, expected) = Self.rows[row]
        let lists = [["a", "b", "c"], ["a", "b"], ["a"], []]
        #expect(lists.map { sentence.text([.names: $0]) } == expected)
    }

    @Test("singular and plural go by a number or by the length of a list, and none can be told apart")
    func plurals() {
        let days: Sentence = "\(.days, zero: "today", one: "in 1 day", other: "in \(.days) days")"
        #expect([0, 1, 2].map { days.text([.days: $0]) } == ["today", "in 1 day", "in 2 days"])
        let names: Sentence = "\(.names, one: "has", other: "have")"
        #expect(names.text([.names: ["a"]]) == "has")
        #expect(names.text([.names: ["a", "b"]]) == "have")
    }

    @Test("a sentence may depend on whether there is a value, and on which")
    func choices() {
        let known = Sentence.where(.host, is: "It is \(.host).", otherwise: "It has no name.")
        #expect(known.text([.host: "a"]) == "It is a.")
        #expect(known.text(.none) == "It has no name.")
        let one = Sentence.by(.host, ["a": "First.", "": "None."], else: "Another, \(.host).")
        #expect(["a", "b", nil].map { one.text([.host: $0]) } == ["First.", "Another, b.", "None."])
        let part: Sentence = "It ends\(optional: .days, before: " in ", after: " days")."
        #expect(part.text([.days: 3]) == "It ends in 3 days.")
        #expect(part.text(.none) == "It ends.")
    }

    @Test("what is missing says so, and is a fault of the finding; nothing crashes")
    func missing() {
        let description = FindingDescription(
            code: "toy.odd", severity: .info, sentence: "\(.host) has \(.days) \(.days, one: "day", other: "days").",
            remedy: "Mend it.", arguments: [.names])
        let finding = Finding(description, [.host: 5, .ends: Self.instant])
        #expect(finding.message == "5 has (days not recorded) days.")
        #expect(
            Set(finding.faults) == [
                "days is missing", "ends is not declared", "host is a number, declared as text",
            ])
        #expect(Finding(description, [.host: "a", .days: 1, .names: ["b"]]).faults == [])
        #expect(description.arguments == [.host, .days, .names])
        #expect(description.numbers == ["days"])
    }

    @Test("a finding of some connections says so before its full stop")
    func occasional() {
        let description = FindingDescription(code: "toy.odd", severity: .info, sentence: "It is odd.", remedy: "")
        #expect(Finding(description, isOccasional: true).message == "It is odd (on some connections).")
    }

    @Test("the template is a message of ICU's MessageFormat")
    func template() {
        let sentence: Sentence = """
            {\(.host)}'s \(.names, .upTo(3, joined: .and)) \(.days, one: "is", other: "are") \
            \(.host, ["a": "good"], else: "bad")\(optional: .ends, before: " until ").
            """
        #expect(
            sentence.description
                == "'{'{host}'}'''s {names, list, and, 3} {days, plural, one {is} other {are}} "
                + "{host, select, a {good} other {bad}}{has-ends, select, yes { until {ends, date}} other {}}.")
    }

    @Test("a sentence can be read from text; a name that is not declared is refused")
    func fromText() throws {
        let sentence = try Sentence(template: "{host} has {days} days.", declaring: [.host, .days])
        #expect(sentence.text([.host: "a", .days: 2]) == "a has 2 days.")
        #expect(throws: SentenceError.undeclared("hosts")) { try Sentence(template: "{hosts}", declaring: [.host]) }
        for text in ["{host", "host}", "{host}}", "{{host}}"] {
            #expect(throws: SentenceError.self, "\(text)") { try Sentence(template: text, declaring: [.host]) }
        }
    }
}

@Suite struct ArgumentValueTests {
    @Test("values are plain JSON, and come back as they were")
    func json() throws {
        let values: [String: ArgumentValue] = [
            "n": .number(12), "f": .number(0.5), "t": .text("x"), "l": .list(["a", "b"]),
            "d": .date(Date(timeIntervalSince1970: 1_798_588_800)),
        ]
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = try encoder.encode(values)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"d":"2026-12-30T00:00:00Z","f":0.5,"l":["a","b"],"n":12,"t":"x"}"#)
        #expect(try JSONDecoder().decode([String: ArgumentValue].self, from: data) == values)
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode(ArgumentValue.self, from: Data("{}".utf8))
        }
    }

    @Test("what strangers wrote is bounded")
    func bounded() throws {
        let arguments: Arguments = [
            .host: String(repeating: "x", count: 1_000_000), .names: Array(repeating: "y", count: 5000),
        ]
        guard case .text(let text)? = arguments["host"], case .list(let names)? = arguments["names"] else {
            throw CancellationError()
        }
        #expect(text.count == 1001)
        #expect(names.count == 1000)
    }
}

@Suite struct ReferenceTests {
    @Test("every document is cited in one form")
    func forms() {
        #expect(Reference.rfc(3207, section: "4").description == "RFC 3207, section 4")
        let appendix = Reference.rfc(8446, section: "E.5")
        #expect(appendix.description == "RFC 8446, appendix E.5")
        #expect(appendix.link == "https://www.rfc-editor.org/rfc/rfc8446#appendix-E.5")
        let draft = Reference.draft("draft-ietf-uta-some-thing-03", section: "2")
        #expect(draft.description == "draft-ietf-uta-some-thing-03, section 2")
        let report = Reference(
            "TR-0", title: "Title", edition: "2026-01", place: "section 3", link: "https://example.org/tr")
        #expect(report.description == "TR-0: Title (2026-01), section 3")
    }
}
