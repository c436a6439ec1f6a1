public import MailModel

/// How a run behaves on the network. Stored with the evidence, because verdicts depend on it.
public struct RunSettings: Sendable, Hashable {
    /// The name given in EHLO; nil gives our address as a literal (RFC 5321, section 4.1.3).
    public var helo: String?
    /// The sender of relay probes.
    public var relaySender: String
    /// The recipient of relay probes: a mailbox that must not belong to the domain under test.
    public var relayRecipient: String
    /// How long each stage of a conversation may take.
    public var waits: Waits
    /// How long to wait before each new try after a 4yz reply; as many tries follow as there are waits.
    public var patience: [Duration]
    /// How many connections one address may see at a time.
    public var connectionsPerServer: Int
    /// The least time between the beginnings of two connections to one address.
    public var spacing: Duration = .zero
    /// The port of the mail servers.
    public var port: Int
    /// The address families to use.
    public var families: Set<IPAddress.Family>
    /// The limit for the whole run.
    public var deadline: Duration
    /// At most this many MX hosts are tested, in order of preference.
    public var maximumHosts: Int
    /// At most this many distinct addresses are tested, in order of preference.
    public var maximumAddresses: Int
    /// The servers to test as if the domain's MX records named them, and no others; empty for those that they do name.
    public var servers: [NamedServer] = []

    /// The settings of a polite interactive run.
    ///
    /// Relay probes use names that are reserved for documentation and yet exist in the DNS (RFC 2606, section 3): no
    /// person can be reached, and a server that looks the sender's domain up finds it.
    public init(
        helo: String? = nil, relaySender: String = "relay-test@example.org",
        relayRecipient: String = "relay-test@example.net", waits: Waits = Waits(),
        patience: [Duration] = [.seconds(5), .seconds(15)], connectionsPerServer: Int = 3,
        port: Int = 25, families: Set<IPAddress.Family> = [.ipv4, .ipv6], deadline: Duration = .seconds(120),
        maximumHosts: Int = 64, maximumAddresses: Int = 32
    ) {
        self.helo = helo
        self.relaySender = relaySender
        self.relayRecipient = relayRecipient
        self.waits = waits
        self.patience = patience
        self.connectionsPerServer = connectionsPerServer
        self.port = port
        self.families = families
        self.deadline = deadline
        self.maximumHosts = maximumHosts
        self.maximumAddresses = maximumAddresses
    }
}

extension RunSettings: Codable {
    private enum Key: String, CodingKey {
        case helo, relaySender, relayRecipient, waits, patience, connectionsPerServer, spacing, port, families, deadline
        case maximumHosts, maximumAddresses, servers
    }

    /// Reads seconds for durations; what is missing has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        self.init(helo: try container.decodeIfPresent(String.self, forKey: .helo))
        func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
            value = try container.decodeIfPresent(Value.self, forKey: key) ?? value
        }
        try read(.relaySender, into: &relaySender)
        try read(.relayRecipient, into: &relayRecipient)
        try read(.waits, into: &waits)
        var pauses = patience.map(\.inSeconds)
        try read(.patience, into: &pauses)
        patience = try pauses.map { try Duration(read: $0, codingPath: container.codingPath + [Key.patience]) }
        try read(.connectionsPerServer, into: &connectionsPerServer)
        var apart = spacing.inSeconds
        try read(.spacing, into: &apart)
        spacing = try Duration(read: apart, codingPath: container.codingPath + [Key.spacing])
        try read(.port, into: &port)
        var list = families.sorted()
        try read(.families, into: &list)
        families = Set(list)
        var seconds = deadline.inSeconds
        try read(.deadline, into: &seconds)
        deadline = try Duration(read: seconds, codingPath: container.codingPath + [Key.deadline])
        try read(.maximumHosts, into: &maximumHosts)
        try read(.maximumAddresses, into: &maximumAddresses)
        try read(.servers, into: &servers)
    }

    /// Writes durations as seconds.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encodeIfPresent(helo, forKey: .helo)
        try container.encode(relaySender, forKey: .relaySender)
        try container.encode(relayRecipient, forKey: .relayRecipient)
        try container.encode(waits, forKey: .waits)
        try container.encode(patience.map(\.inSeconds), forKey: .patience)
        try container.encode(connectionsPerServer, forKey: .connectionsPerServer)
        if spacing > .zero { try container.encode(spacing.inSeconds, forKey: .spacing) }
        try container.encode(port, forKey: .port)
        try container.encode(families.sorted(), forKey: .families)
        try container.encode(deadline.inSeconds, forKey: .deadline)
        try container.encode(maximumHosts, forKey: .maximumHosts)
        try container.encode(maximumAddresses, forKey: .maximumAddresses)
        if !servers.isEmpty { try container.encode(servers, forKey: .servers) }
    }
}
