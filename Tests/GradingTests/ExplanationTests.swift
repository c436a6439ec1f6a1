import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct ExplanationTests {
    private func explain(_ scene: Scene, _ profile: Profile = TestCatalog.standard) -> Explanation {
        Grader(profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant)
    }

    @Test("where one problem holds the grade, fixing it is the next step")
    func one() {
        var scene = Scene.flawless([1, 1])
        scene.find("ptr.missing", server: 0)
        scene.find("smtp.greeting-name", server: 0)
        let explanation = explain(scene)
        #expect(explanation.next == .init(grade: .aPlus, codes: ["ptr.missing"], isSmallest: true))
        #expect(explanation.toDo.map(\.finding.code) == ["ptr.missing", "smtp.greeting-name"])
        #expect(explanation.toDo.map(\.gradeAlone) == [.aPlus, .b])
    }

    @Test("where two problems hold the grade, both are the next step, and either alone changes nothing")
    func two() {
        var scene = Scene([1, 1])
        scene.find("certificate.self-signed", server: 0)
        scene.find("certificate.expired", server: 1)
        scene.find("ptr.missing")
        let explanation = explain(scene)
        #expect(explanation.toDo.allSatisfy { $0.gradeAlone == .c })
        let next = explanation.next
        #expect(next?.grade == .b)
        #expect(Set(next?.codes ?? []) == ["certificate.self-signed", "certificate.expired"])
        #expect(next?.isSmallest == true)
    }

    @Test("among sets of one size, the least work wins: one place before two")
    func cheapest() {
        var scene = Scene([1, 1])
        scene.find("starttls.not-offered", server: 0)
        scene.find("starttls.handshake-failed", server: 1)
        scene.find("starttls.refused", server: 0)
        let explanation = explain(scene)
        #expect(explanation.next?.grade == .d)
        #expect(explanation.next?.codes == ["starttls.handshake-failed"])
    }

    @Test("the fixes of a step give exactly the grade that it promises")
    func promise() {
        for seed in 0..<40 {
            var scene = Scene([2, 1])
            let codes = TestCatalog.checks.flatMap { $0.findings.map(\.code) }.filter { !$0.hasPrefix("mx.n") }
            for step in 0..<6 {
                scene.find(codes[(seed * 7 + step * 11) % codes.count], server: step % 3, ["days-left": 3])
            }
            let before = scene.assessment()
            guard let next = explain(scene).next, let grade = before.grade else { continue }
            let ledger = Ledger(scene.results, hosts: scene.hosts, profile: TestCatalog.standard)
            let grader = Grader(TestCatalog.standard)
            #expect(grader.assess(ledger.fixing(Set(next.codes))).grade == next.grade)
            #expect(next.grade > grade)
            for code in next.codes {
                let rest = Set(next.codes).subtracting([code])
                #expect((grader.assess(ledger.fixing(rest)).grade ?? .f) <= grade, "\(code) is not needed")
            }
        }
    }

    @Test("many problems at once are answered in bounded time, and nothing in the answer can be left out")
    func many() throws {
        var scene = Scene([2, 2])
        for check in TestCatalog.checks {
            for finding in check.findings where !["mx.n", "smtp.n", "vantage."].contains(where: finding.code.hasPrefix)
            {
                if finding.code != "smtp.unreachable" { scene.find(finding.code, ["days-left": 3]) }
            }
        }
        let next = try #require(explain(scene).next)
        #expect(next.codes.contains("relay.open"))
    }

    @Test("where no finding stands in the way, there is no next step")
    func nothingToDo() {
        #expect(explain(Scene.flawless([1])).next == nil)
        #expect(explain(Scene.flawless([1])).toDo.isEmpty)
        var scene = Scene.flawless([1])
        scene.find("mx.duplicate")
        #expect(explain(scene).next == nil)
        #expect(explain(scene).toDo.map(\.gradeAlone) == [.aPlus])
    }

    @Test("where no letter is given, no fix promises one")
    func withheld() {
        var scene = Scene.flawless([1])
        scene.find("smtp.unreachable")
        #expect(explain(scene).next == nil)
        #expect(explain(scene).toDo.map(\.gradeAlone) == [nil])
    }

    @Test("what is merely information is no fix")
    func information() {
        var scene = Scene.flawless([1])
        scene.find("mx.unnecessary-null-mx")
        #expect(explain(scene).toDo.isEmpty)
    }

    @Test("the letter of the search is the letter of the assessment", arguments: ServerState.allCases)
    func agrees(state: ServerState) {
        for domain in DomainState.allCases {
            let scene = World(domain: domain, hosts: [[.good], [state, .good]]).scene
            let ledger = Ledger(scene.results, hosts: scene.hosts, profile: TestCatalog.standard)
            let grader = Grader(TestCatalog.standard)
            #expect(grader.letter(ledger) == grader.assess(ledger).grade)
        }
    }
}
