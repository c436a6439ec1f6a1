import CheckKit
import CheckKitTesting
import LiveWire
import MailModel
import Testing

@testable import CheckEngine
@testable import Checks
@testable import Observations

/// Engine test number one: a conversation that is cut after each line never loses what was seen before.
@Suite("A conversation that is cut off", .timeLimit(.minutes(10)))
struct CutConversationTests {
    static let script = Script(
        """
        S: 220 mx.example ESMTP
        C: EHLO …
        S: 250-mx.example
        S: 250-SIZE 10240000
        S: 250 8BITMIME
        C: MAIL FROM:<relay-test@example.org>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 550 5.7.1 Relaying denied
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 550 5.7.1 Relaying denied
        C: RSET
        S: 250 2.0.0 Ok
        C: MAIL FROM:<relay-test@example.test>
        S: 250 2.1.0 Ok
        C: RCPT TO:<relay-test@example.net>
        S: 550 5.7.1 Relaying denied
        C: RSET
        S: 250 2.0.0 Ok
        """)

    @Test("keeps every fact before the cut, on a scripted wire", arguments: 0...script.lines.count)
    func scripted(cut: Int) async throws {
        let server = server("mx.example", "192.0.2.1")
        let smtp = ScriptedSMTP([server: [Self.script.cut(after: cut)]])
        let evidence = try await run(on: smtp, server: server, cutAfter: cut)
        #expect(smtp.surprises == [])
        #expect(smtp.openConnections == 0)
        expect(evidence, server, cut: cut)
    }

    private static let live = Result {
        try LiveSMTPClient(trustStore: .system(), allowed: [AddressBlock("127.0.0.0/8")!])
    }

    @Test("keeps every fact before the cut and closes the socket, on a tarpit", arguments: 0...script.lines.count)
    func tarpit(cut: Int) async throws {
        // An address for each: they would wait for one another, as connections to one address do.
        let address = "127.0.3.\(cut + 1)"
        let tarpit = try LoopbackServer(playing: Self.script.cut(after: cut), at: address)
        let server = server("mx.example", address)
        let evidence = try await run(on: try Self.live.get(), server: server, port: tarpit.port, cutAfter: cut) {
            tarpit.hasClient
        }
        expect(evidence, server, cut: cut)
        while !tarpit.isClientGone { try await Task.sleep(for: .milliseconds(2)) }
    }

    @Test("a plan without the relay check sends no RCPT")
    func noRelay() async throws {
        let server = server("mx.example", "192.0.2.1")
        let smtp = ScriptedSMTP([server: [Self.script]])
        _ = try await run(on: smtp, server: server, checks: ["starttls.offered"])
        #expect(smtp.sent.filter { $0.hasPrefix("RCPT") || $0.hasPrefix("MAIL") } == [])
        #expect(smtp.sent.last == "QUIT")
    }

    /// Collects; with a cut, until everything before it has been seen, which is when the run is broken off.
    private func run(
        on smtp: any SMTPClient, server: MailServer, port: Int = 25, checks: [String]? = nil, cutAfter cut: Int? = nil,
        andUntil isConnected: () -> Bool = { true }
    ) async throws -> Evidence {
        let servers = Plugin("Toy", summary: "", probes: [ToyServers.probe([server])])
        let plan = try Plan(
            running: checks ?? ["relay.closed", "starttls.offered"],
            from: [servers, .session, .connectivity, .startTLS, .relay])
        let settings = RunSettings(helo: "probe.example", port: port)
        let collector = Collector(plan, wire: Wire(dns: NoDNS(), smtp: smtp), settings: settings)
        let seen = Locked((conversation: Conversation?.none, named: RelayInName?.none))
        let isOver = Locked(false)
        let task = Task {
            defer { isOver.withLock { $0 = true } }
            return await collector.collect(name("example.test"), at: anInstant) { event in
                if case .kept(_, let fact as Conversation) = event { seen.withLock { $0.conversation = fact } }
                if case .kept(_, let fact as RelayInName) = event { seen.withLock { $0.named = fact } }
            }
        }
        guard let cut else { return await task.value }
        func isSeen() -> Bool {
            let (conversation, named) = seen.withLock { $0 }
            return conversation?.hasReached(cut) == true && (cut < 21 || named?.ways.first?.attempts.isEmpty == false)
        }
        // One that ended by itself is looked at as it is.
        while !isOver.withLock({ $0 }), !isConnected() || !isSeen() {
            try await Task.sleep(for: .milliseconds(1))
        }
        task.cancel()
        return await task.value
    }

    private func expect(_ evidence: Evidence, _ server: MailServer, cut: Int) {
        let observed = evidence.observed(Conversation.self, at: .server(server))
        guard let conversation = observed.value else {
            Issue.record("no conversation: \(observed)")
            return
        }
        #expect((conversation.greeting?.value != nil) == (cut >= 1))
        #expect((conversation.hello?.value != nil) == (cut >= 5))
        #expect((conversation.startTLS?.absence != nil))
        let strangers = [9, 15].filter { cut >= $0 }.count
        #expect((conversation.relay?.value?.count ?? 0) == strangers)
        let named = evidence.observed(RelayInName.self, at: .server(server)).value?.ways.flatMap(\.attempts) ?? []
        #expect(named.map(\.variant) == (cut >= 21 ? [.forgedLocal] : []))
        // What was not seen says why: that the run was broken off, or what it blocks.
        if cut < 1 { #expect(conversation.greeting?.absence?.certainty == .inconclusive) }
        if cut < 5 { #expect(conversation.hello?.absence?.certainty == .inconclusive) }
    }
}

extension Conversation {
    /// Whether everything is known that stands before a cut of the script.
    fileprivate func hasReached(_ cut: Int) -> Bool {
        guard (greeting?.value != nil) == (cut >= 1), (hello?.value != nil) == (cut >= 5) else { return false }
        return (relay?.value?.count ?? 0) == [9, 15].filter { cut >= $0 }.count
    }
}
