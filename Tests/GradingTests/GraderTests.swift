import CheckKitTesting
import Testing

@testable import CheckKit
@testable import Grading

@Suite(.defaultProfile) struct GraderPropertyTests {
    /// Scenes made at random, the same in every run.
    private static func scenes(_ count: Int, seed: UInt64, _ body: (Scene, inout SplitMix) -> Void) {
        var random = SplitMix(seed: seed)
        let codes = TestCatalog.checks.flatMap { $0.findings.map(\.code) }
        for _ in 0..<count {
            var scene = Scene(
                (0..<Int.random(in: 1...3, using: &random)).map { _ in .random(in: 1...2, using: &random) })
            for index in scene.servers.indices where Bool.random(using: &random) {
                scene.apply(ServerState.allCases.randomElement(using: &random) ?? .good, server: index)
            }
            for _ in 0..<Int.random(in: 0...6, using: &random) {
                let server = Int.random(in: scene.servers.indices, using: &random)
                scene.find(codes.randomElement(using: &random) ?? "", server: server, ["days-left": 3])
            }
            body(scene, &random)
        }
    }

    @Test("fixing a finding never lowers the grade, the score or the bounds")
    func fixing() {
        var fixes = 0
        Self.scenes(400, seed: 1) { scene, random in
            let grader = Grader(TestCatalog.standard)
            let ledger = Ledger(scene.results, hosts: scene.hosts, profile: grader.profile)
            let before = grader.assess(ledger)
            for result in scene.results where !result.outcome.findings.isEmpty {
                var fixed = ledger
                fixed.set(result.check, result.place, .verdict([]))
                let after = grader.assess(fixed)
                guard let grade = before.grade else { continue }
                #expect(after.grade.map { $0 >= grade } ?? false, "\(result)")
                let change = (after.score ?? 0) - (before.score ?? 0)
                #expect(change > -1e-9)
                if let old = before.range, let new = after.range {
                    #expect(new.worst >= old.worst && new.best >= old.best, "\(result)")
                }
                fixes += 1
            }
        }
        #expect(fixes > 500)
    }

    @Test("the order in which outcomes arrive changes nothing")
    func order() {
        Self.scenes(200, seed: 2) { scene, random in
            let results = scene.results
            let grader = Grader(TestCatalog.standard)
            let first = grader.grade(results, hosts: scene.hosts, at: Scene.instant)
            #expect(grader.grade(results.shuffled(using: &random), hosts: scene.hosts, at: Scene.instant) == first)
            #expect(grader.grade(results.reversed(), hosts: scene.hosts, at: Scene.instant) == first)
        }
    }

    @Test("the grade lies in its range, and is the lowest of band and caps")
    func consistency() {
        Self.scenes(400, seed: 3) { scene, _ in
            let assessment = scene.assessment()
            guard let grade = assessment.grade, let range = assessment.range, let band = assessment.band else {
                #expect(assessment.withheld != nil && assessment.grade == nil)
                #expect(assessment.range != nil || !assessment.isProvisional)
                return
            }
            #expect(range.worst <= grade && grade <= range.best)
            #expect(grade == assessment.caps.map(\.atMost).reduce(band.grade, min))
            #expect(assessment.because.first?.grade == grade)
            #expect(assessment.because.count == assessment.caps.count + 1)
            let explained = 100 - assessment.credits.map(\.pointsLost).reduce(0, +)
            let difference = abs(explained - (assessment.score ?? -1))
            #expect(difference < 1e-6)
        }
    }
}

@Suite(.defaultProfile) struct ScoreTests {
    /// Two checks of equal weight at servers, one with a bonus, and no caps.
    private static let profile: Profile = {
        let yaml = """
            schema: 1
            id: score
            title: Score
            checks:
              tls.version: { weight: 3, bonus: 10 }
              relay.closed: { weight: 1 }
              mx.receives-mail: { weight: 0, bonus: 4 }
            grade:
              credit: { info: 1, notice: 0.8, warning: 0.5, error: 0, critical: 0 }
              bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
            """
        do throws(InvalidProfile) {
            return try TestCatalog.library().read(Array(yaml.utf8), name: "score.yaml")
        } catch {
            fatalError(error.description)
        }
    }()

    private func score(_ change: (inout Scene) -> Void) -> Double? {
        var scene = Scene([2, 1])
        // Without the domain's bonus, to see the rest.
        scene.find("mx.no-usable-host")
        change(&scene)
        return scene.assessment(Self.profile).score
    }

    private func isClose(_ left: Double, _ right: Double) -> Bool { abs(left - right) < 1e-9 }

    @Test("a check's credit is that of its worst finding, averaged over the places")
    func mean() throws {
        let one = try #require(score { $0.find("tls.no-tls12", server: 0) })
        #expect(isClose(one, (2.5 + 1) / 4 * 100))
        let two = try #require(
            score {
                $0.find("tls.no-tls12", server: 0)
                $0.find("tls.not-preferred", server: 0)
                $0.find("relay.open", server: 1)
            })
        #expect(isClose(two, (2.5 + 2.0 / 3) / 4 * 100))
    }

    @Test("a place that is blocked, does not apply or could not be told is left out")
    func leftOut() throws {
        for outcome in [Outcome.blocked(by: "tls.session"), .moot, .open] {
            let score = try #require(
                score {
                    $0.find("tls.no-tls12", server: 0)
                    $0.set("tls.version", outcome, server: 1)
                })
            #expect(isClose(score, (3 * 0.75 + 1) / 4 * 100))
        }
    }

    @Test("a check that is left out everywhere leaves the denominator")
    func denominator() {
        #expect(
            score {
                $0.set("tls.version", .blocked(by: "tls.session"), server: nil)
                $0.find("relay.open", server: nil)
            } == 0)
        #expect(score { $0.set("tls.version", .moot, server: nil) } == 100)
    }

    @Test("a bonus is earned only where nothing but information is found, at every place")
    func bonus() throws {
        let full = try #require(score { $0.find("relay.open", server: nil) })
        #expect(isClose(full, 75 + 10))
        for outcome in [Outcome.blocked(by: "tls.session"), .open] {
            let without = try #require(
                score {
                    $0.find("relay.open", server: nil)
                    $0.set("tls.version", outcome, server: 1)
                })
            #expect(isClose(without, 75))
        }
        #expect(score { $0.set("mx.receives-mail", .passed, at: .domain) } == 100)
    }

    @Test("open questions move the score between their worst and their best answer")
    func bounds() throws {
        var scene = Scene([1, 1])
        scene.find("mx.no-usable-host")
        scene.set("tls.version", .open, server: 1)
        let assessment = scene.assessment(Self.profile)
        #expect(assessment.score == 100)
        #expect(assessment.range == .init(worst: .c, best: .aPlus))
        #expect(assessment.isProvisional)
        #expect(assessment.openQuestions.map(\.place) == [.server(scene.servers[1])])
    }

    @Test("an open question that cannot change the letter does not make it provisional")
    func harmless() {
        var scene = Scene([1, 1])
        scene.find("certificate.self-signed", server: 0)
        scene.set("ptr.forward-confirmed", .open, server: 1)
        let assessment = scene.assessment()
        #expect(assessment.grade == .c)
        #expect(!assessment.isProvisional)
        #expect(assessment.openCaps.map(\.rule.id) == ["ptr-issue"])
    }

    @Test("without a server that could be judged there is no letter")
    func nothing() {
        var scene = Scene([1])
        for check in Self.profile.checks where check.scope != .domain { scene.set(check.id, .moot, server: nil) }
        let assessment = scene.assessment(Self.profile)
        #expect(assessment.grade == nil)
        #expect(assessment.withheld?.id == "nothing-tested")
        #expect(assessment.score == nil)
    }

    @Test("a score is shown rounded down, so that it never seems to reach a band it missed")
    func rounding() {
        #expect(89.99.roundedDown == "89.9")
        #expect(90.0.roundedDown == "90")
        let ninety = 100 * (0.3 + 0.3 + 0.3)
        #expect(ninety < 90)
        #expect(ninety.roundedDown == "90")
        #expect(Self.profile.band(for: ninety) == .a)
    }
}
