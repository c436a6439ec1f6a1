internal import MailModel

/// Who has an address to itself for a while: meanwhile nobody else begins a connection to it.
///
/// Machines that take turns behind an address answer connections by the order in which they come. What two connections
/// behind each other show is known only where no other one comes in between.
final class AddressHolds: Sendable {
    fileprivate struct Waiter {
        let ticket: Int
        /// Whether it waits for a hold of its own; else it waits for the end of somebody else's.
        let wantsHold: Bool
        let proceed: CheckedContinuation<Void, any Error>
    }

    fileprivate struct State {
        var holders: [IPAddress: Int] = [:]
        var waiting: [IPAddress: [Waiter]] = [:]
        /// How many connections begin just now: which turn they get is decided by the time the server greets.
        var beginning: [IPAddress: Int] = [:]
        /// The holder that waits for those.
        var settling: [IPAddress: Waiter] = [:]
        var tickets = 0
    }

    /// The holds of the task and those that it is a part of.
    @TaskLocal private static var own: Set<Int> = []

    private let state = Locked(State())

    /// Waits until nobody else has the address to itself. Throws `CancellationError`.
    func pass(_ address: IPAddress) async throws {
        try await wait(for: address, ticket: newTicket(), wantsHold: false)
    }

    /// Whether a connection may begin now; then `begun` is to be called once, when the server has greeted, or will not.
    func begins(_ address: IPAddress) -> Bool {
        let own = Self.own
        return state.withLock { state in
            if let holder = state.holders[address], !own.contains(holder) { return false }
            state.beginning[address, default: 0] += 1
            return true
        }
    }

    /// A connection that began has got its turn.
    func begun(_ address: IPAddress) {
        let holder: Waiter? = state.withLock { state in
            let left = (state.beginning[address] ?? 0) - 1
            state.beginning[address] = left > 0 ? left : nil
            return left > 0 ? nil : state.settling.removeValue(forKey: address)
        }
        holder?.proceed.resume()
    }

    /// Runs `body` with the address to itself; connections that have begun go on, and those that begin get their turn first. Throws what `body` throws, and
    /// `CancellationError`.
    func hold<Result: Sendable>(
        _ address: IPAddress, _ body: @Sendable () async throws -> Result
    ) async throws -> Result {
        if let holder = state.withLock({ $0.holders[address] }), Self.own.contains(holder) {
            return try await body()
        }
        let ticket = newTicket()
        try await wait(for: address, ticket: ticket, wantsHold: true)
        defer { release(address) }
        return try await Self.$own.withValue(Self.own.union([ticket])) { try await body() }
    }

    private func newTicket() -> Int {
        state.withLock { state in
            state.tickets += 1
            return state.tickets
        }
    }

    private func wait(for address: IPAddress, ticket: Int, wantsHold: Bool) async throws {
        let own = Self.own
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { proceed in
                let now: Result<Void, any Error>? = state.withLock { state in
                    if Task.isCancelled { return .failure(CancellationError()) }
                    guard let holder = state.holders[address], !own.contains(holder) else {
                        guard wantsHold else { return .success(()) }
                        state.holders[address] = ticket
                        return state.settles(address, Waiter(ticket: ticket, wantsHold: true, proceed: proceed))
                    }
                    state.waiting[address, default: []].append(
                        Waiter(ticket: ticket, wantsHold: wantsHold, proceed: proceed))
                    return nil
                }
                if let now { proceed.resume(with: now) }
            }
        } onCancel: {
            let settling: Waiter? = state.withLock { state in
                state.settling[address]?.ticket == ticket ? state.settling.removeValue(forKey: address) : nil
            }
            if let settling {
                release(address)
                return settling.proceed.resume(throwing: CancellationError())
            }
            let waiter: Waiter? = state.withLock { state in
                guard let index = state.waiting[address]?.firstIndex(where: { $0.ticket == ticket }) else { return nil }
                return state.waiting[address]?.remove(at: index)
            }
            waiter?.proceed.resume(throwing: CancellationError())
        }
    }

    /// Ends a hold: those who wait go on in the order in which they came, up to the next who wants the address to itself.
    private func release(_ address: IPAddress) {
        let admitted: [Waiter] = state.withLock { state in
            state.holders[address] = nil
            var waiting = state.waiting[address] ?? []
            let next = waiting.firstIndex { $0.wantsHold }
            var admitted = Array(waiting[..<(next.map { $0 + 1 } ?? waiting.count)])
            waiting.removeFirst(admitted.count)
            if next != nil, let holder = admitted.last {
                state.holders[address] = holder.ticket
                if state.settles(address, holder) == nil { admitted.removeLast() }
            }
            state.waiting[address] = waiting.isEmpty ? nil : waiting
            return admitted
        }
        for waiter in admitted { waiter.proceed.resume() }
    }
}

extension AddressHolds.State {
    /// Success where nothing begins just now; nil where the new holder waits for that.
    fileprivate mutating func settles(_ address: IPAddress, _ holder: AddressHolds.Waiter) -> Result<Void, any Error>? {
        guard beginning[address] != nil else { return .success(()) }
        settling[address] = holder
        return nil
    }
}
