import MailModel
import Testing

@testable import Reporting

@Suite struct TextPageTests {
    private func page(_ width: Int, _ body: (inout TextPage) -> Void) -> String {
        var page = TextPage(width: width, hasColour: false)
        body(&page)
        return page.text
    }

    @Test func `Words wrap at the edge and continue below the first`() {
        let text = page(24) { $0.paragraph(["one two three four five six"], indent: 6, label: "  1.") }
        #expect(text == "  1.  one two three four\n      five six\n")
    }

    @Test func `A word wider than the page is broken and not lost`() {
        let word = String(repeating: "0123456789", count: 5)
        let text = page(20) { $0.paragraph([TextRun("see " + word)], indent: 2) }
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 20 })
        #expect(text.filter { $0.isNumber } == word)
    }

    @Test func `Runs that touch are one word`() {
        let text = page(20) { $0.paragraph([TextRun("mx.example", .bold), ": ok"]) }
        #expect(text == "mx.example: ok\n")
    }

    @Test func `Styles are closed again on every line`() {
        var page = TextPage(width: 20, hasColour: true)
        page.paragraph([TextRun("twelve chars and more", .bad)])
        for line in page.text.split(separator: "\n") { #expect(line.hasSuffix("\u{1B}[0m")) }
    }

    @Test(arguments: [
        ("", 0), ("abc", 3), ("bücher", 6), ("日本", 4), ("e\u{301}", 1), ("🎉", 2), ("한국", 4),
    ]) func `Columns are counted as terminals do`(_ text: String, _ columns: Int) {
        #expect(text.columns == columns)
    }

    @Test(arguments: [(10, "日本語"), (6, "日本語"), (5, "日本…"), (2, "…"), (1, "…"), (0, "")])
    func `A cut never goes through a wide character`(_ width: Int, _ expected: String) {
        #expect("日本語".truncated(to: width) == expected)
    }
}
