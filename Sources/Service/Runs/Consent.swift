internal import Batch
internal import MailModel

/// Whether a domain and its MX hosts want to be tested, found out while the run looks names up, and before the first connection.
final class Consent: Sendable {
    private struct State {
        var asked: [DomainName: Task<String?, Never>] = [:]
        var refusal: String?
    }

    private let domain: DomainName
    private let manners: Manners
    private let dns: any DNSClient
    private let state = Locked(State())
    private let whenRefused: @Sendable () -> Void

    /// Asks for the domain at once. `whenRefused` is called once, at most.
    init(
        of domain: DomainName, _ manners: Manners, _ dns: any DNSClient, whenRefused: @escaping @Sendable () -> Void
    ) {
        self.domain = domain
        self.manners = manners
        self.dns = dns
        self.whenRefused = whenRefused
        _ = asked(domain)
    }

    /// Why it is left alone, a phrase; nil where nobody minds.
    var refusal: String? { state.withLock { $0.refusal } }

    /// Waits for what the domain's owner says. Throws `CancellationError` where it is not to be contacted: the run ends.
    func check() async throws {
        if let why = await asked(domain).value { try refuse(why) }
    }

    /// Waits for the answers that concern a server. Throws `CancellationError` where it is not to be contacted: the run ends.
    func check(_ server: MailServer) async throws {
        var why = manners.reasonToLeaveAlone(server.address)
        if why == nil { why = await asked(domain).value }
        if why == nil { why = await asked(server.host).value }
        if let why { try refuse(why) }
    }

    private func refuse(_ why: String) throws {
        let isFirst = state.withLock { state in
            defer { state.refusal = state.refusal ?? why }
            return state.refusal == nil
        }
        if isFirst { whenRefused() }
        // Nothing was learnt of the server: others who have their mail there must not hear of a failure.
        throw CancellationError()
    }

    private func asked(_ name: DomainName) -> Task<String?, Never> {
        state.withLock { state in
            if let task = state.asked[name] { return task }
            let task = Task { [manners, dns] in await manners.reasonToLeaveAlone(name, dns) }
            state.asked[name] = task
            return task
        }
    }
}

/// Connects to nobody who does not want it.
struct ConsentingSMTP: SMTPClient {
    let base: any SMTPClient
    let consent: Consent

    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        try await consent.check(server)
        return try await base.withConnection(to: server, port: port, waits: waits, transcript: transcript, body)
    }

    func rest(_ server: MailServer, for pause: Duration) async throws { try await base.rest(server, for: pause) }

    func alone<Result: Sendable>(
        with server: MailServer, _ body: @Sendable () async throws -> Result
    ) async throws -> Result { try await base.alone(with: server, body) }

    func purposeOffLimits(_ address: IPAddress) -> String? { base.purposeOffLimits(address) }
}

/// Fetches no policy of a domain that does not want it.
struct ConsentingHTTPS: HTTPSClient {
    let base: any HTTPSClient
    let consent: Consent

    func get(_ request: HTTPSRequest, transcript: Transcript) async throws -> HTTPSExchange {
        try await consent.check()
        return try await base.get(request, transcript: transcript)
    }
}
