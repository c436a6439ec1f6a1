public import CheckKit
public import MailModel

/// What can be said of our own side, by looking at all servers at once: a timeout counts against a server only where we
/// know that our connections get through.
public struct Vantage: DomainFact, Hashable {
    /// `vantage`.
    public static let id: FactID = "vantage"

    /// How connections of one address family fared.
    public enum View: String, Hashable, Sendable, Codable {
        /// Some server answered, be it with a reset: our packets get out and answers get in.
        case proven
        /// We tried, and every server was silent: perhaps port 25 is blocked on our side.
        case silent
        /// This machine has no route for the family.
        case noRoute = "no-route"
        /// Nothing was tried.
        case untried
    }

    /// How IPv4 fared.
    public var ipv4: View
    /// How IPv6 fared.
    public var ipv6: View

    /// Both families.
    public init(ipv4: View, ipv6: View) {
        self.ipv4 = ipv4
        self.ipv6 = ipv6
    }

    /// How a family fared.
    public func view(_ family: IPAddress.Family) -> View { family == .ipv4 ? ipv4 : ipv6 }
}

extension Derivation {
    /// Looks at the outcome of every conversation.
    static let vantage = Derivation.perDomain { (conversations: PerServer<Conversation>) throws(Absence) -> Vantage in
        Vantage(ipv4: conversations.view(.ipv4), ipv6: conversations.view(.ipv6))
    }
}

extension PerServer<Conversation> {
    fileprivate func view(_ family: IPAddress.Family) -> Vantage.View {
        let reached = elements.filter { $0.server.address.family == family }.map { Reached($0.observed) }
        if reached.contains(where: \.provesRoute) { return .proven }
        if reached.contains(.silent) { return .silent }
        return reached.contains(.noRoute) ? .noRoute : .untried
    }
}

/// How far a conversation got, as evidence about the server and about our own side.
enum Reached: Hashable, Sendable {
    /// It greeted with 220.
    case greeted
    /// It greeted, but not us, or not now.
    case refusedUs(SMTPReply)
    /// It greeted with 521: it never accepts mail. RFC 7504, section 3.
    case acceptsNoMail(SMTPReply)
    /// It answered, but not as a mail server.
    case failed(WireFailure)
    /// Nothing answered the connection attempt in time.
    case silent
    /// It took the connection and then did not greet in time; senders wait up to five minutes.
    /// RFC 5321, section 4.5.3.2.1.
    case slow
    /// We have no route there.
    case noRoute
    /// We do not connect there.
    case forbidden(String)
    /// We did not find out.
    case unknown(String)

    init(_ observed: Observed<Conversation>) {
        switch observed {
        case .absent(let why): self = .unknown(why.description)
        case .present(let conversation):
            switch conversation.greeting ?? .absent(.unplanned) {
            case .present(let reply): self = Reached(reply)
            case .absent(let why): self = Reached(why.root)
            }
        }
    }

    private init(_ greeting: SMTPReply) {
        switch greeting.code {
        case 220: self = .greeted
        case 521: self = .acceptsNoMail(greeting)
        default: self = .refusedUs(greeting)
        }
    }

    private init(_ why: Absence) {
        switch why {
        case .failed(.timedOut(stage: "connect")): self = .silent
        case .failed(.timedOut): self = .slow
        case .failed(.noRoute): self = .noRoute
        case .failed(.specialAddress(let purpose)): self = .forbidden(purpose)
        case .failed(.local(let text)): self = .unknown(text)
        case .failed(let failure): self = .failed(failure)
        default: self = .unknown(why.description)
        }
    }

    /// An answer of any kind shows that our connections get through.
    fileprivate var provesRoute: Bool {
        switch self {
        case .greeted, .refusedUs, .acceptsNoMail, .slow: true
        case .failed(let failure): failure != .unreachable
        case .silent, .noRoute, .forbidden, .unknown: false
        }
    }
}
