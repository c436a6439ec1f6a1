import CheckKit
import FoundationEssentials
import GRDB
import MailModel
import Testing

@testable import Store

/// The lists of servers that domains have.
@Suite("The servers of domains, in a store", .timeLimit(.minutes(10)))
struct ServersOfDomainTests {
    private static let first = Date(timeIntervalSince1970: 1_790_000_000)

    private let folder: StoreTests.Folder

    init() throws { folder = try StoreTests.Folder() }

    private func open() throws -> Store {
        try Store(
            file: folder.file, known: [Hosts.factType], ages: .init(settled: .zero, open: .zero),
            now: { Self.first + 100 })
    }

    /// What is known of a domain with these servers, each a host and an address.
    private func keep(_ domain: String, _ servers: [(String, String)], after seconds: Double = 0, in store: Store) async
    {
        var evidence = Evidence(domain: name(domain), collectedAt: Self.first + seconds, settings: RunSettings())
        evidence.settle(
            Slot(Hosts.id, .domain),
            .present(
                Hosts(
                    hosts: servers.map {
                        ListedHost(name: name($0.0), preference: 10, addresses: [IPAddress($0.1)].compactMap(\.self))
                    })))
        await store.keep(evidence, "c")
    }

    private func domains(at place: Place, _ store: Store) async throws -> [String] {
        try await store.flush()
        return try store.domains(at: place).map(\.text)
    }

    @Test("are one list, whoever has them, in whatever order they are named")
    func shared() async throws {
        let store = try open()
        let servers = (1...40).map { ("mx\($0 % 4).provider.example", "192.0.2.\($0)") }
        for index in 0..<50 {
            await keep("d\(index).example", index % 2 == 0 ? servers : servers.reversed(), in: store)
        }
        await keep("own.example", [("mx.own.example", "192.0.2.1")], in: store)
        let address = Place.address(IPAddress("192.0.2.1")!)
        #expect(try await domains(at: address, store).count == 51)
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM server_list") } == 2)
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM server_listed") } == 41)
        #expect(try await domains(at: .host(name("mx1.provider.example")), store).count == 50)
    }

    @Test("are another list once they change, and those that went elsewhere are no longer there")
    func moved() async throws {
        let store = try open()
        let (stays, goes, comes) = (
            ("mx.example", "192.0.2.1"), ("mx.example", "192.0.2.2"), ("mx.example", "192.0.2.3")
        )
        await keep("one.example", [stays, goes], in: store)
        await keep("one.example", [stays, comes], after: 10, in: store)
        #expect(try await domains(at: .address(IPAddress("192.0.2.1")!), store) == ["one.example"])
        #expect(try await domains(at: .address(IPAddress("192.0.2.2")!), store) == [])
        #expect(try await domains(at: .address(IPAddress("192.0.2.3")!), store) == ["one.example"])
        // And back again.
        await keep("one.example", [stays, goes], after: 20, in: store)
        #expect(try await domains(at: .address(IPAddress("192.0.2.2")!), store) == ["one.example"])
        #expect(try await domains(at: .address(IPAddress("192.0.2.3")!), store) == [])
    }

    @Test("are still those of a domain of which something else was seen by a clock that was ahead")
    func clockAhead() async throws {
        let store = try open()
        await keep("one.example", [("mx.example", "192.0.2.1")], in: store)
        var later = Evidence(
            domain: name("one.example"), collectedAt: Self.first + 30 * 86_400, settings: RunSettings())
        later.settle(
            Slot(StoreTests.Notice.id, .domain), .present(StoreTests.Notice(text: "tomorrow", number: 0)))
        await store.keep(later, "c")
        #expect(try await domains(at: .address(IPAddress("192.0.2.1")!), store) == ["one.example"])
    }

    @Test("are taken over from a store that had a row for each")
    func migrated() async throws {
        let pool = try DatabasePool(path: folder.file)
        try Schema.migrator.migrate(pool, upTo: "6")
        try await pool.write { db in
            for (domain, address, preference, first, last) in [
                ("one", "192.0.2.1", 10, 0, 50), ("one", "192.0.2.2", 10, 0, 20), ("one", "192.0.2.3", 20, 0, 50),
                ("two", "192.0.2.1", 10, 5, 50), ("two", "192.0.2.3", 20, 5, 50),
            ] {
                let (from, to) = (Self.first.wholeSeconds + Int64(first), Self.first.wholeSeconds + Int64(last))
                try db.execute(
                    sql: "INSERT INTO edge(domain, server, preference, first_seen, last_seen) VALUES (?, ?, ?, ?, ?)",
                    arguments: [
                        try db.placeID("d:\(domain).example"), try db.placeID("s:mx.example|\(address)"), preference,
                        from, to,
                    ])
            }
        }
        let before = try await pool.read(Self.edges)
        try pool.close()
        let store = try open()
        #expect(before.count == 5)
        #expect(try store.read(Self.edges) == before)
        #expect(try store.read { try Int.fetchOne($0, sql: "SELECT count(*) FROM server_list") } == 2)
        #expect(try store.read { try $0.tableExists("old_edge") } == false)
        #expect(try await domains(at: .address(IPAddress("192.0.2.1")!), store) == ["one.example", "two.example"])
    }

    private static func edges(_ db: Database) throws -> [String] {
        try Row.fetchAll(
            db,
            sql: """
                SELECT d.key AS domain, p.key AS server, e.preference, e.first_seen, e.last_seen
                FROM edge e JOIN place d ON d.id = e.domain JOIN place p ON p.id = e.server ORDER BY 1, 2
                """
        ).map { "\($0)" }
    }
}

/// The hosts of a domain.
private struct Hosts: DomainFact, ServerList, Hashable {
    static let id: FactID = "toy.hosts"
    var hosts: [ListedHost]
}
