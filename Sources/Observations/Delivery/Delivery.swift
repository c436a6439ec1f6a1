// What becomes of mail depends on the sender as much as on the server. Six kinds of sender are told apart; what each does
// is derived from the facts alone, first for every server, as if it were the only one, then for the domain.
//
// A sender goes through the MX hosts in order of preference, takes hosts of equal preference and the addresses of a host in
// any order, and stops at the first server that takes the message its way. So the domain's outcome is that of the best
// preference at which some server delivers; where servers there differ, the weakest, for the sender may take any. A weaker
// delivery at a later preference is the "at worst": it happens when better servers are down or cut off. Where no server
// delivers, one of which nothing is known leaves it open; else mail comes back only if every server sends it back, and
// waits otherwise. Whether the recipient exists is left out. Every sender has a resolver that validates.
// Dates are measured when the path of the certificates was built, in the run: a derivation has no clock.
public import CheckKit

/// What becomes of mail from one kind of sender.
public struct Delivery: Hashable, Sendable, Codable {
    /// The kind of sender, or of message.
    public var sender: Sender
    /// What becomes of it.
    public var outcome: Outcome
    /// Why, one sentence or two.
    public var reason: String

    /// An outcome with its reason.
    public init(_ sender: Sender, _ outcome: Outcome, _ reason: String) {
        self.sender = sender
        self.outcome = outcome
        self.reason = reason
    }

    /// The kinds of sender, each with its way to treat TLS.
    public enum Sender: String, Hashable, Sendable, Codable, CaseIterable {
        /// Takes TLS where it is offered and works, verifies nothing, and goes on without. RFC 7435; Postfix `may`.
        case opportunistic
        /// Obeys an MTA-STS policy in mode enforce, else as opportunistic. RFC 8461, section 5.
        case mtaSTS = "mta-sts"
        /// Obeys secure TLSA records where there are any, else as opportunistic. RFC 7672, section 2.2; Postfix `dane`.
        case dane
        /// Delivers to nobody whom TLSA records do not authenticate. Postfix `dane-only`.
        case daneOnly = "dane-only"
        /// A message that must travel over TLS all the way, or come back. RFC 8689, section 4.2.1.
        case requireTLS = "requiretls"
        /// Wants a certificate of a public CA for the MX host name. Postfix `verify`, or `secure` matching that name.
        case pkix
    }

    /// What becomes of a message.
    public enum Outcome: String, Hashable, Sendable, Codable, CaseIterable {
        /// It arrives over TLS, at a server whose identity is proven.
        case authenticated = "delivered-authenticated"
        /// It arrives over TLS, and nothing proves at whose server.
        case encrypted = "delivered-encrypted"
        /// It arrives, and whoever carries it can read it.
        case plaintext = "delivered-plaintext"
        /// It waits, and comes back when the sender loses patience.
        case deferred
        /// It comes back at once.
        case bounced
        /// The facts do not tell.
        case unknown = "cannot-tell"

        /// How well a delivered message is protected, 3 the best; nil for one that is not delivered.
        package var protection: Int? {
            switch self {
            case .authenticated: 3
            case .encrypted: 2
            case .plaintext: 1
            case .deferred, .bounced, .unknown: nil
            }
        }
    }
}

/// What becomes of mail at one server, as if it were the only one.
public struct ServerDelivery: ServerFact, Hashable {
    /// `delivery.server`.
    public static let id: FactID = "delivery.server"
    /// One for each kind of sender, in the order of `Delivery.Sender`.
    public var deliveries: [Delivery]

    /// Deliveries.
    public init(_ deliveries: [Delivery]) { self.deliveries = deliveries }

    /// What becomes of mail from one kind of sender.
    public func delivery(_ sender: Delivery.Sender) -> Delivery? { deliveries.first { $0.sender == sender } }
}

/// What becomes of mail to the domain.
public struct DomainDelivery: DomainFact, Hashable {
    /// `delivery.domain`.
    public static let id: FactID = "delivery.domain"
    /// One for each kind of sender, in the order of `Delivery.Sender`.
    public var ways: [Way]

    /// What becomes of mail from one kind of sender to the domain.
    public struct Way: Hashable, Sendable, Codable {
        /// What becomes of it when all servers answer as they did.
        public var delivery: Delivery
        /// The weakest way in which it could be delivered instead; nil where there is none weaker.
        public var atWorst: Delivery?

        /// A way, and a weaker one.
        public init(_ delivery: Delivery, atWorst: Delivery? = nil) {
            self.delivery = delivery
            self.atWorst = atWorst
        }
    }

    /// Ways.
    public init(_ ways: [Way]) { self.ways = ways }

    /// What becomes of mail from one kind of sender.
    public func way(_ sender: Delivery.Sender) -> Way? { ways.first { $0.delivery.sender == sender } }
}
