import CheckKit
import CheckKitTesting
import Testing

@testable import Checks
@testable import Observations

/// Recipients that hide a stranger behind an address of the server, as the session probe asks for them.
@Suite("Relaying by a detour")
struct RelayDetoursTests {
    private static let percent = "relay-test%example.net@mx.example"
    private static let route = "@mx.example:relay-test@example.net"
    private static let bang = "example.net!relay-test@mx.example"

    /// A conversation in which the plain way is refused, and then what follows.
    private func run(
        _ asked: (recipient: String, reply: String)..., pipelining: Bool = true,
        checks: [String] = ["relay.detours-refused"]
    ) async throws -> SessionRun {
        let tail = asked.map { recipient, reply in
            """

            C: MAIL FROM:<\(recipient.hasPrefix("mailgrade-") ? "" : "relay-test@example.org")>
            S: 250 2.1.0 Ok
            C: RCPT TO:<\(recipient)\(recipient.hasSuffix("…") ? "" : ">")
            S: \(reply)
            C: RSET
            S: 250 2.0.0 Ok
            """
        }
        let good =
            pipelining
            ? SessionProbeTests.good
            : SessionProbeTests.good.replacing("S: 250-mx.example\nS: 250 PIPELINING", with: "S: 250 mx.example")
        return try await SessionRun(good + tail.joined(), SessionProbeTests.plaintext, checks: checks)
    }

    @Test("ET-03: three more recipients in the same conversation, one for each trick of RFC 2505")
    func three() async throws {
        let denied = "454 4.7.1 <…>: Relay access denied"
        let run = try await run((Self.percent, denied), (Self.route, denied), (Self.bang, denied))
        #expect(run.smtp.surprises == [])
        #expect(run.smtp.connections == 1)
        #expect(run.smtp.sent.count { $0.hasPrefix("RCPT") } == 6)
        #expect(run.outcome("relay.detours-refused") == .passed)
    }

    @Test("switched off, no detour is asked for")
    func switchedOff() async throws {
        let run = try await run(checks: ["relay.closed"])
        #expect(run.smtp.surprises == [])
        #expect(run.smtp.sent.filter { $0.hasPrefix("RCPT") }.allSatisfy { $0 == "RCPT TO:<relay-test@example.net>" })
    }

    @Test("OR-02: an accepted detour is a possible relay, no open one, once nonsense is refused")
    func accepted() async throws {
        let run = try await run(
            (Self.percent, "550 5.7.1 No"), (Self.route, "250 2.1.5 Ok"), (Self.bang, "550 5.7.1 No"),
            ("mailgrade-…", "550 5.1.1 No such user"), checks: ["relay.closed", "relay.detours-refused"])
        #expect(run.smtp.surprises == [])
        #expect(run.codes("relay.detours-refused") == ["relay.possible"])
        #expect(run.outcome("relay.closed") == .passed)
    }

    @Test("OR-03: a server that takes nonsense as well tells nothing")
    func acceptsAll() async throws {
        let run = try await run(
            (Self.percent, "250 2.1.5 Ok"), (Self.route, "550 5.7.1 No"), (Self.bang, "250 2.1.5 Ok"),
            ("mailgrade-…", "250 2.1.5 Ok"))
        #expect(run.smtp.surprises == [])
        guard case .notApplicable = run.outcome("relay.detours-refused") else {
            Issue.record("\(String(describing: run.outcome("relay.detours-refused")))")
            return
        }
    }

    @Test("ET-03: nothing is held against a server that puts us off; one that takes no groups is asked no further")
    func putOff() async throws {
        let later = "450 4.7.1 Too many recipients, slow down"
        let whole = try await run((Self.percent, later), (Self.route, later), (Self.bang, later))
        let single = try await run((Self.percent, later), pipelining: false)
        for (run, recipients) in [(whole, 6), (single, 4)] {
            #expect(run.smtp.surprises == [])
            #expect(run.smtp.sent.count { $0.hasPrefix("RCPT") } == recipients)
            #expect(run.outcome("relay.detours-refused") == .inconclusive("Every detour was deferred: \(later)."))
        }
    }

    @Test("ET-03: a server that ends the conversation among the detours has refused those that it answered")
    func brokenOff() async throws {
        let run = try await SessionRun(
            SessionProbeTests.good + """

                C: MAIL FROM:<relay-test@example.org>
                S: 250 2.1.0 Ok
                C: RCPT TO:<\(Self.percent)>
                S: 454 4.7.1 <…>: Relay access denied
                C: RSET
                S: 250 2.0.0 Ok
                C: MAIL FROM:<relay-test@example.org>
                S: 250 2.1.0 Ok
                C: RCPT TO:<\(Self.route)>
                S: 421 4.7.0 Too many errors
                ! close
                """, SessionProbeTests.plaintext, checks: ["relay.detours-refused", "relay.closed"])
        #expect(run.outcome("relay.closed") == .passed)
        #expect(run.outcome("relay.detours-refused") == .passed)
        #expect(run.codes("relay.detours-refused") == [])
    }
}
