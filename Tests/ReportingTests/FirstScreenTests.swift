import CheckKitTesting
import Grading
import MailModel
import Testing

@testable import Reporting

/// What a reader sees without scrolling: 24 lines of 80 columns.
@Suite struct FirstScreenTests {
    @Test(arguments: try CorpusReports.domains())
    func `The first screen has the letter, why, what to do first, and the servers`(
        _ domain: String
    ) throws {
        let reports = try CorpusReports.shared.get().reports(domain, "default")
        let report = reports.first
        let lines = reports.terminalText(ReportFormat.Layout()).split(separator: "\n", omittingEmptySubsequences: false)
        let screen = lines.prefix(24).joined(separator: "\n")
        let words = screen.words
        #expect(words.hasPrefix("\(report.domain.forPeople): \(report.headline)".words))
        if let sentence = report.sentence { #expect(words.contains("Why \(sentence)".words)) }
        if let first = report.result.firstFix {
            #expect(words.contains("Fix first \(first.code)"))
            if let after = first.gradeAfter { #expect(screen.contains("\n  Brings     \(after)\n")) }
        }
        guard !report.servers.isEmpty else { return }
        #expect(screen.contains("\nServers\n"))
        #expect(
            report.isOwnSide || report.delivery.servers.isEmpty || report.servers.count > 4
                || screen.contains("\nWould it deliver?\n"))
        for server in report.servers { #expect(screen.contains(server.host.description.prefix(14))) }
    }

    @Test(arguments: [20, 36, 60, 80, 100, 132])
    func `No line is wider than the page but for those to be copied`(_ width: Int) throws {
        for domain in [
            "dual-stack.test", "several-servers.test", "all-dead.test", "dane-sts.test", "hostile-banner.test",
        ] {
            for profiles in [["default"], ["default", "cisa-bod-18-01"], ["cisa-bod-18-01"]] {
                let corpus = try CorpusReports.shared.get()
                let reports = Reports(try profiles.map { try corpus.reports(domain, $0).first })
                let document = reports.document()
                let copied = document.blocks.flatMap(\.snippets)
                for line in document.terminalText(ReportFormat.Layout(width: width)).split(separator: "\n") {
                    let text = line.drop { $0 == " " }
                    #expect(
                        String(line).columns <= min(width, 100) || copied.contains { $0.hasSuffix(text) }, "\(line)")
                }
            }
        }
    }

    @Test func `A table leaves out columns from the right, and cuts names last`() throws {
        let table = Document.Table(
            caption: "", columns: ["name", "one", "two", "three", "four"],
            rows: [[Span(String(repeating: "n", count: 30)), "1", "22", "333", "4444"]])
        func widths(_ room: Int) -> [Int]? { TableLayout(table, room: room)?.widths }
        #expect(widths(53) == [30, 3, 3, 5, 4])
        #expect(widths(52) == [30, 3, 3, 5])
        #expect(widths(46) == [23, 3, 3, 5, 4])
        #expect(widths(30) == [20, 3, 3])
        #expect(widths(13) == [8, 3])
        #expect(widths(12) == nil)
        var whole = table
        whole.isAllOrNothing = true
        #expect(TableLayout(whole, room: 40)?.widths == [30, 3])
    }

    @Test func `Columns stand below each other whatever the letters are wide`() {
        var document = Document(title: "", instant: "")
        let names = [
            "mx.example", "長い名前の例", "e\u{301}\u{301}galite\u{301}", "שלום.example", "\u{1F4E7}\u{1F4E7}",
            "a\u{1B}[2J\u{202E}b",
        ]
        document.blocks.append(
            .table(
                Document.Table(
                    caption: "", columns: ["name", "one", "two"], rows: names.map { [Span($0), "|", "2"] })))
        for width in [80, 30] {
            let lines = document.terminalText(ReportFormat.Layout(width: width)).split(separator: "\n").dropFirst()
            let places = lines.map { line in String(line.prefix { $0 != "|" }).columns }
            #expect(places.count == names.count && Set(places).count == 1, "\(lines)")
            #expect(lines.allSatisfy { $0.unicodeScalars.allSatisfy { $0 != "\u{1B}" && $0 != "\u{202E}" } })
        }
    }

    @Test func `Servers with the same outcomes share a column`() throws {
        let text = try CorpusReports.shared.get().reports("worst-of-three.test", "default").terminalText(
            ReportFormat.Layout())
        #expect(text.contains("  mail from a sender  domain         server 1       servers 2, 3\n"))
        let alike = try CorpusReports.shared.get().reports("several-servers.test", "default").terminalText(
            ReportFormat.Layout())
        #expect(alike.contains("Would it deliver?\n  opportunistic       encrypted\n"))
    }

    @Test func `The way up is told from letter to letter, alternatives as alternatives`() throws {
        let text = try CorpusReports.shared.get().reports("worst-of-three.test", "default").terminalText(
            ReportFormat.Layout())
        #expect(
            text.contains(
                """
                The shortest way up
                  B  certificate.self-signed
                  A  certificate.name-mismatch
                  A+ mta-sts.absent or dane.absent

                """))
    }

    @Test func `A summary is one line a profile, and says nothing of what nobody needs to fix`() throws {
        let reports = try CorpusReports.shared.get().reports("several-servers.test", "default", "cisa-bod-18-01")
        #expect(
            reports.terminalText(ReportFormat.Layout()).hasPrefix(
                "several-servers.test under 2 profiles\n\n  default  "))
        #expect(
            reports.summary(ReportFormat.Layout())
                == """
                several-servers.test (default): B; fix first: tls.deprecated-offered, which gives A
                several-servers.test (cisa-bod-18-01): compliant

                """)
    }
}

extension String {
    /// Its words, with one blank between two.
    fileprivate var words: String { split { $0 == " " || $0 == "\n" }.joined(separator: " ") }
}

extension Document.Block {
    /// Lines to be copied.
    fileprivate var snippets: [String] {
        switch self {
        case .snippet(let lines): lines
        case .list(_, let items): items.flatMap { $0.blocks.flatMap(\.snippets) }
        default: []
        }
    }
}
