internal import CheckKit
public import FoundationEssentials
internal import GRDB
public import MailModel

/// What came out for a domain under a policy.
public struct StoredVerdict: Sendable, Hashable {
    /// How it ended, one word.
    public var state: String
    /// The letter; nil where there is none.
    public var grade: String?
    /// All that is said of it, as JSON that does not name the domain: domains with the same servers share it.
    public var result: String
    /// The version of the engine that judged.
    public var engine: String
    /// The instant by which it was judged.
    public var judged: Date
    /// When it is to be looked at again.
    public var due: Date

    /// A verdict.
    public init(state: String, grade: String?, result: String, engine: String, judged: Date, due: Date) {
        self.state = state
        self.grade = grade
        self.result = result
        self.engine = engine
        self.judged = judged
        self.due = due
    }
}

extension Store {
    /// Keeps a verdict: a new row where it differs from the last one, else that one is true for longer.
    public func keep(_ verdict: StoredVerdict, of domain: DomainName, under policy: String) {
        commits.add(keeping(verdict, of: domain, under: policy))
    }

    /// What writes a verdict, for a transaction that writes more than that.
    func keeping(_ verdict: StoredVerdict, of domain: DomainName, under policy: String) -> GroupCommit.Change {
        let body = bodies.pack(Data(verdict.result.utf8), "verdict")
        return { [codec = bodies, now] db in
            let (place, label) = (try db.placeID(Place.storeKey(of: domain)), try db.labelID(policy))
            let (judged, due) = (verdict.judged.wholeSeconds, verdict.due.wholeSeconds)
            try db.setBackVerdicts(place, label, beyond: max(judged, now().wholeSeconds), to: judged - 1)
            let last = try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT v.first_seen, v.state, v.engine, b.sha FROM verdict v JOIN body b ON b.id = v.body
                        WHERE v.domain = ? AND v.policy = ? ORDER BY v.first_seen DESC LIMIT 1
                        """),
                arguments: [place, label])
            if let last, last["state"] == verdict.state, last["engine"] == verdict.engine, last["sha"] == body.sha {
                try db.cachedStatement(
                    sql: """
                        UPDATE verdict SET last_seen = ?, due = ? WHERE domain = ? AND policy = ? AND first_seen = ?
                        """
                ).execute(arguments: [judged, due, place, label, last["first_seen"] as Int64])
                return
            }
            try db.cachedStatement(
                sql: """
                    INSERT OR REPLACE INTO verdict
                        (domain, policy, first_seen, last_seen, state, grade, body, due, engine)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """
            ).execute(arguments: [
                place, label, judged, judged, verdict.state, verdict.grade, try db.bodyID(body, codec), due,
                verdict.engine,
            ])
        }
    }

    /// The verdicts of some domains that are on disk, each the last one, however old.
    public func verdicts(of domains: [DomainName], under policy: String) throws -> [DomainName: StoredVerdict] {
        try read { db in
            guard let label = try Int64.fetchOne(db, sql: "SELECT id FROM label WHERE text = ?", arguments: [policy])
            else { return [:] }
            let statement = try db.cachedStatement(
                sql: """
                    SELECT v.state, v.grade, v.last_seen, v.due, v.engine, v.body FROM verdict v
                    WHERE v.domain = (SELECT id FROM place WHERE key = ?) AND v.policy = ?
                    ORDER BY v.first_seen DESC LIMIT 1
                    """)
            let text = try db.cachedStatement(sql: "SELECT size, dictionary, bytes FROM body WHERE id = ?")
            var texts: [Int64: String] = [:]
            var found: [DomainName: StoredVerdict] = [:]
            for domain in domains where found[domain] == nil {
                guard let row = try Row.fetchOne(statement, arguments: [Place.storeKey(of: domain), label]) else {
                    continue
                }
                let body: Int64 = row["body"]
                if texts[body] == nil {
                    let bytes = try Row.fetchOne(text, arguments: [body]).flatMap { self.text($0) }
                    texts[body] = bytes.map { String(decoding: $0, as: UTF8.self) }
                }
                guard let result = texts[body] else { continue }
                found[domain] = StoredVerdict(
                    state: row["state"], grade: row["grade"], result: result, engine: row["engine"],
                    judged: Date(timeIntervalSince1970: row["last_seen"]), due: Date(timeIntervalSince1970: row["due"]))
            }
            return found
        }
    }

    /// The last letter of a domain under a policy of which nothing was open, and the engine that gave it; nil where there was none.
    public func lastFirmLetter(of domain: DomainName, under policy: String) throws -> (letter: String, engine: String)?
    {
        try read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT grade, engine FROM verdict WHERE domain = (SELECT id FROM place WHERE key = ?)
                            AND policy = (SELECT id FROM label WHERE text = ?) AND state = 'graded' AND grade IS NOT NULL
                        ORDER BY first_seen DESC LIMIT 1
                        """), arguments: [Place.storeKey(of: domain), policy]
            ).map { ($0["grade"], $0["engine"]) }
        }
    }

    /// Whether any domain has a verdict under a policy, however old.
    public func hasVerdicts(under policy: String) throws -> Bool {
        try read { db in
            try Int.fetchOne(
                db,
                sql: "SELECT 1 FROM verdict WHERE policy = (SELECT id FROM label WHERE text = ?) LIMIT 1",
                arguments: [policy]) != nil
        }
    }

    /// Every domain with a verdict under a policy that is due, or was given since an instant, in a stable order.
    public func domainsDue(
        under policy: String, at instant: Date, orJudgedSince since: Date = .distantFuture
    ) throws -> [String] {
        try read { db in
            try String.fetchAll(
                db,
                sql: """
                    SELECT substr(p.key, 3) FROM verdict v JOIN place p ON p.id = v.domain
                    WHERE v.policy = (SELECT id FROM label WHERE text = ?)
                        AND (v.due <= ? OR v.last_seen >= ?)
                        AND v.first_seen = (SELECT max(first_seen) FROM verdict l
                            WHERE l.domain = v.domain AND l.policy = v.policy)
                    ORDER BY v.domain
                    """, arguments: [policy, instant.wholeSeconds, since.wholeSeconds])
        }
    }
}

extension Database {
    /// A verdict that was given by a clock that was ahead would hide all that come later: it is put before them.
    fileprivate func setBackVerdicts(_ place: Int64, _ policy: Int64, beyond future: Int64, to past: Int64) throws {
        let last = try Int64.fetchOne(
            cachedStatement(sql: "SELECT max(first_seen) FROM verdict WHERE domain = ? AND policy = ?"),
            arguments: [place, policy])
        guard let last, last > future else { return }
        try cachedStatement(
            sql: "DELETE FROM verdict WHERE domain = ? AND policy = ? AND first_seen >= ? AND first_seen < ?"
        ).execute(arguments: [place, policy, past, last])
        try cachedStatement(
            sql: "UPDATE verdict SET first_seen = ?, last_seen = ? WHERE domain = ? AND policy = ? AND first_seen = ?"
        ).execute(arguments: [past, past, place, policy, last])
    }
}

extension Date {
    /// Whole seconds since 1970.
    var wholeSeconds: Int64 { Int64(timeIntervalSince1970.rounded(.down)) }
}
