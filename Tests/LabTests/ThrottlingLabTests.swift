import CheckKit
import Checks
import Grading
import Observations
import Testing

/// Runs against a server that turns clients away for good.
@Suite(
    "A server that answers 421 from the fourth connection on",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct ThrottlingLabTests {
    @Test("is graded by what was seen until then; the rest is inconclusive, and it is left alone")
    func leftAlone() async throws {
        let bench = try LabBench.shared.get()
        let row = LabDomain(domain: "throttle-three.test", what: "", grade: "A?", findings: [], needs: [])
        let evidence = try await bench.evidence(row)
        let results = try bench.results(evidence)
        func outcome(_ check: String) -> Outcome? { results.first { $0.check == check }?.outcome }
        #expect(outcome("starttls.works") == .passed)
        guard case .partly([], let undecided)? = outcome("tls.version") else {
            Issue.record("\(String(describing: outcome("tls.version")))")
            return
        }
        #expect(undecided.open.contains { $0.code == "tls.deprecated-offered" })
        let observed = evidence.observed(TLSSurvey.self, at: .server(evidence.servers[0]))
        let survey = try #require(observed.value)
        let open = survey.versions?.answers.filter { $0.kind == .inconclusive } ?? []
        #expect(!open.isEmpty && open.allSatisfy { $0.detail?.hasPrefix("throttled (421") == true })
        let assessment = try bench.assess(evidence)
        #expect(assessment.grade != nil && assessment.isProvisional)
        #expect(survey.connections <= 7)
    }
}
