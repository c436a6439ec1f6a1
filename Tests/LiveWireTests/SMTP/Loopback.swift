import MailModel

@testable import LiveWire

extension Waits {
    /// So long that they end no test on a busy machine; but for the farewell, which some servers never say.
    static let patient = Waits(
        connect: .seconds(600), greeting: .seconds(600), command: .seconds(600), handshake: .seconds(600))

    /// The same, but one of them so short that a deadline is a matter of milliseconds.
    static func short(_ wait: WritableKeyPath<Waits, Duration>) -> Waits {
        var waits = Waits.patient
        waits[keyPath: wait] = .milliseconds(200)
        return waits
    }
}

/// Runs a conversation of a client with a scripted server.
func converse<Result: Sendable>(
    waits: Waits = .patient, client: LiveSMTPClient? = nil, transcript: Transcript = Transcript(),
    with script: @escaping @Sendable (Peer) async throws -> Void,
    _ body: @Sendable (any SMTPConnection) async throws -> Result
) async throws -> Result {
    let client = try client ?? LiveSMTPClient.forTests()
    return try await ScriptedServer.run(script) { server in
        try await client.withConnection(
            to: server.server, port: server.port, waits: waits, transcript: transcript, body)
    }
}

/// The failure that a conversation ends with; nil when it does not fail.
func failure(_ body: () async throws -> some Any) async -> WireFailure? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? WireFailure ?? .local("not a wire failure: \(error)")
    }
}

/// A value that one task sets and another waits for.
final class Promise<Value: Sendable>: Sendable {
    private let stream: AsyncStream<Value>
    private let continuation: AsyncStream<Value>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream() }

    func fulfil(_ value: Value) { continuation.yield(value) }

    var value: Value? {
        get async {
            for await value in stream { return value }
            return nil
        }
    }
}

/// A number that many tasks change, with the highest value it had.
final class Gauge: Sendable {
    private let state = Locked((now: 0, highest: 0))

    func up() {
        state.withLock {
            $0.now += 1
            $0.highest = max($0.highest, $0.now)
        }
    }

    func down() { state.withLock { $0.now -= 1 } }

    var now: Int { state.withLock { $0.now } }
    var highest: Int { state.withLock { $0.highest } }
}
