import Testing

/// Decision records have one form, and the list of them is complete.
@Suite struct DecisionTests {
    private static let folder = "docs/decisions"

    private static let records: [String] = ((try? Repository.names(in: folder)) ?? []).filter {
        $0.first?.isNumber == true
    }

    @Test("the records are numbered from 0001 on without a gap")
    func numbers() {
        let numbers = Self.records.compactMap { Int($0.prefix(4)) }
        #expect(!numbers.isEmpty && numbers == Array(1...numbers.count))
    }

    @Test("a record has a number, a status, and says context, choice and what was given up", arguments: records)
    func form(_ name: String) throws {
        let text = try #require(Repository.text("\(Self.folder)/\(name)"))
        #expect(text.hasPrefix("# \(name.prefix(4)): "), "The title of \(name) begins with its number.")
        let status = text.split(separator: "\n").dropFirst().first ?? ""
        #expect(
            status.prefixMatch(of: /Status: (Accepted|Superseded by [0-9]{4})\./) != nil,
            "The line behind the title of \(name) is \"Status: Accepted.\" or \"Status: Superseded by NNNN.\"")
        let headings = text.split(separator: "\n").filter { $0.hasPrefix("## ") }
        #expect(headings == ["## Context", "## Choice", "## Given up"], "\(name)")
    }

    @Test("the list of records says of each what the record says of itself", arguments: records)
    func index(_ name: String) throws {
        let text = try #require(Repository.text("\(Self.folder)/\(name)"))
        let list = try #require(Repository.text("\(Self.folder)/README.md"))
        let number = name.prefix(4)
        let title = text.prefix { $0 != "\n" }.dropFirst("# \(number): ".count)
        let status = try #require(text.firstMatch(of: /\nStatus: ([^.]+)\./)).1
        let line = "| [\(number)](\(name)) | \(status) | \(title) |"
        #expect(list.contains(line + "\n"), "\(Self.folder)/README.md needs the line: \(line)")
    }
}
