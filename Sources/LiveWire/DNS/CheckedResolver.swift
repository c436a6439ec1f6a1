internal import MailModel

/// The resolver that was asked for, once it is known what can be validated through it. Through one that strips DNSSEC every
/// signed domain would look forged; full recursion is then tried instead of the system's.
final class CheckedResolver: Sendable {
    typealias Checked = (client: any DNSClient, remark: Network.Remark?)

    /// What came out, and for how long to believe it; nil for ever. Silence tells nothing, and the next run asks again. What is wrong with
    /// a path today may be mended tomorrow, while the service still runs.
    private typealias Examined = (checked: Checked, lasts: Duration?)

    private let settings: Network.Settings
    private let client: UnboundClient
    private let look: ResolverLook
    private let check = Locked(Check())

    private struct Check {
        var task: Task<Examined, any Error>?
        var waiting = 0
        /// When to look again; nil while it is being looked at, and where what came out lasts.
        var ends: ContinuousClock.Instant?

        mutating func forget() {
            task = nil
            ends = nil
        }
    }

    init(
        _ settings: Network.Settings,
        selfTest: @escaping @Sendable (UnboundClient) async -> ResolverHealth = { await $0.selfTest() }
    ) throws {
        self.settings = settings
        look = ResolverLook(settings: settings, selfTest: selfTest)
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
            if let ends = check.ends, ends <= .now { check.forget() }
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
                check.forget()
            }
        }
        if let lasts = examined.lasts {
            check.withLock { check in
                if check.task == task, check.ends == nil { check.ends = .now + lasts }
            }
        }
        return examined.checked
    }

    /// One that does not answer at all is kept: each lookup will say so.
    private func examine() async throws -> Examined {
        switch await look.health(of: client) {
        case .validates:
            return ((StillValidating(client, lasts: settings.looksAgain) { [look] in await look.afresh() }, nil), nil)
        case .stripsDNSSEC(let reason):
            if let recursive = try await recursion(because: reason) { return recursive }
            return try await unvalidated(reason)
        case .unreachable(.local(let reason)):
            if let recursive = try await recursion(because: reason) { return recursive }
            return useless(reason)
        case .unreachable:
            return ((client, nil), .zero)
        }
    }

    /// Full recursion instead of the system's resolver, where that validates.
    private func recursion(because reason: String) async throws -> Examined? {
        guard settings.resolver == .system else { return nil }
        let recursive = try UnboundClient(
            ResolverSettings(upstream: .recursive, trustAnchors: settings.trustAnchors))
        guard await look.health(of: recursive) == .validates else { return nil }
        return ((recursive, .recursionInstead(reason)), settings.looksAgain)
    }

    /// Where nothing can be validated, nothing is: DNSSEC and DANE then get no verdict, and no domain looks forged that is not. The root
    /// is there all the same.
    private func unvalidated(_ reason: String) async throws -> Examined {
        let client = try UnboundClient(
            ResolverSettings(upstream: settings.resolver, trustAnchors: .none(because: reason)))
        if case .unreachable(.local(let denial)) = await look.health(of: client) { return useless(denial) }
        return ((client, .nothingValidated(reason)), settings.looksAgain)
    }

    private func useless(_ reason: String) -> Examined { ((UselessResolver(reason: reason), nil), .zero) }
}

/// How a resolver is looked at.
private struct ResolverLook: Sendable {
    let settings: Network.Settings
    let selfTest: @Sendable (UnboundClient) async -> ResolverHealth

    /// What the self-test says in time.
    func health(of client: UnboundClient) async -> ResolverHealth {
        await withTaskGroup { group in
            group.addTask { await selfTest(client) }
            group.addTask {
                try? await Task.sleep(for: settings.patience)
                return .unreachable(.timedOut)
            }
            defer { group.cancelAll() }
            return await group.next() ?? .unreachable(.timedOut)
        }
    }

    /// What a client without a cache finds.
    func afresh() async -> ResolverHealth {
        let client = try? UnboundClient(
            ResolverSettings(upstream: settings.resolver, trustAnchors: settings.trustAnchors))
        guard let client else { return .unreachable(.local("no other client can be made")) }
        return await health(of: client)
    }
}

/// Instead of a resolver that denies what everybody knows to be there: what it says of other names tells nothing.
private struct UselessResolver: DNSClient {
    let reason: String

    func lookup(_: DomainName, _: DNSRecordType) async throws -> DNSAnswer { throw DNSFailure.local(reason) }

    func selfTest() async -> ResolverHealth { .unreachable(.local(reason)) }
}
