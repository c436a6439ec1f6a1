internal import MailModel

/// Lookups that many domains have in common: their MX hosts' addresses, and what these publish. A validator answers from its cache, too,
/// but through two threads and a pipe.
final class SharedLookups: DNSClient {
    private struct Question: Hashable {
        let name: DomainName
        let type: DNSRecordType
    }

    private struct State {
        var answers: [Question: (answer: DNSAnswer, since: ContinuousClock.Instant)] = [:]
        var asked: [Question: Int] = [:]
    }

    /// Answers are kept so long at most: a batch looks at everything once, and a domain's records are not shared.
    private static let age = Duration.seconds(600)
    /// More are forgotten together: what is asked for often is there again soon.
    private static let many = 20_000

    private let dns: any DNSClient
    private let state = Locked(State())

    init(_ dns: any DNSClient) { self.dns = dns }

    /// From what is known, or by asking. What fails is asked for again. Only what is asked for a second time is kept.
    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        let question = Question(name: name, type: type)
        let now = ContinuousClock.now
        let known = state.withLock { state in
            state.answers[question].flatMap { $0.since.duration(to: now) < Self.age ? $0.answer : nil }
        }
        if let known { return known }
        let answer = try await dns.lookup(name, type)
        state.withLock { state in
            if state.asked.count > Self.many { state.asked.removeAll() }
            state.asked[question, default: 0] += 1
            guard state.asked[question] ?? 0 > 1 else { return }
            if state.answers.count > Self.many { state.answers.removeAll() }
            state.answers[question] = (answer, now)
        }
        return answer
    }

    func selfTest() async -> ResolverHealth { await dns.selfTest() }
}
