import CheckKit
import FoundationEssentials
import Testing

/// JSON from outside, before anybody decodes it.
@Suite struct JSONShapeTests {
    @Test(arguments: [
        "", "{}", "[]", "null", "{\"a\": 1, \"b\": {\"a\": [1, 2, {\"a\": \"a\"}]}}", "[{\"a\": 1}, {\"a\": 2}]",
        "{\"a\": \"b\", \"b\": \"a\"}", "[\"a\", \"a\"]", "{\"a\\\"b\": 1, \"a\": 2}",
        "{\"a\": \"\\\\\", \"b\": \"\\\"a\\\":\"}",
    ])
    func `JSON in which each key stands once passes`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test(arguments: [
        ("{\"a\": 1, \"a\": 2}", "the key “a” is there twice"),
        ("{\"a\" : 1 , \"b\":2,\n\"a\"\t:\r\n3}", "the key “a” is there twice"),
        ("{\"facts\": [{}, {\"value\": {\"x\": 1, \"x\": 1}}]}", "the key “x” is there twice in facts[1].value"),
        ("[[{\"x\": 1, \"x\": 1}]]", "the key “x” is there twice in [0][0]"),
        ("{\"a\": 1, \"\\u0061\": 2}", "the key “a” is there twice"),
        ("{\"\\u00e9\": 1, \"e\\u0301\": 2}", "the key “e\u{301}” is there twice"),
        ("{\"\": 1, \"\": 2}", "the key “” is there twice"),
    ])
    func `A key that stands twice is named, with its place`(_ text: String, _ fault: String) {
        #expect(self.fault(text)?.description == fault)
    }

    @Test func `Values are counted, and lists and objects in each other`() {
        #expect(fault("[1,2,3]", mostValues: 4) == nil)
        #expect(fault("[1,2,3,4]", mostValues: 4) == .tooMany(4))
        #expect(fault("{\"a\":\"b\",\"c\":[]}", mostValues: 2) == .tooMany(2))
        #expect(fault("[[[]]]", deepest: 3) == nil)
        #expect(fault("[[[{}]]]", deepest: 3) == .tooDeep(3))
    }

    @Test func `What the decoder would take for UTF-16 is refused`() {
        let text = "{\"a\":1,\"a\":2}"
        #expect(throws: JSONShape.Fault.notUTF8) { try JSONShape.check(text.utf16.flatMap { [UInt8($0), 0] }) }
        #expect(throws: JSONShape.Fault.notUTF8) { try JSONShape.check([0xFF, 0xFE] + Array("{}".utf8)) }
    }

    @Test(arguments: ["{\"a", "{\"a\\", "{\"a\":", "[1,", "}}]]", ":::", "{\"a\"::1}", "\\u", "{,\"a\":1}"])
    func `What is no JSON is left to the decoder`(_ text: String) {
        #expect(fault(text) == nil)
    }

    @Test func `A long key is shortened`() {
        let key = String(repeating: "k", count: 1_000)
        #expect(fault("{\"\(key)\":1,\"\(key)\":2}")?.description.count ?? 0 < 100)
    }

    @Test func `Evidence with a key twice is no evidence`() throws {
        let json = Data(
            "{\"schema\": \"mailgrade.evidence/1\", \"domain\": \"a.example\", \"domain\": \"b.example\"}".utf8)
        let error = #expect(throws: DecodingError.self) { try Evidence(json: json, known: []) }
        guard case .dataCorrupted(let context) = try #require(error) else {
            Issue.record("another error")
            return
        }
        #expect(context.debugDescription == "the key “domain” is there twice")
    }

    private func fault(_ text: String, mostValues: Int = 1_000, deepest: Int = 32) -> JSONShape.Fault? {
        do throws(JSONShape.Fault) {
            try JSONShape.check(text.utf8, mostValues: mostValues, deepest: deepest)
            return nil
        } catch {
            return error
        }
    }
}
