internal import CheckKit
internal import MailModel

extension Place {
    /// How the store writes a place of other scopes than the domain's.
    var storeKey: String {
        switch self {
        case .domain: "d:"
        case .host(let host): "h:\(host.text)"
        case .address(let address): "a:\(address)"
        case .server(let server): "s:\(server.host.text)|\(server.address)"
        }
    }

    /// How the store writes a domain.
    static func storeKey(of domain: DomainName) -> String { "d:\(domain.text)" }
}
