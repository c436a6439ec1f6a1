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

    /// Some servers at an address that were asked; in the order in which they were met.
    public func serversAsked(at address: IPAddress, limit: Int) throws -> [MailServer] {
        let keys = try read { db in
            try String.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT p.key FROM place p
                        WHERE p.address = ? AND EXISTS (SELECT 1 FROM sighting s WHERE s.place = p.id) ORDER BY p.id LIMIT ?
                        """), arguments: ["\(address)", limit])
        }
        return keys.compactMap { key in
            let host = key.dropFirst(2).split(separator: "|").first.flatMap { try? DomainName(input: String($0)) }
            return host.map { MailServer(host: $0, address: address) }
        }
    }

    /// Makes the verdicts of all domains with a server at an address due: what they rest on does not hold.
    public func makeDue(_ address: IPAddress, at instant: Date) {
        commits.add { db in
            try db.cachedStatement(
                sql: """
                    UPDATE verdict SET due = min(due, ?) WHERE domain IN (
                        SELECT e.domain FROM edge e JOIN place p ON p.id = e.server WHERE p.address = ?)
                    """
            ).execute(arguments: [instant.wholeSeconds, "\(address)"])
        }
    }

    /// Notes that not all hosts of an address are alike.
    public func noteDiffering(_ address: IPAddress, at instant: Date) {
        commits.add { db in
            try db.cachedStatement(sql: "INSERT OR REPLACE INTO differing(place, seen) VALUES (?, ?)")
                .execute(arguments: [try db.placeID("a:\(address)"), instant.wholeSeconds])
        }
    }

    /// The addresses of which not all hosts are alike, as far as that is young enough: certificates are renewed.
    public func differing() throws -> Set<IPAddress> {
        let oldest = now().addingTimeInterval(-ages.settled.inSeconds).wholeSeconds
        let keys = try read { db in
            try String.fetchAll(
                db, sql: "SELECT p.key FROM differing d JOIN place p ON p.id = d.place WHERE d.seen > ?",
                arguments: [oldest])
        }
        return Set(keys.compactMap { IPAddress(String($0.dropFirst(2))) })
    }

    /// Every address that turned us away, and has not answered since.
    public func waiting() throws -> [IPAddress: StoredWait] {
        let rows = try read { db in
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
