internal import MailModel

/// The resolver that was asked for, once it is known what can be validated through it. Through one that strips DNSSEC every
/// signed domain would look forged; full recursion is then tried instead of the system's.
final class CheckedResolver: Sendable {
    typealias Checked = (client: UnboundClient, remark: Network.Remark?)

    /// What came out, and whether the resolver answered at all: silence tells nothing, and the next run asks again.
    private typealias Examined = (checked: Checked, hasAnswered: Bool)

    private let settings: Network.Settings
    private let client: UnboundClient
    private let check = Locked(Check())

    private struct Check {
        var task: Task<Examined, any Error>?
        var waiting = 0
    }

    init(_ settings: Network.Settings) throws {
        self.settings = settings
        client = try UnboundClient(
            ResolverSettings(upstream: settings.resolver, trustAnchors: settings.trustAnchors))
    }

    /// Asks for what a run will want to know first, while the resolver is still being looked at.
    func askAhead(for domain: DomainName) {
        if settings.resolver != .recursive { client.askAhead(for: domain) }
    }

    /// What to ask, found out once it answers. Who is cancelled while nobody else waits breaks it off.
    func checked() async throws -> Checked {
        let task = check.withLock { check in
            check.waiting += 1
            let task = check.task ?? Task { try await self.examine() }
            check.task = task
            return task
        }
        defer { check.withLock { $0.waiting -= 1 } }
        let examined = try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            check.withLock { check in
                guard check.waiting == 1 else { return }
                check.task?.cancel()
                check.task = nil
            }
        }
        if !examined.hasAnswered { check.withLock { if $0.task == task { $0.task = nil } } }
        return examined.checked
    }

    /// One that does not answer at all is kept: each lookup will say so. Where nothing can be validated, nothing is: DNSSEC and
    /// DANE then get no verdict, and no domain looks forged that is not.
    private func examine() async throws -> Examined {
        let health = await health(of: client)
        guard case .stripsDNSSEC(let reason) = health else { return ((client, nil), health == .validates) }
        return (try await instead(because: reason), true)
    }

    private func instead(because reason: String) async throws -> Checked {
        guard settings.resolver == .system else { return try unvalidated(reason) }
        let recursive = try UnboundClient(
            ResolverSettings(upstream: .recursive, trustAnchors: settings.trustAnchors))
        guard await health(of: recursive) == .validates else { return try unvalidated(reason) }
        return (recursive, .recursionInstead(reason))
    }

    /// What the self-test says in time.
    private func health(of client: UnboundClient) async -> ResolverHealth {
        await withTaskGroup { [patience = settings.patience] group in
            group.addTask { await client.selfTest() }
            group.addTask {
                try? await Task.sleep(for: patience)
                return .unreachable(.timedOut)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .unreachable(.timedOut)
        }
    }

    private func unvalidated(_ reason: String) throws -> Checked {
        let client = try UnboundClient(
            ResolverSettings(upstream: settings.resolver, trustAnchors: .none(because: reason)))
        return (client, .nothingValidated(reason))
    }
}
