public import FoundationEssentials
internal import GRDB
public import MailModel

/// A run that somebody asked the service for.
public struct StoredRun: Sendable, Hashable {
    /// How far it is.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// It was asked for. Whoever finds it so when the service starts begins it again.
        case waiting
        /// It has ended, and there is evidence.
        case done
        /// The domain or one of its MX hosts does not want to be tested.
        case leftAlone = "left-alone"
        /// It came to nothing, and `why` says why.
        case failed
    }

    /// What it is known by: 128 random bits, in lower-case letters and digits.
    public var id: String
    /// The domain.
    public var domain: DomainName
    /// When it was asked for.
    public var requested: Date
    /// When it ended; nil where it has not.
    public var finished: Date?
    /// How far it is.
    public var state = State.waiting
    /// Why there is no result; one sentence.
    public var why: String?
    /// The id of the profile that was asked for.
    public var profile: String
    /// A profile that came with the request, YAML; nil for one of the service.
    public var ownProfile: String?
    /// SHA-256 of the key that may delete it, hexadecimal.
    public var key: String
    /// The letter under that profile; nil where there is none.
    public var grade: String?
    /// The worst and the best letter that it may be.
    public var range: [String]?

    /// A run that was asked for.
    public init(
        id: String, domain: DomainName, requested: Date, profile: String, ownProfile: String? = nil, key: String
    ) {
        self.id = id
        self.domain = domain
        self.requested = requested
        self.profile = profile
        self.ownProfile = ownProfile
        self.key = key
    }
}

extension Store {
    /// Keeps a run, over what was known of it; with its evidence once there is some, as JSON.
    public func keep(_ run: StoredRun, evidence: Data? = nil) {
        let body = evidence.map { bodies.pack($0, "evidence") }
        commits.add { [codec = bodies] db in
            let id = try body.map { try db.bodyID($0, codec) }
            try db.cachedStatement(
                sql: """
                    INSERT INTO run(id, domain, requested, finished, state, why, profile, own_profile, key, grade, worst, best,
                        evidence)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT(id) DO UPDATE SET finished = excluded.finished, state = excluded.state, why = excluded.why,
                        grade = excluded.grade, worst = excluded.worst, best = excluded.best,
                        evidence = coalesce(excluded.evidence, evidence)
                    """
            ).execute(arguments: [
                run.id, run.domain.text, run.requested.wholeSeconds, run.finished?.wholeSeconds, run.state.rawValue,
                run.why, run.profile, run.ownProfile, run.key, run.grade, run.range?.first, run.range?.last, id,
            ])
        }
    }

    /// A run that is on disk; nil where there is none of that id.
    public func run(_ id: String) throws -> StoredRun? {
        try read { try Row.fetchOne($0.cachedStatement(sql: "SELECT * FROM run WHERE id = ?"), arguments: [id]) }
            .flatMap(StoredRun.init)
    }

    /// The evidence of a run, JSON; nil where there is none.
    public func evidence(ofRun id: String) throws -> Data? {
        let row = try read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT b.size, b.dictionary, b.bytes FROM run r JOIN body b ON b.id = r.evidence WHERE r.id = ?
                        """), arguments: [id])
        }
        return row.flatMap { text($0) }
    }

    /// The runs of a domain that have ended in a result, the latest first; those that were asked for or ended after an instant are left
    /// out, and so are those under a profile that came with the request, which are nobody else's business.
    public func runs(of domain: DomainName, until instant: Date = .distantFuture, limit: Int) throws -> [StoredRun] {
        try read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT * FROM run WHERE domain = ? AND state = 'done' AND own_profile IS NULL
                            AND requested <= ? AND finished <= ?
                        ORDER BY requested DESC, finished DESC LIMIT ?
                        """), arguments: [domain.text, instant.wholeSeconds, instant.wholeSeconds, limit])
        }.compactMap(StoredRun.init)
    }

    /// The runs that have not ended, in the order in which they were asked for.
    public func unfinishedRuns() throws -> [StoredRun] {
        try read { try Row.fetchAll($0, sql: "SELECT * FROM run WHERE finished IS NULL ORDER BY requested, id") }
            .compactMap(StoredRun.init)
    }

    /// Deletes a run, and its evidence where no other run has the same.
    public func deleteRun(_ id: String) {
        commits.add { db in try db.deleteRuns("id = ?", [id]) }
    }

    /// Deletes the runs that ended before an instant.
    public func deleteRuns(before instant: Date) {
        commits.add { db in try db.deleteRuns("finished < ?", [instant.wholeSeconds]) }
    }
}

extension Database {
    fileprivate func deleteRuns(_ condition: String, _ arguments: StatementArguments) throws {
        let bodies = try Int64.fetchSet(
            self, sql: "SELECT evidence FROM run WHERE evidence IS NOT NULL AND \(condition)", arguments: arguments)
        try execute(sql: "DELETE FROM run WHERE \(condition)", arguments: arguments)
        for body in bodies {
            try cachedStatement(
                sql: """
                    DELETE FROM body WHERE id = ? AND NOT EXISTS (SELECT 1 FROM run WHERE evidence = body.id)
                    """
            ).execute(arguments: [body])
        }
    }
}

extension StoredRun {
    fileprivate init?(_ row: Row) {
        guard let domain = try? DomainName(input: row["domain"] as String),
            let state = State(rawValue: row["state"] as String)
        else { return nil }
        self.init(
            id: row["id"], domain: domain, requested: Date(timeIntervalSince1970: row["requested"]),
            profile: row["profile"], ownProfile: row["own_profile"], key: row["key"])
        let ended: Double? = row["finished"]
        finished = ended.map { Date(timeIntervalSince1970: $0) }
        self.state = state
        why = row["why"]
        grade = row["grade"]
        if let worst: String = row["worst"], let best: String = row["best"] { range = [worst, best] }
    }
}
