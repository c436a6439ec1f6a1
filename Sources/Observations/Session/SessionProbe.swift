internal import CheckKit
internal import MailModel

extension Probe {
    /// Holds one conversation with a server and keeps each stage as it is reached. Relay recipients are asked only when a
    /// check wants them, at the end: inside TLS, or in plaintext where STARTTLS is not offered (where it is, the second
    /// conversation asks in plaintext). Detours only when a check wants those. What is answered in the name of the domain is kept
    /// apart.
    static let conversation = Probe.perServer(.connecting, drafting: Conversation()) {
        (
            target: ServerTarget, draft: Draft<Conversation>, relay: Wanted<RelayReplies>,
            detours: Wanted<RelayDetours>,
            name: InName<RelayInName>
        ) async throws -> Void in
        let session = Session(
            target: target, draft: draft, name: name, wantsRelay: relay.isWanted || detours.isWanted,
            wantsDetours: detours.isWanted)
        try await session.run()
    }
}

/// One server's session: one connection; more when the server says "later", breaks off, or refuses the name in SNI.
private struct Session: Sendable {
    let target: ServerTarget
    let draft: Draft<Conversation>
    let name: InName<RelayInName>
    let wantsRelay: Bool
    let wantsDetours: Bool

    /// So many times in a row is no chance.
    private static let proof = 3
    /// The pause before a connection that broke is made again.
    private static let pause = Duration.seconds(1)

    func run() async throws {
        var pauses = target.settings.patience[...]
        var serverName: DomainName? = target.server.host
        var refusal: String?
        var breaks: [SessionTry.Break] = []
        var sightings: [Sighting] = []
        // What one connection saw and a later one did not is kept: senders get either.
        defer {
            let isOverTheName = draft.fact.serverNameRefused != nil
            let seen = sightings.filter { sighting in
                sighting.stage.reach < draft.fact.reach
                    && !(isOverTheName && sighting.isBreak && sighting.stage == .handshake)
            }
            if !seen.isEmpty { draft.update { $0.sightings = seen } }
        }
        while true {
            let attempt = SessionTry(
                target: target, draft: draft, inName: name, name: serverName, nameRefusal: refusal,
                wantsRelay: wantsRelay, wantsDetours: wantsDetours, looksAgain: !sightings.contains { !$0.isBreak })
            switch try await attempt.run() {
            case .done: return
            case .no(let sighting): sightings.append(sighting)
            case .later:
                guard let pause = pauses.popFirst() else { return }
                try await target.wire.smtp.rest(target.server, for: pause)
            case .nameRefused(let alert):
                (serverName, refusal) = (nil, alert)
            case .broke(let latest):
                breaks.append(latest)
                sightings.append(Sighting(latest))
                if breaks.count >= Self.proof {
                    let isAlike = breaks.allSatisfy { $0.isLike(latest) }
                    // A server that hangs up on every ClientHello may do so over the name.
                    if isAlike, latest.isAtHandshake, serverName != nil {
                        (serverName, refusal) = (nil, latest.failure.description)
                        continue
                    }
                    if isAlike { attempt.prove(latest, times: breaks.count) }
                    return
                }
                try await target.wire.smtp.rest(target.server, for: Self.pause)
            }
        }
    }
}
