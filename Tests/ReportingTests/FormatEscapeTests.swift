import CheckKit
import FoundationEssentials
import Grading
import Testing

@testable import Reporting

/// What servers say is text in every format, and nothing else.
@Suite struct FormatEscapeTests {
    /// What would do harm somewhere.
    static let attacks = [
        HostileTextTests.attack, "=HYPERLINK(\"http://evil.example\")", "+1", "-1", "@SUM(A1)", "\t=1+1", "\u{FF1D}1",
        "\r\n::error file=a,line=1::owned", "%0A::error::owned", "::set-output name=a::b", "]]></failure><script>",
        "\" onload=\"x", "\u{FFFE}\u{0}", "a|b;c,d\"e'f", "\"} 1\nmailgrade_grade 6", "\\\"", "</details><img src=x>",
        "[click](javascript:alert(1))", "![x](//evil.example/x.png)", "# Heading", "```\n# out", "* * *", "1. one",
        "@everyone #1 &lt;", "www.evil.example", "https://evil.example", "| a | b |\n|---|---|",
    ]

    @Test(arguments: ReportFormat.all.map(\.id), attacks)
    func `No control character and no invisible one is left`(_ id: String, _ attack: String) throws {
        let format = try #require(ReportFormat.named(id))
        let reports = Reports([try HostileTextTests.attacked(attack)])
        let text = try format.write(reports, ReportFormat.Layout(isVerbose: true))
        let isCSV = format.mediaType == "text/csv"
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || isCSV && $0 == "\r" || !$0.isControlLike })
    }

    @Test(arguments: ReportFormat.all.map(\.id))
    func `A heap of combining marks is escaped behind the fourth`(_ id: String) throws {
        let format = try #require(ReportFormat.named(id))
        let reports = Reports([try HostileTextTests.attacked("e" + String(repeating: "\u{301}", count: 700))])
        let text = try format.write(reports, ReportFormat.Layout(isVerbose: true))
        #expect(
            !text.unicodeScalars.contains("\u{301}")
                || text.unicodeScalars.split { $0 != "\u{301}" }.allSatisfy { $0.count <= 4 })
    }

    @Test(arguments: ["csv", "csv-servers"], attacks)
    func `A table keeps its shape, and no cell is a formula`(_ id: String, _ attack: String) throws {
        let format = try #require(ReportFormat.named(id))
        let rows = Self.cells(try format.write(Reports([try HostileTextTests.attacked(attack)]), ReportFormat.Layout()))
        #expect(rows.count == (id == "csv" ? 2 : 3))
        #expect(Set(rows.map(\.count)).count == 1)
        for cell in rows.joined() {
            let first = cell.unicodeScalars.first { !$0.properties.isWhitespace }
            #expect(!["=", "+", "-", "@", "\u{FF1D}"].contains(first), "\(cell)")
        }
    }

    @Test(arguments: attacks) func `A workflow command is ours or it is none`(_ attack: String) throws {
        let reports = Reports([try HostileTextTests.attacked(attack)])
        let lines = try #require(ReportFormat.named("github")).write(reports, ReportFormat.Layout()).split(
            separator: "\n")
        let toDo = reports.first.explanation.toDo.count
        #expect(lines.count == 1 + min(toDo, 9) + (toDo > 9 ? 1 : 0))
        for line in lines.dropFirst() {
            #expect(
                ["::error title=", "::warning title=", "::notice title="].contains { line.hasPrefix($0) }, "\(line)")
        }
    }

    @Test(arguments: attacks) func `Only the first line for Nagios has figures`(_ attack: String) throws {
        let reports = Reports([try HostileTextTests.attacked(attack)])
        let lines = try #require(ReportFormat.named("nagios")).write(reports, ReportFormat.Layout()).split(
            separator: "\n")
        #expect(lines[0].count { $0 == "|" } == 1)
        #expect(lines.dropFirst().allSatisfy { !$0.contains("|") })
    }

    @Test(arguments: attacks) func `XML has our elements only`(_ attack: String) throws {
        let reports = Reports([try HostileTextTests.attacked(attack)])
        let text = try #require(ReportFormat.named("junit")).write(reports, ReportFormat.Layout())
        let names = text.split(separator: "<").dropFirst().map { $0.prefix { $0.isLetter || $0 == "-" } }
        #expect(
            Set(names).isSubset(
                of: ["", "testsuites", "testsuite", "testcase", "failure", "error", "skipped", "system-out"]))
        #expect(!text.unicodeScalars.contains("\u{FFFE}"))
    }

    @Test(arguments: [
        ("<b>&amp;</b>", "&lt;b&gt;&amp;amp;&lt;/b&gt;"), ("*a* _b_ `c`", "\\*a\\* \\_b\\_ \\`c\\`"),
        ("TLS_AES_128", "TLS_AES_128"), ("[a](b)", "\\[a\\](b)"), ("a|b", "a\\|b"), ("![a]", "\\!\\[a\\]"),
        ("https://a.example", "https:\\//a.example"), ("www.a.example", "www\\.a.example"),
        ("@all #1", "@&#8203;all #&#8203;1"), ("a\nb", "a\\\\u{a}b"), ("2.0.0 Ready", "2.0.0 Ready"),
    ]) func `Text in Markdown is read as text`(_ text: String, _ expected: String) {
        #expect(MarkdownText.inline(text) == expected)
    }

    @Test(arguments: [
        ("# a", "\\# a"), ("- a", "\\- a"), ("1. a", "1\\. a"), ("12) a", "12\\) a"), ("=", "\\="), ("a - b", "a - b"),
        ("220 mx", "220 mx"),
    ]) func `No line of Markdown begins a list or a heading by itself`(_ text: String, _ expected: String) {
        #expect(MarkdownText.lineStart(MarkdownText.inline(text)) == expected)
    }

    @Test func `A fence is longer than what is inside`() {
        #expect(MarkdownText.fenced(["a", "````"]) == ["`````text", "a", "````", "`````"])
    }

    @Test func `A label of a metric keeps its quotes inside`() throws {
        var report = try Situation.openRelay.sample().report()
        report.run.engine = "a\"b\\c\nd"
        let text = try #require(ReportFormat.named("prometheus")).write(Reports([report]), ReportFormat.Layout())
        #expect(text.contains("engine=\"a\\\"b\\\\c\\\\u{a}d\"} 1\n"))
        for line in text.split(separator: "\n") where !line.hasPrefix("# ") {
            #expect(line.wholeMatch(of: /mailgrade_[a-z_]+\{([a-z]+="([^"\\]|\\.)*",?)+\} -?[0-9.]+/) != nil, "\(line)")
        }
    }

    @Test func `A path of a repository is a relative reference`() throws {
        let layout = ReportFormat.Layout(anchor: ReportFormat.Anchor(path: "my lists/a:b%.txt", line: 3))
        let reports = Reports([try Situation.openRelay.sample().report()])
        let text = try #require(ReportFormat.named("sarif")).write(reports, layout)
        #expect(text.contains("\"uri\" : \"my%20lists/a%3Ab%25.txt\""))
        #expect(text.contains("\"startLine\" : 3"))
    }

    /// The cells of comma-separated values, after RFC 4180.
    private static func cells(_ text: String) -> [[String]] {
        var rows: [[String]] = [[""]]
        var isQuoted = false
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": isQuoted.toggle()
            case "," where !isQuoted: rows[rows.count - 1].append("")
            case "\n" where !isQuoted: rows.append([""])
            case "\r" where !isQuoted: break
            default: rows[rows.count - 1][rows[rows.count - 1].count - 1].unicodeScalars.append(scalar)
            }
        }
        return rows.dropLast()
    }
}
