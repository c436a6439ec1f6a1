import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Testing

/// What a plan promises, and what a run may be about.
@Suite(
    "Plans, and servers that are named",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct PlanLabTests {
    @Test(
        "A server that behaves sees no more connections than the plan says",
        arguments: ["modern.test", "exim.test", "opensmtpd.test", "tls13-only.test", "dane.test"])
    func promise(domain: String) async throws {
        let bench = try LabBench.shared.get()
        let row = LabDomain(domain: domain, what: "", grade: "A", findings: [], needs: [])
        let evidence = try await bench.evidence(row)
        let labels = evidence.trace.conversations.map(\.label)
        #expect(!labels.isEmpty)
        for step in bench.plan.outline.steps {
            guard let traffic = step.traffic, traffic.channel == .smtp else { continue }
            let count = labels.count { label in traffic.labels.contains { label.hasPrefix($0) } }
            #expect(traffic.usual.contains(count), "\(step.fact): \(count)")
        }
    }

    @Test("An MX that is not published yet is graded at the address that is named with it")
    func unpublished() async throws {
        let bench = try LabBench.shared.get()
        let modern = try await bench.evidence(
            LabDomain(domain: "modern.test", what: "", grade: "A", findings: [], needs: []))
        let address = try #require(modern.servers.first?.address)
        let named = NamedServer(try DomainName(input: "new.modern.test"), address)
        let evidence = try await bench.evidence(naming: [named], for: "null-mx.test")
        #expect(evidence.servers.map(\.description) == ["new.modern.test[\(address)]"])
        let codes = try bench.results(evidence).flatMap { $0.outcome.findings.map(\.code) }
        #expect(codes.contains("certificate.name-mismatch"))
        #expect(try bench.assess(evidence).grade == .b)
    }
}
