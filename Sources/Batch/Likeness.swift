internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Observations

/// What a server shows, without the name of its host: two hosts of one address are alike where these are equal.
///
/// A certificate with the name of one customer makes them differ, and so does anything that is answered to one name only. What a host
/// publishes counts, too: one with TLSA records is like none without.
struct Likeness: Hashable, Sendable {
    /// Of each fact only a number: there are millions of servers.
    private let published: Int
    private let shown: Int

    /// What evidence says of a server: of its host, and of it, as far as it holds for every domain.
    init(_ evidence: Evidence, _ server: MailServer, _ shared: Set<FactID>) {
        published = Self.digest(evidence, .host(server.host), server.host, shared)
        shown = Self.digest(evidence, .server(server), server.host, shared)
    }

    /// Whether what a host publishes is as it is here.
    func agrees(with evidence: Evidence, _ host: DomainName, _ shared: Set<FactID>) -> Bool {
        Self.digest(evidence, .host(host), host, shared) == published
    }

    /// What is there; what is absent for want of something to ask is not kept, and so does not count.
    private static func digest(
        _ evidence: Evidence, _ place: Place, _ host: DomainName, _ shared: Set<FactID>
    ) -> Int {
        var hasher = Hasher()
        for id in shared.sorted() {
            guard let fact = evidence.observed(Slot(id, place)).value,
                let json = try? FactCoding.json(.present(fact.lasting))
            else { continue }
            hasher.combine(id)
            hasher.combine(String(decoding: json, as: UTF8.self).replacing(host.text, with: "\u{1}"))
        }
        return hasher.finalize()
    }
}

extension SharedFact {
    /// What another host at the same address would show: the same, with its own name, and with no key that was made for one handshake.
    func supposed(of server: MailServer, seenAt model: MailServer, as type: FactType) -> SharedFact? {
        guard let json = try? FactCoding.json(observed.withoutKeyShares) else { return nil }
        let text = String(decoding: json, as: UTF8.self).replacing(model.host.text, with: server.host.text)
        guard let observed = try? FactCoding.read(Data(text.utf8), as: type) else { return nil }
        var fact = self
        fact.observed = observed
        fact.inferredFrom = model
        return fact
    }
}

extension Evidence {
    /// The names that the certificate of a server may speak for.
    func certifiedNames(of server: MailServer) -> [DNSIdentity] {
        let conversation = observed(Conversation.self, at: .server(server)).value
        return conversation?.handshake?.value?.chain.first?.dnsNames.compactMap { DNSIdentity($0) } ?? []
    }
}
