import Testing

@testable import CheckKit
@testable import Grading

/// A requirement that a code was not found is met only where the check looked for it.
@Suite(.defaultProfile) struct UndecidedTests {
    private func undecided(open: [String] = [], hidden: [String] = []) -> Undecided<FindingDescription> {
        func descriptions(_ codes: [String]) -> Set<FindingDescription> {
            Set(codes.map { TestCatalog.owner(of: $0).1 })
        }
        return Undecided(
            open: descriptions(open), hidden: descriptions(hidden), because: "The server turned us away.")
    }

    private func finding(_ code: String) -> Finding {
        Finding(TestCatalog.owner(of: code).1)
    }

    /// One server where the check of cipher suites found some codes and leaves others open.
    private func scene(found: [String] = [], open: [String] = [], hidden: [String] = []) -> Scene {
        var scene = Scene([1])
        scene.set(
            "cipher.acceptable", .partly(found.map(finding), undecided(open: open, hidden: hidden)), server: 0)
        return scene
    }

    private func compliance(_ scene: Scene, metBy condition: String) throws -> Compliance.Outcome {
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            standard: { name: The rules, edition: "1", sureness: Made up. }
            checks: { cipher.acceptable: {} }
            requirements: { r: { clause: "1", level: must, text: T., met-by: \(condition) } }
            """
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
        return try #require(scene.assessment(profile).compliance).outcome
    }

    struct Row: CustomTestStringConvertible {
        let found: [String]
        let open: [String]
        let condition: String
        let outcome: Compliance.Outcome
        var testDescription: String { "\(found) found, \(open) open: \(condition)" }
    }

    /// The truth table of a check that knows some of its codes: NULL and static keys stand for what is found or open.
    static let rows: [Row] = {
        let null = "cipher.null"
        let rc4 = "cipher.rc4"
        let keys = "cipher.static-keys"
        let noRC4 = "{ servers: every, not: { finding: cipher.rc4 } }"
        let anyRC4 = "{ servers: some, finding: cipher.rc4 }"
        func check(_ outcome: String) -> String { "{ servers: every, check: cipher.acceptable, outcome: \(outcome) }" }
        return [
            Row(found: [null], open: [], condition: noRC4, outcome: .compliant),
            Row(found: [null], open: [rc4], condition: noRC4, outcome: .cannotTell),
            Row(found: [null, rc4], open: [], condition: noRC4, outcome: .notCompliant),
            Row(found: [], open: [rc4], condition: noRC4, outcome: .cannotTell),
            Row(found: [], open: [keys], condition: noRC4, outcome: .compliant),
            Row(found: [rc4], open: [null], condition: noRC4, outcome: .notCompliant),
            Row(found: [null], open: [rc4], condition: anyRC4, outcome: .cannotTell),
            Row(found: [keys], open: [null], condition: anyRC4, outcome: .notCompliant),
            Row(
                found: [null], open: [rc4],
                condition: "{ servers: every, any: [ { finding: cipher.null }, { not: { finding: cipher.rc4 } } ] }",
                outcome: .compliant),
            Row(
                found: [null], open: [rc4],
                condition:
                    "{ servers: every, all: [ { not: { finding: cipher.null } }, { not: { finding: cipher.rc4 } } ] }",
                outcome: .notCompliant),
            Row(
                found: [keys], open: [rc4],
                condition:
                    "{ servers: every, all: [ { finding: cipher.static-keys }, { not: { finding: cipher.rc4 } } ] }",
                outcome: .cannotTell),
            // NULL is an error, static keys are a notice.
            Row(found: [null], open: [rc4], condition: check("passed"), outcome: .notCompliant),
            Row(found: [null], open: [rc4], condition: check("failed"), outcome: .compliant),
            Row(found: [keys], open: [rc4], condition: check("passed"), outcome: .cannotTell),
            Row(found: [keys], open: [rc4], condition: check("noted"), outcome: .cannotTell),
            Row(found: [keys], open: [rc4], condition: check("clean"), outcome: .notCompliant),
            Row(found: [], open: [keys], condition: check("passed"), outcome: .compliant),
            Row(found: [], open: [keys], condition: check("clean"), outcome: .cannotTell),
            Row(found: [], open: [keys], condition: check("failed"), outcome: .notCompliant),
            Row(found: [], open: [rc4], condition: check("[passed, failed]"), outcome: .compliant),
        ]
    }()

    @Test("a condition holds only if it does however the undecided codes turn out", arguments: rows)
    func truthTable(row: Row) throws {
        let scene = scene(found: row.found, open: row.open)
        #expect(try compliance(scene, metBy: row.condition) == row.outcome)
    }

    @Test("what a condition comes to agrees with every way in which the open codes can turn out")
    func everyWay() throws {
        let codes = ["cipher.null", "cipher.triple-des", "cipher.static-keys"]
        let conditions =
            codes.map { "{ servers: every, finding: \($0) }" }
            + codes.map { "{ servers: every, not: { finding: \($0) } }" }
            + ["passed", "failed", "clean", "noted"].map {
                "{ servers: every, check: cipher.acceptable, outcome: \($0) }"
            }
        let subsets = codes.reduce([[]]) { sets, code in sets + sets.map { $0 + [code] } }
        for condition in conditions {
            for found in subsets {
                for open in subsets where !open.isEmpty && Set(open).isDisjoint(with: found) {
                    let given = try compliance(scene(found: found, open: open), metBy: condition)
                    let ways = try subsets.filter { Set($0).isSubset(of: open) }.map { more in
                        var complete = Scene([1])
                        for code in found + more { complete.find(code) }
                        return try compliance(complete, metBy: condition)
                    }
                    let expected = Set(ways).count == 1 ? ways[0] : .cannotTell
                    #expect(given == expected, "\(condition): \(found) found, \(open) open")
                }
            }
        }
    }

    @Test("what a finding hides is nothing for a grade, and cannot be told for a requirement")
    func hidden() throws {
        let scene = scene(found: ["cipher.null"], hidden: ["cipher.rc4"])
        #expect(try compliance(scene, metBy: "{ servers: every, not: { finding: cipher.rc4 } }") == .cannotTell)
        let assessment = scene.assessment()
        #expect(assessment.grade == .c && assessment.openCaps == [] && !assessment.isProvisional)
    }

    @Test("a check that the profile does not run meets no requirement")
    func notRun() throws {
        let ledger = Ledger(Scene([1]).results, hosts: Scene([1]).hosts, profile: TestCatalog.standard)
        let condition = Condition.not(.finding("acme.none", check: "acme.absent"))
        #expect(ConditionEvaluator(ledger: ledger).truth(of: condition) == .yes)
        #expect(ConditionEvaluator(ledger: ledger, blocked: .unknown).truth(of: condition) == .unknown)
    }

    @Test("a cap on an open code opens the bounds; a cap on a found one fires although the check is open")
    func bounds() {
        let open = scene(open: ["cipher.rc4"]).assessment()
        #expect(open.grade == .a && open.isProvisional && open.range?.worst == .c)
        #expect(open.openCaps.map(\.rule.id) == ["broken-encryption"])
        #expect(open.openQuestions.map(\.codes) == [["cipher.rc4"]])
        let known = scene(found: ["cipher.triple-des"], open: ["cipher.rc4"]).assessment()
        #expect(known.grade == .b && known.range?.worst == .c && known.range?.best == .b)
        let settled = scene(found: ["cipher.null"], open: ["cipher.rc4"]).assessment()
        #expect(settled.grade == .c && settled.range?.best == .c)
    }

    @Test("the range holds the grade of every way in which open codes can turn out, and its ends are among them")
    func range() {
        let codes = ["cipher.null", "cipher.triple-des", "cipher.static-keys", "cipher.anonymous"]
        let subsets = codes.reduce([[]]) { sets, code in sets + sets.map { $0 + [code] } }
        for found in subsets {
            for open in subsets where !open.isEmpty && Set(open).isDisjoint(with: found) {
                let assessment = scene(found: found, open: open).assessment()
                let ways = subsets.filter { Set($0).isSubset(of: open) }.compactMap { more in
                    var complete = Scene([1])
                    for code in found + more { complete.find(code) }
                    return complete.assessment().grade
                }
                #expect(assessment.range?.worst == ways.min(), "\(found) found, \(open) open")
                #expect(assessment.range?.best == ways.max(), "\(found) found, \(open) open")
                #expect(assessment.isProvisional == (ways.min() != ways.max()), "\(found) found, \(open) open")
            }
        }
    }

    @Test("a profile's severities decide what an open code can do, not the check's own")
    func severities() throws {
        let yaml = """
            schema: 1
            id: strict
            title: Strict
            extends: default
            severity: { cipher.anonymous: error }
            grade:
              caps:
                weak: { at-most: D, because: W., when: { check: cipher.acceptable, outcome: failed, servers: some } }
            """
        let strict = try TestCatalog.library().read(Array(yaml.utf8), name: "strict.yaml")
        let scene = scene(open: ["cipher.anonymous"])
        #expect(scene.assessment().range?.worst == scene.assessment().grade)
        #expect(scene.assessment(strict).range?.worst == .d)
        #expect(strict.word(for: .partly([], undecided(open: ["cipher.anonymous"]))) == .inconclusive)
        #expect(TestCatalog.standard.word(for: .partly([], undecided(open: ["cipher.anonymous"]))) == .clean)
    }

    @Test("fixing what was found leaves what is open open, and never lowers the grade")
    func fixing() {
        for found in ["cipher.null", "cipher.triple-des", "cipher.static-keys", "cipher.anonymous"] {
            for open in ["cipher.rc4", "cipher.no-forward-secrecy", "cipher.static-keys"] where open != found {
                let scene = scene(found: [found], open: [open])
                let grader = Grader(TestCatalog.standard)
                let ledger = Ledger(scene.results, hosts: scene.hosts, profile: TestCatalog.standard)
                let before = grader.assess(ledger)
                let after = grader.assess(ledger.fixing([found]))
                #expect((after.grade ?? .f) >= (before.grade ?? .f), "\(found) found, \(open) open")
                #expect(after.openQuestions.map(\.codes) == [[open]])
            }
        }
    }

    @Test("a waiver of an open code closes it, and leaves the rest of the check alone")
    func waived() throws {
        let yaml = """
            schema: 1
            id: waiving
            title: Waiving
            extends: default
            waivers: { w: { finding: cipher.rc4, reason: R., approved-by: me, expires: "2026-12-31" } }
            """
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "waiving.yaml")
        let alone = scene(open: ["cipher.rc4"]).assessment(profile)
        #expect(alone.waivers.map(\.state) == [.used] && !alone.isProvisional)
        let both = scene(found: ["cipher.rc4"], open: ["cipher.null"]).assessment(profile)
        #expect(both.isProvisional && both.range?.worst == .c, "NULL is still open")
    }
}
