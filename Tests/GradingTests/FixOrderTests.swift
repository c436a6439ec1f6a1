import Testing

@testable import CheckKit
@testable import Grading

/// The order in which every report tells what to fix.
@Suite(.defaultProfile) struct FixOrderTests {
    private func fix(
        _ code: String, holdsAt letter: Grade? = nil, points: Double = 0, effort: Effort = .configuration,
        severity: Severity = .warning
    ) -> Fix {
        var fix = Fix(
            finding: FindingDescription(
                code: code, severity: severity, sentence: "It is odd.", remedy: "", effort: effort),
            check: "toy.check", severity: severity)
        fix.holdsAt = letter
        fix.pointsLost = points
        return fix
    }

    @Test("what the next grade needs comes first, then what holds the letter, then points, then effort")
    func order() {
        let fixes = [
            fix("toy.easy", points: 1, effort: .edit), fix("toy.costly", points: 9),
            fix("toy.work", points: 1, effort: .zone), fix("toy.holds-b", holdsAt: .b),
            fix("toy.holds-f", holdsAt: .f), fix("toy.second"), fix("toy.first", severity: .info),
        ]
        let next = Explanation.Step(grade: .a, codes: ["toy.first", "toy.second"], isSmallest: true)
        #expect(
            fixes.inOrder(next: next).map(\.code) == [
                "toy.first", "toy.second", "toy.holds-f", "toy.holds-b", "toy.costly", "toy.easy", "toy.work",
            ])
    }

    @Test("what is equal stays in the order of the checks, whatever its name")
    func equal() {
        let fixes = ["toy.z", "toy.a", "toy.m"].map { fix($0) }
        #expect(fixes.inOrder(next: nil).map(\.code) == ["toy.z", "toy.a", "toy.m"])
    }

    @Test("a judgement says the same of a run as the grade and the explanation apart")
    func oneLedger() {
        var scene = Scene([1, 2])
        scene.find("ptr.missing", server: 0)
        scene.find("certificate.expired", server: 1)
        scene.find("tls.deprecated-offered")
        let grader = Grader(TestCatalog.standard)
        let judgement = grader.judge(scene.results, hosts: scene.hosts, at: Scene.instant)
        #expect(judgement.assessment == grader.grade(scene.results, hosts: scene.hosts, at: Scene.instant))
        let explanation = judgement.explanation()
        #expect(explanation == grader.explain(scene.results, hosts: scene.hosts, at: Scene.instant))
        for fix in explanation.fixes {
            #expect(fix.gradeAlone == grader.letter(judgement.ledger.fixing([fix.code])), "\(fix.code)")
        }
    }
}
