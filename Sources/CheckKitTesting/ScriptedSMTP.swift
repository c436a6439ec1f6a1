internal import FoundationEssentials
public import MailModel

/// A network of scripted mail servers. A server that has no script refuses connections; its last script is played again
/// for every further connection.
public final class ScriptedSMTP: SMTPClient {
    private struct State {
        var scripts: [MailServer: [Script]]
        var sent: [String] = []
        var surprises: [(server: MailServer, surprise: Surprise)] = []
        var unscripted: [MailServer] = []
        var open = 0
        var mostOpen = 0
        var connections = 0
        var pauses: [Duration] = []
    }

    private let state: Locked<State>
    private let handshake: @Sendable (TLSOffer) throws -> TLSHandshake
    private let answer: @Sendable (HelloOffer) -> HelloAnswer
    private let ledger: ConnectionLedger

    /// Servers with their scripts, one for each connection in turn. `handshake` answers an offer at
    /// `! tls`: with what the handshake shows, or with the failure that ends it. `answer` does the same for a probe.
    public init(
        _ scripts: [MailServer: [Script]], ledger: ConnectionLedger = ConnectionLedger(),
        handshake: @escaping @Sendable (TLSOffer) throws -> TLSHandshake = {
            .scripted(version: $0.versions.upperBound, serverName: $0.serverName)
        },
        answer: @escaping @Sendable (HelloOffer) -> HelloAnswer = { _ in .alert(TLSAlert(code: 40)) }
    ) {
        state = Locked(State(scripts: scripts))
        self.ledger = ledger
        self.handshake = handshake
        self.answer = answer
    }

    /// Every command that was sent, in order.
    public var sent: [String] { state.withLock { $0.sent } }
    /// What was sent and no script expected; a test expects this to be empty.
    public var surprises: [String] { state.withLock { $0.surprises.map(\.surprise.command) } }
    /// The first of them, with the place in the script where it came.
    var firstSurprise: (server: MailServer, surprise: Surprise)? { state.withLock { $0.surprises.first } }
    /// The servers without a script that somebody connected to.
    public var unscripted: [MailServer] { state.withLock { $0.unscripted } }
    /// How many connections were opened.
    public var connections: Int { state.withLock { $0.connections } }
    /// How many connections are open now.
    public var openConnections: Int { state.withLock { $0.open } }

    /// The most connections that were open at a time.
    public var mostOpen: Int { state.withLock { $0.mostOpen } }
    /// The pauses that were asked for between connections.
    public var pauses: [Duration] { state.withLock { $0.pauses } }

    /// Nobody waits in a test: the pause is noted.
    public func rest(_ server: MailServer, for pause: Duration) { state.withLock { $0.pauses.append(pause) } }

    /// Plays the next script of the server.
    public func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        ledger.opened(to: server.address)
        let script = state.withLock { state -> Script? in
            state.connections += 1
            state.open += 1
            state.mostOpen = max(state.mostOpen, state.open)
            guard var scripts = state.scripts[server], let first = scripts.first else {
                state.unscripted.append(server)
                return nil
            }
            if scripts.count > 1 { scripts.removeFirst() }
            state.scripts[server] = scripts
            return first
        }
        defer { state.withLock { $0.open -= 1 } }
        guard let script else { throw WireFailure.refused }
        let connection = ScriptedConnection(
            script, transcript: transcript, handshake: handshake, answer: answer,
            sent: { [state] command, surprise in
                state.withLock {
                    $0.sent.append(command)
                    if let surprise { $0.surprises.append((server, surprise)) }
                }
            })
        try await connection.connect()
        return try await body(connection)
    }
}

extension TLSHandshake {
    /// A handshake of TLS 1.3 with nothing wrong in it and no certificate, for scripts.
    public static func scripted(version: TLSVersion = .tls13, serverName: DomainName?) -> TLSHandshake {
        TLSHandshake(
            version: version, suite: "TLS_AES_256_GCM_SHA384", suiteCode: 0x1302, group: "x25519",
            peerSignature: "ECDSA SHA256", chain: [],
            path: CertificatePath(
                problems: [], certificates: [], trustStore: "scripted", checkedAt: .init(timeIntervalSince1970: 0)),
            serverName: serverName, extendedMasterSecret: true, secureRenegotiation: true)
    }
}
