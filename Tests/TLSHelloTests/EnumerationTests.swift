import MailModel
import Testing

@testable import TLSHello

@Suite("Finding every suite and group")
struct EnumerationTests {
    private static let modern: [TLSVersion: [UInt16]] = [
        .tls13: [0x1302, 0x1303, 0x1301],
        .tls12: [0xC030, 0xC02F, 0xCCA8, 0x009F, 0x009E, 0xC028, 0xC014, 0xC013, 0x009D, 0x0035, 0x002F],
    ]

    private func enumerate(
        _ version: TLSVersion, _ server: SimulatedServer, lanes: Int = 1
    ) async -> (Enumeration.Result, connections: Int) {
        let questioner = server.questioner()
        let result = await Enumeration(shape: .shape, lanes: lanes).run(version, questioner)
        return (result, await questioner.connections)
    }

    @Test("finds what is there and nothing else, whoever's order counts", arguments: [true, false])
    func complete(ownOrder: Bool) async {
        let server = SimulatedServer(Self.modern) { $0.prefersItsOrder = ownOrder }
        for version in [TLSVersion.tls12, .tls13] {
            let (result, _) = await enumerate(version, server, lanes: 3)
            let suites = Self.modern[version]
            #expect(result.choices.map(\.suite) == (ownOrder ? suites : suites?.sorted()))
            #expect(result.chooser == (ownOrder ? .server : .client))
            #expect(result.groups == (ownOrder ? [0x001D, 0x0017, 0x0018] : [0x0017, 0x0018, 0x001D]))
            #expect(result.groupChooser == (ownOrder ? .server : .client) && result.obstacle == nil)
        }
    }

    @Test("the server's order is found across parts, and where suites hide without a curve")
    func order() async {
        // The third is so rare that it is offered in another part.
        let rare = SimulatedServer([.tls12: [0xC030, 0x009D, 0x0096, 0x0007, 0x002F]])
        let (result, _) = await enumerate(.tls12, rare, lanes: 3)
        #expect(result.choices.map(\.suite) == [0xC030, 0x009D, 0x0096, 0x0007, 0x002F])
        let twoCertificates = SimulatedServer([.tls12: [0xC02F, 0xC02B, 0x009C, 0xC030, 0xC02C]]) {
            $0.certificateCurve = 0x0017
            $0.groups = [0x0017, 0x001D]
        }
        let (mixed, _) = await enumerate(.tls12, twoCertificates)
        #expect(mixed.choices.map(\.suite) == [0xC02F, 0xC02B, 0x009C, 0xC030, 0xC02C])
        #expect(mixed.groups == [0x0017, 0x001D] && mixed.groupChooser == .server)
    }

    @Test("one suite alone has no order")
    func oneSuite() async {
        let (result, _) = await enumerate(.tls12, SimulatedServer([.tls12: [0xC030]]))
        #expect(result.choices.count == 1 && result.chooser == nil)
    }

    @Test("suites that lie far from where their part stands are put where they belong")
    func scattered() async {
        // The weakest first, and parts of one suite only.
        let suites: [UInt16] = [0x000A, 0xC013, 0x002F, 0xC02F, 0x009E, 0x0035, 0xC014, 0xC030, 0x009F, 0x0096, 0xC02B]
        let (result, _) = await enumerate(.tls12, SimulatedServer([.tls12: suites]), lanes: 4)
        #expect(result.choices.map(\.suite) == suites && result.chooser == .server)
        let (single, _) = await enumerate(.tls12, SimulatedServer([.tls12: [0xC013, 0xC030]]), lanes: 4)
        #expect(single.choices.map(\.suite) == [0xC013, 0xC030] && single.chooser == .server)
    }

    @Test("a server that happens to sort as the hello does is told from one that follows it", arguments: [true, false])
    func sameOrder(ownOrder: Bool) async {
        let offered: [UInt16] = Enumeration.suites(.tls13).reversed()
        let server = SimulatedServer([.tls13: offered.filter { [0x1301, 0x1302, 0x1303].contains($0) }]) {
            $0.prefersItsOrder = ownOrder
            $0.groups = [0x0017, 0x0018, 0x001D]
        }
        let (result, _) = await enumerate(.tls13, server)
        #expect(result.chooser == (ownOrder ? .server : .client))
        #expect(result.groupChooser == (ownOrder ? .server : .client))
    }

    @Test("what is known to be refused is not offered")
    func without() async {
        let server = SimulatedServer(Self.modern)
        let refused = Set(Enumeration.suites(.tls12)).subtracting(Self.modern[.tls12] ?? [])
        let result = await Enumeration(shape: .shape, lanes: 4).run(.tls12, without: refused, server.questioner())
        #expect(result.choices.map(\.suite) == Self.modern[.tls12])
        #expect(server.asked.allSatisfy { refused.isDisjoint(with: $0.suites) })
    }

    @Test("a server that fails inside keeps the suites open that it would sign for", arguments: [1, 4])
    func internalError(lanes: Int) async {
        let server = SimulatedServer([.tls12: [0xC030, 0x009D, 0x002F]]) { $0.cannotSign = true }
        let (result, _) = await enumerate(.tls12, server, lanes: lanes)
        #expect(result.choices.map(\.suite).sorted() == [0x002F, 0x009D])
        #expect(result.obstacle == .internalError && result.chooser == nil)
    }

    @Test("TLS 1.3 costs as many connections as it has suites or groups, one, and two more")
    func countOfTLS13() async {
        let (_, connections) = await enumerate(.tls13, SimulatedServer(Self.modern))
        #expect(connections <= 3 + 1 + 2)
        let manyGroups = SimulatedServer(Self.modern) { $0.groups = [29, 23, 24, 25, 30, 0x0100, 0x0101, 0x11EC] }
        let (result, more) = await enumerate(.tls13, manyGroups)
        #expect(result.groups.count == 8 && more <= 8 + 1 + 2)
    }

    @Test("TLS 1.2 costs one connection for each suite and part, and a few for groups", arguments: [1, 3, 4])
    func countOfTLS12(lanes: Int) async {
        let server = SimulatedServer(Self.modern) { $0.prefersItsOrder = false }
        let (_, connections) = await enumerate(.tls12, server, lanes: lanes)
        let parts = Enumeration.parts(Enumeration.suites(.tls12), lanes: lanes).count
        let tiers = Enumeration.tiers(Enumeration.suites(.tls12)).count
        #expect(connections <= 11 + (lanes > 1 ? tiers + 3 + 1 : parts) + 6)
    }

    @Test("an order by strength costs one more for each part")
    func countOfOrder() async {
        let sorted = SimulatedServer([.tls12: [0xC030, 0x009F, 0xC014, 0x0035, 0xC02F, 0x009E, 0xC013, 0x002F]])
        let (result, connections) = await enumerate(.tls12, sorted, lanes: 4)
        #expect(result.choices.map(\.suite) == sorted.behaviour.suites[.tls12])
        #expect(connections <= 8 + Enumeration.tiers(Enumeration.suites(.tls12)).count + 3 + 1 + 6)
    }

    @Test("every suite is offered in exactly one part by strength, never too many at once")
    func tiers() {
        let suites = Enumeration.suites(.tls12)
        let tiers = Enumeration.tiers(suites)
        #expect(tiers.flatMap { $0 }.sorted() == suites.sorted())
        #expect(tiers.allSatisfy { $0.count <= Enumeration.largestOffer })
    }

    @Test("groups behind the curve of an ECDSA certificate are found through suites without one")
    func groupsBehindCurve() async {
        let server = SimulatedServer([.tls12: [0xC018, 0xC02C, 0xC02B, 0xC00A]]) {
            $0.certificateCurve = 0x0017
            $0.groups = [0x001D, 0x0017, 0x001E, 0x0018]
        }
        for lanes in [1, 3] {
            let (result, _) = await enumerate(.tls12, server, lanes: lanes)
            #expect(result.groups == server.behaviour.groups && result.groupChooser == .server)
        }
    }

    @Test("a version that is not spoken costs one connection for each part")
    func refusedVersion() async {
        let (result, connections) = await enumerate(.tls10, SimulatedServer(Self.modern))
        #expect(result.choices.isEmpty && result.obstacle == nil)
        let rest = Enumeration.suites(.tls10).dropFirst(Enumeration.largestOffer)
        #expect(connections == 1 + Enumeration.parts(Array(rest), lanes: 1).count)
    }

    @Test("ECDSA suites tied to a curve are found, and so are the groups behind it", arguments: [true, false])
    func tiedToCurve(ownOrder: Bool) async {
        let server = SimulatedServer([.tls12: [0xC02C, 0xC02B, 0xCCA9, 0xC00A]]) {
            $0.certificateCurve = 0x0017
            $0.prefersItsOrder = ownOrder
            $0.groups = ownOrder ? [0x001D, 0x0018, 0x0017] : [0x001D, 0x0017, 0x0018, 0x0019]
        }
        let (result, _) = await enumerate(.tls12, server)
        #expect(result.choices.map(\.suite).sorted() == [0xC00A, 0xC02B, 0xC02C, 0xCCA9])
        #expect(result.groups.sorted() == server.behaviour.groups.sorted())
    }

    @Test("a server that drops a large hello is asked with smaller ones, and that is said")
    func dropsLargeHello() async {
        let server = SimulatedServer(Self.modern) { $0.mostSuites = 64 }
        let (result, _) = await enumerate(.tls12, server, lanes: 2)
        #expect(result.choices.map(\.suite).sorted() == Self.modern[.tls12]?.sorted())
        #expect(result.droppedLargeHello && result.obstacle == nil)
    }

    @Test("hanging up counts as a refusal when it happens twice")
    func hangsUp() async {
        let server = SimulatedServer(Self.modern) { $0.hangsUp = true }
        let (result, _) = await enumerate(.tls12, server)
        #expect(result.choices.map(\.suite) == Self.modern[.tls12] && result.obstacle == nil)
    }

    @Test("a server that answers nonsense ends the question, not the run")
    func nonsense() async {
        let questioner = Questioner { _ in .chosen(ServerChoice(version: .tls12, suite: 0x1301)) }
        let result = await Enumeration(shape: .shape, lanes: 1).run(.tls12, questioner)
        guard case .senseless? = result.obstacle else {
            Issue.record("\(String(describing: result.obstacle))")
            return
        }
    }

    @Test("every suite of a version is offered in exactly one part, never too many at once", arguments: [1, 3, 4, 9])
    func parts(lanes: Int) {
        for version in TLSVersion.allCases where version >= .ssl3 {
            let parts = Enumeration.parts(Enumeration.suites(version), lanes: lanes)
            let all = CipherSuite.all.filter { $0.fits(version) && $0.keyExchange != .null }.map(\.code)
            #expect(parts.flatMap { $0 }.sorted() == all)
            #expect(parts.allSatisfy { $0.count <= Enumeration.largestOffer })
        }
    }
}
