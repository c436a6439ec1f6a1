import CheckKitTesting
import FoundationEssentials
import MailgradeKit
import Testing

@testable import Batch

/// Lists as people have them.
@Suite("A list of domains")
struct InputListTests {
    private func entries(_ text: String) throws -> [InputEntry] {
        let path = FileManager.default.temporaryDirectory.path + "/mailgrade-list-\(UInt64.random(in: 0 ... .max))"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        let list = try InputList(path, seed: "")
        return (0..<list.count).map { list.entry($0) }.sorted { $0.line < $1.line }
    }

    @Test("one domain a line: blank lines and remarks are none, whatever lines end with")
    func plain() throws {
        let found = try entries("# ours\na.example\r\n\n  b.example \nc.example")
        #expect(found.map(\.line) == [2, 4, 5])
        #expect(found.map(\.name) == ["a.example", "b.example", "c.example"])
        #expect(found.allSatisfy { $0.extra.isEmpty })
    }

    @Test("a remark may stand behind a domain, and blanks before one")
    func remarks() throws {
        #expect(try entries("a.example # ours\n  # none\nb.example#x\n").map(\.name) == ["a.example", "b.example"])
        // With a mark above it, the sign is another character.
        #expect(try entries("a.example #\u{301}x\n#\u{301} none\n").map(\.name) == ["a.example"])
    }

    @Test(
        "a remark makes no columns, whatever stands in it",
        arguments: ["a.example # customer, big one\nb.example\n", "a.example # x, domain\nb.example # \"y\",z\n"])
    func remarkWithComma(_ text: String) throws {
        let found = try entries(text)
        #expect(found.map(\.name) == ["a.example", "b.example"] && found.allSatisfy { $0.extra.isEmpty })
    }

    @Test("the name of a column may have the sign of a remark in it")
    func signInHeader() throws {
        let found = try entries("Customer #,domain\n7,a.example\n")
        #expect(found.map(\.name) == ["a.example"] && found[0].extra == #""columns":{"Customer #":"7"}"#)
    }

    @Test("columns of one name, and those without one, are told apart by their numbers")
    func sameColumns() throws {
        let found = try entries("domain,name,name,,name 3,,2\na.example,b,c,d,e,f,g,h\n")
        #expect(
            found.map(\.extra) == [
                #""columns":{"name":"b","name 3":"c","4":"d","name 3 5":"e","6":"f","2":"g","8":"h"}"#
            ])
        #expect(try entries("domain,2\na.example,b,c\n")[0].extra == #""columns":{"2":"b","3":"c"}"#)
        #expect(try entries("domain,3\na.example,b,c\n")[0].extra == #""columns":{"3":"b","3 3":"c"}"#)
    }

    @Test("a cell over several lines is not read: its first line and its last say so, and are no domains")
    func cellOfSeveralLines() throws {
        let found = try entries(
            "note,domain\n\"big\none\",a.example\n\"small \"\"one\"\"\",b.example\n19\" rack,c.example\n")
        #expect(found.map { $0.fault != nil } == [true, true, false, false])
        #expect(found.map(\.name) == ["", "a.example", "b.example", "c.example"])
    }

    @Test(
        "whether a line of CSV is whole",
        arguments: [
            ("", true), ("a,b", true), ("\"a\",\"\",b", true), ("\"\"\"\"", true), ("\"a,b", false), ("a\",b", false),
            ("a,b\"", false), ("a,\"b\"\"", false), ("5\" x,y", true),
        ])
    func whole(_ line: String, _ isWhole: Bool) { #expect(CSVLine.isWhole(line) == isWhole) }

    @Test(
        "a byte order mark is no part of the list, whatever it is",
        arguments: ["# ours\na.example\n", "domain,id\na.example,1\n", "{\"domain\":\"a.example\"}\n", "a.example\n"])
    func byteOrderMark(_ text: String) throws {
        #expect(try entries("\u{FEFF}" + text).map(\.name) == ["a.example"])
    }

    @Test("CSV with a header: the column domain, and the others by their names")
    func header() throws {
        let found = try entries("id,Domain,note\r\n1,a.example,\"x, \"\"y\"\"\"\r\n2,b.example,\r\n")
        #expect(found.map(\.name) == ["a.example", "b.example"])
        #expect(found.map(\.extra) == [#""columns":{"id":"1","note":"x, \"y\""}"#, #""columns":{"id":"2","note":""}"#])
    }

    @Test("CSV without a header: the first column, and the others by their numbers")
    func noHeader() throws {
        let found = try entries("a.example,1\nb.example,2,3\n")
        #expect(found.map(\.name) == ["a.example", "b.example"])
        #expect(found.map(\.extra) == [#""columns":{"2":"1"}"#, #""columns":{"2":"2","3":"3"}"#])
    }

    @Test("NDJSON: the member domain, and the line as it stands")
    func ndjson() throws {
        let found = try entries("{\"domain\":\"a.example\",\"rank\":1.50}\n{\"domain\":7}\nno json\n")
        #expect(found.map(\.name) == ["a.example", "", ""])
        #expect(found[0].extra == #""input":{"domain":"a.example","rank":1.50}"#)
        #expect(found[2].extra == #""input":"no json""#)
        #expect(found.map { $0.fault == nil } == [true, false, false])
    }

    @Test(
        "NDJSON: a line that cannot be meant says what is wrong with it",
        arguments: [
            (#"{"domain":"a.example","domain":"b.example"}"#, "the key \u{201C}domain\u{201D} is there twice"),
            (#"{"domain":"a.example","\u0064omain":"b.example"}"#, "the key \u{201C}domain\u{201D} is there twice"),
            (#"{"domain":1e999}"#, "not a JSON object that can be read"),
            (#"{"domain":"\ud800"}"#, "not a JSON object"),
            (#"{"domain":"a.example""#, "not a JSON object"), (#"["a.example"]"#, "not a JSON object"),
            (#"{"domain":7}"#, "\u{201C}domain\u{201D} is not a string"),
            (#"{"name":"a.example"}"#, "no member \u{201C}domain\u{201D}"),
        ])
    func faults(_ line: String, _ says: String) throws {
        let found = try entries("{\"domain\":\"first.example\"}\n\(line)\n")
        #expect(found[0].fault == nil)
        #expect(found[1].fault?.contains(says) == true, "\(found[1])")
        #expect(found[1].name.isEmpty)
    }

    @Test("lines that name the same domain stand together, in an order that has nothing to do with that of the list")
    func order() throws {
        let names = (0..<200).map { "d\($0 % 100).example" }
        let list = try InputList(names, seed: "")
        var seen: [String] = []
        for index in 0..<list.count where seen.last != list.entry(index).name { seen.append(list.entry(index).name) }
        #expect(seen.count == 100)
        #expect(seen != seen.sorted() && seen != names.prefix(100).map(\.self))
    }

    @Test("a list of any length takes 24 octets a line, and every line is found again")
    func long() throws {
        let names = (0..<50_000).map { "domain-with-a-long-name-\($0).example" }
        let list = try InputList(names, seed: "x")
        #expect(list.count == names.count)
        #expect(Set((0..<list.count).map { list.entry($0).name }).count == names.count)
    }

    @Test("what is no list is refused")
    func refused() {
        #expect(throws: UsageError.self) { try InputList("/nowhere/at/all", seed: "") }
        #expect(throws: UsageError.self) { try InputList("/", seed: "") }
        #expect(throws: UsageError.self) { try InputList("/dev/null", seed: "") }
        #expect(throws: UsageError.self) { try entries(String(repeating: "x", count: 2 << 20)) }
    }

    @Test(
        "cells of CSV. RFC 4180, section 2",
        arguments: [
            ("", [""]), ("a", ["a"]), ("a,b", ["a", "b"]), (",", ["", ""]), ("\"a,b\",c", ["a,b", "c"]),
            ("\"\"", [""]), ("\"\"\"\"", ["\""]), ("\"a\"\"b\",", ["a\"b", ""]), ("a\"b", ["a\"b"]),
            ("\u{FEFF}a,b\r", ["a", "b"]),
            ("\"\",\"x\"", ["", "x"]),
        ])
    func cells(_ line: String, _ cells: [String]) { #expect(CSVLine.cells(line) == cells) }
}
