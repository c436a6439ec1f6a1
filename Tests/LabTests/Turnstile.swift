import MailModel

/// Lets so many in at a time: two cores should not do a hundred handshakes at once.
final class Turnstile: Sendable {
    private let state: Locked<(free: Int, queue: [CheckedContinuation<Void, Never>])>

    init(places: Int) { state = Locked((places, [])) }

    func enter() async {
        await withCheckedContinuation { continuation in
            let free = state.withLock { state in
                guard state.free > 0 else {
                    state.queue.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if free { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard !state.queue.isEmpty else {
                state.free += 1
                return nil
            }
            return state.queue.removeFirst()
        }
        next?.resume()
    }
}
