public import MailModel

// Nouns that findings carry by their names.

extension DomainName: TextArgument {}
extension IPAddress: TextArgument {}
extension MailServer: TextArgument {}
extension TLSVersion: TextArgument {}
extension TLSARecord: TextArgument {}
extension IPAddress.Family: TextArgument {
    /// `IPv4` or `IPv6`.
    public var description: String { rawValue }
}
