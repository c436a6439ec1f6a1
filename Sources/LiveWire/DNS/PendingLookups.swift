internal import MailModel

/// The lookups under way, of all clients. The C library holds nothing but a number from here, so that a callback that
/// comes late, after a cancellation, finds nothing and does no harm.
enum PendingLookups {
    typealias Continuation = CheckedContinuation<DNSAnswer, any Error>

    struct Lookup {
        let client: ObjectIdentifier
        let continuation: Continuation
        /// The library's number for the query, for cancelling it; nil until the library has given one.
        var query: Int32?
    }

    private struct State {
        var lookups: [UInt: Lookup] = [:]
        var lastToken: UInt = 0
    }

    private static let state = Locked(State())

    /// A number that was never used before, and is not zero.
    static func newToken() -> UInt {
        state.withLock { state in
            state.lastToken += 1
            return state.lastToken
        }
    }

    static func add(_ token: UInt, of client: ObjectIdentifier, _ continuation: Continuation) {
        state.withLock { $0.lookups[token] = Lookup(client: client, continuation: continuation) }
    }

    static func note(query: Int32, for token: UInt) {
        state.withLock { $0.lookups[token]?.query = query }
    }

    /// Removes a lookup; whoever gets it must resume it.
    static func take(_ token: UInt) -> Lookup? {
        state.withLock { $0.lookups.removeValue(forKey: token) }
    }

    /// Removes all lookups of a client; whoever gets them must resume them.
    static func takeAll(of client: ObjectIdentifier) -> [Lookup] {
        state.withLock { state in
            let taken = state.lookups.filter { $0.value.client == client }
            for token in taken.keys { state.lookups[token] = nil }
            return Array(taken.values)
        }
    }
}
