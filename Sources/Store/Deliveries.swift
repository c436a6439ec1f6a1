public import FoundationEssentials
internal import GRDB

/// A message for a channel, from when it is to be sent until it was.
public struct StoredDelivery: Sendable, Hashable {
    /// How far it has come.
    public enum State: String, Sendable, Hashable {
        /// It is to be sent when its time has come.
        case waiting
        /// It is being sent. Found so after a restart it may have arrived, or not: nobody can know.
        case sending
        /// The channel has taken it.
        case sent
        /// It was tried until it was too old.
        case abandoned
    }

    /// Tells it from all others, and is the same however often it is tried: receivers know a repetition by it.
    public var key: String
    /// The key of the alert.
    public var alert: String
    /// The name of the channel.
    public var channel: String
    /// How far it has come.
    public var state: State
    /// How often it was tried.
    public var attempts: Int
    /// When it was made.
    public var created: Date
    /// Not to be tried before.
    public var nextTry: Date
    /// What is sent.
    public var body: String
    /// Why the last attempt failed; nil where none has.
    public var said: String?

    /// A message that is to be sent at once.
    public init(key: String, alert: String, channel: String, created: Date, body: String) {
        self.key = key
        self.alert = alert
        self.channel = channel
        state = .waiting
        attempts = 0
        self.created = created
        nextTry = created
        self.body = body
    }
}

extension Store {
    /// Notes how far a delivery has come, and waits until that is on disk. Throws `StoreProblem`.
    public func note(_ delivery: StoredDelivery) async throws {
        commits.add { db in
            try db.cachedStatement(
                sql: "UPDATE delivery SET state = ?, attempts = ?, next_try = ?, said = ? WHERE key = ?"
            ).execute(arguments: [
                delivery.state.rawValue, delivery.attempts, delivery.nextTry.wholeSeconds, delivery.said, delivery.key,
            ])
        }
        try await flush()
    }

    /// Every delivery that is not over, in the order in which they were made.
    public func unfinishedDeliveries() throws -> [StoredDelivery] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM delivery WHERE state IN ('waiting', 'sending') ORDER BY id")
                .compactMap(\.delivery)
        }
    }

    /// Of each alert and channel the delivery that is not over and was made first, in the order in which they were made; with `channel`
    /// only those of that one. All there are: what one channel does not take must not hide what others are to get. Without the bodies,
    /// which are long.
    public func nextDeliveries(to channel: String? = nil) throws -> [StoredDelivery] {
        let isWanted = channel == nil ? "" : "AND channel = ?"
        return try read { db in
            // With min() SQLite takes the other columns from the row that has it.
            try Row.fetchAll(
                db,
                sql: """
                    SELECT min(id) AS first, key, alert, channel, state, attempts, created, next_try, '' AS body, said
                    FROM delivery WHERE state IN ('waiting', 'sending') \(isWanted)
                    GROUP BY channel, alert ORDER BY first
                    """, arguments: StatementArguments(channel.map { [$0] } ?? [])
            ).compactMap(\.delivery)
        }
    }

    /// One delivery; nil where it is not known.
    public func delivery(_ key: String) throws -> StoredDelivery? {
        try read { db in
            try Row.fetchOne(db, sql: "SELECT * FROM delivery WHERE key = ?", arguments: [key])?.delivery
        }
    }

    /// How many messages no channel has taken yet.
    public func waitingDeliveries() throws -> Int {
        try read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM delivery WHERE state IN ('waiting', 'sending')") ?? 0
        }
    }

    /// What was told of an alert, in the order in which it was.
    public func deliveries(ofAlert key: String) throws -> [StoredDelivery] {
        try read { db in
            try Row.fetchAll(db, sql: "SELECT * FROM delivery WHERE alert = ? ORDER BY id", arguments: [key])
                .compactMap(\.delivery)
        }
    }
}

extension Database {
    func add(_ delivery: StoredDelivery) throws {
        try cachedStatement(
            sql: """
                INSERT OR IGNORE INTO delivery(key, alert, channel, state, attempts, created, next_try, body)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            delivery.key, delivery.alert, delivery.channel, delivery.state.rawValue, delivery.attempts,
            delivery.created.wholeSeconds, delivery.nextTry.wholeSeconds, delivery.body,
        ])
    }
}

extension Row {
    fileprivate var delivery: StoredDelivery? {
        guard let state = StoredDelivery.State(rawValue: self["state"]) else { return nil }
        var delivery = StoredDelivery(
            key: self["key"], alert: self["alert"], channel: self["channel"],
            created: Date(timeIntervalSince1970: self["created"]), body: self["body"])
        delivery.state = state
        delivery.attempts = self["attempts"]
        delivery.nextTry = Date(timeIntervalSince1970: self["next_try"])
        delivery.said = self["said"]
        return delivery
    }
}
