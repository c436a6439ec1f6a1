internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

/// What snippets are made of: the domain, what it publishes, its servers. Names that are no plain host names are left out, because
/// a name from the DNS may hold any byte, and with it the syntax of a zone file or of a shell.
struct PasteContext {
    /// One server.
    struct Server {
        let host: DomainName
        let address: IPAddress
        let software: MailSoftware?
        /// Who issued its certificate, by the name that CAA records have for it.
        let issuer: String?
    }

    /// The domain; nil where its name is no plain one.
    let domain: DomainName?
    let published: DomainSummary
    /// The hosts that a run about named servers was about; none as a rule.
    let named: [DomainName]
    let servers: [Server]
    /// When it was judged, from which new ids are made: judging again at the same instant gives the same.
    let instant: Date

    init(
        domain: DomainName, published: DomainSummary, named: [DomainName] = [], servers: [Server], instant: Date
    ) {
        self.domain = domain.isHostName ? domain : nil
        self.published = published
        self.named = named
        self.servers = servers.filter { $0.host.isHostName }
        self.instant = instant
    }

    /// The servers at places; all of them where a place is the domain.
    func servers(at places: [Place]) -> [Server] {
        servers.filter { server in
            places.contains { place in
                switch place {
                case .domain: true
                case .host(let host): server.host == host
                case .address(let address): server.address == address
                case .server(let one): one.host == server.host && one.address == server.address
                }
            }
        }
    }
}

extension Report {
    /// What could be pasted to fix something, in the order in which it is to be done.
    func snippets(for fix: Fix) -> [Snippet] {
        let context = PasteContext(
            domain: domain, published: published, named: namedServers.map(\.host),
            servers: servers.compactMap { server in
                server.address.map { address in
                    PasteContext.Server(
                        host: server.host, address: address,
                        software: MailSoftware(host: server.host, greeting: server.greeting.value),
                        issuer: server.certificate.flatMap { CAAIssuer.name(of: $0) })
                }
            }, instant: run.judgedAt)
        let places = fix.observations.flatMap(\.places)
        return fix.finding.paste.flatMap { context.snippets($0, at: places) }
    }
}
