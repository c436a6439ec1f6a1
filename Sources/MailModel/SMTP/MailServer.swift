/// One mail server: an MX host at one of its addresses. RFC 5321, section 5.1.
public struct MailServer: Hashable, Sendable, Codable, Comparable, CustomStringConvertible {
    /// The MX host name; it is also the name sent as SNI.
    public let host: DomainName
    /// One address of the host.
    public let address: IPAddress

    /// Names a host at an address.
    public init(host: DomainName, address: IPAddress) {
        self.host = host
        self.address = address
    }

    /// The identity used in evidence and reports: `host|address`.
    public var id: String { "\(host.text)|\(address)" }

    /// The host with the address in brackets, as logs write it.
    public var description: String { "\(host)[\(address)]" }

    /// By host, then by address.
    public static func < (left: MailServer, right: MailServer) -> Bool {
        (left.host, left.address) < (right.host, right.address)
    }
}
