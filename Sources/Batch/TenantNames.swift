internal import CheckEngine
internal import CheckKit
internal import MailModel
internal import Observations

/// What is known of the hosts at each address, where a provider gives each customer an MX name of its own: once some were alike and the
/// certificate covers the next name as well, it is not asked. Now and then one is, as a check; one that differs ends it.
struct TenantNames: Sendable {
    /// The hosts of an address.
    private struct Hosts: Sendable {
        let model: MailServer
        let likeness: Likeness
        let names: [DNSIdentity]
        var asked: Set<DomainName>
    }

    private let manners: Manners
    private let shared: Set<FactID>
    /// Addresses at which one was found to differ, now or in a run before: nothing is inferred there.
    private var differing: Set<IPAddress>
    private var hosts: [IPAddress: Hosts] = [:]
    /// Addresses at which one host was asked, and nobody waited for another.
    private var single: Set<IPAddress> = []

    init(_ manners: Manners, _ shared: Set<FactID>, differing: Set<IPAddress>) {
        self.manners = manners
        self.shared = shared
        self.differing = differing
    }

    /// Takes in what a server showed that was asked; most addresses have one host, and nothing is kept of those until there are
    /// `others`. Returns whether it contradicts what was inferred.
    mutating func learn(_ server: MailServer, _ evidence: Evidence, others: Bool = true) -> Bool {
        if !others, hosts[server.address] == nil, single.insert(server.address).inserted { return false }
        // What could not be told is no difference.
        let conversation = evidence.observed(Conversation.self, at: .server(server)).value
        guard let conversation, !conversation.leavesOpen else { return false }
        let likeness = Likeness(evidence, server, shared)
        guard var known = hosts[server.address] else {
            hosts[server.address] = Hosts(
                model: server, likeness: likeness, names: evidence.certifiedNames(of: server), asked: [server.host])
            return false
        }
        let wasInferring = known.asked.count >= manners.hostsAlike
        known.asked.insert(server.host)
        hosts[server.address] = known
        guard likeness != known.likeness else { return false }
        return differing.insert(server.address).inserted && wasInferring
    }

    /// Whether hosts of an address are known to differ.
    func differ(at address: IPAddress) -> Bool { differing.contains(address) }

    /// Whether a server is known to have been asked.
    func asked(_ server: MailServer) -> Bool { hosts[server.address]?.asked.contains(server.host) == true }

    /// The server that another one at its address is like, so that it need not be asked; nil where it is to be asked.
    func model(of server: MailServer, _ evidence: Evidence) -> MailServer? {
        guard let known = hosts[server.address], !differ(at: server.address), known.asked.count >= manners.hostsAlike,
            !known.asked.contains(server.host), !isCheck(server.host),
            known.names.contains(where: { $0.matches(server.host) }),
            known.likeness.agrees(with: evidence, server.host, shared)
        else { return nil }
        return known.model
    }

    /// Whether a host is asked all the same; by its name, so that it is the same one whenever the batch goes on.
    private func isCheck(_ host: DomainName) -> Bool {
        host.text.stableHash % UInt64(manners.inferredPerCheck) == 0
    }
}
