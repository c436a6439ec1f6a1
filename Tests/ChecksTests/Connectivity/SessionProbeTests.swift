import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Runs the session probe against scripted servers and gives the facts.
struct SessionRun {
    static let server = MailServer(
        host: DomainName(labels: [Array("mx".utf8), Array("example".utf8)]), address: IPAddress("192.0.2.1")!)

    let smtp: ScriptedSMTP
    let conversation: Conversation
    let second: Observed<SecondConversation>
    let named: Observed<RelayInName>
    let results: [CheckResult]

    init(
        _ scripts: String..., checks: [String]? = ["relay.closed", "smtp.reachable", "starttls.works"],
        patience: [Duration] = [.milliseconds(1), .milliseconds(1)],
        handshake: @escaping @Sendable (TLSOffer) throws -> TLSHandshake = { .scripted(serverName: $0.serverName) }
    ) async throws {
        var bench = Self.bench(scripts.map { Script($0) })
        bench.settings.patience = patience
        bench.handshake = handshake
        try await self.init(bench, checks)
    }

    /// The same with scripts that are made already.
    init(playing scripts: [Script], checks: [String]) async throws {
        try await self.init(Self.bench(scripts), checks)
    }

    /// The same with a client that plays no scripts.
    init(on smtp: any SMTPClient, checks: [String]) async throws {
        var bench = Self.bench([])
        bench.smtp = smtp
        try await self.init(bench, checks)
    }

    /// No DNS, and the plugins of a session alone.
    private static func bench(_ scripts: [Script]) -> CheckBench {
        var bench = CheckBench([.session, .connectivity, .startTLS, .relay], servers: [server: scripts])
        bench.domain = .sample("example.test")
        bench.settings = RunSettings(
            helo: "probe.example", patience: [.milliseconds(1), .milliseconds(1)], deadline: .seconds(120))
        bench.instant = Date(timeIntervalSince1970: 1_800_000_000)
        bench.isStrict = false
        return bench
    }

    private init(_ bench: CheckBench, _ checks: [String]?) async throws {
        let run = try await bench.run(checks)
        smtp = run.smtp
        let evidence = run.evidence
        conversation = try evidence.observed(Conversation.self, at: .server(Self.server)).get()
        second = evidence.observed(SecondConversation.self, at: .server(Self.server))
        named = evidence.observed(RelayInName.self, at: .server(Self.server))
        results = run.results
    }

    func outcome(_ check: String) -> Outcome? { results.first { $0.check == check }?.outcome }
    func codes(_ check: String) -> [String] { outcome(check)?.findings.map(\.code) ?? [] }
}

@Suite("The session probe")
struct SessionProbeTests {
    static let good = """
        S: 220 mx.example ESMTP
        C: EHLO probe.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 2.0.0 Ready
        ! tls
        C: EHLO probe.example
        S: 250-mx.example
        S: 250 PIPELINING
        C: MAIL FROM:<relay-test@example.org>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 454 4.7.1 <relay-test@example.net>: Relay access denied
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 454 4.7.1 <relay-test@example.net>: Relay access denied
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<relay-test@example.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 454 4.7.1 <relay-test@example.net>: Relay access denied
        C: RSET
        S: 250 2.0.0 Ok
        """

    /// The same server in the second conversation, which asks for relaying in plaintext.
    static let plaintext = """
        S: 220 mx.example ESMTP
        C: EHLO probe.example
        S: 250-mx.example
        S: 250-PIPELINING
        S: 250 STARTTLS

        """ + good.split(separator: "\n").drop { !$0.hasPrefix("C: MAIL") }.joined(separator: "\n")

    /// What a server says to relay recipients that takes none without TLS.
    private static let wantsSTARTTLS = """
        C: MAIL FROM:<relay-test@example.org>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: RSET
        S: 250 Ok
        C: MAIL FROM:<>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: RSET
        S: 250 Ok
        C: MAIL FROM:<relay-test@example.test>
        S: 530 5.7.0 Must issue a STARTTLS command first
        C: RSET
        S: 250 Ok
        """

    @Test("asks the relay recipients inside TLS, and in plaintext on a second connection, and never sends DATA")
    func twoConnections() async throws {
        let run = try await SessionRun(Self.good, Self.plaintext)
        #expect(run.smtp.surprises == [])
        #expect(run.smtp.connections == 2)
        #expect(run.conversation.handshake?.value?.version == .tls13)
        #expect(run.conversation.relay?.value?.map(\.insideTLS) == [true, true])
        #expect(run.named.value?.ways.map(\.insideTLS) == [true, false])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("starttls.works") == .passed)
        #expect(!run.smtp.sent.contains { $0.hasPrefix("DATA") || $0.hasPrefix("BDAT") })
        #expect(run.smtp.sent.last == "QUIT")
    }

    @Test("sends the MX host name as SNI")
    func serverName() async throws {
        let run = try await SessionRun(Self.good)
        #expect(run.conversation.handshake?.value?.serverName == SessionRun.server.host)
    }

    @Test("SMTP-17: falls back to HELO where EHLO is not known, and STARTTLS is then impossible")
    func helo() async throws {
        let run = try await SessionRun(
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 502 5.5.1 Unknown command
            C: HELO probe.example
            S: 250 mx.example
            """, checks: ["starttls.offered", "smtp.greeting-valid"])
        #expect(run.codes("starttls.offered") == ["starttls.not-offered"])
        #expect(run.codes("smtp.greeting-valid") == ["smtp.ehlo-rejected"])
    }

    @Test("asks the relay recipients in plaintext, on the same connection, where STARTTLS is not offered")
    func relayWithoutSTARTTLS() async throws {
        let run = try await SessionRun(
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250 mx.example
            C: MAIL FROM:<relay-test@example.org>
            S: 250 Ok
            C: RCPT TO:<relay-test@example.net>
            S: 250 Ok
            C: RSET
            S: 250 Ok
            C: MAIL FROM:<>
            S: 250 Ok
            C: RCPT TO:<relay-test@example.net>
            S: 550 No
            C: RSET
            S: 250 Ok
            C: MAIL FROM:<relay-test@example.test>
            S: 250 Ok
            C: RCPT TO:<relay-test@example.net>
            S: 550 No
            C: RSET
            S: 250 Ok
            C: MAIL FROM:<>
            S: 250 Ok
            C: RCPT TO:<mailgrade-…
            S: 550 No such user
            C: RSET
            S: 250 Ok
            """)
        #expect(run.smtp.surprises == [])
        #expect(run.smtp.connections == 2)
        #expect(run.codes("relay.closed") == ["relay.open"])
        #expect(run.conversation.relay?.value?.map(\.variant) == [.thirdParty, .nullSender])
        #expect(run.named.value?.ways.flatMap(\.attempts).map(\.variant) == [.forgedLocal, .control])
    }

    @Test("asks the relay recipients on a fresh plaintext connection where the handshake fails")
    func relayAfterFailedHandshake() async throws {
        let run = try await SessionRun(
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250-mx.example
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            ! tls-failure unsupported algorithm
            """,
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250-mx.example
            S: 250 STARTTLS

            """ + Self.wantsSTARTTLS)
        #expect(run.smtp.surprises == [])
        #expect(run.second.value?.plaintextRelay?.value?.map(\.mailReply.code) == [530, 530])
        // What our own library cannot do is no fault of the server.
        #expect(run.outcome("starttls.works")?.isInconclusive == true)
        #expect(run.outcome("relay.closed")?.isInconclusive == true)
    }

    @Test("G8: tries again after a 421 greeting, and the second try counts")
    func busyOnce() async throws {
        let run = try await SessionRun("S: 421 4.7.0 Too busy", Self.good, Self.plaintext)
        #expect(run.outcome("smtp.reachable") == .passed)
        #expect(run.outcome("starttls.works") == .passed)
        #expect(run.smtp.connections == 3)
        #expect(run.smtp.pauses == [.milliseconds(1)])
    }

    @Test("G8: a server that always greets with 421 is inconclusive, never failed")
    func alwaysBusy() async throws {
        let run = try await SessionRun("S: 421 4.7.0 Too busy")
        #expect(run.smtp.connections == 3)
        #expect(run.outcome("smtp.reachable") == .inconclusive("The server deferred us: 421 4.7.0 Too busy."))
        #expect(run.outcome("relay.closed")?.isInconclusive == true)
    }

    @Test("G9: 554 at the greeting refuses this client, 521 says that the host never accepts mail")
    func refusals() async throws {
        let refused = try await SessionRun("S: 554 No SMTP service for you")
        #expect(
            refused.outcome("smtp.reachable")
                == .inconclusive("The server refuses this client: 554 No SMTP service for you."))
        let never = try await SessionRun("S: 521 This host does not accept mail")
        #expect(never.codes("smtp.reachable") == ["smtp.never-accepts-mail"])
    }

    @Test("ST-02: a 454 to STARTTLS is tried again, and counts only when it persists")
    func startTLSLater() async throws {
        let later = """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250-mx.example
            S: 250 STARTTLS
            C: STARTTLS
            S: 454 4.7.0 TLS not available
            """
        let once = try await SessionRun(later, Self.good)
        #expect(once.outcome("starttls.works") == .passed)
        #expect(once.conversation.sightings == [Sighting(.handshake, "454 4.7.0 TLS not available")])
        let always = try await SessionRun(later, checks: ["starttls.works"])
        #expect(always.codes("starttls.works") == ["starttls.unavailable"])
        #expect(always.conversation.startTLSAttempts == 3)
    }

    @Test("a server that puts STARTTLS off to the end is asked about relaying in plaintext, as one without TLS")
    func relayAfterPutOffSTARTTLS() async throws {
        let smtp = OneLineTooManySMTP(OneLineTooMany(grant: SMTPReply(454, "4.7.0 TLS not available")))
        let run = try await SessionRun(on: smtp, checks: ["relay.closed", "starttls.works"])
        #expect(run.codes("starttls.works") == ["starttls.unavailable"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(smtp.commands.count == 4)
    }

    @Test("ST-04: plaintext behind the reply to STARTTLS is reported and never taken for a reply")
    func injected() async throws {
        let run = try await SessionRun(
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250-mx.example
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            ! plaintext 250 injected
            ! tls
            C: EHLO probe.example
            S: 250 mx.example
            """, checks: ["starttls.works", "starttls.reset"])
        #expect(run.codes("starttls.works") == ["starttls.plaintext-after-220"])
        #expect(run.conversation.helloInsideTLS?.value?.reply.lines == ["mx.example"])
    }

    @Test("stops the relay test at the first 421")
    func cutOff() async throws {
        let run = try await SessionRun(
            """
            S: 220 mx.example
            C: EHLO probe.example
            S: 250 mx.example
            C: MAIL FROM:<relay-test@example.org>
            S: 421 4.7.0 Enough
            """)
        #expect(run.smtp.sent.filter { $0.hasPrefix("MAIL") }.count == 1)
        guard case .inconclusive = run.outcome("relay.closed") else {
            Issue.record("\(String(describing: run.outcome("relay.closed")))")
            return
        }
    }
}
