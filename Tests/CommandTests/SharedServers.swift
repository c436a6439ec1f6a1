import CheckKitTesting
import MailModel

@testable import LiveWire

/// Three mail servers that many domains share, behind the budget of a process; they answer what is asked, in any order.
final class SharedServers: SMTPClient {
    struct Count: Hashable {
        var connections = 0
        var open = 0
        var mostOpen = 0
    }

    /// How a server behaves.
    enum Kind: CaseIterable {
        case good
        case withoutTLS
        /// Relays for whoever says to be of a domain that it serves.
        case trustsSenders
    }

    static let all = Kind.allCases.enumerated().compactMap { index, kind in
        IPAddress("192.0.2.\(index + 1)").map { address in
            (server: MailServer(host: .of("mx\(index + 1).example.net"), address: address), kind: kind)
        }
    }

    static let connectionsAtATime = 3

    private let budget: ConnectionBudget
    private let ledger: ConnectionLedger
    private let counts: Locked<[IPAddress: Count]>

    /// Servers that nobody has talked to.
    convenience init() {
        self.init(
            ConnectionBudget(ConnectionPolicy(connectionsPerServer: Self.connectionsAtATime, pace: 1_000_000)),
            ConnectionLedger(), Locked([:]))
    }

    private init(_ budget: ConnectionBudget, _ ledger: ConnectionLedger, _ counts: Locked<[IPAddress: Count]>) {
        self.budget = budget
        self.ledger = ledger
        self.counts = counts
    }

    /// The same servers for one run.
    func counting(in ledger: ConnectionLedger) -> SharedServers { SharedServers(budget, ledger, counts) }

    var connections: [IPAddress: Int] { counts.withLock { $0.mapValues(\.connections) } }
    var mostOpen: Int { counts.withLock { $0.values.map(\.mostOpen).max() ?? 0 } }

    func rest(_ server: MailServer, for pause: Duration) {}

    func withConnection<Result: Sendable>(
        to server: MailServer, port: Int, waits: Waits, transcript: Transcript,
        _ body: @Sendable (any SMTPConnection) async throws -> Result
    ) async throws -> Result {
        guard let kind = Self.all.first(where: { $0.server.address == server.address })?.kind else {
            throw WireFailure.refused
        }
        try await budget.acquire(server.address)
        defer { budget.release(server.address) }
        ledger.opened(to: server.address)
        counts.withLock { counts in
            var count = counts[server.address] ?? Count()
            count.connections += 1
            count.open += 1
            count.mostOpen = max(count.mostOpen, count.open)
            counts[server.address] = count
        }
        defer { counts.withLock { $0[server.address]?.open -= 1 } }
        return try await body(SharedConnection(kind) { [budget] in budget.greeted(server.address) })
    }
}

/// One connection to one of them.
private actor SharedConnection: SMTPConnection {
    private let kind: SharedServers.Kind
    private let greeted: @Sendable () -> Void
    private var insideTLS = false
    private var sender = ""

    init(_ kind: SharedServers.Kind, greeted: @escaping @Sendable () -> Void) {
        self.kind = kind
        self.greeted = greeted
    }

    func localAddress() -> IPAddress? { IPAddress("192.0.2.200") }

    func greeting() async -> SMTPReply {
        await Task.yield()
        greeted()
        return SMTPReply(220, "mx.example.net ESMTP")
    }

    func send(_ command: String) async -> SMTPReply {
        await Task.yield()
        switch command.prefix(4) {
        case "EHLO":
            let startTLS = kind == .withoutTLS || insideTLS ? [] : ["STARTTLS"]
            return SMTPReply(code: 250, lines: ["mx.example.net", "PIPELINING"] + startTLS)
        case "MAIL":
            sender = command
            return SMTPReply(250, "2.1.0 Ok")
        case "RCPT":
            let isTrusted = kind == .trustsSenders && sender.contains("relay-test@d")
            return isTrusted ? SMTPReply(250, "2.1.5 Ok") : SMTPReply(554, "5.7.1 Relay access denied")
        case "STAR": return insideTLS ? SMTPReply(503, "5.5.1 TLS is on") : SMTPReply(220, "2.0.0 Ready")
        default: return SMTPReply(250, "2.0.0 Ok")
        }
    }

    func pipeline(_ commands: [String], heard: @Sendable (SMTPReply) -> Void) async -> [SMTPReply] {
        var replies: [SMTPReply] = []
        for command in commands {
            let reply = await send(command)
            heard(reply)
            replies.append(reply)
        }
        return replies
    }

    func startTLS() async -> SMTPReply { await send("STARTTLS") }
    func startTLS(followedBy command: String) async -> SMTPReply { await send("STARTTLS") }
    func furtherReply() throws -> SMTPReply { throw WireFailure.closedEarly(stage: "command") }

    func handshake(_ offer: TLSOffer) async -> TLSHandshake {
        await Task.yield()
        insideTLS = true
        return .scripted(version: offer.versions.upperBound, serverName: offer.serverName)
    }

    /// TLS 1.2 and 1.3, one suite each.
    func probe(_ offer: HelloOffer) async -> HelloAnswer {
        await Task.yield()
        let isCommon = offer.groups.contains(0x001D)
        if offer.versions.contains(.tls13) {
            return isCommon
                ? .chosen(ServerChoice(version: .tls13, suite: 0x1302, group: 0x001D)) : .alert(TLSAlert(code: 40))
        }
        guard offer.versions.contains(.tls12) else { return .alert(TLSAlert(code: 70)) }
        guard isCommon, offer.suites.contains(0xC030) else { return .alert(TLSAlert(code: 40)) }
        return .chosen(ServerChoice(version: .tls12, suite: 0xC030, group: 0x001D))
    }

    func renegotiate() -> Renegotiation { .refused("no_renegotiation") }
    func probeHeartbeat(_ offer: HelloOffer) -> HeartbeatAnswer { .noHandshake(.hungUp) }
    func plaintextAfterStartTLS() -> [UInt8] { [] }
    func sessionTicket() -> TLSTicket? { nil }
    func quit() -> Farewell { .said(SMTPReply(221, "2.0.0 Bye")) }
}

extension DomainName {
    static func of(_ text: String) -> DomainName {
        DomainName(labels: text.split(separator: ".").map { Array($0.utf8) })
    }
}
