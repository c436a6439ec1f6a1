import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import CheckEngine

/// A store by itself: who gets the turn, who is answered, what is kept.
@Suite("A store of facts in memory", .timeLimit(.minutes(10)))
struct MemoryFactStoreTests {
    private static let question = FactQuestion(Number.id, at: .server(server("mx.example", "192.0.2.1")))
    private let clock = ManualClock()
    private let domain = name("one.example")

    private func fact(_ value: Int, leavesOpen: Bool = false, named: [any NamedFact] = []) -> SharedFact {
        SharedFact(
            .present(Number(value: value)), seen: anInstant, by: domain, named: named, leavesOpen: leavesOpen)
    }

    private func ask(
        _ store: MemoryFactStore, _ question: FactQuestion = question, for asker: String = "one.example"
    ) async throws -> FactAnswer {
        try await store.ask(question, for: name(asker)) { _ in }
    }

    /// Asks in the background, and returns once the asker waits.
    private func waiting(
        _ store: MemoryFactStore, _ question: FactQuestion = question, for asker: String = "two.example",
        unfolding: @escaping @Sendable (any DraftFact) -> Void = { _ in }
    ) async -> Task<FactAnswer, any Error> {
        let before = store.waiting
        let task = Task { try await store.ask(question, for: name(asker), unfolding: unfolding) }
        while store.waiting == before { await pause() }
        return task
    }

    @Test("gives the turn to the first who asks, and the answer to all who wait and to those who come later")
    func joined() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let others = [await waiting(store), await waiting(store), await waiting(store)]
        await store.tell(fact(7), on: turn)
        for other in others { #expect(try await other.value.number == 7) }
        #expect(try await ask(store).number == 7)
        #expect(store.waiting == 0)
    }

    @Test("lets the next one take over when the first gives up, and the others go on waiting")
    func takenOver() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let second = await waiting(store)
        let third = await waiting(store)
        await store.tell(nil, on: turn)
        let next = try #require(try await second.value.turn)
        #expect(store.waiting == 1)
        await store.tell(fact(1), on: turn)
        #expect(store.waiting == 1, "a turn that is over is no turn")
        await store.tell(fact(2), on: next)
        #expect(try await third.value.number == 2)
    }

    @Test("forgets a question that everybody has given up")
    func givenUp() async throws {
        let store = MemoryFactStore(clock: clock)
        await store.tell(nil, on: try #require(try await ask(store).turn))
        #expect(try await ask(store).turn != nil)
    }

    @Test("lets go who is cancelled while waiting, and nobody else")
    func cancelled() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let impatient = await waiting(store)
        let patient = await waiting(store)
        impatient.cancel()
        await #expect(throws: CancellationError.self) { try await impatient.value }
        await store.tell(fact(3), on: turn)
        #expect(try await patient.value.number == 3)
    }

    @Test("answers nobody who is cancelled already")
    func cancelledBefore() async throws {
        let store = MemoryFactStore(clock: clock)
        let task = Task {
            while !Task.isCancelled { await pause() }
            return try await store.ask(Self.question, for: domain) { _ in }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        #expect(try await ask(store).turn != nil)
    }

    @Test("shows those who wait what has been learnt so far, and who comes late the last of it")
    func unfolding() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let seen = Locked<[Int]>([])
        let note: @Sendable (any DraftFact) -> Void = { draft in
            if let draft = draft as? Tally { seen.withLock { $0.append(draft.value) } }
        }
        let early = await waiting(store, unfolding: note)
        store.hear(Tally(value: 1), on: turn)
        let late = await waiting(store, unfolding: note)
        store.hear(Tally(value: 2), on: turn)
        #expect(seen.withLock { $0 } == [1, 1, 2, 2])
        await store.tell(fact(9), on: turn)
        #expect(try await early.value.number == 9)
        #expect(try await late.value.number == 9)
    }

    @Test("shows nothing to those who have been let go while others were shown the same")
    func unfoldingToNobody() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let impatient = Locked<Task<FactAnswer, any Error>?>(nil)
        let seen = Locked<[Int]>([])
        let patient = await waiting(store) { _ in impatient.withLock { $0 }?.cancel() }
        let other = await waiting(store) { draft in
            if let draft = draft as? Tally { seen.withLock { $0.append(draft.value) } }
        }
        impatient.withLock { $0 = other }
        store.hear(Tally(value: 1), on: turn)
        await #expect(throws: CancellationError.self) { try await other.value }
        #expect(seen.withLock { $0 } == [])
        await store.tell(fact(1), on: turn)
        #expect(try await patient.value.number == 1)
    }

    @Test("lets go who gives up because of what he is shown, after he was shown it")
    func unfoldingToTheLast() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let own = Locked<Task<FactAnswer, any Error>?>(nil)
        let seen = Locked<[Int]>([])
        let asker = await waiting(store) { draft in
            own.withLock { $0 }?.cancel()
            if let draft = draft as? Tally { seen.withLock { $0.append(draft.value) } }
        }
        own.withLock { $0 = asker }
        store.hear(Tally(value: 1), on: turn)
        store.hear(Tally(value: 2), on: turn)
        await #expect(throws: CancellationError.self) { try await asker.value }
        #expect(seen.withLock { $0 } == [1])
        #expect(store.waiting == 0)
    }

    @Test("shows nothing older after something newer, when two things are learnt at the same time")
    func unfoldingInOrder() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let seen = Locked<[[Int]]>([[], []])
        let first = await waiting(store) { draft in
            guard let draft = draft as? Tally else { return }
            seen.withLock { $0[0].append(draft.value) }
            if draft.value == 1 { store.hear(Tally(value: 2), on: turn) }
        }
        let second = await waiting(store) { draft in
            if let draft = draft as? Tally { seen.withLock { $0[1].append(draft.value) } }
        }
        store.hear(Tally(value: 1), on: turn)
        #expect(seen.withLock { $0 } == [[1, 2], [2]])
        await store.tell(fact(1), on: turn)
        _ = try await (first.value, second.value)
    }

    @Test("a draft that is changed by two at the same time is kept as it was last")
    func draftInOrder() {
        let kept = Locked<[Int]>([])
        let again = Locked<(@Sendable () -> Void)?>(nil)
        let draft = Draft(Tally(value: 0)) { tally in
            let next = again.withLock { next in
                defer { next = nil }
                return next
            }
            next?()
            if let tally = tally as? Tally { kept.withLock { $0.append(tally.value) } }
        }
        again.withLock { $0 = { draft.update { $0.value = 2 } } }
        draft.update { $0.value = 1 }
        #expect(kept.withLock { $0 } == [1, 2])
    }

    @Test("keeps a fact as long as it is young")
    func age() async throws {
        let store = MemoryFactStore(.init(age: .seconds(60)), clock: clock)
        await store.tell(fact(1), on: try #require(try await ask(store).turn))
        clock.advance(by: .seconds(60))
        #expect(try await ask(store).number == 1)
        clock.advance(by: .seconds(1))
        let turn = try #require(try await ask(store).turn)
        #expect(store.count == 0)
        await store.tell(fact(2), on: turn)
        #expect(try await ask(store).number == 2)
    }

    @Test("keeps so many facts, the newest ones")
    func count() async throws {
        let store = MemoryFactStore(.init(count: 3), clock: clock)
        let questions = (1...10).map { FactQuestion(Number.id, at: .server(server("mx.example", "192.0.2.\($0)"))) }
        for (index, question) in questions.enumerated() {
            await store.tell(fact(index), on: try #require(try await ask(store, question).turn))
            #expect(store.count == min(index + 1, 3))
        }
        #expect(try await ask(store, questions[7]).number == 7)
        #expect(try await ask(store, questions[6]).turn != nil)
    }

    @Test("gives what leaves something open to those who wait, and keeps it for nobody")
    func open() async throws {
        let store = MemoryFactStore(clock: clock)
        let turn = try #require(try await ask(store).turn)
        let other = await waiting(store)
        await store.tell(fact(5, leavesOpen: true), on: turn)
        #expect(try await other.value.number == 5)
        #expect(store.count == 0)
        #expect(try await ask(store).turn != nil)
    }

    @Test("joins nobody whose settings, version or place are others")
    func conditions() async throws {
        let store = MemoryFactStore(clock: clock)
        let place = Self.question.place
        let other = Place.server(server("mx.example", "192.0.2.2"))
        _ = try #require(try await ask(store).turn)
        for question in [
            FactQuestion(Number.id, at: place, conditions: "helo"), FactQuestion(Number.id, version: 2, at: place),
            FactQuestion(Number.id, at: other), FactQuestion(Doubled.id, at: place),
        ] { #expect(try await ask(store, question).turn != nil) }
    }

    @Test("lends what was answered in another domain's name, or does not", arguments: [true, false])
    func names(lendsNames: Bool) async throws {
        let store = MemoryFactStore(.init(lendsNames: lendsNames), clock: clock)
        let turn = try #require(try await ask(store).turn)
        let other = await waiting(store)
        await store.tell(fact(1, named: [InDomain(domains: ["one.example"])]), on: turn)
        #expect(try await other.value.fact?.named.count == (lendsNames ? 1 : 0))
        #expect(try await ask(store, for: "three.example").fact?.named.count == (lendsNames ? 1 : 0))
        #expect(try await ask(store, for: "one.example").fact?.named.count == 1)
    }

    @Test(
        "in whatever order runs ask, give up and are cancelled, one at a time has the turn and everybody is answered",
        arguments: 0..<8)
    func interleaved(seed: Int) async throws {
        let store = MemoryFactStore(.init(count: 2), clock: clock)
        let atIt = Locked<[FactQuestion: Int]>([:])
        let answered = Locked(0)
        await withTaskGroup(of: Void.self) { group in
            for run in 0..<60 {
                group.addTask {
                    var random = SplitMix(seed: UInt64(seed * 1000 + run))
                    let question = FactQuestion(Number.id, at: .server(server("mx.example", "192.0.2.\(run % 4)")))
                    for _ in 0..<Int.random(in: 0...5, using: &random) { await Task.yield() }
                    let task = Task { [random] in
                        var random = random
                        guard let turn = try await ask(store, question).turn else { return }
                        atIt.withLock { counts in
                            counts[question, default: 0] += 1
                            #expect(counts[question] == 1)
                        }
                        for _ in 0..<Int.random(in: 0...5, using: &random) { await Task.yield() }
                        atIt.withLock { $0[question, default: 0] -= 1 }
                        let isDone = Bool.random(using: &random) && !Task.isCancelled
                        await store.tell(isDone ? fact(1, leavesOpen: .random(using: &random)) : nil, on: turn)
                    }
                    if run % 5 == 0 { task.cancel() }
                    _ = await task.result
                    answered.withLock { $0 += 1 }
                }
            }
        }
        #expect(answered.withLock { $0 } == 60)
        #expect(store.waiting == 0)
        #expect(store.count <= 2)
    }
}

/// A fact that is learnt bit by bit.
struct Tally: ServerFact, DraftFact, Hashable {
    static let id: FactID = "toy.tally"
    var value: Int
    var why: String?

    mutating func end(_ why: Absence) { self.why = why.description }
}

/// What was answered in the name of domains.
struct InDomain: NamedFact, Hashable {
    static let id: FactID = "toy.in-domain"
    var domains: [String]

    init(domains: [String]) { self.domains = domains }
    init(joining parts: [InDomain]) { domains = parts.flatMap(\.domains) }
}

/// Waits a moment, without keeping the machine busy.
func pause() async { try? await Task.sleep(for: .milliseconds(1)) }

extension FactAnswer {
    fileprivate var turn: FactTurn? { if case .unknown(let turn) = self { turn } else { nil } }
    fileprivate var fact: SharedFact? { if case .known(let fact) = self { fact } else { nil } }
    fileprivate var number: Int? { (fact?.observed.value as? Number)?.value }
}
