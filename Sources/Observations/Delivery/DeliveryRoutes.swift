internal import CheckKit
internal import MailModel

/// The servers of a domain as a sender goes through them, or why it does not come that far.
enum DeliveryRoutes {
    /// The same for every sender, before any server is tried.
    case same(Delivery.Outcome, String)
    case servers([Route])

    /// One server, or a host that has none, with what becomes of mail there.
    struct Route {
        package let preference: UInt16
        package let name: String
        package let delivery: (Delivery.Sender) -> Delivery?
    }

    package init(_ mx: Observed<MXRecords>, _ hosts: Observed<MailHosts>, _ servers: PerServer<ServerDelivery>) {
        guard let mx = mx.value, let hosts = hosts.value else {
            let why = mx.absence ?? hosts.absence ?? .unplanned
            self = .same(.unknown, "Where the domain receives mail could not be determined: \(why).")
            return
        }
        if let reason = mx.security.bogusReason {
            self = .same(.deferred, "The answer for the MX records does not validate: \(reason).")
        } else if mx.isNullMX {
            self = .same(.bounced, "The domain accepts no mail (null MX).")
        } else if mx.status == .nxDomain {
            self = .same(.bounced, "The domain does not exist.")
        } else if hosts.targets.isEmpty {
            self = .same(.bounced, "The domain has neither an MX record nor an address.")
        } else {
            self = .servers(hosts.targets.flatMap { $0.routes(servers) })
        }
    }

    package func way(_ sender: Delivery.Sender) -> DomainDelivery.Way {
        switch self {
        case .same(let outcome, let reason): DomainDelivery.Way(Delivery(sender, outcome, reason))
        case .servers(let routes): Self.way(sender, routes)
        }
    }

    private typealias Stop = (route: Route, delivery: Delivery)

    private static func way(_ sender: Delivery.Sender, _ routes: [Route]) -> DomainDelivery.Way {
        let stops = routes.compactMap { route in route.delivery(sender).map { Stop(route, $0) } }
        let delivering = stops.filter { $0.delivery.outcome.protection != nil }
        guard let best = delivering.map(\.route.preference).min() else {
            return DomainDelivery.Way(nowhere(sender, stops))
        }
        let chosen = weakest(delivering.filter { $0.route.preference == best }) ?? delivering[0]
        let via = stops.count == 1 ? "" : "Through \(chosen.route.name): "
        let delivery = Delivery(sender, chosen.delivery.outcome, via + chosen.delivery.reason + remainder(stops))
        guard let worst = weakest(delivering), worst.delivery.outcome != chosen.delivery.outcome,
            (worst.delivery.outcome.protection ?? 0) < (chosen.delivery.outcome.protection ?? 0)
        else { return DomainDelivery.Way(delivery) }
        let detour = "When no better server answers, through \(worst.route.name): \(worst.delivery.reason)"
        return DomainDelivery.Way(delivery, atWorst: Delivery(sender, worst.delivery.outcome, detour))
    }

    private static func weakest(_ stops: [Stop]) -> Stop? {
        stops.min { ($0.delivery.outcome.protection ?? 0) < ($1.delivery.outcome.protection ?? 0) }
    }

    /// No server is known to take the message.
    private static func nowhere(_ sender: Delivery.Sender, _ stops: [Stop]) -> Delivery {
        let outcome: Delivery.Outcome =
            if stops.isEmpty || stops.contains(where: { $0.delivery.outcome == .unknown }) {
                .unknown
            } else if stops.allSatisfy({ $0.delivery.outcome == .bounced }) {
                .bounced
            } else {
                .deferred
            }
        guard let stop = stops.first(where: { $0.delivery.outcome == outcome }) else {
            return Delivery(sender, outcome, "There is no server of which anything is known.")
        }
        guard stops.count > 1 else { return Delivery(sender, outcome, stop.delivery.reason) }
        return Delivery(sender, outcome, "At \(stop.route.name): \(stop.delivery.reason)" + remainder(stops))
    }

    /// What else there is to say of a domain with several servers: how many take nothing, how many are not known.
    private static func remainder(_ stops: [Stop]) -> String {
        guard stops.count > 1 else { return "" }
        let refusing = stops.filter { $0.delivery.outcome == .deferred || $0.delivery.outcome == .bounced }.count
        let unknown = stops.filter { $0.delivery.outcome == .unknown }.count
        let delivers = refusing + unknown < stops.count
        return (refusing > 0 && delivers ? " \(refusing) of \(stops.count) servers would not take it." : "")
            + (unknown > 0 && delivers ? " For \(unknown) of \(stops.count) it could not be determined." : "")
    }
}

extension MailHost {
    /// One route for each address; a host without any is a route to nowhere.
    fileprivate func routes(_ servers: PerServer<ServerDelivery>) -> [DeliveryRoutes.Route] {
        let preference = preference ?? 0
        func nowhere(_ outcome: Delivery.Outcome, _ why: String) -> [DeliveryRoutes.Route] {
            [DeliveryRoutes.Route(preference: preference, name: "\(name)") { Delivery($0, outcome, why.sentence) }]
        }
        let mine = servers.elements.filter { $0.server.host == name }
        guard mine.isEmpty else {
            return mine.map { element in
                DeliveryRoutes.Route(preference: preference, name: "\(element.server)") { sender in
                    switch element.observed {
                    case .present(let deliveries): deliveries.delivery(sender)
                    case .absent(let why): Delivery(sender, .unknown, "\(why)".sentence)
                    }
                }
            }
        }
        if let fault = name.mailHostFault { return nowhere(.bounced, "\(name) \(fault)") }
        if let reason = bogusReason { return nowhere(.deferred, "the addresses of \(name) do not validate: \(reason)") }
        if hasNoAddress { return nowhere(.bounced, "\(name) has no address") }
        return nowhere(.unknown, failures.first ?? "\(name) was not contacted")
    }
}
