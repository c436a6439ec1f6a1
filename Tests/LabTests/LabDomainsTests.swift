import CheckEngine
import CheckKit
import Checks
import Grading
import Observations
import Testing

/// Grades every domain of the lab, over real sockets, and compares with the table that people read.
@Suite(
    "The lab's domains",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct LabDomainsTests {
    @Test(
        "get the grade and the findings of the table, and the same grade from saved evidence", arguments: LabDomain.all)
    func grades(row: LabDomain) async throws {
        let bench = try LabBench.shared.get()
        guard bench.has(row) else { return }
        let evidence = try await bench.evidence(row)
        let assessment = try bench.assess(evidence)
        #expect(assessment.letter == row.grade, "\(row.what): \(assessment.reasons)")
        let codes = Set(try bench.results(evidence).flatMap { $0.outcome.findings.map(\.code) })
        for code in row.findings { #expect(codes.contains(code), "\(row.what): found \(codes.sorted())") }

        let saved = try evidence.json(leavingOut: bench.plan.derivedFacts)
        let again = try bench.assess(try Evidence(json: saved, known: bench.plan.knownFacts))
        #expect(again == assessment)
    }

    @Test("are judged by every shipped profile, and the same from saved evidence", arguments: LabDomain.all)
    func everyProfile(row: LabDomain) async throws {
        let bench = try LabBench.shared.get()
        guard bench.has(row) else { return }
        let evidence = try await bench.evidence(row)
        let saved = try Evidence(
            json: try evidence.json(leavingOut: bench.plan.derivedFacts), known: bench.plan.knownFacts)
        for profile in bench.profiles {
            let assessment = try bench.assess(evidence, by: profile)
            #expect(try bench.assess(saved, by: profile) == assessment, "\(profile.id)")
            #expect((assessment.grade != nil || assessment.withheld != nil) == profile.isGraded, "\(profile.id)")
            for report in assessment.compliance?.requirements ?? [] where report.outcome == .compliant {
                #expect(!report.evidence.isEmpty, "\(profile.id) \(report.requirement.id): met, and nothing seen")
            }
            #expect(profile.requirements.isEmpty == (assessment.compliance == nil), "\(profile.id)")
        }
    }

    @Test("leave nothing open where a server behaves", arguments: ["modern.test", "tls13-only.test", "exim.test"])
    func nothingOpen(domain: String) async throws {
        let bench = try LabBench.shared.get()
        let row = try #require(LabDomain.all.first { $0.domain == domain })
        guard bench.has(row) else { return }
        let assessment = try bench.assess(try await bench.evidence(row))
        #expect(assessment.openQuestions.map { "\($0.check): \($0.why)" } == [])
        #expect(!assessment.isProvisional)
    }

    @Test("tell one story in the delivery matrix and in the grade", arguments: LabDomain.all)
    func oneStory(row: LabDomain) async throws {
        let bench = try LabBench.shared.get()
        guard bench.has(row) else { return }
        let evidence = try await bench.evidence(row)
        let story = DeliveryStory(
            evidence: Judge(bench.plan).deriving(evidence), results: try bench.results(evidence),
            assessment: try bench.assess(evidence))
        #expect(story.contradictions == [], "\(row.what)")
    }

    @Test("are in the table, and enough of them")
    func table() {
        #expect(LabDomain.all.count >= 200)
    }
}

extension Assessment {
    /// As the table writes it: `?` behind a provisional letter, `-` for none.
    fileprivate var letter: String {
        grade.map { "\($0)" + (isProvisional ? "?" : "") } ?? "-"
    }

    fileprivate var reasons: String {
        (because.map(\.sentence) + openQuestions.map { "\($0.check) at \($0.place): \($0.why)" })
            .joined(separator: " / ")
    }
}
