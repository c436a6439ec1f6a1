package import CheckKit
package import MailModel

/// How far a conversation got, as evidence about the server and about our own side.
package enum Reached: Hashable, Sendable {
    /// It greeted with 2yz. RFC 5321, section 4.2.1.
    case greeted
    /// It greeted, but not us, or not now.
    case refusedUs(SMTPReply)
    /// It greeted with 521: it never accepts mail. RFC 7504, section 3.
    case acceptsNoMail(SMTPReply)
    /// It certainly is no mail server that talks: it refuses connections, or breaks them off each time.
    case failed(WireFailure)
    /// It answered and broke off, or broke the protocol; what happens once may be chance.
    case broke(WireFailure)
    /// The network says that the address cannot be reached, and may mean our side of it.
    case unreachable
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

    package init(_ observed: Observed<Conversation>) {
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
        case 200..<300: self = .greeted
        case 521: self = .acceptsNoMail(greeting)
        default: self = .refusedUs(greeting)
        }
    }

    private init(_ why: Absence) {
        switch why {
        case .failed(let failure): self = Reached(failure)
        default: self = .unknown(why.description)
        }
    }

    private init(_ failure: WireFailure) {
        switch failure {
        case .timedOut(stage: "connect"): self = .silent
        case .timedOut: self = .slow
        case .noRoute: self = .noRoute
        case .unreachable: self = .unreachable
        case .specialAddress(let purpose): self = .forbidden(purpose)
        case .local(let text): self = .unknown(text)
        case .limitExceeded: self = .broke(failure)
        default: self = Absence.failed(failure).certainty == .decisive ? .failed(failure) : .broke(failure)
        }
    }

    /// An answer of any kind shows that our connections get through.
    var provesRoute: Bool {
        switch self {
        case .greeted, .refusedUs, .acceptsNoMail, .slow, .failed, .broke: true
        case .silent, .unreachable, .noRoute, .forbidden, .unknown: false
        }
    }
}
