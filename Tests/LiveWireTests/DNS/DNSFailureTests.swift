import LiveWire
import MailModel
import Testing

/// Upstreams that do not answer, lookups that are given up, and settings that cannot work.
@Suite("DNS failures", .timeLimit(.minutes(10)))
struct DNSFailureTests {
    private static let name = try! DomainName(input: "signed.test")

    @Test("An upstream that never answers runs into our deadline")
    func deadline() async throws {
        let client = try await NameServers.client(.silent, deadline: .milliseconds(300))
        let start = ContinuousClock.now
        await #expect(throws: DNSFailure.timedOut) { try await client.lookup(Self.name, .mx) }
        #expect(start.duration(to: .now) >= .milliseconds(300))
    }

    @Test("A cancelled lookup returns at once, and the client still works afterwards")
    func cancellation() async throws {
        // Nothing but the cancellation ends it within the time limit of the suite.
        let client = try await NameServers.client(.silent, deadline: .seconds(3600))
        let task = Task { try await client.lookup(Self.name, .mx) }
        try await Task.sleep(for: .milliseconds(50))
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
        await #expect(throws: DNSFailure.local("syntax error")) {
            try await client.lookup(Self.name.prefixed(String(repeating: "a", count: 64)), .a)
        }
    }

    @Test("A lookup of a task that is already cancelled asks nothing")
    func cancelledBefore() async throws {
        let client = try await NameServers.client(.nsd)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            return try await client.lookup(Self.name, .mx)
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("Closing ends lookups under way, later ones fail, and closing again is harmless")
    func close() async throws {
        let client = try await NameServers.client(.silent)
        let tasks = (0..<20).map { number in
            Task { try await client.lookup(DomainName(input: "n\(number).test"), .a) }
        }
        try await Task.sleep(for: .milliseconds(50))
        client.close()
        client.close()
        for task in tasks { await #expect(throws: DNSFailure.local("it is closed")) { try await task.value } }
        await #expect(throws: DNSFailure.local("it is closed")) { try await client.lookup(Self.name, .mx) }
        tasks.forEach { $0.cancel() }
    }

    @Test("Clients come and go while their lookups are cancelled, without a crash or a leak of threads")
    func churn() async throws {
        let before = try threadCount()
        for _ in 0..<20 {
            let client = try await NameServers.client(.silent)
            await withTaskGroup(of: Void.self) { group in
                for number in 0..<10 {
                    group.addTask { _ = try? await client.lookup(DomainName(input: "n\(number).test"), .a) }
                }
                try? await Task.sleep(for: .milliseconds(5))
                group.cancelAll()
            }
        }
        // Other tests have threads of their own for a while; those of a leak stay.
        for _ in 0..<300 where try threadCount() >= before + 20 { try await Task.sleep(for: .milliseconds(100)) }
        #expect(try threadCount() < before + 20)
    }

    @Test("Lookups that hang do not take the resolver down with them")
    func hangingZone() async throws {
        let client = try await NameServers.client(.unbound, deadline: .seconds(3))
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<40 {
                group.addTask {
                    await #expect(throws: DNSFailure.self) {
                        try await client.lookup(DomainName(input: "n\(number).silent.test"), .a)
                    }
                }
            }
            group.addTask {
                for number in 0..<30 {
                    try? await Task.sleep(for: .milliseconds(100))
                    await #expect(throws: Never.self) {
                        try await client.lookup(DomainName(input: "n\(number).many.signed.test"), .a)
                    }
                }
            }
        }
        #expect(try await client.lookup(Self.name, .mx).security == .secure)
    }

    @Test("A name that the DNS cannot hold is a local failure")
    func impossibleName() async throws {
        let client = try await NameServers.client(.nsd)
        let name = Self.name.prefixed(String(repeating: "a", count: 64))
        await #expect(throws: DNSFailure.local("syntax error")) { try await client.lookup(name, .a) }
    }
}
