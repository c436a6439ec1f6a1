import MailModel
import Testing

@testable import LiveWire

@Suite("The network of a process", .timeLimit(.minutes(10)))
struct NetworkTests {
    /// How many conversations a server has at a time.
    private struct Count {
        var now = 0
        var most = 0
    }

    private static func network(connections: Int) throws -> Network {
        var settings = Network.Settings()
        settings.resolver = .address(.loopback, port: 1)
        settings.allowed = [made(AddressBlock("127.0.0.0/8"))]
        settings.connectionPolicy = ConnectionPolicy(connectionsPerServer: connections, pace: 1000)
        settings.patience = .zero
        return try Network(settings)
    }

    @Test("an address never sees more connections at a time than its budget, however many runs there are")
    func sharedBudget() async throws {
        let network = try Self.network(connections: 2)
        let count = Locked(Count())
        let ledgers = try await ScriptedServer.run { peer in
            count.withLock { count in
                count.now += 1
                count.most = max(count.most, count.now)
            }
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            count.withLock { $0.now -= 1 }
            try await peer.send("221 Bye\r\n")
        } _: { running in
            try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        let wire = try await network.wire()
                        try await wire.smtp.withConnection(
                            to: .loopback, port: running.port, waits: .patient, transcript: Transcript()
                        ) { connection in
                            _ = try await connection.greeting()
                            _ = try await connection.send("QUIT")
                        }
                        return wire.ledger.connections.values.reduce(0, +)
                    }
                }
                return try await group.reduce(into: [Int]()) { $0.append($1) }
            }
        }
        #expect(ledgers == Array(repeating: 1, count: 12))
        #expect((1...2).contains(count.withLock { $0.most }))
    }

    @Test("what the resolver does is found out once, and each run is told")
    func resolver() async throws {
        let network = try Self.network(connections: 1)
        let first = try await network.wire()
        let second = try await network.wire()
        #expect(first.dns as AnyObject === second.dns as AnyObject)
        #expect(first.ledger !== second.ledger)
    }
}
