internal import CheckKit
internal import MailModel

/// A list of servers that is known from the start, for plugins that bring none of their own: they can be tried without the DNS.
struct ListedServers: ServerList {
    static let id: FactID = "testing.servers"
    var hosts: [ListedHost]

    init(_ servers: [MailServer]) {
        hosts = []
        for server in servers {
            if let index = hosts.firstIndex(where: { $0.name == server.host }) {
                hosts[index].addresses.append(server.address)
            } else {
                hosts.append(ListedHost(name: server.host, preference: 10, addresses: [server.address]))
            }
        }
    }
}

extension Plugin {
    /// Servers that a test lists.
    static func listing(_ servers: [MailServer]) -> Plugin {
        Plugin(
            "Listed servers", summary: "The servers that a test lists.",
            probes: [.perDomain { (_: DomainTarget) async throws -> ListedServers in ListedServers(servers) }])
    }

    /// Whether one of its facts is the list of servers.
    var listsServers: Bool {
        (probes.map(\.provides) + derivations.map(\.provides)).contains { $0.type is any ServerList.Type }
    }
}
