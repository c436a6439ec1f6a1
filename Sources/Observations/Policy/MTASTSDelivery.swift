public import CheckKit
package import FoundationEssentials
public import MailModel

/// What a server has to offer to a sender that enforces the domain's policy, whatever the mode says now.
/// RFC 8461, section 4.
public struct MTASTSDelivery: ServerFact, Hashable {
    /// `mta-sts.delivery`.
    public static let id: FactID = "mta-sts.delivery"

    /// The MX host, as the MX record names it.
    public var host: DomainName
    /// Whether a pattern of the policy fits the host.
    public var fits: Bool
    /// How far a sender gets towards authenticated TLS.
    public var transport: Transport

    /// How far a sender gets towards authenticated TLS.
    public enum Transport: Hashable, Sendable, Codable {
        /// TLS works, with these certificates.
        case encrypted(CertificateChain)
        /// There is no TLS, for certain; the phrase says why.
        case plaintext(String)
        /// No sender gets through, or we cannot for want of a route: nothing that a policy could change.
        case leftOut(String)
        /// Nothing answered the connection attempt: the server, or our own side.
        case silent
        /// It cannot be told, and why.
        case unknown(String)
    }

    /// A server's offer.
    public init(_ host: DomainName, fits: Bool, _ transport: Transport) {
        self.host = host
        self.fits = fits
        self.transport = transport
    }

    /// What becomes of mail from a sender that enforces the policy.
    package enum Verdict: Hashable {
        case delivered
        /// It is not delivered here, and why: every reason, each a phrase.
        case refused([String])
        case leftOut
        case silent
        case unknown(String)
    }

    /// What becomes of mail from a sender that enforces the policy, at an instant.
    package func verdict(at instant: Date) -> Verdict {
        var reasons = fits ? [] : ["no pattern of the policy fits \(host)"]
        switch transport {
        case .encrypted(let chain):
            reasons += chain.problems(for: host, at: instant).map(\.description)
            if reasons.isEmpty, let doubt = chain.doubt { return .unknown(doubt.asPhrase) }
        case .plaintext(let why): reasons.append(why)
        // A name that does not fit is refused before anything is tried.
        case .leftOut: if fits { return .leftOut }
        case .silent: if fits { return .silent }
        case .unknown(let why): if fits { return .unknown(why) }
        }
        return reasons.isEmpty ? .delivered : .refused(reasons)
    }
}

extension Derivation {
    /// Puts together what the policy says and how the conversation went.
    static let mtaSTSDelivery = Derivation.perServer {
        (
            policy: MTASTSPolicy, host: MailHost, conversation: Observed<Conversation>, hello: Observed<EHLOReply>,
            answer: Observed<STARTTLSReply>, chain: Observed<CertificateChain>
        ) throws(Absence) -> MTASTSDelivery in
        switch policy.fetch {
        case .document(let document):
            return MTASTSDelivery(
                host.name, fits: document.patterns.contains { $0.matches(host.name) },
                conversation.value?.nameRefusal.map {
                    .plaintext("it refuses the name that senders send as SNI (\($0))")
                } ?? conversation.value?.openNameRefusal.map { .unknown($0) }
                    ?? .init(Reached(conversation), hello, answer, chain))
        case .unknown(let why): throw .inconclusive(why)
        default: throw .notApplicable("There is no MTA-STS policy.")
        }
    }
}

extension MTASTSDelivery.Transport {
    fileprivate init(
        _ reached: Reached, _ hello: Observed<EHLOReply>, _ answer: Observed<STARTTLSReply>,
        _ chain: Observed<CertificateChain>
    ) {
        switch reached {
        case .greeted: self = .init(hello, answer, chain)
        case .refusedUs(let reply): self = .unknown("it does not talk to us: \(reply.firstLine)")
        case .acceptsNoMail(let reply): self = .leftOut("it never accepts mail: \(reply.firstLine)")
        case .failed(let failure): self = .leftOut("\(failure)")
        case .forbidden(let purpose): self = .leftOut("it has a \(purpose) address")
        case .noRoute: self = .unknown("there is no route from here")
        case .silent, .unreachable: self = .silent
        case .broke(let failure): self = .unknown("\(failure)")
        case .slow: self = .unknown("it did not greet in time")
        case .unknown(let why): self = .unknown(why)
        }
    }

    private init(
        _ hello: Observed<EHLOReply>, _ answer: Observed<STARTTLSReply>, _ chain: Observed<CertificateChain>
    ) {
        guard case .present(let hello) = hello else {
            let why = hello.absence ?? .unplanned
            self = why.certainty == .decisive ? .leftOut("\(why)") : .unknown("\(why)")
            return
        }
        guard hello.offers("STARTTLS") else {
            let mask = hello.keywords.first(where: \.isMasked)
            self =
                mask.map { .unknown("a firewall shows \($0.name) where STARTTLS would be") }
                ?? .plaintext("it does not offer STARTTLS")
            return
        }
        switch answer {
        case .absent(let why): self = .init(failed: "STARTTLS fails", why)
        case .present(let answer) where answer.reply.refusesForGood(after: answer.attempts):
            self = .plaintext("it refuses STARTTLS: \(answer.reply.firstLine)")
        case .present(let answer) where !answer.reply.isPositive:
            self = .unknown("STARTTLS was deferred: \(answer.reply.firstLine)")
        case .present:
            switch chain {
            case .present(let chain): self = .encrypted(chain)
            case .absent(let why): self = .init(failed: "the TLS handshake fails", why)
            }
        }
    }

    private init(failed what: String, _ why: Absence) {
        self = why.certainty == .decisive ? .plaintext("\(what): \(why)") : .unknown("\(what): \(why)")
    }
}
