public import FoundationEssentials
internal import GRDB
public import MailModel

/// What is wrong somewhere, from when it was seen first until it is over.
public struct StoredAlert: Sendable, Hashable {
    /// Tells it from all others: what it is about, where, and for which list.
    public var key: String
    /// The list of domains that it is about.
    public var list: String
    /// Where the cause is: a host, an address, a zone, a policy host, or we.
    public var cause: String
    /// What kind of alert it is.
    public var kind: String
    /// How often it was seen, at different times.
    public var sightings: Int
    /// When it was seen first.
    public var firstSeen: Date
    /// When it was seen last.
    public var lastSeen: Date
    /// Since when it counts; nil while it waits to be seen again.
    public var opened: Date?
    /// When somebody said that it is known.
    public var acknowledged: Date?
    /// When it was over.
    public var closed: Date?
    /// When it was told last.
    public var lastSent: Date?
    /// Whether it is over and nobody need be told any more.
    public var isSettled = false
    /// The fact, the domains, and what else is to be told, as JSON.
    public var details: String

    /// An alert that was seen for the first time.
    public init(key: String, list: String, cause: String, kind: String, seen: Date, details: String) {
        self.key = key
        self.list = list
        self.cause = cause
        self.kind = kind
        sightings = 1
        firstSeen = seen
        lastSeen = seen
        self.details = details
    }
}

extension Store {
    /// A verdict of a domain, and the policy under which it is kept.
    public struct WatchedVerdict: Sendable {
        /// What came out.
        public var verdict: StoredVerdict
        /// For which domain.
        public var domain: DomainName
        /// Under which policy.
        public var policy: String

        /// A verdict that is to be kept.
        public init(_ verdict: StoredVerdict, of domain: DomainName, under policy: String) {
            self.verdict = verdict
            self.domain = domain
            self.policy = policy
        }
    }

    /// What one look at the world changes: alerts as they are now, those that came to nothing, the verdicts from which they follow,
    /// messages for channels, and how far changes of facts have been dealt with. All of it is on disk, or nothing.
    public struct AlertChanges: Sendable {
        /// Alerts that are new, or other than they were.
        public var alerts: [StoredAlert] = []
        /// The keys of those that were never opened and are not there any more.
        public var forgotten: [String] = []
        /// What the next looks are compared with: were it on disk before the alerts, a look that is made again would see no drop.
        public var verdicts: [WatchedVerdict] = []
        /// What is to be told.
        public var deliveries: [StoredDelivery] = []
        /// Changes of facts before this instant need not be looked at again; nil leaves that as it is.
        public var lookedUntil: Date?

        /// Nothing.
        public init() {}

        /// Whether nothing changes.
        public var isEmpty: Bool {
            alerts.isEmpty && forgotten.isEmpty && verdicts.isEmpty && deliveries.isEmpty && lookedUntil == nil
        }
    }

    /// Keeps changes; they are on disk after `flush`. A message whose key is known already is not told again.
    public func keep(_ changes: AlertChanges) {
        let verdicts = changes.verdicts.map { keeping($0.verdict, of: $0.domain, under: $0.policy) }
        commits.add { db in
            for keep in verdicts { try keep(db) }
            for alert in changes.alerts { try db.keep(alert) }
            for key in changes.forgotten {
                try db.cachedStatement(sql: "DELETE FROM alert WHERE key = ? AND opened IS NULL").execute(arguments: [
                    key
                ])
            }
            for delivery in changes.deliveries { try db.add(delivery) }
            if let instant = changes.lookedUntil {
                try db.cachedStatement(sql: "INSERT OR REPLACE INTO watch_mark(name, at) VALUES ('changes', ?)")
                    .execute(arguments: [instant.wholeSeconds])
            }
        }
    }

    /// Alerts that are not over, or of whose end nobody was told; in the order in which they were seen first.
    public func unsettledAlerts() throws -> [StoredAlert] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM alert WHERE settled = 0 ORDER BY first_seen, key").map(\.alert)
        }
    }

    /// Alerts of some lists that were open at some time since an instant, the newest first; a thousand at most.
    public func alerts(ofLists lists: [String], since instant: Date) throws -> [StoredAlert] {
        try read { db in
            let marks = Array(repeating: "?", count: lists.count).joined(separator: ", ")
            return try Row.fetchAll(
                db,
                sql: """
                    SELECT * FROM alert WHERE opened IS NOT NULL AND (closed IS NULL OR closed >= ?)
                        AND list IN (\(marks)) ORDER BY opened DESC, key LIMIT 1000
                    """, arguments: [instant.wholeSeconds] + StatementArguments(lists)
            ).map(\.alert)
        }
    }

    /// Deletes alerts that were over, and of whose end everybody was told, before an instant; and messages that were dealt with and are
    /// older.
    public func deleteAlerts(before instant: Date) {
        let oldest = instant.wholeSeconds
        commits.add { db in
            try db.execute(sql: "DELETE FROM alert WHERE settled = 1 AND closed < ?", arguments: [oldest])
            try db.execute(
                sql: "DELETE FROM delivery WHERE state IN ('sent', 'abandoned') AND created < ?", arguments: [oldest])
        }
    }

    /// Until when changes of facts have been dealt with; nil where nobody has begun.
    public func changesLookedUntil() throws -> Date? {
        try read { db in
            try Int64.fetchOne(db, sql: "SELECT at FROM watch_mark WHERE name = 'changes'").map {
                Date(timeIntervalSince1970: Double($0))
            }
        }
    }
}

extension Schema {
    static let watching = """
        -- What is wrong somewhere. One that is closed and comes again is the same row, opened anew.
        CREATE TABLE alert(
            key TEXT PRIMARY KEY, list TEXT NOT NULL, cause TEXT NOT NULL, kind TEXT NOT NULL, sightings INTEGER NOT NULL,
            first_seen INTEGER NOT NULL, last_seen INTEGER NOT NULL, opened INTEGER, acked INTEGER, closed INTEGER,
            last_sent INTEGER, settled INTEGER NOT NULL, details TEXT NOT NULL) WITHOUT ROWID;
        CREATE INDEX alert_unsettled ON alert(first_seen) WHERE settled = 0;
        -- Messages for channels. `key` is the same however often one is tried, and nobody writes the same one twice.
        CREATE TABLE delivery(
            id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, alert TEXT NOT NULL, channel TEXT NOT NULL,
            state TEXT NOT NULL, attempts INTEGER NOT NULL, created INTEGER NOT NULL, next_try INTEGER NOT NULL,
            body TEXT NOT NULL, said TEXT);
        CREATE INDEX delivery_unfinished ON delivery(next_try) WHERE state IN ('waiting', 'sending');
        -- When a domain of a list is to be looked at next.
        CREATE TABLE watch_time(
            list TEXT NOT NULL, domain TEXT NOT NULL, kind TEXT NOT NULL, next_at INTEGER NOT NULL,
            PRIMARY KEY(list, domain, kind)) WITHOUT ROWID;
        CREATE INDEX watch_time_next ON watch_time(next_at);
        CREATE TABLE watch_mark(name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
        """
}

extension Database {
    fileprivate func keep(_ alert: StoredAlert) throws {
        try cachedStatement(
            sql: """
                INSERT OR REPLACE INTO alert(key, list, cause, kind, sightings, first_seen, last_seen, opened, acked,
                    closed, last_sent, settled, details) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            alert.key, alert.list, alert.cause, alert.kind, alert.sightings, alert.firstSeen.wholeSeconds,
            alert.lastSeen.wholeSeconds, alert.opened?.wholeSeconds, alert.acknowledged?.wholeSeconds,
            alert.closed?.wholeSeconds, alert.lastSent?.wholeSeconds, alert.isSettled, alert.details,
        ])
    }
}

extension Row {
    fileprivate var alert: StoredAlert {
        var alert = StoredAlert(
            key: self["key"], list: self["list"], cause: self["cause"], kind: self["kind"],
            seen: Date(timeIntervalSince1970: self["first_seen"]), details: self["details"])
        alert.sightings = self["sightings"]
        alert.lastSeen = Date(timeIntervalSince1970: self["last_seen"])
        alert.opened = instant("opened")
        alert.acknowledged = instant("acked")
        alert.closed = instant("closed")
        alert.lastSent = instant("last_sent")
        alert.isSettled = self["settled"]
        return alert
    }

    private func instant(_ column: String) -> Date? {
        (self[column] as Int64?).map { Date(timeIntervalSince1970: Double($0)) }
    }
}
