internal import CheckKit
internal import MailModel

extension Probe {
    /// Tries each version of TLS that the sessions have not shown, one connection each, and keeps each answer.
    static let tlsVersions = Probe.perAddress(drafting: TLSVersions()) {
        (target: AddressTarget, draft: Draft<TLSVersions>, plan: TLSVersionPlan) async throws -> Void in
        draft.update { versions in plan.known.forEach { versions.note($0) } }
        try await VersionTrial(target: target, draft: draft, plan: plan).run()
    }
}

/// What one connection told of one version.
private enum Trial: Sendable {
    /// A handshake completed.
    case supported(TLSVersionAnswer)
    /// The server answered the ClientHello with an alert, or with a handshake we did not offer.
    case refused(String)
    /// The server closed the connection after the ClientHello without an alert: old servers refuse so, throttling ones too.
    case hungUp(String)
    /// It did not come to a ClientHello, or there was no answer to it; the flag says whether another try may help.
    case unheard(String, Retry)

    enum Retry { case never, once, patiently }
}

private struct VersionTrial: Sendable {
    let target: AddressTarget
    let draft: Draft<TLSVersions>
    let plan: TLSVersionPlan

    /// All at once first (the wire limits the connections); what was put off is tried again, one at a time and with pauses.
    func run() async throws {
        var trials = try await inParallel(plan.open)
        for (round, pause) in target.settings.patience.enumerated() {
            let again = plan.open.filter { trials[$0]?.deservesAnotherTry(round: round) ?? false }
            guard !again.isEmpty else { break }
            try await Task.sleep(for: pause)
            trials.merge(try await inTurn(again)) { $1 }
        }
        let hungUp = plan.open.filter { if case .hungUp = trials[$0] { true } else { false } }
        guard !hungUp.isEmpty else { return }
        let isThrottled = try await hangsUpOnEverything(trials)
        for version in hungUp {
            draft.update {
                $0.note(
                    isThrottled
                        ? TLSVersionAnswer(version, .inconclusive, "the server hung up on every further handshake")
                        : TLSVersionAnswer(version, .refused, "the server hung up after the ClientHello"))
            }
        }
    }

    private func inParallel(_ versions: [TLSVersion]) async throws -> [TLSVersion: Trial] {
        try await withThrowingTaskGroup(of: (TLSVersion, Trial).self) { group in
            for version in versions { group.addTask { (version, try await offer(version)) } }
            var trials: [TLSVersion: Trial] = [:]
            for try await (version, trial) in group {
                note(trial, version)
                trials[version] = trial
            }
            return trials
        }
    }

    /// One after the other, with a short rest between; when the server puts us off again, the others wait with it.
    private func inTurn(_ versions: [TLSVersion]) async throws -> [TLSVersion: Trial] {
        var trials: [TLSVersion: Trial] = [:]
        for version in versions {
            if !trials.isEmpty { try await rest() }
            let trial = try await offer(version)
            note(trial, version)
            trials[version] = trial
            if case .unheard = trial { break }
        }
        return trials
    }

    private func rest() async throws {
        try await Task.sleep(for: min(.seconds(2), target.settings.patience.min() ?? .seconds(2)))
    }

    /// Whether hanging up says nothing about versions. It does where another handshake of this probe was answered, and
    /// where none ever was. In between, when the session worked and then every version was hung up on, the version of the
    /// session is offered once more: if that fails too, the server is tired of us.
    private func hangsUpOnEverything(_ trials: [TLSVersion: Trial]) async throws -> Bool {
        let isAnswering = trials.values.contains { trial in
            switch trial {
            case .supported, .refused: true
            case .hungUp, .unheard: false
            }
        }
        guard !isAnswering, let known = plan.known.last?.version else { return false }
        try await rest()
        if case .supported = try await offer(known) { return false }
        return true
    }

    /// What is certain is kept at once; hanging up is settled at the end.
    private func note(_ trial: Trial, _ version: TLSVersion) {
        switch trial {
        case .supported(let answer): draft.update { $0.note(answer) }
        case .refused(let why): draft.update { $0.note(TLSVersionAnswer(version, .refused, why)) }
        case .hungUp(let why), .unheard(let why, _):
            draft.update { $0.note(TLSVersionAnswer(version, .inconclusive, why)) }
        }
    }
}

extension VersionTrial {
    /// One connection that offers one version and nothing else.
    private func offer(_ version: TLSVersion) async throws -> Trial {
        do {
            return try await target.wire.smtp.withConnection(
                to: plan.server, port: target.settings.port, waits: target.settings.waits,
                transcript: target.transcript("\(version) alone")
            ) { connection in
                if let obstacle = try await reachSTARTTLS(connection) {
                    await connection.quit()
                    return obstacle
                }
                let trial = try await handshake(connection, version)
                await connection.quit()
                return trial
            }
        } catch let failure as WireFailure {
            return .unheard(failure.description, failure.retry)
        }
    }

    /// Greeting, EHLO, STARTTLS; nil when the handshake may follow.
    private func reachSTARTTLS(_ connection: any SMTPConnection) async throws -> Trial? {
        let greeting = try await connection.greeting()
        guard greeting.code == 220 else { return .putOff(greeting) }
        let hello = try await connection.hello(target.settings)
        guard hello.reply.isPositive else { return .putOff(hello.reply) }
        guard hello.offers("STARTTLS") else { return .unheard("this time STARTTLS was not offered", .once) }
        let reply = try await connection.startTLS()
        return reply.code == 220 ? nil : .putOff(reply)
    }

    private func handshake(_ connection: any SMTPConnection, _ version: TLSVersion) async throws -> Trial {
        do {
            let offer = TLSOffer(versions: version...version, serverName: plan.server.host)
            return .supported(TLSVersionAnswer(try await connection.handshake(offer)))
        } catch let failure as WireFailure {
            switch failure {
            case .handshake(let reason, let alert): return .refused(alert.map { "alert \($0)" } ?? reason)
            case .reset, .closedEarly: return .hungUp(failure.description)
            default: return .unheard(failure.description, failure.retry)
            }
        }
    }
}

extension Trial {
    /// A reply that forbids to go on: for now (4yz), or for this client (5yz).
    fileprivate static func putOff(_ reply: SMTPReply) -> Trial {
        .unheard("the server answered \(reply.firstLine)", reply.isTransient ? .patiently : .never)
    }

    fileprivate func deservesAnotherTry(round: Int) -> Bool {
        guard case .unheard(_, let retry) = self else { return false }
        switch retry {
        case .never: return false
        case .once: return round == 0
        case .patiently: return true
        }
    }
}

extension WireFailure {
    /// Whether a further connection may fare better. Our own limits stay what they are; a connection that failed before
    /// the handshake may have met a server that counts connections.
    fileprivate var retry: Trial.Retry {
        switch self {
        case .noRoute, .specialAddress, .local: .never
        case .rejected(let reply): reply.isTransient ? .patiently : .never
        case .timedOut, .refused, .unreachable, .reset, .closedEarly, .protocolError, .limitExceeded, .handshake: .once
        }
    }
}
