public import MailModel

/// How a batch stands.
public struct BatchStatus: Sendable, Hashable {
    /// How many lines the list has.
    public var total = 0
    /// How many lines have their result.
    public var done = 0
    /// How many of those were in the output before.
    public var before = 0
    /// How many domains were taken from the store as they were.
    public var fromStore = 0
    /// Results by state.
    public var states: [BatchState: Int] = [:]
    /// Letters of the first profile.
    public var grades: [String: Int] = [:]
    /// Domains that are being looked up.
    public var lookups = 0
    /// Domains on their way, those included.
    public var waiting = 0
    /// Addresses in conversation now.
    public var conversations = 0
    /// Addresses that were asked.
    public var addresses = 0
    /// How many connections that took.
    public var connections = 0
    /// Servers of which what they show was inferred from others at their address.
    public var inferred = 0
    /// Addresses that turned us away, with how.
    public var throttled: [IPAddress: String] = [:]

    /// Nothing yet.
    public init() {}

    mutating func count(_ state: BatchState, _ grade: String?) {
        done += 1
        states[state, default: 0] += 1
        if let grade { grades[grade, default: 0] += 1 }
    }
}
