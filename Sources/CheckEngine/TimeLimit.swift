internal import MailModel

/// A step's own time limit passed.
struct TimeLimitPassed: Error {
    let limit: Duration
}

/// Runs an operation, cancelling it when the limit passes. The operation must honour cancellation.
func withTimeLimit<Value: Sendable>(
    _ limit: Duration?, on clock: any Clock<Duration>, _ operation: @escaping @Sendable () async throws -> Value
) async throws -> Value {
    guard let limit else { return try await operation() }
    return try await withThrowingTaskGroup(of: Value.self) { group in
        group.addTask { try await operation() }
        group.addTask {
            try await clock.sleep(for: limit)
            throw TimeLimitPassed(limit: limit)
        }
        defer { group.cancelAll() }
        guard let value = try await group.next() else { throw CancellationError() }
        return value
    }
}
