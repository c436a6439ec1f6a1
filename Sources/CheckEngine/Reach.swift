internal import CheckKit
public import MailModel

/// How far a collection goes: all the way, or through one of the stages that a batch takes apart, so that every address is asked once
/// however many domains have their mail there.
public enum Reach: Sendable, Hashable {
    /// Every probe of the plan.
    case everything
    /// What the domain and its MX hosts publish: no mail server is contacted.
    case names
    /// What holds at an address, and for the hosts there, whatever the domain is.
    case address(IPAddress)

    /// Whether the collection goes as far as the end, where what was not reached is settled as absent.
    var isComplete: Bool { self == .everything }

    /// Whether it starts a probe at a place; `shared` are the facts that hold for every domain.
    func includes(_ probe: Probe, at place: Place, _ shared: Set<FactID>) -> Bool {
        switch self {
        case .everything: return true
        case .names: return place.scope == .domain || place.scope == .host
        case .address(let address):
            guard shared.contains(probe.provides.id) else { return false }
            switch place {
            case .domain, .host: return false
            case .address(let own): return own == address
            case .server(let server): return server.address == address
            }
        }
    }
}
