public import MailModel

extension UnboundClient {
    /// Asks at once for what the first lookups of a run need, and returns without waiting: the MX records, and the keys and
    /// digests of every zone from the root down to the domain (RFC 4035, section 5).
    ///
    /// A validator finds each link of that chain when it follows it, one round trip after the other. Asked ahead they come
    /// together, and the lookups find them in the cache. It asks once more for what is still on its way when it has an answer in
    /// hand that rests on it: so the keys of the root come first, and the MX records last, each so much apart that the answers keep
    /// the order. What fails here fails again, and is told, where it is needed.
    public func askAhead(for domain: DomainName) {
        var links: [(DomainName, DNSRecordType)] = []
        var zone = domain
        while zone != .root, let parent = zone.parent {
            links = [(zone, .ds), (zone, .dnskey)] + links
            zone = parent
        }
        askAheadForRoot()
        Task { [links] in
            try await Task.sleep(for: Self.apart)
            for (name, type) in links { begin(name, type) }
            try await Task.sleep(for: Self.apart)
            begin(domain, .mx)
        }
    }

    /// Asks for the keys of the root alone.
    func askAheadForRoot() { begin(.root, .dnskey) }

    /// What answers of one resolver may overtake each other by.
    static let apart = Duration.milliseconds(2)

    /// Asks, and does not wait for the answer; the question is on its way when this returns.
    private func begin(_ name: DomainName, _ type: DNSRecordType) {
        Task.immediate { _ = try? await ask(name, type) }
    }
}
