internal import MailModel
internal import NIOConcurrencyHelpers

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

    private struct Desk {
        var lookups: [UInt: Lookup] = [:]
        var lastToken: UInt = 0
    }

    private static let desk = NIOLockedValueBox(Desk())

    /// A number that was never used before, and is not zero.
    static func newToken() -> UInt {
        desk.withLockedValue { desk in
            desk.lastToken += 1
            return desk.lastToken
        }
    }

    static func add(_ token: UInt, of client: ObjectIdentifier, _ continuation: Continuation) {
        desk.withLockedValue { $0.lookups[token] = Lookup(client: client, continuation: continuation) }
    }

    static func note(query: Int32, for token: UInt) {
        desk.withLockedValue { $0.lookups[token]?.query = query }
    }

    /// Removes a lookup; whoever gets it must resume it.
    static func take(_ token: UInt) -> Lookup? {
        desk.withLockedValue { $0.lookups.removeValue(forKey: token) }
    }

    /// Removes all lookups of a client; whoever gets them must resume them.
    static func takeAll(of client: ObjectIdentifier) -> [Lookup] {
        desk.withLockedValue { desk in
            let taken = desk.lookups.filter { $0.value.client == client }
            for token in taken.keys { desk.lookups[token] = nil }
            return Array(taken.values)
        }
    }
}
