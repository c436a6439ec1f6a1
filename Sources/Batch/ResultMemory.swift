internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Results of domains that differ in nothing but their name: the customers of a provider, mostly. What was judged of one holds for all
/// of them, as long as their servers are the same and publish the same.
final class ResultMemory: Sendable {
    /// What decides a result: what the domain publishes, without its name, and which servers it has.
    struct Key: Hashable, Sendable {
        private let published: Int
        private let servers: [MailServer]

        /// The key of evidence of which what the domain publishes is known.
        init(_ evidence: Evidence) {
            var hasher = Hasher()
            for slot in evidence.slots(at: .domain) {
                guard let json = try? FactCoding.json(evidence.observed(slot)) else { continue }
                hasher.combine(slot.fact)
                hasher.combine(String(decoding: json, as: UTF8.self).replacing(evidence.domain.text, with: "\u{1}"))
            }
            published = hasher.finalize()
            servers = evidence.servers
        }
    }

    private struct Known {
        let result: BatchLoop.Outcome
        let hour: Int
    }

    /// More are forgotten together: who has many customers is met again soon.
    private static let many = 4096

    private let results = Locked<[Key: Known]>([:])

    /// What came out for another domain, in the same hour: certificates get older, and no result may be about another day.
    func result(_ key: Key, at instant: Date) -> BatchLoop.Outcome? {
        results.withLock { results in results[key].flatMap { $0.hour == Self.hour(instant) ? $0.result : nil } }
    }

    /// Keeps what came out for a domain, unless it says its name.
    func keep(_ result: BatchLoop.Outcome, _ key: Key, of domain: DomainName, at instant: Date) {
        guard !result.json.contains(domain.text) else { return }
        results.withLock { results in
            if results.count >= Self.many { results.removeAll() }
            results[key] = Known(result: result, hour: Self.hour(instant))
        }
    }

    private static func hour(_ instant: Date) -> Int { Int(instant.timeIntervalSince1970 / 3600) }
}
