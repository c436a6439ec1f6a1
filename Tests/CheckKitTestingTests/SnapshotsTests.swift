import Testing

@testable import CheckKitTesting

@Suite struct SnapshotsTests {
    @Test("the first line that differs is shown, and nothing else", arguments: ["\n", "\r\n"])
    func difference(_ newline: String) throws {
        let kept = ["a", "b", "c", ""].joined(separator: newline)
        let text = ["a", "x", "y", ""].joined(separator: newline)
        let difference = try #require(Snapshots.difference(text, from: kept, named: "report.csv"))
        #expect(difference.hasPrefix("report.csv, line 2\n"))
        #expect(difference.contains("expected: b") && difference.contains("got: x"))
        #expect(!difference.contains("expected: a") && !difference.contains("got: y"))
        #expect(Snapshots.difference(kept, from: kept, named: "report.csv") == nil)
    }

    @Test("another line end is a difference")
    func lineEnd() {
        #expect(Snapshots.difference("a\r\nb\n", from: "a\nb\n", named: "report.csv") != nil)
    }
}
