import CheckKitTesting
import FoundationEssentials
import Grading
import Reporting
import Testing

/// Each format for a domain of each letter, and of one without a letter.
@Suite struct FormatSnapshotTests {
    /// The formats whose text is their own; what JSON says has snapshots elsewhere.
    static let formats = ReportFormat.all.filter { !["terminal", "json", "ndjson"].contains($0.id) }

    @Test(arguments: CorpusReports.letters.keys.sorted(), formats.map(\.id))
    func `A format writes what is kept`(_ letter: String, _ id: String) throws {
        let domain = try #require(CorpusReports.letters[letter])
        let reports = try CorpusReports.shared.get().reports(domain, "default")
        #expect(reports.first.assessment.grade?.rawValue ?? "none" == letter)
        let format = try #require(ReportFormat.named(id))
        let layout = ReportFormat.Layout(gate: Gate(bar: .b), anchor: ReportFormat.Anchor(path: "domains.txt", line: 7))
        let name = "\(id)-\(letter == "A+" ? "A-plus" : letter).\(format.fileEnding)"
        let text = Self.kept(try format.write(reports, layout))
        #expect(Snapshots(beside: #filePath).difference(text, from: name) == nil)
    }

    @Test(arguments: ["html", "markdown", "csv", "prometheus", "nagios", "github"])
    func `Several profiles stand beside each other`(_ id: String) throws {
        let reports = try CorpusReports.shared.get().reports("expired.test", "default", "cisa-bod-18-01")
        let format = try #require(ReportFormat.named(id))
        let text = Self.kept(try format.write(reports, ReportFormat.Layout()))
        #expect(
            Snapshots(beside: #filePath).difference(text, from: "\(id)-two-profiles.\(format.fileEnding)") == nil)
    }

    /// A page without its style and its script, which are the same in each: they are not what a snapshot is about.
    private static func kept(_ text: String) -> String {
        guard text.hasPrefix("<!DOCTYPE html>") else { return text }
        return text.replacing(/<(style|script)>[^<]*<\/\1>/) { "<\($0.output.1)>…</\($0.output.1)>" }
            .replacing(/sha256-[^']*/, with: "sha256-…")
    }

    @Test func `Any format is written in 20 ms at most`() throws {
        let reports = try CorpusReports.shared.get().reports("dane-sts.test", "default")
        for format in ReportFormat.all {
            _ = try format.write(reports, ReportFormat.Layout())
            let best = try (1...5).map { _ in
                try ContinuousClock().measure { _ = try format.write(reports, ReportFormat.Layout()) }
            }.min()
            // Built for debugging, on a machine that does other things as well: the release build is several times faster.
            #expect(try #require(best) < .milliseconds(100), "\(format.id)")
        }
    }
}
