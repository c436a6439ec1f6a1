public import MailModel

/// The one fact that says which hosts and addresses there are; when it is settled, the steps of the narrower scopes start.
public protocol ServerList: DomainFact {
    /// The MX hosts in order of preference, each with the addresses to test.
    var hosts: [ListedHost] { get }
}

/// One MX host of the server list.
public struct ListedHost: Sendable, Hashable, Codable {
    /// The host.
    public var name: DomainName
    /// The lowest preference it is listed with; nil for an implicit MX.
    public var preference: UInt16?
    /// The addresses to test, IPv4 first.
    public var addresses: [IPAddress]
    /// Whether it may have servers that nobody tests: a lookup failed, or addresses are over the limit of a run.
    public var mayHaveMore: Bool

    /// A host with its addresses.
    public init(name: DomainName, preference: UInt16?, addresses: [IPAddress], mayHaveMore: Bool = false) {
        self.name = name
        self.preference = preference
        self.addresses = addresses
        self.mayHaveMore = mayHaveMore
    }
}

/// A fact that narrows what a run is about: servers that this machine cannot test although others can, while the same host
/// was tested at another address. Checks that could not tell there do not apply there.
public protocol RunScope: DomainFact {
    /// Why a server is outside the scope of the run, one sentence; nil where it is inside.
    func leavesOut(_ server: MailServer) -> String?
}
