import CheckKit
import FoundationEssentials
import Grading
import MailModel
import Testing

@testable import Reporting

/// Several runs in one text.
@Suite struct JointTextTests {
    private static let situations: [Situation] = [.openRelay, .nullMX, .openRelay]

    private func text(_ format: String, _ gate: Gate = Gate()) throws -> String {
        let layout = ReportFormat.Layout(width: 100, gate: gate)
        var joint = try #require(ReportFormat.named(format)).joint(layout)
        for situation in Self.situations { try joint.add(Reports([situation.sample().report()]), layout) }
        return try joint.text()
    }

    @Test(arguments: ReportFormat.all.map(\.id)) func `Every format takes several runs, and none at all`(
        _ format: String
    ) throws {
        let named = try #require(ReportFormat.named(format))
        _ = try named.joint(.init()).text()
        // A domain without servers has no rows of servers.
        #expect(try text(format).contains("example.com"))
    }

    @Test func `JSON is an array of reports, each as it is alone`() throws {
        func read(_ text: String) throws -> JSONValue {
            try JSONDecoder().decode(JSONValue.self, from: Data(text.utf8))
        }
        let alone = try Self.situations.map { try read(Reports([$0.sample().report()]).json()) }
        #expect(try read(text("json")) == .array(alone))
    }

    @Test func `A table has one header`() throws {
        let alone = try #require(ReportFormat.named("csv")).write(
            Reports([Situation.nullMX.sample().report()]), .init())
        let lines = try text("csv").split(whereSeparator: \.isNewline)
        #expect(lines.count == 4)
        #expect(lines.first == alone.split(whereSeparator: \.isNewline).first)
        #expect(Set(lines.dropFirst()).count == 2)
    }

    @Test func `A metric is described once, and no series is there twice`() throws {
        let lines = try text("prometheus").split(separator: "\n")
        let described = lines.filter { $0.hasPrefix("# HELP") }
        #expect(!described.isEmpty && Set(described).count == described.count)
        let series = lines.filter { !$0.hasPrefix("#") }.compactMap { $0.split(separator: "}").first }
        #expect(Set(series).count == series.count)
    }

    @Test func `SARIF has a run for each, and JUnit a suite`() throws {
        let sarif = try JSONDecoder().decode(JSONValue.self, from: Data(text("sarif").utf8))
        guard case .object(let members) = sarif, case .array(let runs)? = members["runs"] else {
            Issue.record("no runs")
            return
        }
        #expect(runs.count == Self.situations.count)
        let junit = try text("junit")
        #expect(junit.split(separator: "<testsuite ").count == Self.situations.count + 1)
        #expect(junit.split(separator: "<testsuites ").count == 2)
    }

    @Test func `The line of status is that of the worst, and a domain without mail is not the worst`() throws {
        #expect(try text("nagios", Gate(bar: .b)).hasPrefix("MAILGRADE WARNING - 2 of 3 domains\n"))
        #expect(try text("nagios").hasPrefix("MAILGRADE OK - 2 of 3 domains\n"))
    }

    @Test func `Totals are below the table, and above that of the page`() throws {
        #expect(try text("terminal").hasSuffix("3 results: 2 F, 1 none\n"))
        #expect(try text("html").contains("3 results: 2 F, 1 none"))
    }
}
