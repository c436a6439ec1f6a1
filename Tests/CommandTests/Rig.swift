import CheckEngine
import CheckKit
import CheckKitTesting
import Checks
import FoundationEssentials
import MailModel
import MailgradeCommand
import MailgradeKit
import Observations
import Testing

/// The command on a machine that does not exist: scripted DNS and mail servers, captured output.
struct Rig {
    var plugins = Plugin.builtIn
    var dns = ScriptedDNS(Rig.zone)
    var smtp = ScriptedSMTP([:])
    var ledger = ConnectionLedger()
    var isTerminal = false
    var hostName = "probe.example.net"
    var onInterrupt: @Sendable (@escaping @Sendable () -> Void) -> Void = { _ in }
    let requests = Locked<[WireRequest]>([])

    /// What a run printed and ended with.
    struct Outcome {
        let status: CommandStatus
        let output: String
        let errors: String
    }

    static let instant = Date(timeIntervalSince1970: 1_767_225_600)  // 2026-01-01T00:00:00Z

    static let zone = """
        example.com        MX    10 mx.example.com
        mx.example.com     A     192.0.2.25
        mx.example.com     AAAA  -
        25.2.0.192.in-addr.arpa PTR mx.example.com
        xn--bcher-kva.example MX 10 mx.example.com
        """

    /// The one server, which plays a script on every connection.
    static func server(playing script: String) throws -> (ScriptedSMTP, ConnectionLedger) {
        let ledger = ConnectionLedger()
        let server = MailServer(
            host: try DomainName(input: "mx.example.com"), address: try #require(IPAddress("192.0.2.25")))
        return (ScriptedSMTP([server: scripts(script)], ledger: ledger), ledger)
    }

    /// The session, and what its server says to the same recipients in plaintext, on the second connection.
    private static func scripts(_ text: String) -> [Script] {
        let session = Script(text)
        let isMail = { (line: Script.Line) in
            if case .client(let command) = line { command.hasPrefix("MAIL") } else { false }
        }
        guard let grant = session.lines.firstIndex(of: .client("STARTTLS")),
            let mail = session.lines.firstIndex(where: isMail)
        else { return [session] }
        return [session, Script(lines: Array(session.lines[..<grant] + session.lines[mail...]))]
    }

    /// A rig whose one server plays a script.
    init(playing script: String) throws { (smtp, ledger) = try Self.server(playing: script) }

    /// A rig in which every connection is refused.
    init() {}

    func run(_ arguments: String...) async -> Outcome { await run(arguments) }

    func run(_ arguments: [String]) async -> Outcome {
        let output = Locked("")
        let errors = Locked("")
        let wire = Wire(dns: dns, smtp: smtp, ledger: ledger)
        let environment = Environment(
            output: TextOutput(isTerminal: isTerminal) { text in output.withLock { $0 += text } },
            errors: TextOutput(isTerminal: isTerminal) { text in errors.withLock { $0 += text } },
            hostName: hostName, now: { Self.instant },
            wire: { [requests] request in
                requests.withLock { $0.append(request) }
                return wire
            }, onInterrupt: onInterrupt)
        let status = await MailgradeCommand.run(arguments, plugins: plugins, on: environment)
        return Outcome(status: status, output: output.withLock { $0 }, errors: errors.withLock { $0 })
    }
}

/// A folder that goes away with the test.
final class TemporaryFolder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path() + "/mailgrade-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes a file and returns its path.
    func file(_ name: String, _ text: String) throws -> String {
        try Data(text.utf8).write(to: URL(filePath: "\(path)/\(name)"))
        return "\(path)/\(name)"
    }

    func text(of name: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}

/// A profile that plans few checks and stays what it is.
enum SampleProfile {
    static let text = """
        schema: 1
        id: sample
        title: A profile for tests of the command
        checks:
          mx.receives-mail: { weight: 5 }
          smtp.reachable: { weight: 10 }
          smtp.greeting-valid: { weight: 5 }
          starttls.offered: { weight: 20 }
          relay.closed: { weight: 20 }
        grade:
          credit: { info: 1, notice: 0.8, warning: 0.7, error: 0, critical: 0 }
          bands: { A+: 97, A: 90, B: 75, C: 50, D: 25, F: 0 }
          withhold:
            unreachable:
              when: { check: smtp.reachable, outcome: [failed, inconclusive], hosts: every }
              because: No mail server would talk to us.
          caps:
            open-relay: { at-most: F, when: { finding: relay.open, servers: some }, because: An open relay is F. }
            no-tls: { at-most: D, when: { finding: starttls.not-offered, servers: some }, because: A server has no TLS. }
            relay-unknown: { at-most: A, when: { check: relay.closed, outcome: inconclusive, servers: some }, because: Unknown. }
        """
}

/// Conversations with the one server.
enum Talk {
    static let goodStart = """
        S: 220 mx.example.com ESMTP
        C: EHLO …
        S: 250-mx.example.com
        S: 250 STARTTLS
        C: STARTTLS
        S: 220 Go ahead
        ! tls
        C: EHLO …
        S: 250 mx.example.com
        """

    /// Every relay attempt is answered with this line, and so is the control recipient.
    static func good(relay: String = "550 5.7.1 Relaying denied") -> String {
        goodStart + "\n"
            + (1...4).map { _ in "C: MAIL …\nS: 250 Ok\nC: RCPT …\nS: \(relay)\nC: RSET\nS: 250 Ok" }
            .joined(separator: "\n")
    }
}
