public import CheckKit
internal import FoundationEssentials
public import MailModel
public import Observations

/// "Would it deliver?": what becomes of mail from senders of several kinds, for the domain and at every server. Facts alone;
/// no profile has a say in it.
public struct DeliveryMatrix: Sendable, Hashable {
    /// The domain, one way for each kind of sender.
    public var domain: [DomainDelivery.Way]
    /// Every server, in the order of the server list.
    public var servers: [Row]

    /// One server.
    public struct Row: Sendable, Hashable {
        /// The server.
        public var server: MailServer
        /// What becomes of mail there, one for each kind of sender.
        public var deliveries: [Delivery]
    }

    /// The matrix of evidence that was judged by a plan that shows `Report.facts`.
    public init(_ evidence: Evidence) {
        domain = evidence.observed(DomainDelivery.self, at: .domain).value?.ways ?? []
        servers = evidence.servers.compactMap { server in
            evidence.observed(ServerDelivery.self, at: .server(server)).value
                .map { Row(server: server, deliveries: $0.deliveries) }
        }
    }

    /// What becomes of mail from one kind of sender, by server.
    func outcomes(_ sender: Delivery.Sender) -> [Delivery.Outcome] {
        servers.map { row in row.deliveries.first { $0.sender == sender }?.outcome ?? .unknown }
    }
}

extension DeliveryMatrix {
    var jsonValue: JSONValue {
        .object([
            "domain": .array(
                domain.map { way in
                    .object(
                        way.delivery.members.merging([
                            "atWorst": way.atWorst.map { .object($0.ending) } ?? .null
                        ]) { first, _ in first })
                }),
            "servers": .array(
                servers.map { row in
                    .object([
                        "server": .string(row.server.id),
                        "deliveries": .array(row.deliveries.map { .object($0.members) }),
                    ])
                }),
        ])
    }
}

extension Delivery {
    fileprivate var ending: [String: JSONValue] {
        ["outcome": .string(outcome.rawValue), "reason": .string(reason)]
    }

    fileprivate var members: [String: JSONValue] {
        ending.merging(["sender": .string(sender.rawValue)]) { first, _ in first }
    }
}
