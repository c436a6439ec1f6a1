import CheckKit
import CheckKitTesting
import MailModel
import Observations
import Testing

/// What a server says to HELP, asked for over a connection of its own.
private struct HelpText: ServerFact, Hashable {
    static let id: FactID = "toy.help"
    var text: String
}

private struct Nobody: ServerFact, Hashable {
    static let id: FactID = "toy.nobody"
}

private enum HelpFinding: String, FindingCode {
    case talks = "toy.talks"
    var sentence: Sentence { "The server explains itself." }
    var severity: Severity { .notice }
    var remedy: String { "Switch HELP off." }
}

extension Check {
    fileprivate static let quiet = Check.perServer(
        "toy.quiet", title: "The server is quiet", why: "A toy.", references: [],
        examples: [.given("it is", HelpText(text: ""), expect: .passed)]
    ) { (help: HelpText) -> Verdict<HelpFinding> in
        help.text.isEmpty ? .passed : .found(.talks)
    }
}

extension Plugin {
    fileprivate static let toy = Plugin(
        "Toy", summary: "A toy.",
        probes: [
            .perServer { (target: ServerTarget) async throws -> HelpText in
                try await target.furtherConnection("help") { connection in
                    _ = try await connection.reachHello(target.settings)
                    let reply = try await connection.send("HELP")
                    await connection.quit()
                    return HelpText(text: reply.isPositive ? reply.text : "")
                }
            }
        ], checks: [.quiet])
}

@Suite("A bench for checks")
struct CheckBenchTests {
    private static let hello = "S: 220 mx.example.com\nC: EHLO …\nS: 250 mx.example.com\n"
    private static let other = MailServer.sample("mx2.example.com", "2001:db8::25")

    /// The sentence with which a test is told that it is wrong.
    private func failure(_ body: () async throws -> Void) async -> String {
        do {
            try await body()
            return "nothing"
        } catch {
            return "\(error)"
        }
    }

    @Test("shows facts, outcomes, connections and what was said, and needs no DNS where no plugin lists the servers")
    func run() async throws {
        let run = try await CheckBench([.toy], playing: Self.hello + "C: HELP\nS: 214 Ask us").run(["toy.quiet"])
        #expect(try run.fact(HelpText.self).text == "Ask us")
        #expect(try run.codes("toy.quiet") == ["toy.talks"])
        #expect(run.connections == 1 && run.surprises == [] && run.smtp.sent.last == "QUIT")
        #expect(run.evidence.trace.conversations.map(\.label) == ["help"])
        #expect(run.dns.asked == [])
    }

    @Test("publishes its servers in the DNS where the plugins look there")
    func zone() async throws {
        let script = Script(Self.hello + "C: HELP\nS: 502 No")
        let bench = CheckBench(
            Plugin.observations + [.toy], servers: [CheckBench.server: [script], Self.other: [script]])
        let run = try await bench.run()
        #expect(run.evidence.servers == [CheckBench.server, Self.other])
        #expect(try run.outcome("toy.quiet", at: .server(Self.other)) == .passed)
    }

    @Test("a further connection is tried again after each pause, and then the fact is inconclusive")
    func patience() async throws {
        var bench = CheckBench([.toy], playing: "S: 421 4.7.0 Too many connections")
        bench.settings.patience = [.seconds(1), .seconds(2)]
        let run = try await bench.run()
        #expect(run.connections == 3 && run.smtp.pauses == [.seconds(1), .seconds(2)])
        #expect(try run.observed(HelpText.self).absence?.certainty == .inconclusive)
        #expect(
            await failure { _ = try run.fact(HelpText.self) }
                == "The fact toy.help is absent: a further connection was not possible: rejected: 421 4.7.0 Too many connections."
        )
    }

    @Test("a script that does not fit is an error that says where")
    func surprises() async throws {
        let end = await failure { _ = try await CheckBench([.toy], playing: Self.hello).run() }
        #expect(end == "mx.example.com[192.0.2.25]: “HELP” was sent, and its script is at its end.")
        let elsewhere = await failure { _ = try await CheckBench([.toy], playing: Self.hello + "C: NOOP").run() }
        #expect(elsewhere == "mx.example.com[192.0.2.25]: “HELP” was sent, and its script goes on with “C: NOOP”.")
        let none = await failure { _ = try await CheckBench([.toy], servers: [CheckBench.server: []]).run() }
        #expect(
            none == "A probe connected to mx.example.com[192.0.2.25], for which the bench has no script; "
                + "`Script.refuses` is one that refuses.")
        var lenient = CheckBench([.toy], playing: Self.hello)
        lenient.isStrict = false
        lenient.settings.patience = []
        #expect(try await lenient.run().surprises == ["HELP"])
    }

    @Test("a script or a zone that cannot be read is an error with the line")
    func unreadable() async throws {
        #expect(
            await failure { _ = try await CheckBench([.toy], playing: "220 hello").run() }
                == "A line of a script starts with “S:”, “C:” or “! ”, not so “220 hello”.")
        #expect(
            await failure { _ = try await CheckBench([.toy], playing: "TLS").run() }
                == "A line of a script starts with “S:”, “C:” or “! ”, not so “TLS”; an event is written “! tls”.")
        let explodes = await failure { _ = try await CheckBench([.toy], playing: "! explode").run() }
        #expect(explodes.hasPrefix("A script has the unknown event “! explode”; the events are alert, close, "))
        for (line, expected) in [
            ("example.com MX", "A line of a zone is NAME TYPE DATA, not so “example.com MX”."),
            ("example.com A 192.0.2", "“192.0.2” in a zone is no IP address."),
            (
                "example.com A ! explode",
                "A lookup of a zone fails with “! timeout”, “! servfail” or “! hang”, not with “! explode”."
            ),
        ] {
            #expect(await failure { _ = try await CheckBench([.toy], zone: line).run() } == expected)
        }
    }

    @Test("a check, a fact or a place that there is not is an error that says what there is")
    func unknown() async throws {
        let script = Script(Self.hello + "C: HELP\nS: 502 No")
        let bench = CheckBench([.toy], servers: [CheckBench.server: [script], Self.other: [script]])
        #expect(
            await failure { _ = try await bench.run(["toy.quit"]) }
                == "There is no check named toy.quit. The bench has toy.quiet.")
        let run = try await bench.run()
        #expect(await failure { _ = try run.fact(Nobody.self) } == "No plugin of the bench gives the fact toy.nobody.")
        #expect(await failure { _ = try run.codes("toy.loud") } == "The check toy.loud was not run.")
        #expect(
            await failure { _ = try run.codes("toy.quiet") }
                == "The check toy.quiet was judged at mx.example.com[192.0.2.25], mx2.example.com[2001:db8::25]: say at which."
        )
        #expect(
            await failure { _ = try run.fact(HelpText.self, at: .server(.sample("mx3.example.com", "192.0.2.3"))) }
                == "The fact toy.help is learnt at mx.example.com[192.0.2.25], mx2.example.com[2001:db8::25], "
                + "not at mx3.example.com[192.0.2.3].")
        let seen = try await CheckBench(Plugin.observations + [.toy], playing: Self.hello + "C: HELP\nS: 502 No").run()
        #expect(
            await failure { _ = try seen.fact(Greeting.self) }
                == "No check of the run asks for the fact smtp.greeting; it had toy.quiet.")
        let alone = Plugin(
            "Alone", summary: "A toy.",
            derivations: [.perServer { (_: Greeting) throws(Absence) -> HelpText in HelpText(text: "") }],
            checks: [.quiet])
        #expect(
            await failure { _ = try await CheckBench([alone]).run() }
                == "Nothing provides the fact smtp.greeting, which toy.help asks for: no plugin lists its probe or derivation. "
                + "Is its plugin on the bench? "
                + "`Plugin.observations` has the facts of mailgrade.")
    }
}
