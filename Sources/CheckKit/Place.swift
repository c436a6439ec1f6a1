public import MailModel

/// Where a fact or a verdict holds. What a machine offers is a fact of the address; which certificate it shows is a fact
/// of the server (SNI is the host); TLSA records belong to the host.
public enum Scope: String, Hashable, Sendable, Codable, CaseIterable {
    case domain
    case host
    case address
    case server

    /// Whether a step of this scope may ask for a fact of another: its own scope and those it lies within.
    public func liesWithin(_ other: Scope) -> Bool {
        self == other || other == .domain || (self == .server && other != .server)
    }
}

/// One place of a scope: the domain itself, an MX host, an address, or a host at an address.
public enum Place: Hashable, Sendable {
    case domain
    case host(DomainName)
    case address(IPAddress)
    case server(MailServer)

    /// The scope of this place.
    public var scope: Scope {
        switch self {
        case .domain: .domain
        case .host: .host
        case .address: .address
        case .server: .server
        }
    }

    /// The place of a wider scope that this one lies within; nil when there is none.
    public func widened(to scope: Scope) -> Place? {
        switch (self, scope) {
        case (_, .domain): .domain
        case (.host, .host), (.address, .address), (.server, .server): self
        case (.server(let server), .host): .host(server.host)
        case (.server(let server), .address): .address(server.address)
        default: nil
        }
    }

    /// Whether a server belongs to this place.
    public func covers(_ server: MailServer) -> Bool {
        Place.server(server).widened(to: scope) == self
    }
}

extension Place: CustomStringConvertible {
    /// The host, the address or both, as reports write it; the domain is the empty text.
    public var description: String {
        switch self {
        case .domain: ""
        case .host(let host): host.description
        case .address(let address): address.description
        case .server(let server): server.description
        }
    }
}

extension Place: Comparable {
    /// The domain first, then by host, then by address.
    public static func < (left: Place, right: Place) -> Bool { left.sortKey < right.sortKey }

    private var sortKey: (String, Int, String) {
        switch self {
        case .domain: ("", 0, "")
        case .address(let address): ("", 1, address.orderKey)
        case .host(let host): (host.text, 2, "")
        case .server(let server): (server.host.text, 3, server.address.orderKey)
        }
    }
}

extension Place: Codable {
    private enum Key: String, CodingKey { case host, address }

    /// Reads `{"host": …, "address": …}`; either may be missing.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let host = try container.decodeIfPresent(DomainName.self, forKey: .host)
        let address = try container.decodeIfPresent(IPAddress.self, forKey: .address)
        switch (host, address) {
        case (nil, nil): self = .domain
        case (let host?, nil): self = .host(host)
        case (nil, let address?): self = .address(address)
        case (let host?, let address?): self = .server(MailServer(host: host, address: address))
        }
    }

    /// Writes host and address, as far as the scope has them.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch self {
        case .domain: break
        case .host(let host): try container.encode(host, forKey: .host)
        case .address(let address): try container.encode(address, forKey: .address)
        case .server(let server):
            try container.encode(server.host, forKey: .host)
            try container.encode(server.address, forKey: .address)
        }
    }
}

extension IPAddress {
    /// A text that sorts as the addresses do: IPv4 before IPv6, then by bytes.
    fileprivate var orderKey: String {
        (family == .ipv4 ? "4" : "6") + bytes.map { byte in String(Unicode.Scalar(byte)) }.joined()
    }
}
