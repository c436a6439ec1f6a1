internal import ArgumentParser
internal import HummingbirdCore
internal import MailModel

/// Where to listen.
enum ListenAddress: Sendable, CustomStringConvertible {
    /// An address, in brackets where it is one of IPv6, and a port; 0 is any that is free.
    case port(host: String, Int)
    /// A socket in the file system, for a web server on the same machine.
    case path(String)

    /// This machine alone.
    static let standard = ListenAddress.port(host: "127.0.0.1", 8080)

    @Sendable init(_ text: String) throws {
        if text.hasPrefix("unix:"), text.utf8.count > 5 {
            self = .path(String(text.dropFirst(5)))
            return
        }
        let usage = ValidationError("Use an address and a port, 127.0.0.1:8080 or [::1]:8080, or unix: and a path.")
        guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]),
            (0...65535).contains(port)
        else { throw usage }
        let host = String(text[..<colon])
        let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
        guard IPAddress(isBracketed ? String(host.dropFirst().dropLast()) : host) != nil else { throw usage }
        self = .port(host: host, port)
    }

    /// The address; nil for a path.
    var host: String? { if case .port(let host, _) = self { host } else { nil } }

    /// Whether only this machine reaches it.
    var isLoopback: Bool { host.map { $0.hasPrefix("127.") || $0 == "[::1]" } ?? true }

    /// For the server.
    var bind: BindAddress {
        switch self {
        case .port(let host, let port): .hostname(host.filter { $0 != "[" && $0 != "]" }, port: port)
        case .path(let path): .unixDomainSocket(path: path)
        }
    }

    var description: String {
        switch self {
        case .port(let host, let port): "\(host):\(port)"
        case .path(let path): "unix:\(path)"
        }
    }
}
