// What a session cannot tell, because it has gone inside TLS the common way, is learnt on one more connection:
//
//     C: MAIL …, RCPT …, RSET            in plaintext, as strangers come
//     C: STARTTLS<CRLF>NOOP<CRLF>        a command behind STARTTLS, in the same segment
//     C: ClientHello without SNI         as many senders come, and a second sighting of the certificate
//
// It is made where STARTTLS is offered, and only for what a check asks for. A server that hangs up half-way, or shows another
// certificate than in the session, costs more connections; one that does neither costs this one.
public import CheckKit
public import MailModel

/// The second conversation with a server, part by part; a part that is nil was not reached yet.
public struct SecondConversation: ServerFact, DraftFact, Hashable {
    /// `smtp.second-conversation`.
    public static let id: FactID = "smtp.second-conversation"

    /// The answers to relay recipients in plaintext that name no domain, as far as they were asked.
    public var plaintextRelay: Observed<[RelayAttempt]>?
    /// Whether relay attempts that name the domain were kept apart, as in `Conversation`.
    public var namesApart: Bool?
    /// What became of a command behind STARTTLS.
    public var injection: Observed<CommandInjection>?
    /// The handshake without SNI; nil where it was not reached, or failed.
    public var handshakeWithoutName: TLSHandshake?
    /// How the server ended the handshake without SNI, where it then did one with its name; nil else.
    public var nameNeeded: String?
    /// Further handshakes with SNI: made where the one without failed, or showed another certificate than the session.
    public var furtherHandshakes: [TLSHandshake]?
    /// How replies and commands came out of step; a phrase without a full stop. RFC 5321, section 4.2.
    public var outOfStep: String?
    /// How connections fared that broke off where another one then did not; nil where none did.
    public var sightings: [Sighting]?

    /// Nothing reached yet.
    public init() {}

    /// What was not reached is absent because of `why`.
    public mutating func end(_ why: Absence) {
        if plaintextRelay == nil { plaintextRelay = .absent(why) }
        if injection == nil { injection = .absent(why) }
    }
}

extension SecondConversation {
    /// Whether a part is absent for a reason that may pass, or a relay recipient was put off.
    public var leavesOpen: Bool {
        plaintextRelay?.absence?.leavesOpen == true || injection?.absence?.leavesOpen == true
            || plaintextRelay?.value?.contains(where: \.leavesOpen) == true
    }

    /// The versions of its handshakes; they offer what the session offers.
    package var versions: [TLSVersion] {
        ([handshakeWithoutName].compactMap(\.self) + (furtherHandshakes ?? [])).map(\.version)
    }

    /// So many more handshakes with SNI are made where a certificate differs. All of them show the same one of two machines by turns
    /// in one of sixteen runs.
    package static let looks = 4

    /// The handshakes that showed another chain for the same SNI than a known one, each chain once. The one without SNI is among them
    /// where the survey, which sends SNI, was shown its certificate.
    package func distinctHandshakes(besides known: TLSHandshake, _ survey: TLSSurvey?) -> [TLSHandshake] {
        var seen: Set<[Certificate]> = [known.chain]
        return ((furtherHandshakes ?? []) + handshakesByChance(besides: known, survey))
            .filter { !$0.chain.isEmpty && seen.insert($0.chain).inserted }
    }

    private func handshakesByChance(besides known: TLSHandshake, _ survey: TLSSurvey?) -> [TLSHandshake] {
        guard let other = otherWithoutName(besides: known), let leaf = other.chain.first, let survey else { return [] }
        return survey.leaves(besides: known).contains(SHA256.hex(leaf.der)) ? [other] : []
    }

    /// The handshake without SNI, where it showed another certificate.
    package func otherWithoutName(besides known: TLSHandshake) -> TLSHandshake? {
        guard let leaf = known.chain.first, let other = handshakeWithoutName?.chain.first else { return nil }
        return other.der == leaf.der ? nil : handshakeWithoutName
    }

    /// Why it cannot be told what senders with SNI are shown beside a known chain: one sentence, nil where it can.
    package func doubt(besides known: TLSHandshake, _ survey: TLSSurvey?) -> String? {
        let unseen = survey?.leaves(besides: known) ?? []
        let isOtherWithoutName = otherWithoutName(besides: known) != nil
        guard !unseen.isEmpty || isOtherWithoutName else { return nil }
        let named = distinctHandshakes(besides: known, survey)
        if !unseen.isSubset(of: named.compactMap(\.chain.first).map { SHA256.hex($0.der) }) {
            return "Some connections show another certificate, which no whole handshake was shown."
        }
        guard isOtherWithoutName, named.isEmpty, (furtherHandshakes ?? []).count < Self.looks else { return nil }
        return "Another certificate was seen without SNI, and whether it depends on that could not be determined."
    }
}
