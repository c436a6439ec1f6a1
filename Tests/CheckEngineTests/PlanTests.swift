import CheckKit
import Testing

@testable import CheckEngine

@Suite("A plan")
struct PlanTests {
    static let numbers = Probe.perServer { (_: ServerTarget) async throws -> Number in Number(value: 1) }
    static let doubled = Derivation.perServer { (number: Number) throws(Absence) -> Doubled in
        Doubled(value: number.value * 2)
    }
    static let servers = ToyServers.probe([])

    static let numberCheck = Check.perServer(
        "toy.number", title: "t", why: "w", references: [], examples: []
    ) { (_: Number) -> Verdict<ToyFinding> in .passed }
    static let doubledCheck = Check.perServer(
        "toy.doubled", title: "t", why: "w", references: [], examples: []
    ) { (_: Doubled) -> Verdict<OtherToyFinding> in .passed }

    private func plugin(
        probes: [Probe] = [servers, numbers], derivations: [Derivation] = [doubled], checks: [Check]
    ) -> [Plugin] {
        [Plugin("Toy", summary: "", probes: probes, derivations: derivations, checks: checks)]
    }

    @Test("holds only what its checks reach, each step after its needs")
    func reach() throws {
        let checks = [Self.numberCheck, Self.doubledCheck]
        let narrow = try Plan(running: ["toy.number"], from: plugin(checks: checks))
        #expect(narrow.facts == ["toy.servers", "toy.number"])
        let wide = try Plan(from: plugin(checks: checks))
        #expect(wide.facts == ["toy.servers", "toy.number", "toy.doubled"])
        let order = wide.steps.map(\.provides.id)
        #expect(order.firstIndex(of: "toy.number")! < order.firstIndex(of: "toy.doubled")!)
        #expect(wide.derivedFacts == ["toy.doubled"])
    }

    @Test("refuses a check that it does not know")
    func unknown() {
        #expect(throws: PlanError.unknownCheck("toy.other")) {
            try Plan(running: ["toy.other"], from: plugin(checks: [Self.numberCheck]))
        }
    }

    @Test("refuses two checks of one name, and a former name that is taken")
    func duplicates() {
        #expect(throws: PlanError.duplicateCheck("toy.number")) {
            try Plan(from: plugin(checks: [Self.numberCheck, Self.numberCheck]))
        }
        let renamed = Check.perServer(
            "toy.renamed", title: "t", why: "w", references: [], formerIDs: ["toy.number"], examples: []
        ) { (_: Number) -> Verdict<ToyFinding> in .passed }
        #expect(throws: PlanError.duplicateCheck("toy.number")) {
            try Plan(from: plugin(checks: [Self.numberCheck, renamed]))
        }
    }

    @Test("refuses a fact that two steps provide, or none")
    func providers() {
        #expect(throws: PlanError.twoProviders(of: "toy.number")) {
            try Plan(from: plugin(probes: [Self.servers, Self.numbers, Self.numbers], checks: [Self.numberCheck]))
        }
        #expect(throws: PlanError.noProvider(of: "toy.number", neededBy: "toy.doubled")) {
            try Plan(from: plugin(probes: [Self.servers], checks: [Self.doubledCheck]))
        }
    }

    @Test("refuses steps that wait for each other, naming the path")
    func cycle() {
        let back = Derivation.perServer { (doubled: Doubled) throws(Absence) -> Number in Number(value: doubled.value) }
        #expect(throws: PlanError.cycle(["toy.doubled", "toy.number", "toy.doubled"])) {
            try Plan(
                from: plugin(probes: [Self.servers], derivations: [Self.doubled, back], checks: [Self.doubledCheck]))
        }
    }

    @Test("refuses findings that are declared twice, or with an argument in two ways")
    func findings() {
        func check(_ id: String, _ sentence: Sentence, code: String, more: [FindingArgument] = []) -> Check {
            Check(
                id: id, title: id, why: "", references: [], scope: .domain, needs: [],
                findings: [
                    FindingDescription(
                        code: code, severity: .info, sentence: sentence, remedy: "Mend it.", arguments: more)
                ], judge: { _ in .passed })
        }
        let (first, second) = (check("toy.a", "Odd.", code: "toy.odd"), check("toy.b", "Odd.", code: "toy.odd"))
        #expect(
            throws: PlanError.faultyFinding(check: "toy.b", code: "toy.odd", fault: "is declared elsewhere too")
        ) { try Plan(from: [Plugin("Toys", summary: "", checks: [first, second])]) }
        let twice = check("toy.a", "\(.size).", code: "toy.odd", more: [.number("size", "How large it is.")])
        #expect(
            throws: PlanError.faultyFinding(
                check: "toy.a", code: "toy.odd", fault: "declares the argument size in two ways")
        ) { try Plan(from: [Plugin("Toys", summary: "", checks: [twice])]) }
    }

    @Test("refuses narrow checks without exactly one list of servers")
    func serverList() {
        #expect(throws: PlanError.serverLists([])) {
            try Plan(from: plugin(probes: [Self.numbers], checks: [Self.numberCheck]))
        }
    }
}
