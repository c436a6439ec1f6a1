/// A mail server that somebody names, to be tested as if the domain's MX records named it: one of several, or one that is not
/// published yet.
public struct NamedServer: Sendable, Hashable, Codable {
    /// The MX host.
    public var host: DomainName
    /// Its address; nil for those that the DNS says.
    public var address: IPAddress?

    /// A host, and an address where its name does not lead to it yet.
    public init(_ host: DomainName, _ address: IPAddress? = nil) {
        self.host = host
        self.address = address
    }

    /// Reads `HOST`, `HOST:ADDRESS` or `HOST:[ADDRESS]`; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = try? DomainName(input: String(parts[0])), host.isHostName else { return nil }
        self.init(host)
        guard parts.count == 2 else { return }
        var rest = parts[1]
        if rest.hasPrefix("["), rest.hasSuffix("]") { rest = rest.dropFirst().dropLast() }
        guard let address = IPAddress(String(rest)) else { return nil }
        self.address = address
    }
}
