internal import MailModel

/// Who has an address to itself for a while: meanwhile nobody else begins a connection to it.
///
/// Machines that take turns behind an address answer connections by the order in which they come. What two connections
/// behind each other show is known only where no other one comes in between.
final class AddressHolds: Sendable {
    private struct Waiter {
        let ticket: Int
        /// Whether it waits for a hold of its own; else it waits for the end of somebody else's.
        let wantsHold: Bool
        let proceed: CheckedContinuation<Void, any Error>
    }

    private struct State {
        var holders: [IPAddress: Int] = [:]
        var waiting: [IPAddress: [Waiter]] = [:]
        var tickets = 0
    }

    /// The holds of the task and those that it is a part of.
    @TaskLocal private static var own: Set<Int> = []

    private let state = Locked(State())

    /// Waits until nobody else has the address to itself. Throws `CancellationError`.
    func pass(_ address: IPAddress) async throws {
        try await wait(for: address, ticket: newTicket(), wantsHold: false)
    }

    /// Runs `body` with the address to itself; connections that have begun go on. Throws what `body` throws, and
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
                        if wantsHold { state.holders[address] = ticket }
                        return .success(())
                    }
                    state.waiting[address, default: []].append(
                        Waiter(ticket: ticket, wantsHold: wantsHold, proceed: proceed))
                    return nil
                }
                if let now { proceed.resume(with: now) }
            }
        } onCancel: {
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
            let admitted = Array(waiting[..<(next.map { $0 + 1 } ?? waiting.count)])
            waiting.removeFirst(admitted.count)
            if let next { state.holders[address] = admitted[next].ticket }
            state.waiting[address] = waiting.isEmpty ? nil : waiting
            return admitted
        }
        for waiter in admitted { waiter.proceed.resume() }
    }
}
