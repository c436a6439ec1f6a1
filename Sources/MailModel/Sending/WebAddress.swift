internal import FoundationEssentials

/// Where something can be posted to, from a URL with the scheme http or https. RFC 3986, section 3; RFC 9110, section 4.2.
public struct WebAddress: Sendable, Hashable, CustomStringConvertible {
    /// Whether it is https.
    public let isSecure: Bool
    /// The host: a name, or an address without brackets.
    public let host: String
    /// The TCP port.
    public let port: Int
    /// What stands in the request line: the path with its slash, and the query.
    public let target: String

    /// Reads a URL; nil where it is none of http or https, has no host, a user, a fragment, or characters that a request must not hold.
    public init?(_ text: String) {
        guard text.utf8.count <= 2000, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let parts = URLComponents(string: text), parts.user == nil, parts.password == nil, parts.fragment == nil,
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme), let host = parts.host,
            !host.isEmpty, (1...65_535).contains(parts.port ?? 80)
        else { return nil }
        isSecure = scheme == "https"
        self.host = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host.lowercased()
        port = parts.port ?? (isSecure ? 443 : 80)
        let path = parts.percentEncodedPath
        target = (path.isEmpty ? "/" : path) + (parts.percentEncodedQuery.map { "?\($0)" } ?? "")
    }

    /// The host and the port as the field Host has them. RFC 9110, section 7.2.
    public var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// The URL.
    public var description: String { "\(isSecure ? "https" : "http")://\(authority)\(target)" }
}
