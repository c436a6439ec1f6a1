public import FoundationEssentials
internal import GRDB
public import MailModel

/// When a domain of a list is to be looked at next, and how.
public struct StoredWatchTime: Sendable, Hashable {
    /// The name of the list.
    public var list: String
    /// The domain.
    public var domain: DomainName
    /// What kind of look it is.
    public var kind: String
    /// Not before.
    public var next: Date

    /// A time.
    public init(list: String, domain: DomainName, kind: String, next: Date) {
        self.list = list
        self.domain = domain
        self.kind = kind
        self.next = next
    }
}

extension Store {
    /// Makes these all the times there are. One that is known keeps the earlier of both instants: a restart postpones nothing.
    public func plan(_ times: [StoredWatchTime]) async throws {
        commits.add { db in
            try db.execute(
                sql: "CREATE TEMP TABLE wanted(list TEXT, domain TEXT, kind TEXT, PRIMARY KEY(list, domain, kind))")
            for time in times {
                try db.cachedStatement(sql: "INSERT OR IGNORE INTO wanted VALUES (?, ?, ?)")
                    .execute(arguments: [time.list, time.domain.text, time.kind])
                try db.cachedStatement(
                    sql: """
                        INSERT INTO watch_time(list, domain, kind, next_at) VALUES (?, ?, ?, ?)
                        ON CONFLICT DO UPDATE SET next_at = min(next_at, excluded.next_at)
                        """
                ).execute(arguments: [time.list, time.domain.text, time.kind, time.next.wholeSeconds])
            }
            try db.execute(
                sql: """
                    DELETE FROM watch_time WHERE NOT EXISTS (SELECT 1 FROM wanted w WHERE w.list = watch_time.list
                        AND w.domain = watch_time.domain AND w.kind = watch_time.kind)
                    """)
            try db.execute(sql: "DROP TABLE wanted")
        }
        try await flush()
    }

    /// Sets times, whatever they were. Times that are not planned are left out.
    public func set(_ times: [StoredWatchTime]) { change(times, to: "?") }

    /// Brings times forward to an instant; those that are earlier stay so.
    public func hasten(_ times: [StoredWatchTime]) { change(times, to: "min(next_at, ?)") }

    private func change(_ times: [StoredWatchTime], to next: String) {
        commits.add { db in
            for time in times {
                try db.cachedStatement(
                    sql: "UPDATE watch_time SET next_at = \(next) WHERE list = ? AND domain = ? AND kind = ?"
                ).execute(arguments: [time.next.wholeSeconds, time.list, time.domain.text, time.kind])
            }
        }
    }

    /// The times of some kinds that have come, the earliest first.
    public func watchTimes(due instant: Date, kinds: [String], limit: Int) throws -> [StoredWatchTime] {
        try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM watch_time WHERE next_at <= ? AND kind IN (\(Self.marks(kinds)))
                    ORDER BY next_at, list, domain, kind LIMIT ?
                    """, arguments: [instant.wholeSeconds] + StatementArguments(kinds) + [limit]
            ).compactMap(\.watchTime)
        }
    }

    /// The times that have not come.
    public func watchTimes(after instant: Date) throws -> [StoredWatchTime] {
        try read { db in
            try Row.fetchAll(
                db, sql: "SELECT * FROM watch_time WHERE next_at > ? ORDER BY next_at, list, domain, kind",
                arguments: [instant.wholeSeconds]
            ).compactMap(\.watchTime)
        }
    }

    /// When the next time of some kinds comes; nil where nothing is watched.
    public func nextWatchTime(kinds: [String]) throws -> Date? {
        try read { db in
            try Int64.fetchOne(
                db,
                sql: "SELECT next_at FROM watch_time WHERE kind IN (\(Self.marks(kinds))) ORDER BY next_at LIMIT 1",
                arguments: StatementArguments(kinds)
            ).map { Date(timeIntervalSince1970: Double($0)) }
        }
    }

    private static func marks(_ values: [String]) -> String { values.map { _ in "?" }.joined(separator: ", ") }
}

extension Row {
    fileprivate var watchTime: StoredWatchTime? {
        guard let domain = try? DomainName(input: self["domain"]) else { return nil }
        return StoredWatchTime(
            list: self["list"], domain: domain, kind: self["kind"], next: Date(timeIntervalSince1970: self["next_at"]))
    }
}
