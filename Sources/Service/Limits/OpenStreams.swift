internal import MailModel

/// How many streams of events each network of clients has open: each takes a connection, and there are so many of them for everybody.
final class OpenStreams: Sendable {
    /// A company with many tabs has fewer.
    static let most = 100

    private let counts = Locked<[ClientNetwork: Int]>([:])

    /// Throws `Refusal` where a network has enough of them.
    func check(_ client: ClientNetwork) throws(Refusal) {
        guard counts.withLock({ $0[client, default: 0] }) >= Self.most else { return }
        throw Refusal(
            .tooMany, "Your network watches \(Self.most) runs at a time. Close a page that shows one.", retryAfter: 5)
    }

    /// One was opened.
    func open(_ client: ClientNetwork) { counts.withLock { $0[client, default: 0] += 1 } }

    /// One was closed.
    func close(_ client: ClientNetwork) {
        counts.withLock { counts in
            let left = counts[client, default: 0] - 1
            counts[client] = left > 0 ? left : nil
        }
    }
}
