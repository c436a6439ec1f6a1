internal import MailModel

/// When one address gets its next connection; who comes first is served first.
///
/// The first connection to an address stays alone until the greeting has come: servers such as Postfix's postscreen watch
/// a new client during that time and distrust one that opens several connections. A sign of throttling (421, 4.7.z, "too
/// many", a connection that is refused or cut off before the greeting although others got one, a greeting that takes more
/// than 10 s) makes it one at a time, apart from each other and after a wait; when the waits are used up, the address is
/// left alone.
final class ConnectionBudget: Sendable {
    private struct Waiter {
        let ticket: Int
        let proceed: CheckedContinuation<Void, any Error>
    }

    private struct Place {
        var inUse = 0
        var hasGreeted = false
        var waiting: [Waiter] = []
        var starts: [ContinuousClock.Instant] = []
        var isThrottled = false
        var notBefore: ContinuousClock.Instant?
        /// Those who were turned away together wait together.
        var wave = 0
        var waitsUsed = 0
        var gaveUp: Throttled?
        /// How it turned us away last.
        var sign: String?

        /// Whether nobody uses it, waits for it or has used it lately.
        func isIdle(at now: ContinuousClock.Instant) -> Bool {
            inUse == 0 && waiting.isEmpty && isForgotten(at: now) && notBefore.map { $0 <= now } ?? true
        }

        /// Whether the last connection was so long ago that what was seen then counts no more.
        func isForgotten(at now: ContinuousClock.Instant) -> Bool {
            starts.last.map { $0.duration(to: now) > ConnectionBudget.memory } ?? true
        }

        /// What was held against it long ago is over.
        mutating func forgive(at now: ContinuousClock.Instant) {
            guard isForgotten(at: now), !starts.isEmpty else { return }
            (hasGreeted, isThrottled, waitsUsed, gaveUp, sign) = (false, false, 0, nil, nil)
        }
    }

    private struct State {
        var places: [IPAddress: Place] = [:]
        var tickets = 0
        /// With more addresses than this, those that nobody has connected to for a while are forgotten.
        var many = 4096

        /// Forgets them. Afterwards there must be twice as many before it looks again, since all of them are looked at.
        mutating func forget(at now: ContinuousClock.Instant) {
            places = places.filter { !$0.value.isIdle(at: now) }
            many = max(4096, 2 * places.count)
        }
    }

    /// For how long an address is remembered, and one that turned us away left alone.
    private static let memory = Duration.seconds(900)

    private enum Turn {
        case now(wave: Int)
        case later(ContinuousClock.Instant, sign: String?)
        case never(Throttled)
    }

    private let connectionPolicy: ConnectionPolicy
    private let now: @Sendable () -> ContinuousClock.Instant
    private let sleep: @Sendable (Duration) async throws -> Void
    private let state = Locked(State())

    /// A budget by this policy; tests have a clock of their own.
    init(
        _ connectionPolicy: ConnectionPolicy, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.connectionPolicy = connectionPolicy
        self.now = now
        self.sleep = sleep
    }

    /// Whether a connection may begin while the one before says good-bye; not where they are promised to be apart.
    var overlapsFarewells: Bool { connectionPolicy.spacing == .zero }

    /// How many places are taken, and how many wait for one, at all addresses.
    var load: (inUse: Int, waiting: Int) {
        state.withLock { state in
            state.places.values.reduce((0, 0)) { ($0.0 + $1.inUse, $0.1 + $1.waiting.count) }
        }
    }

    /// How many addresses it remembers.
    var places: Int { state.withLock { $0.places.count } }

    /// Waits for a free place and for its time; gives the wave that the connection belongs to. Throws `Throttled` where
    /// the address is left alone, `CancellationError` when cancelled; then no place is taken. `told` hears how long it waits for
    /// its time.
    @discardableResult
    func acquire(
        _ address: IPAddress, told: @Sendable (ConnectionWait) -> Void = { _ in }
    ) async throws -> Int {
        try await takePlace(address)
        do {
            while true {
                switch turn(address) {
                case .now(let wave): return wave
                case .later(let instant, let sign):
                    let pause = now().duration(to: instant)
                    told(ConnectionWait(address, for: pause, until: instant, sign: sign))
                    try await sleep(pause)
                case .never(let throttled): throw throttled
                }
            }
        } catch {
            release(address)
            throw error
        }
    }

    /// Notes that a connection is there: where connections are to be apart, the next one is apart from now on. It may have been late on
    /// its way, and the server counts from when it came.
    func connected(_ address: IPAddress) {
        guard connectionPolicy.spacing > .zero else { return }
        let now = now()
        state.withLock { state in
            guard let last = state.places[address]?.starts.indices.last else { return }
            state.places[address]?.starts[last] = now
        }
    }

    /// Notes that the address has sent a greeting: further connections may be opened beside the first.
    func greeted(_ address: IPAddress, after wait: Duration = .zero) {
        state.withLock { state in
            state.places[address]?.hasGreeted = true
            if wait > ConnectionPolicy.slowGreeting { state.places[address]?.isThrottled = true }
        }
        admit(address)
    }

    /// Notes a sign of throttling on a connection of a wave.
    func turnedAway(_ address: IPAddress, sign: String, wave: Int) {
        state.withLock { state in
            guard var place = state.places[address] else { return }
            place.isThrottled = true
            place.sign = sign
            if wave == place.wave {
                place.wave += 1
                if place.waitsUsed < connectionPolicy.patience.count {
                    place.notBefore = now() + connectionPolicy.patience[place.waitsUsed]
                    place.waitsUsed += 1
                } else {
                    place.gaveUp = Throttled(sign: sign)
                }
            }
            state.places[address] = place
        }
    }

    /// No connection to the address begins before a pause is over.
    func rest(_ address: IPAddress, for pause: Duration) {
        state.withLock { state in
            let earliest = now() + pause
            var place = state.places[address] ?? Place()
            place.notBefore = place.notBefore.map { max($0, earliest) } ?? earliest
            state.places[address] = place
        }
    }

    /// Notes a connection that failed before its greeting: a sign only where other connections got one.
    func failed(_ address: IPAddress, _ failure: WireFailure, wave: Int) {
        guard state.withLock({ $0.places[address]?.hasGreeted ?? false }) else { return }
        switch failure {
        case .refused, .reset, .timedOut, .closedEarly: turnedAway(address, sign: failure.description, wave: wave)
        default: break
        }
    }

    /// Gives a place back.
    func release(_ address: IPAddress) {
        state.withLock { $0.places[address]?.inUse -= 1 }
        admit(address)
    }
}

extension ConnectionBudget {
    private func takePlace(_ address: IPAddress) async throws {
        let ticket = state.withLock { state in
            state.tickets += 1
            if state.places.count > state.many { state.forget(at: now()) }
            return state.tickets
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { proceed in
                let isCancelled = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.places[address, default: Place()].waiting.append(Waiter(ticket: ticket, proceed: proceed))
                    return false
                }
                if isCancelled { proceed.resume(throwing: CancellationError()) } else { admit(address) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLock { state in
                guard let index = state.places[address]?.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    return nil
                }
                return state.places[address]?.waiting.remove(at: index)
            }
            waiter?.proceed.resume(throwing: CancellationError())
        }
    }

    /// Whether it is time for a connection to begin; then it counts as begun.
    private func turn(_ address: IPAddress) -> Turn {
        state.withLock { state in
            var place = state.places[address] ?? Place()
            let now = now()
            place.forgive(at: now)
            if let gaveUp = place.gaveUp { return .never(gaveUp) }
            var earliest = max(now, place.notBefore ?? now)
            if place.starts.count >= connectionPolicy.burst {
                earliest = max(
                    earliest, place.starts[place.starts.count - connectionPolicy.burst] + connectionPolicy.burstTime)
            }
            if let last = place.starts.last {
                let least = place.isThrottled ? ConnectionPolicy.spacingWhenThrottled : .zero
                earliest = max(earliest, last + max(connectionPolicy.spacing, least))
            }
            guard earliest <= now else {
                // A server that turned us away is why, where nothing else makes it later.
                return .later(earliest, sign: place.notBefore == earliest ? place.sign : nil)
            }
            place.starts = place.starts.suffix(connectionPolicy.burst - 1) + [now]
            state.places[address] = place
            return .now(wave: place.wave)
        }
    }

    private func admit(_ address: IPAddress) {
        let admitted: [Waiter] = state.withLock { state in
            guard var place = state.places[address] else { return [] }
            let places = place.hasGreeted && !place.isThrottled ? connectionPolicy.connectionsPerServer : 1
            var admitted: [Waiter] = []
            while !place.waiting.isEmpty, place.inUse < places {
                place.inUse += 1
                admitted.append(place.waiting.removeFirst())
            }
            state.places[address] = place
            return admitted
        }
        for waiter in admitted { waiter.proceed.resume() }
    }
}
