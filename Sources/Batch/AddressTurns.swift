internal import MailModel

/// One conversation with an address at a time: the next one that wants it waits.
actor AddressTurns {
    private var busy: Set<IPAddress> = []
    private var waiting: [IPAddress: [CheckedContinuation<Void, Never>]] = [:]

    /// Runs `body` while nobody else talks to the address.
    func take<Result: Sendable>(
        _ address: IPAddress, _ body: @Sendable () async throws -> Result
    ) async rethrows -> Result {
        if busy.contains(address) {
            await withCheckedContinuation { waiting[address, default: []].append($0) }
        } else {
            busy.insert(address)
        }
        defer { pass(address) }
        return try await body()
    }

    private func pass(_ address: IPAddress) {
        guard var queue = waiting[address], !queue.isEmpty else {
            waiting[address] = nil
            busy.remove(address)
            return
        }
        let next = queue.removeFirst()
        waiting[address] = queue
        next.resume()
    }
}
