import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// Relaying in plaintext and inside TLS, and what counts of a conversation that breaks.
@Suite("Relaying, way by way")
struct RelayWaysTests {
    private static let plain = "S: 220 mx.example\nC: EHLO probe.example\nS: 250-mx.example\nS: 250 STARTTLS\n"
    private static let piped = plain.replacing("S: 250 STARTTLS", with: "S: 250-PIPELINING\nS: 250 STARTTLS")
    private static let inside = plain + "C: STARTTLS\nS: 220 Ready\n! tls\nC: EHLO probe.example\nS: 250 mx.example\n"
    private static let noTLS = "S: 220 mx.example\nC: EHLO probe.example\nS: 250 mx.example\n"
    private static let pipedNoTLS = noTLS.replacing("S: 250 mx.example", with: "S: 250-mx.example\nS: 250 PIPELINING")

    private static let mail = "C: MAIL FROM:<…\nS: 250 Ok\n"
    private static let bye = "C: QUIT\nS: 221 Bye"

    private static func asked(_ reply: String, times: Int = 3) -> String {
        String(repeating: mail + "C: RCPT TO:<…\nS: \(reply)\nC: RSET\nS: 250 Ok\n", count: times)
    }

    private func run(_ scripts: [String], checks: [String] = ["relay.closed", "smtp.replies-in-step"]) async throws
        -> SessionRun
    {
        // Where the first EHLO reply does not list STARTTLS, another connection is asked.
        let looksAgain = scripts[0].hasPrefix(Self.noTLS) || scripts[0].hasPrefix(Self.pipedNoTLS)
        let run = try await SessionRun(
            playing: ((looksAgain ? [Self.noTLS] : []) + scripts).map { Script($0) }, checks: checks)
        #expect(run.smtp.surprises == [])
        return run
    }

    private func isInconclusive(_ run: SessionRun) -> Bool {
        if case .inconclusive = run.outcome("relay.closed") { true } else { false }
    }

    @Test("A15: accepted in plaintext and refused inside TLS is open")
    func plaintextOnly() async throws {
        let run = try await run([
            Self.inside + Self.asked("550 No") + Self.bye,
            Self.plain + Self.asked("250 Ok", times: 4) + Self.bye,
        ])
        #expect(run.codes("relay.closed") == ["relay.open"])
        #expect(run.smtp.connections == 2)
    }

    @Test("refused in both is closed, and not asked in one is not told")
    func both() async throws {
        let closed = try await run([
            Self.inside + Self.asked("550 No") + Self.bye,
            Self.plain + Self.asked("571 Relaying not permitted") + Self.bye,
        ])
        #expect(closed.outcome("relay.closed") == .passed)
        #expect(closed.outcome("smtp.replies-in-step") == .passed)
        let unknown = try await run([
            Self.inside + Self.asked("550 No") + Self.bye, "S: 421 Too many connections",
        ])
        #expect(isInconclusive(unknown))
    }

    @Test(
        "A11: a refusal and a hang-up in the same breath is a refusal",
        arguments: ["550 No", "454 Relay access denied"])
    func refusedAndClosed(reply: String) async throws {
        let cut = Self.mail + "C: RCPT TO:<…\nS: \(reply)\n! close"
        let plaintext = try await run([Self.noTLS + cut])
        #expect(plaintext.outcome("relay.closed") == .passed)
        #expect(plaintext.smtp.connections == 2)
        let piped = try await run([Self.pipedNoTLS + cut])
        #expect(piped.outcome("relay.closed") == .passed)
        #expect(piped.smtp.connections == 2)
    }

    @Test("A10: a 250 to RCPT and a hang-up at RSET is asked once more, between answers that are known")
    func acceptedAndClosed() async throws {
        let cut = Self.mail + "C: RCPT TO:<…\nS: 250 Ok\nC: RSET\n! close"
        let again =
            Self.noTLS
            + "C: RCPT TO:<…\nS: 503 MAIL first\nC: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<>\nS: 501 Syntax\n"
            + "C: RCPT TO:<relay-test@example.net>\nS: 250 Ok\n"
        for end in ["! close", Self.bye] {
            let open = try await run([Self.noTLS + cut, again + end])
            #expect(open.codes("relay.closed") == ["relay.open"])
            #expect(open.conversation.relay?.value?.first?.standing == .confirmed)
            #expect(open.smtp.connections == 3)
        }
        let lenient = again.replacing("503 MAIL first", with: "250 Ok")
        #expect(isInconclusive(try await run([Self.noTLS + cut, lenient + "! close"])))
        #expect(try await run([Self.noTLS + cut, lenient + Self.bye]).codes("relay.closed") == ["relay.open"])
        #expect(isInconclusive(try await run([Self.noTLS + cut, Self.noTLS + "! close"])))
        let behind = again + "C: QUIT\nS: 554 Relaying denied\nS: 221 Bye"
        #expect(isInconclusive(try await run([Self.noTLS + cut, behind])))
    }

    @Test(
        "A9: closed at MAIL or RCPT, 421 at RCPT, words without a code, a refused sender tell nothing",
        arguments: [
            "C: MAIL FROM:<…\n! close", "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\n! close",
            "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\nS: 421 Bye\n! close",
            "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\n! garbage what?", "C: MAIL FROM:<…\nS: 421 Enough",
        ])
    func unknown(rest: String) async throws {
        #expect(isInconclusive(try await run([Self.noTLS + rest])))
        #expect(isInconclusive(try await run([Self.inside + rest, Self.plain + Self.asked("550 No") + Self.bye])))
    }

    @Test("A12: 252 and 260 accept", arguments: ["252 cannot verify", "260 accepted, will forward"])
    func accepts(reply: String) async throws {
        let run = try await run([Self.noTLS + Self.asked(reply, times: 4) + Self.bye])
        #expect(run.codes("relay.closed") == ["relay.open"])
    }

    @Test("A21: a server that hangs up on a group of commands is asked one by one")
    func oneByOne() async throws {
        let run = try await run([
            Self.pipedNoTLS + "C: MAIL FROM:<…\n! close", Self.noTLS + Self.asked("550 No") + Self.bye,
        ])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.smtp.connections == 3)
    }

    @Test(
        "B: replies that came before their commands, two to MAIL, and one that shows itself at RSET or QUIT tell nothing",
        arguments: [
            "S: 250 stray\nC: MAIL FROM:<…\nS: 250 Ok",
            "C: MAIL FROM:<…\nS: 250 Ok\nS: 250 Ok\nC: RCPT TO:<…\nS: 554 No",
            "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\nS: 250 alive\nS: 554 No\nC: RSET\nS: 250 Ok",
            "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\nS: 250 Ok\nC: RSET\nS: 554 No",
        ])
    func outOfStep(rest: String) async throws {
        for script in [Self.noTLS, Self.pipedNoTLS] {
            let run = try await SessionRun(
                playing: [Script(script + rest)], checks: ["relay.closed", "smtp.replies-in-step"])
            #expect(isInconclusive(run))
            #expect(run.codes("smtp.replies-in-step") == ["smtp.unsolicited-reply"])
        }
    }

    @Test("a server without RSET tells nothing of relaying, and sent no line too many", arguments: [500, 502])
    func withoutRSET(code: Int) async throws {
        let rest = "C: MAIL FROM:<…\nS: 250 Ok\nC: RCPT TO:<…\nS: 250 Ok\nC: RSET\nS: \(code) What?"
        let run = try await SessionRun(
            playing: [Script(Self.noTLS + rest)], checks: ["relay.closed", "smtp.replies-in-step"])
        #expect(isInconclusive(run))
        #expect(run.codes("smtp.replies-in-step") == [])
    }

    @Test("B: what QUIT shows is wrong with all that came before")
    func atQUIT() async throws {
        let run = try await run([Self.noTLS + Self.asked("250 Ok", times: 4) + "C: QUIT\nS: 250 Ok\nS: 221 Bye"])
        #expect(isInconclusive(run))
        #expect(run.codes("smtp.replies-in-step") == ["smtp.unsolicited-reply"])
    }

    @Test("the second conversation goes on to a command behind STARTTLS, and tries no SNI")
    func second() async throws {
        let run = try await run(
            [
                Self.inside + Self.asked("550 No") + Self.bye,
                Self.plain + Self.asked("550 No")
                    + "C: STARTTLS\nC: NOOP\nS: 220 Ready\n! tls\nC: STARTTLS\nS: 503 Already\n" + Self.bye,
            ], checks: ["relay.closed", "starttls.clean-start", "smtp.replies-in-step"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("starttls.clean-start") == .passed)
        #expect(run.outcome("smtp.replies-in-step") == .passed)
        #expect(run.smtp.connections == 2)
        #expect(run.second.value?.handshakeWithoutName?.serverName == nil)
        #expect(run.second.value?.handshakeWithoutName != nil)
    }

    @Test("a 250 to STARTTLS behind relaying belongs to RSET")
    func behindRSET() async throws {
        let run = try await run(
            [
                Self.inside + Self.asked("550 No") + Self.bye,
                Self.plain + Self.asked("250 Ok", times: 4)
                    + "C: STARTTLS\nC: NOOP\nS: 250 Ok\n! plaintext 220 Ready\n! tls\nC: STARTTLS\nS: 503 Already\n"
                    + Self.bye,
            ], checks: ["relay.closed", "starttls.clean-start"])
        #expect(isInconclusive(run))
    }

    @Test("a 250 to STARTTLS is a yes where the handshake follows at once")
    func grantedWith250() async throws {
        let run = try await run(
            [
                Self.inside + Self.asked("550 No") + Self.bye,
                Self.plain + Self.asked("550 No")
                    + "C: STARTTLS\nC: NOOP\nS: 250 go\n! tls\nC: STARTTLS\nS: 503 Already\n" + Self.bye,
            ], checks: ["relay.closed", "starttls.clean-start", "smtp.replies-in-step"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("smtp.replies-in-step") == .passed)
    }

    @Test("a server that drops strangers in plaintext costs one more connection for the command behind STARTTLS")
    func dropped() async throws {
        let run = try await run(
            [
                Self.inside + Self.asked("550 No") + Self.bye,
                Self.plain + Self.mail + "C: RCPT TO:<…\nS: 550 No\n! close",
                Self.plain + "C: STARTTLS\nC: NOOP\nS: 220 Ready\n! tls\nC: STARTTLS\nS: 503 Already\n" + Self.bye,
            ], checks: ["relay.closed", "starttls.clean-start"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("starttls.clean-start") == .passed)
        #expect(run.smtp.connections == 3)
    }

    @Test("a server that needs a name in SNI is told so, on one more connection")
    func nameNeeded() async throws {
        let injected = "C: STARTTLS\nC: NOOP\nS: 220 Ready\n! tls\n"
        let smtp = ScriptedSMTP(
            [
                SessionRun.server: [
                    Self.inside + Self.asked("550 No") + Self.bye, Self.plain + Self.asked("550 No") + injected,
                    Self.plain + injected + "C: STARTTLS\nS: 503 Already\n" + Self.bye,
                    Self.plain + "C: STARTTLS\nS: 220 Ready\n! tls",
                ].map { Script($0) }
            ],
            handshake: { offer in
                guard offer.serverName != nil else {
                    throw WireFailure.handshake(reason: "alert", alert: "unrecognized_name")
                }
                return .scripted(serverName: offer.serverName)
            })
        let run = try await SessionRun(on: smtp, checks: ["relay.closed", "starttls.clean-start"])
        #expect(run.second.value?.nameNeeded == "alert unrecognized_name")
        #expect(run.second.value?.furtherHandshakes?.map(\.serverName) == [SessionRun.server.host])
        #expect(run.outcome("starttls.clean-start") == .passed)
        #expect(smtp.surprises == [])
        #expect(smtp.connections == 6, "three of them in case it was chance")
    }

    @Test("A11: a server that drops strangers is asked for one in disguise on a connection of its own")
    func detourAfterDrop() async throws {
        let drop = Self.noTLS + Self.mail + "C: RCPT TO:<…\nS: 550 No\n! close"
        let run = try await run([drop, drop], checks: ["relay.closed", "relay.detours-refused"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("relay.detours-refused") == .passed)
        #expect(run.smtp.connections == 3)
    }

    @Test("a line behind the last answer in plaintext shows itself before STARTTLS")
    func strayBeforeSTARTTLS() async throws {
        let run = try await run(
            [
                Self.inside + Self.asked("550 No") + Self.bye,
                Self.plain + Self.asked("550 No") + "S: 250 stray\nC: STARTTLS",
                Self.plain + "C: STARTTLS\nC: NOOP\nS: 220 Ready\n! tls\nC: STARTTLS\nS: 503 Already\n" + Self.bye,
            ], checks: ["relay.closed", "smtp.replies-in-step", "starttls.clean-start"])
        #expect(isInconclusive(run))
        #expect(run.codes("smtp.replies-in-step") == ["smtp.unsolicited-reply"])
    }

    @Test("no connection is held while another is asked for")
    func oneAtATime() async throws {
        let cut = Self.mail + "C: RCPT TO:<…\nS: 250 Ok\nC: RSET\n! close"
        for scripts in [[Self.noTLS + cut], [Self.inside + cut, Self.plain + cut]] {
            let smtp = ScriptedSMTP([SessionRun.server: (scripts + [Self.noTLS]).map { Script($0) }])
            _ = try await SessionRun(on: smtp, checks: ["relay.closed"])
            #expect(smtp.mostOpen <= scripts.count)
        }
    }
}
