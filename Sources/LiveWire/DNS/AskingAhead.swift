public import MailModel

extension UnboundClient {
    /// Asks at once for what the first lookups of a run need, and returns without waiting: the MX records, and the keys and
    /// digests of every zone from the root down to the domain (RFC 4035, section 5).
    ///
    /// A validator finds each link of that chain when it follows it, one round trip after the other. Asked ahead they come
    /// together, and the lookups find them in the cache. Whatever fails here fails again, and is told, where it is needed.
    public func askAhead(for domain: DomainName) {
        var questions: [(DomainName, DNSRecordType)] = [(.root, .dnskey), (domain, .mx)]
        var zone = domain
        while zone != .root, let parent = zone.parent {
            questions += [(zone, .ds), (zone, .dnskey)]
            zone = parent
        }
        for (name, type) in questions {
            Task { _ = try? await lookup(name, type) }
        }
    }
}
