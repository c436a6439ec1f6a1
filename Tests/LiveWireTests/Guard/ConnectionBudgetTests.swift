import MailModel
import Testing

@testable import LiveWire

@Suite("The connection budget", .timeLimit(.minutes(10)))
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
                            to: server.server, port: server.port, waits: .patient, transcript: Transcript()
                        ) { connection in
                            _ = try await connection.greeting()
                            _ = try await connection.send("QUIT")
                        }
                    }
                }
                try await group.waitForAll()
            }
        }
        #expect(open.highest <= 3)
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
            // Nobody is let go before all are there.
            while open.highest < 3 { try await Task.sleep(for: .milliseconds(2)) }
            _ = try await peer.line()
            try await peer.send("221 bye\r\n")
        } _: { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        try await client.withConnection(
                            to: server.server, port: server.port, waits: .patient, transcript: Transcript()
                        ) { connection in
                            _ = try await connection.greeting()
                            _ = try await connection.send("QUIT")
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
        let budget = ConnectionBudget(ConnectionPolicy(connectionsPerServer: 3))
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
            while order.now < 1 { await Task.yield() }
            try await Task.sleep(for: .milliseconds(30))
            #expect(order.now == 1)
            budget.greeted(.loopback)
            try await group.waitForAll()
            #expect(order.now == 2)
        }
    }

    @Test("gives addresses budgets of their own")
    func separate() async throws {
        let budget = ConnectionBudget(ConnectionPolicy(connectionsPerServer: 1))
        try await budget.acquire(.loopback)
        try await budget.acquire(made(IPAddress("127.0.0.2")))
    }

    @Test("takes no place for one who stopped waiting")
    func cancelled() async throws {
        let budget = ConnectionBudget(ConnectionPolicy(connectionsPerServer: 1))
        try await budget.acquire(.loopback)
        let waiting = Task { try await budget.acquire(.loopback) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        await #expect(throws: CancellationError.self) { try await waiting.value }
        budget.release(.loopback)
        try await budget.acquire(.loopback)
    }

    /// A budget whose sleeps are noted; no time passes but theirs, and the given one.
    private func budget(
        _ connectionPolicy: ConnectionPolicy, time: Locked<ContinuousClock.Instant> = Locked(.now)
    ) -> (ConnectionBudget, Locked<[Duration]>) {
        let waits = Locked<[Duration]>([])
        let budget = ConnectionBudget(connectionPolicy, now: { time.withLock { $0 } }) { wait in
            try Task.checkCancellation()
            waits.withLock { $0.append(wait) }
            time.withLock { $0 += wait }
        }
        return (budget, waits)
    }

    @Test("begins no more connections in half a second than half the pace")
    func pace() async throws {
        let (budget, waits) = budget(ConnectionPolicy(connectionsPerServer: 9, pace: 6))
        for _ in 0..<4 {
            try await budget.acquire(.loopback)
            budget.greeted(.loopback)
        }
        let seen = waits.withLock { $0 }
        #expect(seen == [.milliseconds(500)])
    }

    @Test("keeps connections apart where it is asked to")
    func spacing() async throws {
        let (budget, waits) = budget(ConnectionPolicy(connectionsPerServer: 1, spacing: .milliseconds(200)))
        for _ in 0..<3 {
            try await budget.acquire(.loopback)
            budget.release(.loopback)
        }
        #expect(waits.withLock { $0 } == [.milliseconds(200), .milliseconds(200)])
    }

    @Test("waits after a 421, for all who were turned away together once, and goes on one at a time")
    func turnedAway() async throws {
        let connectionPolicy = ConnectionPolicy(
            connectionsPerServer: 3, patience: [.milliseconds(100), .milliseconds(200)])
        let (budget, waits) = budget(connectionPolicy)
        var waves: [Int] = []
        for _ in 0..<3 {
            waves.append(try await budget.acquire(.loopback))
            budget.greeted(.loopback)
        }
        for wave in waves {
            budget.turnedAway(.loopback, sign: "421 busy", wave: wave)
            budget.release(.loopback)
        }
        let wave = try await budget.acquire(.loopback)
        #expect(wave == 1 && waits.withLock { !$0.isEmpty })
        let second = Task { try await budget.acquire(.loopback) }
        try await Task.sleep(for: .milliseconds(50))
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
    }

    @Test("says how long a connection waits, and how the server turned us away")
    func tellsWaits() async throws {
        let (budget, _) = budget(
            ConnectionPolicy(connectionsPerServer: 1, spacing: .seconds(1), patience: [.seconds(5)]))
        let heard = Locked<[ConnectionWait]>([])
        let told = { @Sendable (wait: ConnectionWait) in heard.withLock { $0.append(wait) } }
        try await budget.acquire(.loopback, told: told)
        budget.release(.loopback)
        let wave = try await budget.acquire(.loopback, told: told)
        budget.turnedAway(.loopback, sign: "421 busy", wave: wave)
        budget.release(.loopback)
        try await budget.acquire(.loopback, told: told)
        let waits = heard.withLock { $0 }
        #expect(waits.map(\.duration) == [.seconds(1), .seconds(5)])
        #expect(waits.map(\.sign) == [nil, "421 busy"])
        #expect(waits.allSatisfy { $0.address == .loopback })
    }

    @Test("leaves the address alone when its waits are used up, and no other address")
    func givesUp() async throws {
        let (budget, _) = budget(ConnectionPolicy(patience: []))
        let wave = try await budget.acquire(.loopback)
        budget.turnedAway(.loopback, sign: "421 busy", wave: wave)
        budget.release(.loopback)
        await #expect(throws: Throttled(sign: "421 busy")) { try await budget.acquire(.loopback) }
        try await budget.acquire(made(IPAddress("127.0.0.2")))
    }

    @Test("takes a refused connection for a sign only where another got a greeting")
    func refused() async throws {
        let (budget, _) = budget(ConnectionPolicy(patience: []))
        let wave = try await budget.acquire(.loopback)
        budget.failed(.loopback, .refused, wave: wave)
        budget.release(.loopback)
        try await budget.acquire(.loopback)
        budget.greeted(.loopback)
        budget.failed(.loopback, .reset, wave: wave)
        budget.release(.loopback)
        await #expect(throws: Throttled.self) { try await budget.acquire(.loopback) }
    }

    @Test("a greeting of more than ten seconds makes it one at a time")
    func slowGreeting() async throws {
        let (budget, _) = budget(ConnectionPolicy(connectionsPerServer: 3))
        try await budget.acquire(.loopback)
        budget.greeted(.loopback, after: .seconds(11))
        let second = Task { try await budget.acquire(.loopback) }
        try await Task.sleep(for: .milliseconds(50))
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
    }

    @Test("a pause that was asked for comes before the next connection, and the longest counts")
    func rest() async throws {
        let (budget, waits) = budget(ConnectionPolicy(connectionsPerServer: 3))
        budget.rest(.loopback, for: .milliseconds(60))
        budget.rest(.loopback, for: .milliseconds(20))
        try await budget.acquire(.loopback)
        #expect(waits.withLock { $0 } == [.milliseconds(60)])
    }

    @Test("forgives an address that turned us away long ago")
    func forgives() async throws {
        let time = Locked(ContinuousClock.now)
        let (budget, _) = budget(ConnectionPolicy(patience: []), time: time)
        let wave = try await budget.acquire(.loopback)
        budget.turnedAway(.loopback, sign: "421 busy", wave: wave)
        budget.release(.loopback)
        await #expect(throws: Throttled(sign: "421 busy")) { try await budget.acquire(.loopback) }
        time.withLock { $0 += .seconds(901) }
        try await budget.acquire(.loopback)
    }

    @Test("looks through its addresses once when there are twice as many, and forgets those of long ago")
    func manyAddresses() async throws {
        let (time, looks) = (Locked(ContinuousClock.now), Locked(0))
        let budget = ConnectionBudget(
            ConnectionPolicy(),
            now: {
                looks.withLock { $0 += 1 }
                return time.withLock { $0 }
            })
        func visit(_ numbers: Range<Int>) async throws -> Int {
            looks.withLock { $0 = 0 }
            for number in numbers {
                let address = try #require(IPAddress("10.0.\(number / 256).\(number % 256)"))
                try await budget.acquire(address)
                budget.release(address)
            }
            // One for each connection to begin; the others are for a look at all of them.
            return looks.withLock { $0 } - numbers.count
        }
        #expect(try await visit(0..<20_000) == 3)
        #expect(budget.places == 20_000)
        time.withLock { $0 += .seconds(901) }
        #expect(try await visit(20_000..<40_000) == 1)
        #expect(budget.places < 30_000)
    }
}
