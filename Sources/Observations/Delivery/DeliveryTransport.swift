internal import CheckKit
internal import MailModel

/// How far any sender gets with a server, before it asks who that is.
enum DeliveryTransport: Hashable {
    /// TLS works; the keywords are those inside TLS, the only ones that count. RFC 3207, section 4.2.
    case encrypted(TLSHandshake, EHLOReply)
    /// It talks, and there is no TLS, for certain; the phrase says why.
    case plaintext(String)
    /// No sender gets through; the phrase says why.
    case closed(String)
    /// It says that it never accepts mail. RFC 7504, section 3.
    case neverAcceptsMail(String)
    /// It cannot be told, and why.
    case unknown(String)

    package init(_ dialogue: Observed<Dialogue>, _ hellos: HelloTally? = nil) {
        switch Reached(dialogue.stages) {
        case .greeted: self = dialogue.value.map { .init($0.stages, hellos) } ?? .unknown("there was no conversation")
        case .refusedUs(let reply): self = .unknown("it does not talk to us: \(reply.firstLine)")
        case .acceptsNoMail(let reply): self = .neverAcceptsMail("it never accepts mail: \(reply.firstLine)")
        case .failed(let failure): self = .closed("\(failure)")
        case .forbidden(let purpose): self = .closed("it has a \(purpose) address")
        case .noRoute: self = .unknown("there is no route from here")
        // Where our own side may be the reason, the dialogue says so instead.
        case .unreachable: self = .closed("address unreachable")
        case .broke(let failure): self = .unknown("\(failure)")
        case .silent: self = .unknown("no answer, and perhaps our own side is blocked")
        case .slow: self = .unknown("it did not greet in time")
        case .unknown(let why): self = .unknown(why)
        }
    }

    private init(_ stages: Conversation, _ hellos: HelloTally?) {
        let hello: EHLOReply
        switch stages.hello ?? .absent(.unplanned) {
        case .absent(let why):
            self = why.isCertain ? .closed("\(why)") : .unknown("\(why)")
            return
        case .present(let reply): hello = EHLOReply(reply)
        }
        guard hello.offers("STARTTLS") else {
            let mask = hello.keywords.first(where: \.isMasked)
            self =
                mask.map { .unknown("a firewall shows \($0.name) where STARTTLS would be") }
                ?? .plaintext("it does not offer STARTTLS")
            return
        }
        switch stages.startTLS ?? .absent(.unplanned) {
        case .present(let reply) where reply.isPositive: self = .init(insideTLS: stages, hellos)
        // The connection is over, and with it the try: a sender comes back later. RFC 5321, section 3.8.
        case .present(let reply) where reply.code == 421:
            self = .closed("it closes the connection in reply to STARTTLS: \(reply.firstLine)")
        case .present(let reply) where !reply.refusesForGood(after: stages.startTLSAttempts):
            self = .unknown("STARTTLS was deferred: \(reply.firstLine)")
        case .present(let reply): self = .plaintext("it refuses STARTTLS: \(reply.firstLine)")
        case .absent(let why): self = .withoutTLS("STARTTLS fails", why)
        }
    }

    private init(insideTLS stages: Conversation, _ hellos: HelloTally?) {
        switch (stages.handshake ?? .absent(.unplanned), stages.helloInsideTLS ?? .absent(.unplanned)) {
        case (.absent(.failed(.timedOut)), _) where hellos?.isStalled == true:
            self = .plaintext("the TLS handshake gets no answer, on any connection")
        case (.absent(let why), _) where hellos?.refusesByChance == true:
            self = .unknown("the TLS handshake fails on some connections and not on others: \(why)")
        case (.absent(let why), _): self = .withoutTLS("the TLS handshake fails", why)
        case (.present(let session), .present(let hello)): self = .encrypted(session, EHLOReply(hello))
        case (.present, .absent(.failed(.rejected(let reply)))):
            self = .closed("inside TLS it refuses EHLO: \(reply.firstLine)")
        case (.present, .absent(let why)):
            self = why.isCertain ? .closed("inside TLS: \(why)") : .unknown("inside TLS: \(why)")
        }
    }

    /// TLS that is offered and fails is no TLS to a sender that can do without. RFC 7435, section 4.
    private static func withoutTLS(_ what: String, _ why: Absence) -> DeliveryTransport {
        why.isCertain ? .plaintext("\(what): \(why)") : .unknown("\(what): \(why)")
    }
}

extension Absence {
    fileprivate var isCertain: Bool { certainty == .decisive }
}

extension Observed<Dialogue> {
    fileprivate var stages: Observed<Conversation> {
        switch self {
        case .present(let dialogue): .present(dialogue.stages)
        case .absent(let why): .absent(why)
        }
    }
}
