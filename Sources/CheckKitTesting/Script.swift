/// A conversation written down as a mail administrator reads it:
///
///     S: 220 mx.example ESMTP
///     C: EHLO …
///     S: 250-mx.example
///     S: 250 STARTTLS
///     C: STARTTLS
///     S: 220 Ready
///     ! tls
///     C: EHLO …
///     S: 250 mx.example
///     ! close
///
/// Commands that are sent in one group stand in the script as they are answered, one by one. A server line that stands
/// before a command of a new group came before it was sent: replies and commands are then out of step, as on a live wire.
///
/// `…` at the end of a client line stands for anything. Events: `! tls` (the handshake completes), `! tls-failure TEXT`
/// (it does not), `! tls-alert NAME` (it ends with an alert), `! alert NAME` (an alert instead of a reply, inside TLS),
/// `! garbage TEXT` (no reply at all), `! renegotiated`, `! no-renegotiation TEXT`, `! heartbeat` and `! no-heartbeat` (what becomes of a second
/// handshake, and of a heartbeat that is too long), `! plaintext TEXT` (the server writes TEXT before the handshake), `! close`, `! reset`, `! hang`,
/// `! refused`, `! no-route`, `! timeout`, `! special-address PURPOSE`.
public struct Script: Sendable, Hashable {
    /// One line of a script.
    public enum Line: Sendable, Hashable {
        case server(String)
        case client(String)
        case event(String)
    }

    /// The lines in order.
    public let lines: [Line]
    /// What is wrong with the script, one sentence each. Who plays such a script hears the first on every connection, and a
    /// `CheckBench` throws it.
    public let faults: [String]

    /// Lines in order.
    public init(lines: [Line]) { self.init(lines: lines, unreadable: []) }

    private init(lines: [Line], unreadable: [Substring]) {
        self.lines = lines
        let unknown = lines.compactMap { line -> String? in
            guard case .event(let event) = line else { return nil }
            let word = event.prefix { $0 != " " }
            return Self.events.contains(word)
                ? nil : "A script has the unknown event “! \(event)”; the events are \(Self.eventNames)."
        }
        faults =
            unreadable.map { line in
                let word = line.prefix { $0 != " " }.lowercased()
                let meant = Self.events.contains(word[...]) ? "; an event is written “! \(word)”" : ""
                return "A line of a script starts with “S:”, “C:” or “! ”, not so “\(line)”\(meant)."
            } + unknown
    }

    /// Reads the form above; blank lines are skipped.
    public init(_ text: String) {
        var lines: [Line] = []
        var unreadable: [Substring] = []
        for line in text.split(separator: "\n").map({ $0.drop { $0 == " " } }) where !line.isEmpty {
            let rest = String(line.dropFirst(2).drop { $0 == " " })
            switch line.prefix(2) {
            case "S:": lines.append(.server(rest))
            case "C:": lines.append(.client(rest))
            case "! ": lines.append(.event(rest))
            default: unreadable.append(line)
            }
        }
        self.init(lines: lines, unreadable: unreadable)
    }

    private static let events: Set<Substring> = [
        "tls", "tls-failure", "tls-alert", "alert", "garbage", "renegotiated", "no-renegotiation", "heartbeat",
        "no-heartbeat",
        "plaintext", "close", "reset", "hang", "refused", "no-route", "timeout", "special-address",
    ]

    private static var eventNames: String { events.sorted().joined(separator: ", ") }

    /// The script up to a number of lines, and then silence.
    public func cut(after count: Int) -> Script {
        Script(lines: lines.prefix(count) + [.event("hang")])
    }

    /// A server that refuses the connection.
    public static let refuses = Script("! refused")

    /// Whether a command is what a client line of a script expects.
    static func matches(_ command: String, _ expected: String) -> Bool {
        guard expected.hasSuffix("…") else { return command == expected }
        return command.hasPrefix(expected.dropLast())
    }
}
