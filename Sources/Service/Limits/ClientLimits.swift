internal import MailModel

/// How much each network of clients has asked for: so many runs in an hour, given back steadily, and so many at a time.
struct ClientLimits: Sendable {
    private struct Account {
        /// Runs that may be started at once, up to the whole allowance.
        var left: Double
        var since: Duration
        var going = 0
    }

    /// More are forgotten, those that have asked for least first.
    private static let mostAccounts = 100_000

    private let inHour: Int
    private let atATime: Int
    private var accounts: [ClientNetwork: Account] = [:]

    init(inHour: Int, atATime: Int) {
        self.inHour = inHour
        self.atATime = atATime
    }

    /// Takes note that a network starts a run at an instant. Throws `Refusal` where it may not, with the time when it may.
    mutating func start(_ client: ClientNetwork, at now: Duration) throws(Refusal) {
        makeRoom(at: now)
        var account = refilled(client, at: now)
        guard account.going < atATime else {
            throw Refusal(
                .tooMany,
                "Your network has \(account.going) runs going. Wait until one has ended, which takes seconds.",
                retryAfter: 5)
        }
        guard account.left >= 1 else {
            let seconds = max(1, Int(((1 - account.left) * 3600 / Double(inHour) - 0.001).rounded(.up)))
            throw Refusal(
                .tooMany,
                "Your network may start \(inHour) runs in an hour. The next one can start in \(Self.time(seconds)).",
                retryAfter: seconds)
        }
        account.left -= 1
        account.going += 1
        accounts[client] = account
    }

    /// A run of a network has ended.
    mutating func end(_ client: ClientNetwork) {
        guard var account = accounts[client] else { return }
        account.going = max(0, account.going - 1)
        accounts[client] = account
    }

    /// How many networks are remembered.
    var count: Int { accounts.count }

    private func refilled(_ client: ClientNetwork, at now: Duration) -> Account {
        guard var account = accounts[client] else { return Account(left: Double(inHour), since: now) }
        account.left = min(Double(inHour), account.left + (now - account.since).inSeconds * Double(inHour) / 3600)
        account.since = now
        return account
    }

    private mutating func makeRoom(at now: Duration) {
        guard accounts.count >= Self.mostAccounts else { return }
        // Who has everything again is as good as unknown.
        accounts = accounts.filter { client, account in
            account.going > 0 || refilled(client, at: now).left < Double(inHour)
        }
        guard accounts.count >= Self.mostAccounts else { return }
        let least = accounts.filter { $0.value.going == 0 }.sorted { $0.value.left > $1.value.left }
        for (client, _) in least.prefix(Self.mostAccounts / 10) { accounts[client] = nil }
    }

    private static func time(_ seconds: Int) -> String {
        seconds < 120 ? "\(seconds) seconds" : "\((seconds + 59) / 60) minutes"
    }
}
