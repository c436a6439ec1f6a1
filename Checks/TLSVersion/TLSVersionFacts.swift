// Client and server agree on the newest version of TLS that both speak. TLS 1.3 (RFC 8446) is preferred, TLS 1.2 (RFC
// 5246) acceptable with strong suites; TLS 1.0 and 1.1 are deprecated (RFC 8996), SSL is broken. One handshake shows only
// what was agreed on, so each version is tried alone:
//
//     C: ClientHello, this version and no other
//     S: ServerHello                      supported
//     S: alert protocol_version           refused; so are a close after the ClientHello and an answer in another version
//     S: 421, a timeout, a reset before   nothing: the server did not get as far as to choose a version
//
// What a machine offers is a fact of its address, whichever MX host led there; the name is still sent as SNI.
public import CheckKit
public import MailModel

/// Which versions of TLS an address offers, each tried alone. RFC 8996; RFC 9325, section 3.1.1.
public struct TLSVersions: AddressFact, DraftFact, Hashable {
    /// `tls.versions`.
    public static let id: FactID = "tls.versions"
    /// The versions that are tried, oldest first. OpenSSL 3 no longer speaks SSL.
    public static let tried: [TLSVersion] = [.tls10, .tls11, .tls12, .tls13]

    /// What is known of each version, oldest first; a version that is missing was not tried yet.
    public private(set) var answers: [TLSVersionAnswer]

    /// What is known, in any order.
    public init(_ answers: [TLSVersionAnswer] = []) {
        self.answers = answers.sorted { $0.version < $1.version }
    }

    /// Adds what was learnt of a version, in place of what was there.
    public mutating func note(_ answer: TLSVersionAnswer) {
        self = TLSVersions(answers.filter { $0.version != answer.version } + [answer])
    }

    /// A version that was not reached cannot be told.
    public mutating func end(_ why: Absence) {
        for version in Self.tried where !answers.contains(where: { $0.version == version }) {
            note(TLSVersionAnswer(version, .inconclusive, why.description))
        }
    }

    /// The versions with an answer of a kind, oldest first.
    public func versions(_ kind: TLSVersionAnswer.Kind) -> [TLSVersion] {
        answers.filter { $0.kind == kind }.map(\.version)
    }
}

/// What an address answered to one version of TLS.
public struct TLSVersionAnswer: Hashable, Sendable, Codable {
    /// The kinds of answer.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// A handshake with this version completed.
        case supported
        /// The server got a ClientHello with this version and did not go along.
        case refused
        /// It cannot be told.
        case inconclusive
    }

    /// The version.
    public var version: TLSVersion
    /// The answer.
    public var kind: Kind
    /// The cipher suite agreed on, by its IANA name, or why there was no handshake; a phrase without a full stop.
    public var detail: String?
    /// Whether RFC 7627 was negotiated; nil where there was no handshake.
    public var extendedMasterSecret: Bool?
    /// Whether RFC 5746 was negotiated; nil where there was no handshake.
    public var secureRenegotiation: Bool?

    /// An answer to a version.
    public init(_ version: TLSVersion, _ kind: Kind, _ detail: String? = nil) {
        self.version = version
        self.kind = kind
        self.detail = detail
    }

    /// What a handshake shows of its version.
    public init(_ handshake: TLSHandshake) {
        self.init(handshake.version, .supported, handshake.suite)
        extendedMasterSecret = handshake.extendedMasterSecret
        secureRenegotiation = handshake.secureRenegotiation
    }
}

/// How to try versions at an address: through which server, and which are known already.
struct TLSVersionPlan: AddressFact, Hashable {
    static let id: FactID = "tls.version-plan"

    /// The server to connect to; its host is sent as SNI.
    let server: MailServer
    /// What the sessions of the conversations have shown, oldest first; it costs no further connection.
    let known: [TLSVersionAnswer]

    /// The versions that are left, oldest first.
    var open: [TLSVersion] {
        TLSVersions.tried.filter { version in !known.contains { $0.version == version } }
    }
}

extension Derivation {
    /// Only where STARTTLS was granted there is something to try: a server is not contacted for what it does not offer.
    /// A failed handshake is no reason to stop, because a single version may still work.
    ///
    /// It looks at the conversations and not at the facts that checks ask for: those wait for the servers of all hosts.
    static let tlsVersionPlan = Derivation.perAddress {
        (conversations: PerServer<Conversation>) throws(Absence) -> TLSVersionPlan in
        let granted = conversations.elements.filter { $0.observed.value?.startTLS?.value?.code == 220 }
        let worked = granted.filter { $0.observed.value?.handshake?.value != nil }
        guard let server = (worked.first ?? granted.first)?.server else { throw conversations.noTLS }
        let handshakes = conversations.present.compactMap { $0.handshake?.value }.sorted { $0.version < $1.version }
        var known: [TLSVersionAnswer] = []
        for handshake in handshakes where known.last?.version != handshake.version {
            known.append(TLSVersionAnswer(handshake))
        }
        return TLSVersionPlan(server: server, known: known)
    }
}

extension PerServer<Conversation> {
    /// Why TLS was begun at no server of the address: the reason that leaves most open.
    fileprivate var noTLS: Absence {
        let reasons = elements.compactMap { element -> Absence? in
            switch element.observed {
            case .present(let conversation): conversation.handshake?.absence
            case .absent(let why): why
            }
        }
        let order: [Absence.Certainty] = [.inconclusive, .decisive, .notApplicable]
        let why = order.lazy.compactMap { kind in reasons.first { $0.certainty == kind } }.first ?? .unplanned
        switch why {
        case .notApplicable, .blocked, .unplanned: return why
        default: return .blocked(by: Conversation.id, because: why)
        }
    }
}
