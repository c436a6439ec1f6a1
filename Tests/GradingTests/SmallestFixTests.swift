import Testing

@testable import CheckKit
@testable import Grading

/// The searches for what to fix are compared with trying every set, over small profiles made by chance.
@Suite(.defaultProfile) struct SmallestFixTests {
    /// Numbers that look random and are the same every time.
    private struct Dice {
        var state: UInt64

        mutating func roll(_ sides: Int) -> Int {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return Int(state % UInt64(sides))
        }

        mutating func pick<T>(_ list: [T]) -> T { list[roll(list.count)] }
    }

    /// Codes of three scopes; the last one of each pair belongs to the same check.
    private static let codes: [(code: String, check: String, scope: String)] = [
        ("mx.implicit", "mx.records-valid", ""), ("mx.duplicate", "mx.records-valid", ""),
        ("mx.target-alias", "mx.host-usable", "hosts"), ("tls.not-preferred", "tls.version", "servers"),
        ("tls.deprecated-offered", "tls.version", "servers"), ("ptr.missing", "ptr.forward-confirmed", "servers"),
        ("cipher.triple-des", "cipher.acceptable", "servers"), ("cipher.static-keys", "cipher.acceptable", "servers"),
    ]

    /// A condition of one to three parts; a `not` of a finding mostly, now and then a finding that must be there.
    private func condition(_ dice: inout Dice, depth: Int = 2) -> String {
        if depth > 0, dice.roll(2) == 0 {
            let parts = (0..<(1 + dice.roll(3))).map { _ in condition(&dice, depth: depth - 1) }
            return "{ \(dice.pick(["all", "any"])): [\(parts.joined(separator: ", "))] }"
        }
        let one = dice.pick(Self.codes)
        let over = one.scope.isEmpty ? "" : "\(one.scope): every, "
        switch dice.roll(6) {
        case 0: return "{ \(over)check: \(one.check), outcome: clean }"
        case 1 where !one.scope.isEmpty: return "{ \(one.scope): some, finding: \(one.code) }"
        default: return "{ \(over)not: { finding: \(one.code) } }"
        }
    }

    private func scene(_ dice: inout Dice) -> Scene {
        var scene = Scene([1, 1])
        for one in Self.codes where dice.roll(3) > 0 {
            scene.find(one.code, server: one.scope.isEmpty ? nil : dice.pick([nil, 0, 1]))
        }
        return scene
    }

    private func subsets(_ codes: [String]) -> [[String]] {
        codes.reduce([[]]) { sets, code in sets + sets.map { $0 + [code] } }
    }

    private func effort(_ codes: [String], _ fixes: [Fix]) -> Int {
        codes.reduce(0) { sum, code in sum + (fixes.first { $0.finding.code == code }?.work ?? 0) }
    }

    @Test("what to fix to comply is the smallest set, and the cheapest of that size: nothing smaller of all sets does")
    func complying() throws {
        var dice = Dice(state: 0x5EED_0001)
        var solved = 0
        for _ in 0..<400 {
            let rules = (0..<(1 + dice.roll(4))).map {
                "r\($0): { clause: \"1\", level: must, text: T., met-by: \(condition(&dice)) }"
            }
            let yaml = """
                schema: 1
                id: rules
                title: Rules
                checks: { mx.records-valid: {}, mx.host-usable: {}, tls.version: {}, ptr.forward-confirmed: {}, cipher.acceptable: {} }
                requirements: { \(rules.joined(separator: ", ")) }
                """
            let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
            let scene = scene(&dice)
            let ledger = Ledger(scene.results, hosts: scene.hosts, profile: profile)
            func fails(_ codes: [String]) -> Bool {
                let fixed = ledger.fixing(Set(codes))
                return Compliance(profile.requirements, waived: fixed, observed: fixed, at: Scene.instant).outcome
                    == .notCompliant
            }
            let explanation = Grader(profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant)
            #expect(explanation.isComplyingSmallest)
            let found = Set(ledger.entries.values.flatMap { $0.values.flatMap { $0.found.map(\.code) } }).sorted()
            let enough = subsets(found).filter { !fails($0) }
            guard fails([]), let least = enough.map(\.count).min() else {
                #expect(explanation.complying == [], "\(yaml)")
                continue
            }
            solved += 1
            let given = explanation.complying
            #expect(!fails(given) && given.count == least, "\(given): \(yaml)")
            let cheapest = enough.filter { $0.count == least }.map { effort($0, explanation.fixes) }.min()
            #expect(effort(given, explanation.fixes) == cheapest, "\(given): \(yaml)")
        }
        #expect(solved > 100)
    }

    @Test("a search that reaches its limit says that it is an approximation, which is enough all the same")
    func approximation() throws {
        let rules = Self.codes.indices.map { index in
            let others = Self.codes.indices.filter { $0 != index }.map { other -> String in
                let one = Self.codes[other]
                return "{ \(one.scope.isEmpty ? "" : "\(one.scope): every, ")not: { finding: \(one.code) } }"
            }
            return
                "r\(index): { clause: \"1\", level: must, text: T., met-by: { any: [\(others.joined(separator: ", "))] } }"
        }
        let yaml = """
            schema: 1
            id: rules
            title: Rules
            checks: { mx.records-valid: {}, mx.host-usable: {}, tls.version: {}, ptr.forward-confirmed: {}, cipher.acceptable: {} }
            requirements: { \(rules.joined(separator: ", ")) }
            """
        let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "rules.yaml")
        var scene = Scene([1, 1])
        for one in Self.codes { scene.find(one.code) }
        let ledger = Ledger(scene.results, hosts: scene.hosts, profile: profile)
        let fixes = Grader(profile).explain(scene.results, hosts: scene.hosts, at: Scene.instant).fixes
            .sorted { $0.work < $1.work }
        var exact = ComplianceSearch(profile, ledger, fixes, at: Scene.instant)
        let (codes, isSmallest) = exact.run()
        #expect(codes.count == 2 && isSmallest)
        var hurried = ComplianceSearch(profile, ledger, fixes, at: Scene.instant, limit: 3)
        let (enough, isProven) = hurried.run()
        #expect(!isProven)
        let fixed = ledger.fixing(Set(enough))
        #expect(
            Compliance(profile.requirements, waived: fixed, observed: fixed, at: Scene.instant).outcome == .compliant)
    }

    @Test("the next grade takes the smallest set, and the cheapest of that size: nothing smaller of all sets does")
    func nextGrade() throws {
        var dice = Dice(state: 0x5EED_0002)
        var solved = 0
        for _ in 0..<150 {
            let caps = (0..<(1 + dice.roll(4))).map { number -> String in
                let parts = (0..<(1 + dice.roll(3))).map { _ -> String in
                    let one = dice.pick(Self.codes)
                    return "{ \(one.scope.isEmpty ? "" : "\(one.scope): some, ")finding: \(one.code) }"
                }
                let kind = dice.pick(["all", "any"])
                let letter = dice.pick(["A", "B", "C", "D", "F"])
                return
                    "c\(number): { at-most: \(letter), because: C., when: { \(kind): [\(parts.joined(separator: ", "))] } }"
            }
            let yaml = """
                schema: 1
                id: graded
                title: Graded
                checks:
                  mx.records-valid: { weight: \(dice.roll(5)) }
                  mx.host-usable: { weight: \(dice.roll(5)) }
                  tls.version: { weight: \(1 + dice.roll(5)) }
                  ptr.forward-confirmed: { weight: \(dice.roll(5)), bonus: \(dice.roll(3)) }
                  cipher.acceptable: { weight: \(dice.roll(5)) }
                grade:
                  credit: { info: 1, notice: 0.8, warning: 0.5, error: 0, critical: 0 }
                  bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
                  caps: { \(caps.joined(separator: ", ")) }
                """
            let profile = try TestCatalog.library().read(Array(yaml.utf8), name: "graded.yaml")
            let scene = scene(&dice)
            let grader = Grader(profile)
            let ledger = Ledger(scene.results, hosts: scene.hosts, profile: profile)
            guard let now = grader.letter(ledger) else { continue }
            let explanation = grader.explain(scene.results, hosts: scene.hosts, at: Scene.instant)
            let found = Set(ledger.entries.values.flatMap { $0.values.flatMap { $0.found.map(\.code) } }).sorted()
            let better = subsets(found).filter { (grader.letter(ledger.fixing(Set($0))) ?? .f) > now }
            guard let least = better.map(\.count).min() else {
                #expect(explanation.next == nil, "\(yaml)")
                continue
            }
            solved += 1
            let next = try #require(explanation.next)
            #expect(next.isSmallest && next.codes.count == least, "\(next.codes): \(yaml)")
            #expect(Set(next.codes).isSubset(of: explanation.fixes.map(\.finding.code)))
            let cheapest = better.filter { $0.count == least }.map { effort($0, explanation.fixes) }.min()
            #expect(effort(next.codes, explanation.fixes) == cheapest, "\(next.codes): \(yaml)")
        }
        #expect(solved > 50)
    }
}
