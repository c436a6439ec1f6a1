public import CheckKit
public import MailModel

/// Facts that the runs of one process share, in memory: for a service, or for many domains in a row.
public final class MemoryFactStore: FactStore {
    /// How much is kept, and for how long.
    public struct Limits: Sendable, Hashable {
        /// A fact that is older is asked for again.
        public var age: Duration
        /// At most so many facts are kept, the newest ones. A conversation with a certificate chain takes some 10 kB.
        public var count: Int
        /// Whether a domain gets what a server answered in the name of another domain; else it asks in its own name, on connections of
        /// its own. Evidence says whose name it was: who shows evidence to strangers lends no names.
        public var lendsNames: Bool
        /// For how long something is kept that another look may settle; nil where it goes only to those who wait for it. Who asks on
        /// behalf of thousands does not look again for each of them.
        public var openAge: Duration?

        /// Ten minutes, 4096 facts, names are lent, and what is open is not kept.
        public init(
            age: Duration = .seconds(600), count: Int = 4096, lendsNames: Bool = true, openAge: Duration? = nil
        ) {
            self.age = age
            self.count = count
            self.lendsNames = lendsNames
            self.openAge = openAge
        }
    }

    /// Somebody who waits for an answer.
    private struct Waiter {
        let number: UInt64
        let listener: FactListener
        let domain: DomainName
    }

    /// What has been learnt so far, numbered in the order in which it was.
    private struct Heard {
        let draft: any DraftFact
        let number: UInt64
    }

    /// A question that somebody is finding out about.
    private struct Pursuit {
        var turn: FactTurn
        var heard: Heard?
        var waiting: [Waiter] = []
    }

    private struct Kept {
        let fact: SharedFact
        let since: Duration
        let age: Duration
        let number: UInt64
    }

    private struct State {
        var pursuits: [FactQuestion: Pursuit] = [:]
        var kept: [FactQuestion: Kept] = [:]
        /// What is kept, by number: in the order in which it came.
        var order: [UInt64: FactQuestion] = [:]
        var oldest: UInt64 = 0
        var numbers: UInt64 = 0

        mutating func next() -> UInt64 {
            numbers += 1
            return numbers
        }
    }

    private let limits: Limits
    private let shelf: (any FactShelf)?
    private let now: @Sendable () -> Duration
    private let state = Locked(State())

    /// An empty store. What it does not have in memory it looks for on the `shelf`, and what it is told goes there, too. `clock`
    /// measures ages, and tests have one of their own.
    public init<C: Clock>(
        _ limits: Limits = Limits(), before shelf: (any FactShelf)? = nil, clock: C = ContinuousClock()
    ) where C.Duration == Duration {
        self.limits = limits
        self.shelf = shelf
        let start = clock.now
        now = { start.duration(to: clock.now) }
    }

    /// How many facts are kept.
    public var count: Int { state.withLock { $0.kept.count } }

    /// How many runs wait for another one's answer.
    public var waiting: Int { state.withLock { state in state.pursuits.values.reduce(0) { $0 + $1.waiting.count } } }
}

extension MemoryFactStore {
    /// What is kept and not too old; else the turn of the first who asks.
    public func ask(
        _ question: FactQuestion, for domain: DomainName, unfolding: @escaping @Sendable (any DraftFact) -> Void
    ) async throws -> FactAnswer {
        let answer = try await takeTurn(question, for: domain, unfolding: unfolding)
        guard case .unknown(let turn) = answer, let shelf, let fact = await shelf.fact(question) else { return answer }
        end(turn, with: fact)
        return .known(lent(fact, to: domain))
    }

    /// What is kept of a question, in memory or on the shelf, without anybody's turn; nil where nothing is.
    public func known(_ question: FactQuestion) async -> SharedFact? {
        if let fact = state.withLock({ fresh(question, &$0) }) { return fact }
        guard let fact = await shelf?.fact(question) else { return nil }
        state.withLock { keep(fact, question, &$0) }
        return fact
    }

    private func takeTurn(
        _ question: FactQuestion, for domain: DomainName, unfolding: @escaping @Sendable (any DraftFact) -> Void
    ) async throws -> FactAnswer {
        let number = state.withLock { $0.next() }
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = Waiter(number: number, listener: FactListener(unfolding, continuation), domain: domain)
                let (now, heard) = state.withLock { enter(waiter, question, &$0) }
                if let heard { waiter.listener.hear(heard.draft, heard.number) }
                if let now { waiter.listener.answer(now) }
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.pursuits[question]?.waiting.firstIndex(where: { $0.number == number }) else {
                    return nil
                }
                return state.pursuits[question]?.waiting.remove(at: index)
            }
            waiter?.listener.answer(.failure(CancellationError()))
        }
    }

    /// The answer, where there is one at once; else the waiter has taken its place, and may see what is known so far.
    private func enter(
        _ waiter: Waiter, _ question: FactQuestion, _ state: inout State
    ) -> (Result<FactAnswer, any Error>?, Heard?) {
        if Task.isCancelled { return (.failure(CancellationError()), nil) }
        if let fact = fresh(question, &state) { return (.success(.known(lent(fact, to: waiter.domain))), nil) }
        guard var pursuit = state.pursuits[question] else {
            let turn = FactTurn(question, number: state.next())
            state.pursuits[question] = Pursuit(turn: turn)
            return (.success(.unknown(turn)), nil)
        }
        pursuit.waiting.append(waiter)
        state.pursuits[question] = pursuit
        return (nil, pursuit.heard)
    }

    private func fresh(_ question: FactQuestion, _ state: inout State) -> SharedFact? {
        guard let kept = state.kept[question] else { return nil }
        if now() - kept.since <= kept.age { return kept.fact }
        forget(question, &state)
        return nil
    }

    /// Shows everybody who waits what has been learnt so far.
    public func hear(_ draft: any DraftFact, on turn: FactTurn) {
        let (number, waiting) = state.withLock { state -> (UInt64, [Waiter]) in
            let number = state.next()
            guard state.pursuits[turn.question]?.turn == turn else { return (number, []) }
            state.pursuits[turn.question]?.heard = Heard(draft: draft, number: number)
            return (number, state.pursuits[turn.question]?.waiting ?? [])
        }
        for waiter in waiting { waiter.listener.hear(draft, number) }
    }

    /// Answers everybody who waits, and keeps what leaves nothing open; without a fact, the next one takes over.
    public func tell(_ fact: SharedFact?, on turn: FactTurn) async {
        if let fact { await shelf?.keep(fact, turn.question) }
        end(turn, with: fact)
    }

    private func end(_ turn: FactTurn, with fact: SharedFact?) {
        let answered = state.withLock { state -> [(Waiter, FactAnswer)] in
            guard var pursuit = state.pursuits[turn.question], pursuit.turn == turn else { return [] }
            guard let fact else {
                guard !pursuit.waiting.isEmpty else {
                    state.pursuits[turn.question] = nil
                    return []
                }
                pursuit.turn = FactTurn(turn.question, number: state.next())
                pursuit.heard = nil
                let next = pursuit.waiting.removeFirst()
                state.pursuits[turn.question] = pursuit
                return [(next, .unknown(pursuit.turn))]
            }
            state.pursuits[turn.question] = nil
            keep(fact, turn.question, &state)
            return pursuit.waiting.map { ($0, .known(lent(fact, to: $0.domain))) }
        }
        for (waiter, answer) in answered { waiter.listener.answer(.success(answer)) }
    }

    private func lent(_ fact: SharedFact, to domain: DomainName) -> SharedFact {
        guard !limits.lendsNames, fact.domain != domain else { return fact }
        var fact = fact
        fact.named = []
        return fact
    }

    private func keep(_ fact: SharedFact, _ question: FactQuestion, _ state: inout State) {
        forget(question, &state)
        guard let age = fact.leavesOpen ? limits.openAge : limits.age else { return }
        let number = state.next()
        state.kept[question] = Kept(fact: fact, since: now(), age: age, number: number)
        state.order[number] = question
        while let oldest = oldest(&state), state.kept.count > limits.count || isTooOld(oldest, state) {
            forget(oldest, &state)
        }
    }

    private func oldest(_ state: inout State) -> FactQuestion? {
        guard !state.order.isEmpty else { return nil }
        while state.order[state.oldest] == nil { state.oldest += 1 }
        return state.order[state.oldest]
    }

    private func isTooOld(_ question: FactQuestion, _ state: State) -> Bool {
        state.kept[question].map { now() - $0.since > $0.age } ?? false
    }

    private func forget(_ question: FactQuestion, _ state: inout State) {
        guard let kept = state.kept.removeValue(forKey: question) else { return }
        state.order[kept.number] = nil
    }
}
