internal import CheckKit
internal import MailModel

extension Plugin {
    static let delivery = Plugin(
        "Delivery", summary: "What happens to mail from six kinds of sender, at every server and for the domain.",
        derivations: [.serverDelivery, .domainDelivery])
}

extension Derivation {
    /// Asks for nothing that is not there anyway: what was not collected is a "cannot tell".
    static let serverDelivery = Derivation.perServer {
        (
            here: ThisServer, hosts: Observed<MailHosts>, dialogue: Observed<Dialogue>, mx: Observed<MXRecords>,
            validated: Observed<ValidatedDNS>, record: Observed<MTASTSRecord>, policy: Observed<MTASTSPolicy>,
            tlsa: Observed<TLSARecords>, matches: Observed<TLSAMatches>, survey: Incidental<TLSSurvey>,
            second: Incidental<SecondConversation>
        ) throws(Absence) -> ServerDelivery in
        let host = hosts.value?.targets.first { $0.name == here.server.host }
        let session = dialogue.value?.stages.handshake?.value
        let others = session.flatMap { second.value?.distinctHandshakes(besides: $0, survey.value) } ?? []
        let site = DeliverySite(
            host: here.server.host, transport: DeliveryTransport(dialogue, survey.value?.hellos),
            bogusAddress: host?.bogusReason(of: here.server.address), mx: mx, validated: validated, record: record,
            policy: policy, tlsa: tlsa, matches: matches, others: others,
            certificateDoubt: session.flatMap { second.value?.doubt(besides: $0, survey.value) },
            openNameRefusal: dialogue.value?.stages.openNameRefusal)
        return ServerDelivery(Delivery.Sender.allCases.map(site.delivery))
    }

    /// Puts the servers together.
    static let domainDelivery = Derivation.perDomain {
        (mx: Observed<MXRecords>, hosts: Observed<MailHosts>, servers: PerServer<ServerDelivery>) throws(Absence)
            -> DomainDelivery in
        let routes = DeliveryRoutes(mx, hosts, servers)
        return DomainDelivery(Delivery.Sender.allCases.map(routes.way))
    }
}

extension MailHost {
    /// Why the answer that an address came with does not validate; nil when it does.
    fileprivate func bogusReason(of address: IPAddress) -> String? {
        lookups.first { $0.addresses.contains(address) }?.security.bogusReason
    }
}
