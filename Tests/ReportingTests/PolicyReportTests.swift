import CheckKit
import FoundationEssentials
import Grading
import Reporting
import Testing

/// What reports say of requirements that are left out, and of waivers of other domains.
@Suite struct PolicyReportTests {
    private static let profile = """
        schema: 1
        id: rules
        title: Rules
        checks: { starttls.offered: {}, relay.closed: {} }
        requirements:
          starttls: { clause: 1.10, level: must, text: STARTTLS is offered., met-by: { check: starttls.offered, servers: every } }
          relay: { clause: 2, level: must, text: No relay., met-by: { check: relay.closed, servers: every } }
        domain-classes:
          ours: { domains: [example.com], leave-out: { relay: The gateway relays for the branches. } }
        waivers:
          mine: { check: relay.closed, domain: example.com, reason: Mine., approved-by: me, expires: 2026-12-31 }
          theirs: { check: relay.closed, domain: example.net, reason: Theirs., approved-by: me, expires: 2025-12-31 }
        """

    private func report(domain: String = "example.com") throws -> Report {
        var sample = try Sample(domain: domain)
        try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com"))
        return try sample.report(Self.profile)
    }

    private func json(_ report: Report) throws -> String { try report.json() }

    @Test func `What is left out is listed with the reason, and the headline counts it`() throws {
        let report = try report()
        #expect(report.headline == "compliant (1 requirement left out)")
        let text = report.terminalText()
        #expect(text.contains("left out 2: No relay."))
        #expect(text.contains("The gateway relays for the branches."))
        #expect(text.contains("compliant 1.10: STARTTLS is offered."))
        #expect(
            try json(report).contains("\"outcome\":\"left-out\"") || json(report).contains("\"outcome\" : \"left-out\"")
        )
    }

    @Test func `A waiver of another domain is in the JSON, and in no report for people`() throws {
        let report = try report()
        #expect(report.assessment.waivers.map(\.state) == [.unmatched, .otherDomain])
        let text = report.terminalText()
        #expect(text.contains("relay.closed of example.com"))
        #expect(!text.contains("Theirs."))
        #expect(try json(report).contains("other-domain"))
    }

    @Test func `Where all waivers are of other domains, there is no section`() throws {
        let report = try report(domain: "example.org")
        #expect(report.headline == "compliant")
        #expect(!report.terminalText().contains("Waivers"))
    }
}
