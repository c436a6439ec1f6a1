import CheckEngine
import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Runs the probe behind the session against scripted servers: the first script is the session.
private struct InjectionRun {
    static let toSTARTTLS = """
        S: 220 mx.example.com ESMTP
        C: EHLO probe.example
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        """
    static let session = toSTARTTLS + "\nS: 220 Ready\n! tls\nC: EHLO probe.example\nS: 250 mx.example.com"
    static let injected = toSTARTTLS + "\nC: NOOP\n"

    let run: CheckBench.Run
    let check: String

    init(
        _ rest: String..., session: String = session, pauses: Int = 2, check: String = "starttls.clean-start"
    ) async throws {
        self.check = check
        var bench = CheckBench(([session] + rest).map { Script($0) })
        bench.settings.helo = "probe.example"
        bench.settings.patience = Array(repeating: .milliseconds(1), count: pauses)
        run = try await bench.run([check])
    }

    func injection() throws -> CommandInjection { try run.fact(CommandInjection.self) }
    func second() throws -> SecondConversation { try run.fact(SecondConversation.self) }
    func outcome() throws -> Outcome { try run.outcome(check) }
    var connections: Int? { run.connections }
}

@Suite("A command behind STARTTLS in the same segment")
struct CommandInjectionTests {
    private func outcome(_ rest: String) async throws -> CommandInjection {
        try await InjectionRun(InjectionRun.injected + rest).injection()
    }

    @Test("ST-05: a server that answers it inside TLS is caught, before what was sent inside TLS is answered")
    func obeyed() async throws {
        let run = try await InjectionRun(
            InjectionRun.injected + "S: 220 Ready\n! tls\nC: STARTTLS\nS: 250 2.0.0 Ok\nS: 503 5.5.1 Already")
        #expect(try run.injection().outcome == .obeyed)
        #expect(try run.injection().secondSTARTTLS?.code == 503)
        #expect(try run.outcome().findings.map(\.code) == ["starttls.command-injection"])
        #expect(run.connections == 2)
    }

    @Test("ST-05: one that hangs up after it has answered is caught too")
    func obeyedAndClosed() async throws {
        let injection = try await outcome("S: 220 Ready\n! tls\nC: STARTTLS\nS: 250 2.0.0 Ok\n! close")
        #expect(injection == CommandInjection(.obeyed, SMTPReply(250, "2.0.0 Ok")))
    }

    @Test("ST-05: one that says 250 to anything and then nothing leaves it open")
    func saysYesToAnything() async throws {
        let run = try await InjectionRun(
            InjectionRun.injected + "S: 220 Ready\n! tls\nC: STARTTLS\nS: 250 Ok\n! timeout", pauses: 0)
        #expect(try run.outcome().isInconclusive)
    }

    @Test(
        "ST-05: forgetting it, answering it in plaintext, refusing and hanging up are no fault",
        arguments: [
            ("S: 220 Ready\n! tls\nC: STARTTLS\nS: 554 5.5.1 TLS already active", CommandInjection.Outcome.forgotten),
            ("S: 220 Ready\n! tls\nC: STARTTLS\n! close", .forgotten),
            ("S: 220 Ready\n! plaintext 250 Ok\n! tls\nC: STARTTLS\nS: 554 5.5.1 No", .answeredOutside),
            ("S: 220 Ready\n! plaintext 250 Ok\n! tls-failure wrong version number", .answeredOutside),
            ("S: 554 SMTP synchronization error", .refused), ("! close", .brokenOff), ("! reset", .brokenOff),
            ("S: 220 Ready\n! tls-failure alert", .brokenOff), ("S: 220 Ready\n! close", .brokenOff),
        ])
    func noFault(rest: String, expected: CommandInjection.Outcome) async throws {
        let run = try await InjectionRun(InjectionRun.injected + rest)
        #expect(try run.injection().outcome == expected)
        #expect(try run.outcome() == .passed)
    }

    @Test(
        "ST-05: silence and being turned away are inconclusive, never a pass",
        arguments: [
            "S: 421 4.7.0 Too many connections", "! refused", "! reset", InjectionRun.injected + "! timeout",
            InjectionRun.injected + "S: 454 4.7.0 Later", InjectionRun.injected + "S: 220 Ready\n! timeout",
            "S: 220 mx.example.com ESMTP\nC: EHLO probe.example\nS: 250 mx.example.com",
        ])
    func turnedAway(script: String) async throws {
        let run = try await InjectionRun(script)
        #expect(try run.outcome().isInconclusive)
        #expect(run.connections == 4)
    }

    private static let obeys = "S: 220 Ready\n! tls\nC: STARTTLS\nS: 250 Ok\nS: 503 5.5.1 Already"

    @Test("ST-05: a server that breaks off once had another reason, and is asked again; so is one that wants a name")
    func brokenOffOnce() async throws {
        let fails = "S: 220 Ready\n! tls-failure internal error"
        let run = try await InjectionRun(
            InjectionRun.injected + fails, InjectionRun.injected + Self.obeys, InjectionRun.toSTARTTLS + "\n" + fails)
        #expect(try run.outcome().findings.map(\.code) == ["starttls.command-injection"])
        #expect(try run.second().nameNeeded != nil)
        #expect(run.connections == 6, "an alert without the name three times")
    }

    @Test("a hang-up that does not come again is no need for a name: connections differ")
    func brokenOffByTurns() async throws {
        let hangsUp = "S: 220 Ready\n! close"
        let run = try await InjectionRun(
            InjectionRun.injected + hangsUp, InjectionRun.injected + Self.obeys,
            InjectionRun.toSTARTTLS + "\n" + hangsUp, InjectionRun.toSTARTTLS + "\nS: 220 Ready\n! tls")
        #expect(try run.second().nameNeeded == nil)
        #expect(try run.second().sightings?.map(\.stage) == [.handshake])
    }

    @Test("a server that turns us away once is asked again")
    func again() async throws {
        let run = try await InjectionRun(
            "S: 421 4.7.0 Too many connections",
            InjectionRun.injected + "S: 220 Ready\n! tls\nC: STARTTLS\nS: 503 5.5.1 No")
        #expect(try run.outcome() == .passed)
        #expect(run.connections == 3)
    }

    @Test("ST-06: a second STARTTLS that is accepted inside TLS is found")
    func acceptedTwice() async throws {
        let run = try await InjectionRun(
            InjectionRun.injected + "S: 220 Ready\n! tls\nC: STARTTLS\nS: 220 2.0.0 Ready")
        #expect(try run.outcome().findings.map(\.code) == ["starttls.accepted-twice"])
    }

    @Test("where there was no session, nothing is sent")
    func noSession() async throws {
        let run = try await InjectionRun(session: InjectionRun.toSTARTTLS + "\nS: 220 Ready\n! tls-failure no")
        #expect(run.connections == 1)
        guard case .blocked = try run.outcome() else {
            Issue.record("\(try run.outcome())")
            return
        }
    }

    @Test(
        "ST-07: MAIL without another EHLO is said on the same connection, where a profile asks for it, and nowhere else",
        arguments: [("S: 250 2.1.0 Ok", ["starttls.mail-without-hello"]), ("S: 503 5.5.1 Send HELO first", [])])
    func mailWithoutHello(reply: String, codes: [String]) async throws {
        let script =
            InjectionRun.injected
            + "S: 220 Ready\n! tls\nC: STARTTLS\nS: 503 5.5.1 Already\nC: MAIL FROM:<>\n\(reply)\nC: EHLO probe.example\nS: 250 mx"
        let run = try await InjectionRun(script, check: "starttls.hello-forgotten")
        #expect(try run.outcome().findings.map(\.code) == codes)
        #expect(run.connections == 2)
        let without = try await InjectionRun(script)
        #expect(try without.injection().mailWithoutHello == nil)
    }
}
