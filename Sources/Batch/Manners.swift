public import MailModel

/// How a batch behaves towards other people's servers. Data: `manners.yaml` changes it, and its defaults are meant for strangers.
public struct Manners: Sendable, Hashable {
    /// How many connections an address gets at a time.
    public var connectionsPerAddress = 1
    /// The least time between the beginnings of two connections to one address.
    public var apart = Duration.seconds(1)
    /// How many addresses of one network, /24 or /48, are in conversation at a time.
    public var addressesPerNetwork = 2
    /// How many addresses of one provider are in conversation at a time: of the MX hosts below one registered name.
    public var addressesPerProvider = 10
    /// How many addresses are in conversation at a time, of all the world.
    public var conversations = 500
    /// How many domains are looked up at a time.
    public var lookups = 64
    /// The waits after signs of throttling in one conversation; when they are used up, the address is left alone until `retryAfter`.
    public var patience: [Duration] = [.seconds(5), .seconds(30), .seconds(120)]
    /// How long an address that turned us away is left alone. The next try goes at half the pace.
    public var retryAfter = Duration.seconds(6 * 3600)
    /// How many hosts of one address are asked; of the others it is inferred, where the first ones were all alike.
    public var hostsAlike = 3
    /// Of how many inferred hosts one is asked all the same, as a check.
    public var inferredPerCheck = 100
    /// Where a domain or an MX host may say that it is not to be tested: the label below which a TXT record is looked for; nil asks nobody.
    public var optOutLabel: String? = "_mailgrade"
    /// Who is never contacted.
    public var never = NeverList()
    /// The name to send in EHLO; nil for this machine's.
    public var helo: String?
    /// Where whoever finds us in a log may write: `mailto:` or `https:`.
    public var contact: String?
    /// A web page that says what we do.
    public var page: String?

    /// The manners of a stranger.
    public init() {}
}

/// Domains, MX hosts, addresses and networks that are never contacted.
public struct NeverList: Sendable, Hashable {
    /// Names; whatever lies below them is meant, too.
    public var names: Set<DomainName> = []
    /// Networks; an address is one of its own.
    public var networks: [AddressBlock] = []

    /// Nobody.
    public init() {}

    /// Whether a name is on the list, or lies below one that is.
    public func holds(_ name: DomainName) -> Bool {
        guard !names.isEmpty else { return false }
        var next: DomainName? = name
        while let name = next, name != .root {
            if names.contains(name) { return true }
            next = name.parent
        }
        return false
    }

    /// Whether an address is on the list.
    public func holds(_ address: IPAddress) -> Bool { networks.contains { $0.contains(address) } }

    /// Why a name is never contacted; nil where it may be.
    func reason(_ name: DomainName) -> String? { holds(name) ? Self.reason("\(name)") : nil }

    /// Why an address is never contacted; nil where it may be.
    func reason(_ address: IPAddress) -> String? { holds(address) ? Self.reason("\(address)") : nil }

    private static func reason(_ who: String) -> String { "\(who) is on the list of those who are never contacted" }
}
