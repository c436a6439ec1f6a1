public import CheckKit
public import MailModel

/// What can be said of our own side, by looking at all servers at once: silence counts against a server only where we know
/// that our connections get through, and a family that this machine cannot use narrows what the run is about.
public struct Vantage: RunScope, Hashable {
    /// `vantage`.
    public static let id: FactID = "vantage"

    /// How connections of one address family fared.
    public enum View: String, Hashable, Sendable, Codable {
        /// Some server answered, be it with a reset: our packets get out and answers get in.
        case proven
        /// We tried, and every server was silent: perhaps port 25 is blocked on our side.
        case silent
        /// This machine has no route for the family, or the network says that nothing can be reached.
        case noRoute = "no-route"
        /// The run does not use the family.
        case switchedOff = "switched-off"
        /// Nothing was tried.
        case untried
    }

    /// How IPv4 fared.
    public var ipv4: View
    /// How IPv6 fared.
    public var ipv6: View
    /// Servers outside the scope of the run: of a family that cannot be used here, while their host was tested over the
    /// other one.
    public var outside: [MailServer]

    /// Both families.
    public init(ipv4: View, ipv6: View, outside: [MailServer] = []) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
        self.outside = outside
    }

    /// How a family fared.
    public func view(_ family: IPAddress.Family) -> View { family == .ipv4 ? ipv4 : ipv6 }

    /// Whether silence over a family is the servers' own.
    package func isProven(_ family: IPAddress.Family) -> Bool { view(family) == .proven }

    /// Why a server is outside the scope of the run.
    public func leavesOut(_ server: MailServer) -> String? {
        guard outside.contains(server) else { return nil }
        let family = server.address.family
        return "Not tested over \(family.rawValue): \(whyUnusable(family))."
    }

    /// Why a family cannot be used, a phrase.
    public func whyUnusable(_ family: IPAddress.Family) -> String {
        switch view(family) {
        case .noRoute: "this machine has no \(family.rawValue) route"
        case .silent: "no server answers over \(family.rawValue), so it may not work from here"
        case .switchedOff: "\(family.rawValue) is switched off for this run"
        case .proven, .untried: "nothing was tried"
        }
    }
}

extension Derivation {
    /// Looks at the outcome of every conversation.
    static let vantage = Derivation.perDomain {
        (conversations: PerServer<Conversation>, hosts: Observed<MailHosts>) throws(Absence) -> Vantage in
        let tried = (conversations.elements + conversations.outsideScope).map {
            Tried(server: $0.server, reached: Reached($0.observed))
        }
        let unused = (hosts.value?.targets ?? []).flatMap { host in
            (host.switchedOff ?? []).map { MailServer(host: host.name, address: $0) }
        }
        var vantage = Vantage(ipv4: view(tried, unused, .ipv4), ipv6: view(tried, unused, .ipv6))
        let tested = Set(tried.filter { $0.reached == .greeted }.map(\.server.host))
        vantage.outside = (tried.map(\.server) + unused).filter { server in
            tested.contains(server.host) && ![.proven, .untried].contains(vantage.view(server.address.family))
        }
        return vantage
    }

    private static func view(_ tried: [Tried], _ unused: [MailServer], _ family: IPAddress.Family) -> Vantage.View {
        let reached = tried.filter { $0.server.address.family == family }.map(\.reached)
        if reached.contains(where: \.provesRoute) { return .proven }
        if reached.contains(.silent) { return .silent }
        if reached.contains(.noRoute) || reached.contains(.unreachable) { return .noRoute }
        return unused.contains { $0.address.family == family } ? .switchedOff : .untried
    }
}

/// A server, and how far the conversation with it got.
private struct Tried {
    let server: MailServer
    let reached: Reached
}
