public import MailModel

/// What the owner of a name says about us in the DNS: a TXT record `v=mailgrade; test=no; publish=yes` below `_mailgrade`.
public struct OwnersWord: Sendable, Hashable {
    /// He wants to be left alone.
    public var isAgainstTests = false
    /// Results may be shown to everybody.
    public var allowsPublishing = false

    /// What records say together; those that are not for us say nothing.
    init(_ records: [DNSRecord]) {
        for record in records {
            guard case .txt(let strings) = record else { continue }
            let text = String(decoding: strings.joined(), as: UTF8.self)
            let parts = text.split(separator: ";").map { $0.lowercased().filter { !$0.isWhitespace } }
            guard parts.first == "v=mailgrade" else { continue }
            if parts.contains("test=no") { isAgainstTests = true }
            if parts.contains("publish=yes") { allowsPublishing = true }
        }
    }
}

extension Manners {
    /// What the owner of a name says; nil where nobody is asked, or the lookup fails: that says nothing.
    public func ownersWord(on name: DomainName, _ dns: any DNSClient) async -> OwnersWord? {
        guard let label = optOutLabel else { return nil }
        return (try? await dns.lookup(name.prefixed(label), .txt)).map { OwnersWord($0.records) }
    }

    /// Why a name is left alone, a phrase: it is on the list, or its owner says so; nil where nobody minds.
    public func reasonToLeaveAlone(_ name: DomainName, _ dns: any DNSClient) async -> String? {
        if let why = never.reason(name) { return why }
        return await optOut(of: name, dns)
    }

    /// Why an address is left alone, a phrase; nil where it is not on the list.
    public func reasonToLeaveAlone(_ address: IPAddress) -> String? { never.reason(address) }

    /// Why the owner of a name keeps us away, a phrase; nil where he does not.
    func optOut(of name: DomainName, _ dns: any DNSClient) async -> String? {
        guard let label = optOutLabel, await ownersWord(on: name, dns)?.isAgainstTests == true else { return nil }
        return "\(name.prefixed(label)) says that it is not to be tested"
    }
}
