import MailModel
import Testing

@testable import TLSHello

@Suite("Asking politely")
struct QuestionerTests {
    private static let suites: [TLSVersion: [UInt16]] = [.tls12: [0xC030, 0xC02F, 0xC014, 0xC013, 0x009E, 0x0035]]

    @Test("counts what it asked")
    func counts() async {
        let server = SimulatedServer(Self.suites)
        let questioner = server.questioner()
        _ = await Enumeration(shape: .shape, lanes: 6).run(.tls12, questioner)
        #expect(await questioner.connections == server.asked.count)
        #expect(await questioner.answers == server.asked.count)
        #expect(await !questioner.wasThrottled)
    }

    @Test("takes internal_error for a refusal only from a server that refuses so")
    func internalError() async throws {
        let offer = HelloOffer(versions: [.tls12], suites: [0xC030])
        let broken = SimulatedServer(Self.suites) { $0.cannotSign = true }.questioner()
        await #expect(throws: Obstacle.internalError) { try await broken.ask(offer) }
        #expect(await broken.connections == 2)
        let odd = SimulatedServer([.tls12: [0x0035]]) { $0.refusesWithInternalError = true }
        let questioner = odd.questioner()
        for _ in 0..<2 { #expect(try await questioner.ask(offer) == .alert(.internalError)) }
        #expect(await questioner.connections == 3)
        let result = await Enumeration(shape: .shape, lanes: 4).run(.tls12, questioner)
        #expect(result.choices.map(\.suite) == [0x0035] && result.obstacle == nil)
    }

    @Test("asks again after a 421, and misses nothing")
    func throttledOnce() async {
        let server = SimulatedServer(Self.suites) { $0.turnsAway = [3, 4] }
        let questioner = server.questioner(tries: 3)
        let result = await Enumeration(shape: .shape, lanes: 3).run(.tls12, questioner)
        #expect(result.choices.map(\.suite).sorted() == Self.suites[.tls12]?.sorted() && result.obstacle == nil)
        #expect(await questioner.wasThrottled)
    }

    @Test("gives up when its tries are used up; what it knows by then is kept, the rest is unknown")
    func throttledForGood() async {
        // Whichever lanes have begun by then: of so many answers, not all are refusals.
        let server = SimulatedServer(Self.suites) { $0.turnsAway = Set(9...1000) }
        let questioner = server.questioner(tries: 3)
        let result = await Enumeration(shape: .shape, lanes: 1).run(.tls12, questioner)
        #expect(result.obstacle == .throttled("421 4.7.0 too many connections"))
        #expect(result.choices.count + result.groups.count >= 2)
        // Questions that were on their way together are turned away together.
        #expect(server.asked.count <= 8 + 3 * 4)
    }

    @Test("opens nothing more, and counts nothing more, where the address is left alone")
    func leftAlone() async {
        let questioner = Questioner { _ in throw Throttled(sign: "421 busy") }
        await #expect(throws: Obstacle.throttled("421 busy")) { try await questioner.ask(.shape) }
        #expect(await questioner.connections == 0)
    }

    @Test("asks once more where the protocol was broken before the hello")
    func brokenProtocol() async throws {
        let count = Locked(0)
        let questioner = Questioner { _ in
            let number = count.withLock { count in
                count += 1
                return count
            }
            if number == 1 { throw WireFailure.protocolError("this time STARTTLS was not offered") }
            return .alert(TLSAlert(code: 40))
        }
        #expect(try await questioner.ask(.shape) == .alert(TLSAlert(code: 40)))
        #expect(await questioner.connections == 2)
    }

    @Test(
        "knows the signs of throttling",
        arguments: [
            (WireFailure.rejected(SMTPReply(421, "closing")), true),
            (.rejected(SMTPReply(554, "5.7.1 blocked")), false),
            (.rejected(SMTPReply(550, "Too many connections")), true),
            (.rejected(SMTPReply(554, "no service here")), false), (.refused, true), (.reset, true),
            (.timedOut(stage: "greeting"), true), (.timedOut(stage: "handshake"), false),
            (.closedEarly(stage: "greeting"), true), (.local("no sockets"), false),
        ])
    func signs(failure: WireFailure, isSign: Bool) { #expect((failure.signOfThrottling != nil) == isSign) }

    @Test(
        "asks no more behind three waits for nothing, and tells silence from slowness",
        arguments: [("handshake", Obstacle.silent, 3), ("rest", .failed("no answer in time (rest)"), 0)])
    func waits(stage: String, obstacle: Obstacle, silences: Int) async {
        let questioner = Questioner { _ in throw WireFailure.timedOut(stage: stage) }
        for _ in 0..<5 {
            await #expect(throws: obstacle) { _ = try await questioner.ask(.shape) }
        }
        #expect(await questioner.connections == 3)
        #expect(await questioner.silences == silences)
    }

    @Test("ends at once when the run is cancelled")
    func cancelled() async {
        let task = Task {
            let questioner = Questioner { _ in
                try await Task.sleep(for: .seconds(3600))
                return .hungUp
            }
            return await Enumeration(shape: .shape, lanes: 1).run(.tls12, questioner).obstacle
        }
        task.cancel()
        #expect(await task.value == .cancelled)
    }
}

@Suite("Asking about classes")
struct ClassQuestionTests {
    private static let classes = [
        ClassQuestion.Class("anonymous") { $0.authentication == .anonymous },
        ClassQuestion.Class("rc4") { $0.cipher == .rc4 },
        ClassQuestion.Class("static") { $0.keyExchange == .rsa },
    ]

    private func ask(_ server: SimulatedServer) async -> (ClassQuestion.Result, Int) {
        let questioner = server.questioner()
        let question = ClassQuestion(Self.classes, versions: [.ssl3, .tls10, .tls11, .tls12], shape: .shape)
        return (await question.run(questioner), await questioner.connections)
    }

    @Test("a server without any of them costs one connection")
    func clean() async {
        let (result, connections) = await ask(SimulatedServer([.tls12: [0xC02F]]))
        #expect(result.accepted.isEmpty && result.refused == ["anonymous", "rc4", "static"] && connections == 1)
    }

    @Test(
        "a hello that is hung up on and then answered was hung up on by chance, and one that is hung up on twice was not",
        arguments: [
            ([.hungUp, .alert(TLSAlert(code: 40))], true), ([.hungUp, .hungUp], false),
            ([.alert(TLSAlert(code: 40))], false),
        ] as [([HelloAnswer], Bool)])
    func chance(_ answers: [HelloAnswer], _ isChance: Bool) async {
        let left = Locked(answers)
        let questioner = Questioner { _ in left.withLock { $0.isEmpty ? .alert(TLSAlert(code: 40)) : $0.removeFirst() }
        }
        let result = await ClassQuestion(Self.classes, versions: [.tls12], shape: .shape).run(questioner)
        #expect(result.wasHungUpByChance == isChance)
        #expect(result.refused == ["anonymous", "rc4", "static"])
    }

    @Test("a suite shows every class it belongs to")
    func several() async {
        let (result, connections) = await ask(SimulatedServer([.tls12: [0x0005, 0x0034]]))
        #expect(Set(result.accepted.keys) == ["rc4", "static", "anonymous"] && connections == 2)
    }

    @Test("classes that stay open behind a suite of two classes are asked on")
    func overlapping() async {
        let (result, connections) = await ask(SimulatedServer([.tls12: [0x0018, 0x0035]]))
        #expect(Set(result.accepted.keys) == ["anonymous", "rc4", "static"] && connections == 2)
        #expect(result.refused.isEmpty && result.accepted["static"]?.suite == 0x0035)
    }

    @Test("what a throttling server leaves open is unknown, not refused")
    func throttled() async {
        let server = SimulatedServer([.tls12: [0x0034]]) { $0.turnsAway = Set(2...100) }
        let (result, _) = await ask(server)
        #expect(Set(result.accepted.keys) == ["anonymous"] && result.refused.isEmpty && result.obstacle != nil)
    }
}
