import MailModel
import Testing

@testable import LiveWire

@Suite("The connection budget", .timeLimit(.minutes(1)))
struct ConnectionBudgetTests {
    @Test("never lets more connections through than it has, and all get their turn")
    func limit() async throws {
        let open = Gauge()
        let ledger = ConnectionLedger()
        let client = try LiveSMTPClient.forTests(connections: 3, ledger: ledger)
        try await ScriptedServer.run { peer in
            open.up()
            defer { open.down() }
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
            try await Task.sleep(for: .milliseconds(20))
            try await peer.send("221 bye\r\n")
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await client.withConnection(
                            to: server.server, port: server.port, waits: Waits(), transcript: Transcript()
                        ) { connection in
                            _ = try await connection.greeting()
                            _ = try await connection.send("QUIT")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect((2...3).contains(open.highest))
        #expect(ledger.connections == [.loopback: 12])
    }

    @Test("keeps the first connection to an address alone until its greeting")
    func firstAlone() async throws {
        let open = Gauge()
        let client = try LiveSMTPClient.forTests(connections: 3)
        try await ScriptedServer.run { peer in
            open.up()
            if open.highest == 1 {
                try await Task.sleep(for: .milliseconds(100))
                #expect(open.highest == 1)
            }
            try await peer.send("220 mx.example\r\n")
            _ = try await peer.line()
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await client.withConnection(
                            to: server.server, port: server.port, waits: Waits(), transcript: Transcript()
                        ) { connection in
                            _ = try await connection.greeting()
                            try await Task.sleep(for: .milliseconds(100))
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(open.highest == 3)
    }

    @Test("lets the next one try alone when the first connection ends without a greeting")
    func nextAlone() async throws {
        let budget = ConnectionBudget(limit: 3)
        let order = Gauge()
        try await budget.acquire(.loopback)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    try await budget.acquire(.loopback)
                    order.up()
                }
            }
            try await Task.sleep(for: .milliseconds(30))
            #expect(order.now == 0)
            budget.release(.loopback)
            try await Task.sleep(for: .milliseconds(30))
            #expect(order.now == 1)
            budget.greeted(.loopback)
            try await group.waitForAll()
            #expect(order.now == 2)
        }
    }

    @Test("gives addresses budgets of their own")
    func separate() async throws {
        let budget = ConnectionBudget(limit: 1)
        try await budget.acquire(.loopback)
        try await budget.acquire(made(IPAddress("127.0.0.2")))
    }

    @Test("takes no place for one who stopped waiting")
    func cancelled() async throws {
        let budget = ConnectionBudget(limit: 1)
        try await budget.acquire(.loopback)
        let waiting = Task { try await budget.acquire(.loopback) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        budget.release(.loopback)
        try await budget.acquire(.loopback)
    }
}
