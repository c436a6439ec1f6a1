import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import Grading
import MailModel
import MailgradeKit
import Reporting
import Testing

/// mailgrade without its command: what a service or another package calls.
@Suite struct LibraryTests {
    private let domain: DomainName
    private let mailgrade: Mailgrade

    init() throws {
        domain = try DomainName(input: "example.com")
        let rig = try Rig(playing: Talk.good())
        let wire = Wire(dns: rig.dns, smtp: rig.smtp, ledger: rig.ledger)
        mailgrade = Mailgrade(plugins: Plugin.builtIn) { _ in wire }
    }

    @Test func `A run gives events that survive JSON, and the reports that judging its evidence gives`() async throws {
        let folder = try TemporaryFolder()
        let policies = try mailgrade.policies([try folder.file("p.yaml", SampleProfile.text)])
        let run = mailgrade.run(domain, policies, at: Rig.instant)
        var events: [GradingEvent] = []
        for await event in run.events {
            let json = try JSONEncoder().encode(event)
            events.append(try JSONDecoder().decode(GradingEvent.self, from: json))
            #expect(events.last == event)
        }
        #expect(events.contains { if case .servers(let list) = $0 { list.count == 1 } else { false } })
        #expect(
            events.contains {
                if case .began(_, _, let phrase) = $0 { phrase == "looking up MX records" } else { false }
            })
        let reports = try await run.reports()
        #expect(reports == policies.reports(try await run.evidence()))
        #expect(reports.first.assessment.grade == .aPlus)
    }

    @Test func `A run that is cancelled keeps what was seen`() async throws {
        let folder = try TemporaryFolder()
        let policies = try mailgrade.policies([try folder.file("p.yaml", SampleProfile.text)])
        let run = mailgrade.run(domain, policies, at: Rig.instant)
        run.cancel()
        for await _ in run.events {}
        #expect(try await run.evidence().domain == domain)
    }
}
