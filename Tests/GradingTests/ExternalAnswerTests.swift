import Testing

@testable import CheckKit
@testable import Grading

/// What a program writes on standard output is hostile until it is read.
@Suite struct ExternalAnswerTests {
    private func outcome(_ text: String) throws -> ExternalOutcome { try ExternalAnswer.read(Array(text.utf8)) }

    @Test("answers in each form are read")
    func good() throws {
        #expect(try outcome("{\"outcome\": \"passed\"}\n") == ExternalOutcome(.passed))
        #expect(try outcome("{\"findings\": []}") == ExternalOutcome(.passed))
        #expect(
            try outcome("{\"outcome\": \"not-applicable\", \"why\": \"No.\"}")
                == ExternalOutcome(.notApplicable, why: "No."))
        #expect(
            try outcome("{\"outcome\": \"inconclusive\", \"why\": \"No.\"}")
                == ExternalOutcome(.inconclusive, why: "No."))
        let found = ExternalOutcome(
            .found,
            findings: [.init(code: "acme.bad", arguments: ["message": .string("It is."), "limit": .integer(5)])])
        #expect(
            try outcome(
                "{\"findings\": [{\"code\": \"acme.bad\", \"message\": \"It is.\", \"arguments\": {\"limit\": 5}}]}")
                == found)
        #expect(
            try outcome("{\"outcome\": \"found\", \"findings\": [{\"code\": \"a.b\"}], \"why\": null}")
                == ExternalOutcome(.found, findings: [.init(code: "a.b", arguments: [:])]))
    }

    static let bad: [(String, String)] = [
        ("", "answered nothing"),
        (" \n", "answered nothing"),
        ("passed", "answered with what is not JSON"),
        ("{\"outcome\": \"passed\"", "answered with what is not JSON"),
        ("{\"outcome\": \"passed\"} {}", "answered with what is not JSON"),
        ("[\"passed\"]", "answered with JSON that is no object"),
        ("{\"outcome\": \"pass\u{0}\"}", "answered with NUL bytes"),
        ("{}", "answered without \u{201C}outcome\u{201D} or \u{201C}findings\u{201D}"),
        (
            "{\"outcome\": \"failed\"}",
            "answered with the outcome \u{201C}failed\u{201D}, which is none of passed, found, not-applicable, inconclusive"
        ),
        (
            "{\"outcome\": \"passed\", \"outcome\": \"inconclusive\"}",
            "answered with JSON that has the key \u{201C}outcome\u{201D} twice in an object"
        ),
        ("{\"outcome\": 1}", "answered with \u{201C}outcome\u{201D} that is no text"),
        ("{\"outcome\": \"found\"}", "answered \u{201C}found\u{201D} without findings"),
        (
            "{\"outcome\": \"passed\", \"findings\": [{\"code\": \"a.b\"}]}",
            "answered \u{201C}passed\u{201D} with findings"
        ),
        ("{\"outcome\": \"inconclusive\"}", "answered \u{201C}inconclusive\u{201D} without saying why"),
        ("{\"findings\": {}}", "answered with findings that are no list"),
        ("{\"findings\": [1]}", "answered with a finding that is no object"),
        ("{\"findings\": [{}]}", "answered with a finding without \u{201C}code\u{201D}"),
        ("{\"findings\": [{\"code\": \"a.b\", \"arguments\": 1}]}", "answered with arguments that are no object"),
        (
            "{\"findings\": [{\"code\": \"a.b\", \"severity\": \"info\"}]}",
            "answered with the unknown key \u{201C}severity\u{201D} in a finding"
        ),
        (
            "{\"outcome\": \"passed\", \"grade\": \"A\"}",
            "answered with the unknown key \u{201C}grade\u{201D} in its answer"
        ),
        ("{\"outcome\": \"passed\", \"why\": 1e999}", "answered with what is not JSON"),
    ]

    @Test("an answer of any other form is refused, with the reason", arguments: bad.map(\.0))
    func isRefused(_ text: String) throws {
        let expected = try #require(Self.bad.first { $0.0 == text }).1
        let fault = #expect(throws: ExternalAnswer.Fault.self) { try outcome(text) }
        #expect(fault?.description == expected)
    }

    @Test("bytes that are no text, nesting without an end and findings without number are refused")
    func floods() {
        func fault(_ bytes: [UInt8]) -> String? {
            let fault = #expect(throws: ExternalAnswer.Fault.self) { try ExternalAnswer.read(bytes) }
            return fault?.description
        }
        #expect(fault([0x7B, 0xFF, 0x7D]) == "answered with what is not UTF-8")
        #expect(fault([0xFF, 0xFE, 0x7B]) == "answered with what is not UTF-8")
        let deep = String(repeating: "[", count: 60_000)
        #expect(fault(Array(deep.utf8)) == "answered with JSON that is nested more than 16 deep")
        let large = "{\"findings\": [" + Array(repeating: "1", count: 10_001).joined(separator: ",") + "]}"
        #expect(fault(Array(large.utf8)) == "answered with JSON of more than 10000 values")
        let many =
            "{\"findings\": [" + Array(repeating: "{\"code\": \"a.b\"}", count: 101).joined(separator: ",") + "]}"
        #expect(fault(Array(many.utf8)) == "answered with more than 100 findings")
        // One character may be a letter with marks on it without end.
        let marks = "{\"outcome\": \"inconclusive\", \"why\": \"e\(String(repeating: "\u{301}", count: 60_000))\"}"
        #expect((try? ExternalAnswer.read(Array(marks.utf8)))?.why?.utf8.count ?? 0 < 2_000)
        // Brackets in a text nest nothing.
        let text = "{\"outcome\": \"inconclusive\", \"why\": \"\(deep)\\\"[\"}"
        #expect((try? ExternalAnswer.read(Array(text.utf8)))?.why?.utf8.count ?? 0 < 2_000)
    }

    @Test("what the profile does not declare makes the outcome inconclusive, and never a finding")
    func undeclared() throws {
        let limit = FindingArgument.number("limit", "The limit.")
        let small = FindingDescription(
            code: "acme.small", severity: .warning,
            sentence: try Sentence(template: "At most {limit}.", declaring: [limit]),
            remedy: "Take more.")
        func judged(_ code: String, _ arguments: [String: JSONValue]) -> Outcome {
            ExternalOutcome(.found, findings: [.init(code: code, arguments: arguments)]).outcome(
                of: "acme.size", [small])
        }
        #expect(
            judged("acme.small", ["limit": .integer(5)])
                == .found([Finding(small, Arguments(named: ["limit": .number(5)]))]))
        #expect(
            judged("acme.other", [:])
                == .inconclusive(
                    "The program of acme.size found \u{201C}acme.other\u{201D}, which is none of its findings (acme.small)."
                ))
        #expect(
            judged("acme.small", [:])
                == .inconclusive("The program of acme.size found acme.small, and limit is missing."))
        #expect(
            judged("acme.small", ["limit": .string("5")])
                == .inconclusive("The program of acme.size found acme.small, and limit is a text, declared as number."))
        #expect(
            judged("acme.small", ["limit": .integer(5), "why": .string("x")])
                == .inconclusive("The program of acme.size found acme.small, and why is not declared."))
    }
}
