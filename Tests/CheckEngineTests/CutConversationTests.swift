import CheckKit
import CheckKitTesting
import LiveWire
import MailModel
import Testing

@testable import CheckEngine
@testable import Checks
@testable import Observations

/// Engine test number one: a conversation that is cut after each line never loses what was seen before.
@Suite("A conversation that is cut off", .serialized)
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
        let evidence = try await run(on: smtp, server: server, deadline: .milliseconds(60))
        #expect(smtp.surprises == [])
        #expect(smtp.openConnections == 0)
        expect(evidence, server, cut: cut)
    }

    private static let live = Result {
        try LiveSMTPClient(trustStore: .system(), allowed: [AddressBlock("127.0.0.1")!])
    }

    @Test(
        "keeps every fact before the cut and closes the socket within 100 ms, on a tarpit",
        arguments: 0...script.lines.count)
    func tarpit(cut: Int) async throws {
        let tarpit = try LoopbackServer(playing: Self.script.cut(after: cut))
        let server = server("mx.example", "127.0.0.1")
        let smtp = try Self.live.get()
        let deadline = ContinuousClock.now + .milliseconds(150)
        let evidence = try await run(on: smtp, server: server, port: tarpit.port, deadline: .milliseconds(150))
        expect(evidence, server, cut: cut)
        while tarpit.clientGone == nil, ContinuousClock.now < deadline + .milliseconds(200) {
            try await Task.sleep(for: .milliseconds(2))
        }
        let gone = try #require(tarpit.clientGone, "the socket is still open 200 ms after the deadline")
        #expect(gone < deadline + .milliseconds(100))
    }

    @Test("a plan without the relay check sends no RCPT")
    func noRelay() async throws {
        let server = server("mx.example", "192.0.2.1")
        let smtp = ScriptedSMTP([server: [Self.script]])
        _ = try await run(on: smtp, server: server, checks: ["starttls.offered"], deadline: .seconds(5))
        #expect(smtp.sent.filter { $0.hasPrefix("RCPT") || $0.hasPrefix("MAIL") } == [])
        #expect(smtp.sent.last == "QUIT")
    }

    private func run(
        on smtp: any SMTPClient, server: MailServer, port: Int = 25, checks: [String]? = nil, deadline: Duration
    ) async throws -> Evidence {
        let servers = Plugin("Toy", summary: "", probes: [ToyServers.probe([server])])
        let plan = try Plan(
            running: checks ?? ["relay.closed", "starttls.offered"],
            from: [servers, .session, .connectivity, .startTLS, .relay])
        let settings = RunSettings(helo: "probe.example", port: port, deadline: deadline)
        let collector = Collector(plan, wire: Wire(dns: NoDNS(), smtp: smtp), settings: settings)
        return await collector.collect(name("example.test"), at: anInstant)
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
        let attempts = [9, 15, 21].filter { cut >= $0 }.count
        #expect((conversation.relay?.value?.count ?? 0) == attempts)
        // What was not seen says why: the deadline, or what it blocks.
        if cut < 1 { #expect(conversation.greeting?.absence?.certainty == .inconclusive) }
        if cut < 5 { #expect(conversation.hello?.absence?.certainty == .inconclusive) }
    }
}
