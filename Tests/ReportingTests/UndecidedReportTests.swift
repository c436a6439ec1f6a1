import CheckKit
import Checks
import FoundationEssentials
import MailModel
import Observations
import Reporting
import Testing

/// What a check leaves open although it says something stands in every report.
@Suite struct UndecidedReportTests {
    /// A good server at which some versions of TLS could not be tried.
    private func report(unknown: Set<TLSVersion>, offered: Set<TLSVersion>) throws -> Report {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", try .good("mx.example.com"))
        let answers = TLSVersions.tried.map { version in
            TLSVersionAnswer(
                version, unknown.contains(version) ? .inconclusive : offered.contains(version) ? .supported : .refused,
                unknown.contains(version) ? "no answer in time" : nil)
        }
        let place = try #require(sample.evidence.places(.address).first)
        let host = try DomainName(input: "mx.example.com")
        sample.set(TLSSurvey(host: host, versions: TLSVersions(answers)), at: place)
        return try sample.report()
    }

    private func check(_ report: Report) throws -> [String: Any] {
        struct Check: Decodable { var id, outcome: String; var why: String?; var undecided: [String] }
        struct Whole: Decodable { var checks: [Check] }
        let whole = try JSONDecoder().decode(Whole.self, from: Data(report.json().utf8))
        let found = try #require(whole.checks.first { $0.id == "tls.version" })
        return ["outcome": found.outcome, "undecided": found.undecided, "why": found.why ?? ""]
    }

    @Test func `What was found is reported beside what is open, with the reason`() throws {
        let report = try report(unknown: [.tls13], offered: [.tls10, .tls12])
        let json = try check(report)
        #expect(json["outcome"] as? String == "noted" && json["undecided"] as? [String] == ["tls.not-preferred"])
        #expect((json["why"] as? String)?.contains("whether TLS 1.3 is offered: no answer in time") == true)
        let text = report.terminalText()
        #expect(text.contains("tls.deprecated-offered") || text.contains("TLS 1.0 is offered"))
        #expect(text.contains("tls.not-preferred at mx.example.com"))
    }

    @Test func `Where what is open could be worse than what was found, the check is inconclusive and says so`() throws {
        let report = try report(unknown: [.ssl3], offered: [.tls10, .tls12, .tls13])
        let json = try check(report)
        #expect(json["outcome"] as? String == "inconclusive")
        #expect(json["undecided"] as? [String] == ["tls.ssl3-offered"])
        #expect(report.terminalText().contains("tls.ssl3-offered at mx.example.com"))
    }
}
