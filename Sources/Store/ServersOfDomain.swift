internal import CheckKit
internal import FoundationEssentials
internal import GRDB
internal import MailModel

/// The servers of a domain, as many domains have them: kept once, whoever shares them. The customers of a provider have hundreds of
/// thousands of servers together, and few lists of them.
struct ServersOfDomain: Sendable {
    /// A server by the key of its place, with the preference of its host.
    struct Server: Sendable {
        let key: String
        let preference: Int?
    }

    let servers: [Server]
    /// By what the list is known.
    let sha: Data

    /// Nil where there are none.
    init?(_ servers: [Server]) {
        guard !servers.isEmpty else { return nil }
        self.servers = servers.sorted { $0.key < $1.key }
        let text = self.servers.map { "\($0.key) \($0.preference.map(String.init) ?? "")\n" }.joined()
        sha = BodyCodec.hash(of: Data(text.utf8))
    }

    init?(_ evidence: Evidence) {
        self.init(
            evidence.hosts.flatMap { host in
                host.addresses.map {
                    Server(
                        key: Place.server(MailServer(host: host.name, address: $0)).storeKey,
                        preference: host.preference.map(Int.init))
                }
            })
    }
}

extension Database {
    /// Notes that a domain has these servers: another row where it had others before, else the row is true for longer.
    func keep(_ servers: ServersOfDomain, of domain: Int64, seen: Int64) throws {
        try use(servers, domain, first: seen, last: seen)
    }

    /// The edges of a store of before, each list of them once.
    func takeEdges() throws {
        var group: (domain: Int64, first: Int64, last: Int64)?
        var servers: [ServersOfDomain.Server] = []
        func end() throws {
            guard let group, let list = ServersOfDomain(servers) else { return }
            try use(list, group.domain, first: group.first, last: group.last)
            servers = []
        }
        let rows = try Row.fetchCursor(
            self,
            sql: """
                SELECT e.domain, e.first_seen, e.last_seen, e.preference, p.key
                FROM old_edge e JOIN place p ON p.id = e.server ORDER BY e.domain, e.first_seen, e.last_seen
                """)
        while let row = try rows.next() {
            let next: (domain: Int64, first: Int64, last: Int64) = (row["domain"], row["first_seen"], row["last_seen"])
            if let group, group != next { try end() }
            group = next
            servers.append(.init(key: row["key"], preference: row["preference"]))
        }
        try end()
    }

    private func use(_ servers: ServersOfDomain, _ domain: Int64, first: Int64, last: Int64) throws {
        try cachedStatement(
            sql: """
                INSERT INTO server_list_use(domain, list, first_seen, last_seen) VALUES (?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET last_seen = excluded.last_seen
                """
        ).execute(arguments: [domain, try listID(servers), first, last])
    }

    private func listID(_ servers: ServersOfDomain) throws -> Int64 {
        let known = try Int64.fetchOne(
            cachedStatement(sql: "SELECT id FROM server_list WHERE sha = ?"), arguments: [servers.sha])
        if let known { return known }
        try cachedStatement(sql: "INSERT INTO server_list(sha) VALUES (?)").execute(arguments: [servers.sha])
        let list = lastInsertedRowID
        for server in servers.servers {
            try cachedStatement(sql: "INSERT OR IGNORE INTO server_listed(list, server, preference) VALUES (?, ?, ?)")
                .execute(arguments: [list, try placeID(server.key), server.preference])
        }
        return list
    }
}
