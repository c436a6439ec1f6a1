public import FoundationEssentials
internal import GRDB
public import MailModel

/// An address that turned us away: when it may be asked again.
public struct StoredWait: Sendable, Hashable {
    /// Not before.
    public var until: Date
    /// How often it has turned us away, one time after the other.
    public var attempts: Int
    /// What it said.
    public var sign: String

    /// A wait.
    public init(until: Date, attempts: Int, sign: String) {
        self.until = until
        self.attempts = attempts
        self.sign = sign
    }
}

extension Store {
    /// Notes that an address turned us away; nil when it did not, the last time.
    public func wait(_ address: IPAddress, _ wait: StoredWait?) {
        let key = "a:\(address)"
        commits.add { db in
            let place = try db.placeID(key)
            guard let wait else {
                try db.cachedStatement(sql: "DELETE FROM waiting WHERE place = ?").execute(arguments: [place])
                return
            }
            try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO waiting(place, until, attempts, sign) VALUES (?, ?, ?, ?)"
            ).execute(arguments: [place, wait.until.wholeSeconds, wait.attempts, wait.sign])
        }
    }

    /// Every address that turned us away, and has not answered since.
    public func waiting() throws -> [IPAddress: StoredWait] {
        let rows = try pool.read { db in
            try Row.fetchAll(
                db, sql: "SELECT p.key, w.until, w.attempts, w.sign FROM waiting w JOIN place p ON p.id = w.place")
        }
        return rows.reduce(into: [:]) { waits, row in
            guard let address = IPAddress(String((row["key"] as String).dropFirst(2))) else { return }
            waits[address] = StoredWait(
                until: Date(timeIntervalSince1970: row["until"]), attempts: row["attempts"], sign: row["sign"])
        }
    }
}
