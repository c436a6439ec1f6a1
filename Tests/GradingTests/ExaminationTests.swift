import CheckKitTesting
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct ExaminationTests {
    private func messages(_ body: String, extends: String? = "default", limit: Int = 800) throws -> [String] {
        let parent = extends.map { "extends: \($0)\n" } ?? ""
        let yaml = "schema: 1\nid: acme\ntitle: Acme\n\(parent)\(body)"
        let library = TestCatalog.library()
        let profile = try library.read(Array(yaml.utf8), name: "acme.yaml")
        return Examination(profile, in: library, limit: limit).diagnostics.map {
            "\($0.position?.line ?? 0): \($0.message)"
        }
    }

    private let alone =
        "checks: { relay.closed: { weight: 1 }, tls.version: { weight: 1 } }\ngrade:\n"
        + "  credit: { info: 1, notice: 1, warning: 1, error: 0, critical: 0 }\n"

    @Test("the default profile has no dead rule, and no fix lowers a grade")
    func standard() {
        let examination = Examination(
            TestCatalog.standard, in: TestCatalog.library(), limit: WholeTests.areWanted ? 4_000 : 1_000)
        #expect(examination.diagnostics.map(\.message) == [])
        #expect(examination.isSampled)
        #expect(examination.runs >= 1_000)
    }

    @Test("a band that no score reaches is found")
    func deadBand() throws {
        #expect(
            try messages("\(alone)  bands: { A: 100, B: 99, C: 50, F: 0 }\n", extends: nil) == [
                "7: no run earns the grade B"
            ])
    }

    @Test("a band that a cap always takes away names the cap")
    func cappedBand() throws {
        let found = try messages("grade: { caps: { never-a: { at-most: B, when: always, because: B. } } }")
        #expect(found.contains { $0.hasSuffix("no run earns the grade A: cap 'never-a' always applies") })
    }

    @Test("a cap that nothing can make apply is found")
    func deadCap() throws {
        let cap =
            "grade: { caps: { impossible: { at-most: B, because: No., when: { all: [ { finding: mx.duplicate }, "
            + "{ not: { finding: mx.duplicate } } ] } } } }"
        #expect(try messages(cap) == ["5: no run was found to which cap 'impossible' applies"])
    }

    @Test("a cap on the failure of a check that never fails is found")
    func cannotFail() throws {
        let body = """
            severity: { relay.open: warning }
            grade: { caps: { open-relay: null, failed: { at-most: D, because: No., when: { check: relay.closed, outcome: failed, servers: some } } } }
            """
        #expect(try messages(body) == ["6: no run was found to which cap 'failed' applies"])
    }

    @Test("a cap that rewards a problem is found, at the cap")
    func lowers() throws {
        let cap = "grade: { caps: { odd: { at-most: C, because: No., when: { not: { finding: mx.duplicate } } } } }"
        let found = try messages(cap)
        #expect(
            found.contains {
                $0.hasSuffix("then cap 'odd' applies") && $0.contains("fixing 'mx.duplicate' can lower the grade")
            })
    }

    @Test("a rule of several parts is tried as it is meant")
    func conjunction() throws {
        let cap =
            "grade: { caps: { three: { at-most: F, because: All three., when: { servers: every, all: "
            + "[ { finding: tls.no-tls12 }, { finding: certificate.expired }, { check: relay.closed, outcome: inconclusive } ] } } } }"
        #expect(try messages(cap).isEmpty)
    }

    @Test("a check without weight that no rule looks at is found")
    func countsForNothing() throws {
        let found = try messages("checks: { starttls.reset: { weight: 0 } }")
        #expect(
            found == [
                "5: 'starttls.reset' runs and counts for nothing: it has no weight, no bonus, and no rule looks at it"
            ])
    }

    @Test("a small limit leaves out pairs and chance, and nothing else")
    func limits() {
        let examination = Examination(TestCatalog.standard, in: TestCatalog.library(), limit: 10)
        #expect(examination.runs < 1_500)
    }

    @Test("the same profile gives the same answer")
    func deterministic() {
        let library = TestCatalog.library()
        let first = Examination(TestCatalog.standard, in: library, limit: 500)
        let second = Examination(TestCatalog.standard, in: library, limit: 500)
        #expect(first.runs == second.runs)
        #expect(first.diagnostics.map(\.description) == second.diagnostics.map(\.description))
    }
}
