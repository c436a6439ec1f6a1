/// How gently one address is treated. Other people's servers allow few connections, and some count them.
public struct ConnectionPolicy: Sendable, Hashable {
    /// How many connections it gets at a time; the first stays alone until its greeting.
    public var connectionsPerServer: Int
    /// The least time between the beginnings of two connections.
    public var spacing: Duration
    /// The waits after signs of throttling, one after the other; when they are used up, the address is left alone.
    public var patience: [Duration]
    /// No more connections than this are begun in a second, and no more than half of them in half a second.
    ///
    /// Some servers keep a process for half a second after a handshake was broken off, and stop at 20 processes for all
    /// the world (stock Exim): 8 in half a second never get there, not even right after another run.
    public var pace: Int

    /// How many connections may be begun within `burstTime`.
    public var burst: Int { max(1, pace / 2) }
    /// The time over which connections are counted.
    public var burstTime: Duration { .seconds(1) * burst / pace }

    /// The policy of an interactive run.
    public init(
        connectionsPerServer: Int = 3, spacing: Duration = .zero, patience: [Duration] = [.seconds(5), .seconds(15)],
        pace: Int = 16
    ) {
        self.connectionsPerServer = max(1, connectionsPerServer)
        self.spacing = spacing
        self.patience = patience
        self.pace = max(1, pace)
    }

    /// A greeting slower than this is a hint that we are unwelcome.
    public static let slowGreeting = Duration.seconds(10)
    /// Once an address has shown signs of throttling, its connections begin at least so far apart.
    public static let spacingWhenThrottled = Duration.seconds(2)
}

/// An address has shown signs of throttling until our patience was used up: no connection was opened.
public struct Throttled: Error, Hashable, Sendable, CustomStringConvertible {
    /// The last sign, for example `421 4.7.0 Too many connections`.
    public let sign: String

    /// A sign of throttling.
    public init(sign: String) { self.sign = sign }

    /// A phrase without a full stop.
    public var description: String { "throttled (\(sign))" }
}
