internal import MailModel
internal import NIOConcurrencyHelpers

/// How many connections one address gets at a time; who comes first is served first.
///
/// The first connection to an address stays alone until the greeting has come: servers such as Postfix's postscreen watch
/// a new client during that time and distrust one that opens several connections.
final class ConnectionBudget: Sendable {
    private struct Waiter {
        let ticket: Int
        let proceed: CheckedContinuation<Void, any Error>
    }

    private struct Place {
        var inUse = 0
        var hasGreeted = false
        var waiting: [Waiter] = []
    }

    private struct State {
        var places: [IPAddress: Place] = [:]
        var tickets = 0
    }

    private let limit: Int
    private let state = NIOLockedValueBox(State())

    /// A budget of so many connections per address, one at least.
    init(limit: Int) { self.limit = max(1, limit) }

    /// Waits for a free place. Throws `CancellationError` when cancelled; then no place is taken.
    func acquire(_ address: IPAddress) async throws {
        let ticket = state.withLockedValue { state in
            state.tickets += 1
            return state.tickets
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { proceed in
                let isCancelled = state.withLockedValue { state in
                    if Task.isCancelled { return true }
                    state.places[address, default: Place()].waiting.append(Waiter(ticket: ticket, proceed: proceed))
                    return false
                }
                if isCancelled { proceed.resume(throwing: CancellationError()) } else { admit(address) }
            }
        } onCancel: {
            let waiter: Waiter? = state.withLockedValue { state in
                guard let index = state.places[address]?.waiting.firstIndex(where: { $0.ticket == ticket }) else {
                    return nil
                }
                return state.places[address]?.waiting.remove(at: index)
            }
            waiter?.proceed.resume(throwing: CancellationError())
        }
    }

    /// Notes that the address has sent a greeting: further connections may be opened beside the first.
    func greeted(_ address: IPAddress) {
        state.withLockedValue { $0.places[address]?.hasGreeted = true }
        admit(address)
    }

    /// Gives a place back.
    func release(_ address: IPAddress) {
        state.withLockedValue { $0.places[address]?.inUse -= 1 }
        admit(address)
    }

    private func admit(_ address: IPAddress) {
        let admitted: [Waiter] = state.withLockedValue { state in
            guard var place = state.places[address] else { return [] }
            var admitted: [Waiter] = []
            while !place.waiting.isEmpty, place.inUse < (place.hasGreeted ? limit : 1) {
                place.inUse += 1
                admitted.append(place.waiting.removeFirst())
            }
            state.places[address] = place
            return admitted
        }
        for waiter in admitted { waiter.proceed.resume() }
    }
}
