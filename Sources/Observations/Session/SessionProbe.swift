internal import CheckKit
internal import MailModel

extension Probe {
    /// Holds one conversation with a server and keeps each stage as it is reached. Relay recipients are asked only when a
    /// check wants them, at the end: inside TLS, or in plaintext where STARTTLS is not offered (where it is, the second
    /// conversation asks in plaintext). Detours only when a check wants those. What is answered in the name of the domain is kept
    /// apart.
    static let conversation = Probe.perServer(.connecting.sending(.session), drafting: Conversation()) {
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

    /// How far the session is.
    private struct Course {
        var pauses: ArraySlice<Duration>
        /// What to send as SNI.
        var serverName: DomainName?
        var refusal: String?
        var breaks: [SessionTry.Break] = []
        var sightings: [Sighting] = []
        /// Replies that put TLS off.
        var putOffs: [Sighting] = []
        /// How many more connections are to show, with the name, that it was the name.
        var counterChecks = 3
        /// Whether connections with the name failed often enough to be no chance.
        var isNameProven = false
        var isCounterCheck = false
        var isOver = false

        /// The server may refuse the name: does it do without?
        mutating func leaveOutTheName(_ refusal: String, isProven: Bool = true) {
            (serverName, self.refusal, isNameProven) = (nil, refusal, isProven)
        }

        /// It may as well have been chance: machines take turns. Does the name fail again, behind one that did without it?
        mutating func checkTheName(_ name: DomainName) {
            (serverName, refusal, isCounterCheck) = (name, nil, true)
        }

        /// Whether a reply that says no is worth another connection. Who refuses a client from the start is asked no more
        /// than twice, and so is who does not list STARTTLS, which is common; a refusal of STARTTLS or inside TLS is rare, and
        /// costs a grade.
        var looksAgain: Bool {
            let refusals = sightings.filter { !$0.isBreak }
            return refusals.count
                < (refusals.allSatisfy(\.isBehindSTARTTLS) ? Session.proof - 1 : 1)
        }
    }

    func run() async throws {
        var course = Course(pauses: target.settings.patience[...], serverName: target.server.host)
        while !course.isOver {
            guard !course.sightings.isEmpty else {
                try await goOn(&course)
                continue
            }
            // Is it always so, or do machines take turns? Other connections in between would blur it.
            let begun = course
            course = try await target.wire.smtp.alone(with: target.server) {
                var course = begun
                while !course.isOver { try await goOn(&course) }
                return course
            }
        }
    }

    /// One connection, and what follows from it.
    private func goOn(_ course: inout Course) async throws {
        let attempt = SessionTry(
            target: target, draft: draft, inName: name, name: course.serverName, nameRefusal: course.refusal,
            wantsRelay: wantsRelay,
            wantsDetours: wantsDetours, looksAgain: course.looksAgain)
        defer { keep(course.sightings + course.putOffs) }
        let end = try await attempt.run()
        if course.isCounterCheck {
            return try await counterCheck(end, hasWorked: attempt.hasWorked, &course)
        }
        switch end {
        case .done where course.refusal != nil && (attempt.hasWorked || !course.isNameProven):
            course.checkTheName(target.server.host)
        case .done: course.isOver = true
        case .no(let sighting):
            if sighting.stage == .helloInsideTLS, !course.looksAgain {
                return course.leaveOutTheName("EHLO inside TLS: \(sighting.detail)")
            }
            course.sightings.append(sighting)
        case .later(let sighting):
            if let sighting { course.putOffs.append(sighting) }
            guard let pause = course.pauses.popFirst() else { return course.isOver = true }
            try await target.wire.smtp.rest(target.server, for: pause)
        case .nameRefused(let alert):
            let sighting = Sighting(.handshake, "alert \(alert)", isBreak: true)
            // An alert may be chance as well, the first time and, with others in between, the second; one about the name is mostly not.
            let isAboutTheName = alert == TLSAlert.unrecognizedName.description
            let isProven = course.sightings.count(where: { $0 == sighting }) >= Self.proof - 1
            course.sightings.append(sighting)
            if isAboutTheName || isProven { course.leaveOutTheName(alert, isProven: isProven) }
        case .broke(let latest):
            course.breaks.append(latest)
            course.sightings.append(Sighting(latest))
            guard course.breaks.count >= Self.proof else {
                return try await target.wire.smtp.rest(target.server, for: Self.pause)
            }
            let isAlike = course.breaks.allSatisfy { $0.isLike(latest) }
            // A server that hangs up on every ClientHello, or inside TLS, may do so over the name.
            if isAlike, latest.isBehindSTARTTLS, course.serverName != nil {
                return course.leaveOutTheName(latest.failure.description)
            }
            if isAlike { attempt.prove(latest, times: course.breaks.count) }
            course.isOver = true
        }
    }

    /// A connection with the name, behind one without. One that did not come as far as the name says nothing of it: it stays
    /// open then whether that is refused, if there was no proof of it before.
    private func counterCheck(_ end: SessionTry.End, hasWorked: Bool, _ course: inout Course) async throws {
        if hasWorked { return course.isOver = true }
        if case .later = end, let pause = course.pauses.popFirst() {
            return try await target.wire.smtp.rest(target.server, for: pause)
        }
        guard end.isBehindTheName else { return leaveTheNameOpen(&course) }
        course.counterChecks -= 1
        course.isOver = course.counterChecks == 0
    }

    private func leaveTheNameOpen(_ course: inout Course) {
        course.isOver = true
        if !course.isNameProven { draft.update { $0.serverNameUnconfirmed = true } }
    }

    /// What one connection saw and a later one did not is kept: senders get either.
    private func keep(_ sightings: [Sighting]) {
        let isOverTheName = draft.fact.serverNameRefused != nil
        let seen = sightings.filter { sighting in
            sighting.reach < draft.fact.reach && !(isOverTheName && sighting.isBehindSTARTTLS)
        }
        guard seen != draft.fact.sightings ?? [] else { return }
        draft.update { $0.sightings = seen.isEmpty ? nil : seen }
    }
}

extension Traffic {
    fileprivate static let session = Traffic.connections(
        1...4, "greeting, EHLO, STARTTLS, TLS, EHLO, RCPT for other domains, QUIT", labelled: "session")
}
