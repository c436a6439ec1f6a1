internal import MailModel

/// A resolver through which signatures verified when it was looked at.
///
/// Its cache holds the root's keys for days, so that nothing else would tell when the path begins to strip signatures: every signed domain
/// would then look forged. Where the last look is not of now, somebody without a cache looks again before a zone is blamed.
final class StillValidating: DNSClient {
    private let client: any DNSClient
    private let lasts: Duration
    private let look: @Sendable () async -> ResolverHealth
    private let last: Locked<Look>

    private struct Look {
        var result: Task<ResolverHealth, Never>
        var ends: ContinuousClock.Instant
    }

    /// What a look finds holds so long; `look` may have no cache.
    init(
        _ client: any DNSClient, lookedAt: ContinuousClock.Instant = .now, lasts: Duration,
        look: @escaping @Sendable () async -> ResolverHealth
    ) {
        self.client = client
        self.lasts = lasts
        self.look = look
        last = Locked(Look(result: Task { .validates }, ends: lookedAt + lasts))
    }

    func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        var answer = try await client.lookup(name, type)
        guard case .bogus = answer.security, let doubt = await doubt() else { return answer }
        // Whoever strips signatures may deny as well: that there is nothing must not come of it.
        guard answer.status == .noError, !answer.records.isEmpty else { throw DNSFailure.local(doubt) }
        answer.security = .indeterminate(doubt)
        return answer
    }

    func selfTest() async -> ResolverHealth {
        let health = await client.selfTest()
        return health == .validates ? await latest() : health
    }

    /// Why a bogus answer says nothing of its zone; nil where it does.
    private func doubt() async -> String? {
        switch await latest() {
        case .validates: nil
        case .stripsDNSSEC(let reason): "signatures no longer verify through the resolver of this run: \(reason)"
        case .unreachable(let failure): "whether signatures still verify could not be found out: \(failure)"
        }
    }

    /// What the last look found, or another one where that is long ago; many ask at a time, and one looks.
    private func latest() async -> ResolverHealth {
        let result = last.withLock { last in
            if last.ends <= .now { last = Look(result: Task { [look] in await look() }, ends: .now + lasts) }
            return last.result
        }
        return await result.value
    }
}
