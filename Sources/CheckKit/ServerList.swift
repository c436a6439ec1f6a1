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

    /// A host with its addresses.
    public init(name: DomainName, preference: UInt16?, addresses: [IPAddress]) {
        self.name = name
        self.preference = preference
        self.addresses = addresses
    }
}
