internal import CheckEngine
public import CheckKit
public import MailModel
internal import Observations

/// Where the reason for an alert is. What a provider changes is one cause, however many domains have their mail there.
public enum Cause: Sendable, Hashable {
    /// An MX host, at whatever address.
    case host(DomainName)
    /// An address, whatever its name.
    case address(IPAddress)
    /// What a domain publishes in its zone.
    case zone(DomainName)
    /// The host of a domain's MTA-STS policy.
    case policyHost(DomainName)
    /// This machine, or its network.
    case ourselves

    /// The cause of what is found, or changes, at a place of a domain's evidence; for a fact where it is known.
    public init(_ place: Place, of domain: DomainName, fact: FactID? = nil) {
        switch place {
        case .domain: self = fact == MTASTSPolicy.id ? .policyHost(domain.prefixed("mta-sts")) : .zone(domain)
        case .host(let host): self = .host(host)
        // The same machine changes at all its addresses at once, and is one cause.
        case .server(let server): self = .host(server.host)
        case .address(let address): self = .address(address)
        }
    }

    /// One word for the store: `host:mx.example.net`.
    public var text: String {
        switch self {
        case .host(let name): "host:\(name.text)"
        case .address(let address): "address:\(address)"
        case .zone(let name): "zone:\(name.text)"
        case .policyHost(let name): "policy-host:\(name.text)"
        case .ourselves: "ourselves"
        }
    }

    /// How sentences name it.
    public var name: String {
        switch self {
        case .host(let name): "MX host \(name)"
        case .address(let address): "address \(address)"
        case .zone(let name): "the DNS of \(name)"
        case .policyHost(let name): "policy host \(name)"
        case .ourselves: "this machine"
        }
    }
}
