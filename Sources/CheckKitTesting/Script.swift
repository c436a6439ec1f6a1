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

    /// Lines in order.
    public init(lines: [Line]) { self.lines = lines }

    /// Reads the form above; blank lines are skipped. Traps on a line that starts with none of the three marks, because
    /// a script is part of a test.
    public init(_ text: String) {
        lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }.filter { !$0.isEmpty }.map { line in
            let rest = String(line.dropFirst(2).drop { $0 == " " })
            switch line.prefix(2) {
            case "S:": return .server(rest)
            case "C:": return .client(rest)
            case "! ": return .event(rest)
            default: preconditionFailure("A line of a script starts with S:, C: or !: \(line)")
            }
        }
    }

    /// The script up to a number of lines, and then silence.
    public func cut(after count: Int) -> Script {
        Script(lines: lines.prefix(count) + [.event("hang")])
    }

    /// Whether a command is what a client line of a script expects.
    static func matches(_ command: String, _ expected: String) -> Bool {
        guard expected.hasSuffix("…") else { return command == expected }
        return command.hasPrefix(expected.dropLast())
    }
}
