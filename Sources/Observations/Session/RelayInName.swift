// A forged sender of the domain, and a mailbox of it that nobody has, tell something only because they name the domain. They are asked
// for in the same conversations as strangers are, and their answers are kept apart: an address serves many domains, and only what
// names none of them holds for all.
//
//     C: MAIL FROM:<stranger@domain>       R3: some servers relay for whoever says to be one of their own
//     C: RCPT TO:<nobody@domain>           the control: a server that accepts it accepts every recipient
public import CheckKit
public import MailModel

/// What a server answered to relay attempts that name a domain, on each way that was asked.
public struct RelayInName: NamedFact, Hashable {
    /// `relay.in-name`.
    public static let id: FactID = "relay.in-name"

    /// The attempts on one way to the server.
    public struct Way: Hashable, Sendable, Codable {
        /// The domain that was named.
        public var domain: DomainName
        /// Whether it is the way inside TLS.
        public var insideTLS: Bool
        /// The attempts, in order; empty where the conversation did not get so far.
        public var attempts: [RelayAttempt]

        /// A way, and what was answered on it.
        public init(of domain: DomainName, insideTLS: Bool, _ attempts: [RelayAttempt] = []) {
            self.domain = domain
            self.insideTLS = insideTLS
            self.attempts = attempts
        }
    }

    /// The ways that were asked: inside TLS, then in plaintext.
    public var ways: [Way]

    /// Ways, in order.
    public init(_ ways: [Way]) { self.ways = ways }

    /// The ways of all parts.
    public init(joining parts: [RelayInName]) {
        let ways = parts.flatMap(\.ways)
        self.init(ways.filter(\.insideTLS) + ways.filter { !$0.insideTLS })
    }

    /// What was asked on a way; nil where nothing was.
    package func way(insideTLS: Bool) -> Way? { ways.first { $0.insideTLS == insideTLS } }
}

/// What a relay test has learnt on one way: what holds for every domain, and what names one.
struct RelayAnswers: Sendable {
    let shared: [RelayAttempt]
    let named: RelayInName

    init(_ attempts: [RelayAttempt], of domain: DomainName, insideTLS: Bool) {
        shared = attempts.filter { !$0.variant.namesDomain }
        named = RelayInName([.init(of: domain, insideTLS: insideTLS, attempts.filter(\.variant.namesDomain))])
    }
}

extension Probe {
    /// The conversations have asked by the way, and mostly nothing is left to do. Where they were another domain's, and what they
    /// showed is shared, this domain asks for itself, on a connection for each way.
    static let relayInName = Probe.perServer(.following("relaying for a sender of the domain").sending(.relayInName)) {
        (
            target: ServerTarget, name: InName<RelayInName>, conversation: Observed<Conversation>,
            second: Observed<SecondConversation>
        ) async throws -> RelayInName in
        var own: [RelayInName] = []
        var failure: Absence?
        let session = conversation.value
        let isInside = session?.helloInsideTLS?.value != nil
        // Conversations of the time when names were not kept apart have asked in some name.
        let asked = [
            (isInside, session?.namesApart == true ? session?.relay?.value : nil),
            (false, second.value?.namesApart == true ? second.value?.plaintextRelay?.value : nil),
        ]
        for (insideTLS, shared) in asked {
            let isKnown = RelayInName(joining: name.earlier).way(insideTLS: insideTLS) != nil
            guard let shared, !shared.isEmpty, !isKnown else { continue }
            let offer = insideTLS ? TLSOffer(serverName: session?.handshake?.value?.serverName) : nil
            do {
                own.append(
                    try await target.askInName(
                        of: name.domain, offer, acceptsStrangers: shared.contains(where: \.isAccepted), besides: own,
                        name))
            } catch let why as Absence {
                failure = why
            }
        }
        let all = name.earlier + own
        guard !all.isEmpty else { throw failure ?? .notApplicable("No relay attempt was made.") }
        return RelayInName(joining: all)
    }
}

extension ServerTarget {
    fileprivate func askInName(
        of domain: DomainName, _ offer: TLSOffer?, acceptsStrangers: Bool, besides own: [RelayInName],
        _ name: InName<RelayInName>
    ) async throws -> RelayInName {
        let known = Locked(RelayInName([.init(of: domain, insideTLS: offer != nil)]))
        let test = RelayTest(target: self, offer: offer, wantsDetours: false, naming: domain) { answers in
            known.withLock { $0 = answers.named }
            name.keep(RelayInName(joining: own + [answers.named]))
        }
        try await furtherConnection("relay in the name of \(domain)") { connection in
            let hello =
                if let offer {
                    try await connection.reachHelloInsideTLS(settings, offer)
                } else {
                    try await connection.reachHello(settings)
                }
            try await test.askInNameAndQuit(connection, hello, acceptsStrangers: acceptsStrangers)
        }
        return known.withLock { $0 }
    }
}

extension Traffic {
    fileprivate static let relayInName = Traffic.connections(
        0...1, "MAIL with a sender of {domain}, where the first connection could not ask",
        labelled: "relay in the name of")
}
