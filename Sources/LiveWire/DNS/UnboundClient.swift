internal import CUnbound
public import MailModel

/// The DNS client of the wire: libunbound, which validates every answer here, whatever the upstream says about it.
///
/// One client holds one cache; use one per run, so that a run sees what is published now.
public final class UnboundClient: DNSClient {
    private let deadline: Duration
    /// Why there are no trust anchors; nil where there are.
    let anchorless: String?
    let limits = ValidatorLimits()
    private let context: Locked<UnboundContext?>
    private let pump: ResultPump

    /// Sets the resolver up; no packet is sent before the first lookup.
    public init(_ settings: ResolverSettings = ResolverSettings()) throws(ResolverError) {
        let context = try UnboundContext(settings)
        do {
            pump = try ResultPump(context)
        } catch {
            context.delete()
            throw error
        }
        self.context = Locked(context)
        deadline = settings.deadline
        if case .none(let reason) = settings.trustAnchors { anchorless = reason } else { anchorless = nil }
    }

    deinit { close() }

    /// Asks for the records of a type, within the deadline of the settings.
    ///
    /// A lookup that runs out of time or is cancelled returns at once; a result that comes later is dropped.
    public func lookup(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        try await withThrowingTaskGroup(of: DNSAnswer.self) { group in
            group.addTask { try await self.marking(self.settle(self.ask(name, type)), to: name, type) }
            group.addTask { [deadline] in
                try await DeadlineClock.shared.sleep(for: deadline)
                throw DNSFailure.timedOut
            }
            defer { group.cancelAll() }
            guard let answer = try await group.next() else { throw CancellationError() }
            return answer
        }
    }

    /// Ends all lookups under way with `DNSFailure.local` and frees the resolver; a second call does nothing.
    public func close() {
        let context = context.withLock { context in
            defer { context = nil }
            return context
        }
        guard let context else { return }
        for lookup in PendingLookups.takeAll(of: ObjectIdentifier(self)) {
            lookup.continuation.resume(throwing: Self.closed)
        }
        pump.stop()
        context.delete()
    }
}

extension UnboundClient {
    private static let closed = DNSFailure.local("it is closed")

    func ask(_ name: DomainName, _ type: DNSRecordType) async throws -> DNSAnswer {
        let token = PendingLookups.newToken()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                PendingLookups.add(token, of: ObjectIdentifier(self), continuation)
                if let error = start(token, name, type) {
                    PendingLookups.take(token)?.continuation.resume(throwing: error)
                }
            }
        } onCancel: {
            cancel(token)
        }
    }

    /// Keeps a bogus answer only if it is proven so; see `MissingLink`.
    private func settle(_ answer: DNSAnswer) async throws -> DNSAnswer {
        guard case .bogus(let reason) = answer.security, let link = MissingLink(reason: reason) else { return answer }
        guard case .bogus = try await ask(link.zone, link.type).security else {
            throw DNSFailure.serverFailure("SERVFAIL for the \(link.type) of \(link.zone)")
        }
        return answer
    }

    /// Hands a query to the library; returns why that cannot be. The lock keeps `close` away meanwhile.
    private func start(_ token: UInt, _ name: DomainName, _ type: DNSRecordType) -> (any Error)? {
        context.withLock { context in
            guard let context else { return Self.closed }
            // Cancelled before the lookup was on the desk: the handler has found nothing to do.
            guard !Task.isCancelled else { return CancellationError() }
            var query: Int32 = 0
            let status = ub_resolve_async(
                context.pointer, name.description, Int32(type.rawValue), 1, UnsafeMutableRawPointer(bitPattern: token),
                receiveResult, &query)
            guard status == 0 else { return DNSFailure.local(libraryText(status)) }
            PendingLookups.note(query: query, for: token)
            return nil
        }
    }

    private func cancel(_ token: UInt) {
        context.withLock { context in
            guard let lookup = PendingLookups.take(token) else { return }
            if let context, let query = lookup.query { ub_cancel(context.pointer, query) }
            lookup.continuation.resume(throwing: CancellationError())
        }
    }
}

/// libunbound's callback, on the pump's thread; `argument` is a token.
private func receiveResult(
    _ argument: UnsafeMutableRawPointer?, _ status: Int32, _ result: UnsafeMutablePointer<ub_result>?
) {
    defer { if let result { ub_resolve_free(result) } }
    guard let lookup = PendingLookups.take(UInt(bitPattern: argument)) else { return }
    guard status == 0, let result else {
        lookup.continuation.resume(throwing: DNSFailure.local(libraryText(status)))
        return
    }
    do throws(DNSFailure) {
        lookup.continuation.resume(returning: try DNSAnswer(result.pointee))
    } catch {
        lookup.continuation.resume(throwing: error)
    }
}
