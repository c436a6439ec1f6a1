public import CheckKit
public import FoundationEssentials
internal import GRDB
public import MailModel

/// A fact that was one thing, and then another.
public struct FactChange: Sendable {
    /// Which.
    public var fact: FactID
    /// Where; the domain, for one of a domain's own.
    public var place: Place
    /// The domain that it belongs to; nil for what several may share.
    public var domain: DomainName?
    /// What it was.
    public var before: Observed<any Fact>
    /// When it was so for the last time.
    public var until: Date
    /// What it is.
    public var after: Observed<any Fact>
    /// When it was so for the first time.
    public var since: Date
    /// Whether one of both leaves something open: what could not be told is no change of the target.
    public var isOpen: Bool
    /// The domains that have their mail there, a thousand at most.
    public var domains: [DomainName] = []
}

/// A verdict that was one thing, and then another.
public struct VerdictChange: Sendable, Hashable {
    /// Of which domain.
    public var domain: DomainName
    /// Under which policy: its profiles with their digests.
    public var policy: String
    /// What it was: state, letter, engine, and when it was given for the last time.
    public var before: StoredVerdict
    /// What it is, and when it was given for the first time.
    public var after: StoredVerdict
    /// The policy of the one before, where that was another one.
    public var policyBefore: String
}

extension Store {
    /// What has changed since an instant, in the order in which it did; each with the domains that have their mail there. With `domain`
    /// only what concerns that one: its own facts, and those of its servers.
    public func factChanges(since instant: Date, of domain: DomainName? = nil) throws -> [FactChange] {
        try read { db in
            let keys = try domain.map { try self.places(of: $0, db) }
            let isWanted = keys.map { "AND p.key IN (\($0.map { _ in "?" }.joined(separator: ", ")))" } ?? ""
            let rows = try Row.fetchAll(
                db,
                sql: """
                    SELECT p.id AS place_id, p.key, f.text AS fact, s.first_seen, s.version, s.open,
                        s.body AS own, b.size, b.dictionary, b.bytes,
                        o.last_seen AS old_seen, o.version AS old_version, o.open AS old_open,
                        o.body AS old_own, ob.size AS old_size, ob.dictionary AS old_dictionary, ob.bytes AS old_bytes,
                        k.last_seen AS known_seen, k.version AS known_version, k.body AS known_own, kb.size AS known_size,
                        kb.dictionary AS known_dictionary, kb.bytes AS known_bytes
                    FROM sighting s
                        JOIN sighting o ON o.place = s.place AND o.fact = s.fact AND o.condition = s.condition
                            AND o.first_seen = (SELECT max(first_seen) FROM sighting e WHERE e.place = s.place
                                AND e.fact = s.fact AND e.condition = s.condition AND e.first_seen < s.first_seen)
                        LEFT JOIN sighting k ON o.open AND NOT s.open AND k.place = s.place AND k.fact = s.fact
                            AND k.condition = s.condition
                            AND k.first_seen = (SELECT max(first_seen) FROM sighting e WHERE e.place = s.place
                                AND e.fact = s.fact AND e.condition = s.condition AND e.first_seen < s.first_seen
                                AND NOT e.open)
                        JOIN place p ON p.id = s.place JOIN label f ON f.id = s.fact
                        LEFT JOIN body b ON b.id = s.body LEFT JOIN body ob ON ob.id = o.body
                        LEFT JOIN body kb ON kb.id = k.body
                    WHERE s.first_seen >= ? \(isWanted) ORDER BY s.first_seen, p.key, f.text
                    """, arguments: [instant.wholeSeconds] + StatementArguments(keys ?? []))
            return try rows.compactMap { row in
                guard let type = types[FactID(row["fact"] as String)],
                    let after = observed(row, "", type), let before = observed(row, "old_", type),
                    !before.isLike(after), let (place, domain) = Place.read(storeKey: row["key"])
                else { return nil }
                var change = FactChange(
                    fact: type.id, place: place, domain: domain, before: before,
                    until: Date(timeIntervalSince1970: row["old_seen"]), after: after,
                    since: Date(timeIntervalSince1970: row["first_seen"]),
                    isOpen: (row["open"] as Bool) || (row["old_open"] as Bool))
                // What could not be told in between hides no change.
                if let seen: Int64 = row["known_seen"], let known = observed(row, "known_", type), !known.isLike(after)
                {
                    (change.before, change.isOpen) = (known, false)
                    change.until = Date(timeIntervalSince1970: TimeInterval(seen))
                }
                change.domains = try domain.map { [$0] } ?? domains(at: place, since: change.since, db)
                return change
            }
        }
    }

    /// The verdicts that have changed since an instant, in the order in which they did. Profiles of the same names are one policy here,
    /// whatever their digests. With `domain` only those of that one. Verdicts that a watch keeps for itself are left out: it keeps
    /// the same ones for everybody.
    public func verdictChanges(since instant: Date, of domain: DomainName? = nil) throws -> [VerdictChange] {
        let isWanted = domain == nil ? "" : "AND p.key = ?"
        let rows = try read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT p.key, l.text AS policy, v.* , b.size, b.dictionary, b.bytes
                    FROM verdict v JOIN place p ON p.id = v.domain JOIN label l ON l.id = v.policy
                        JOIN body b ON b.id = v.body
                    WHERE v.domain IN (SELECT domain FROM verdict WHERE first_seen >= ?) \(isWanted)
                        AND l.text NOT LIKE '%\(Self.watchedSuffix)'
                    ORDER BY v.domain, v.first_seen
                    """,
                arguments: [instant.wholeSeconds] + StatementArguments(domain.map { [Place.storeKey(of: $0)] } ?? []))
        }
        var last: [String: (policy: String, verdict: StoredVerdict)] = [:]
        var changes: [VerdictChange] = []
        for row in rows {
            guard let domain = Place.read(storeKey: row["key"])?.1, var verdict = verdict(row) else { continue }
            let policy: String = row["policy"]
            let key = "\(domain.text) \(Self.names(of: policy))"
            if let before = last[key], Date(timeIntervalSince1970: row["first_seen"]) >= instant,
                before.verdict.state != verdict.state || before.verdict.grade != verdict.grade
            {
                changes.append(
                    VerdictChange(
                        domain: domain, policy: policy, before: before.verdict, after: verdict,
                        policyBefore: before.policy))
            }
            // What has changed while it was given again and again has nothing to do with its end.
            verdict.judged = Date(timeIntervalSince1970: row["last_seen"])
            last[key] = (policy, verdict)
        }
        return changes.sorted { ($0.after.judged, $0.domain.text) < ($1.after.judged, $1.domain.text) }
    }

    /// The domains that had their mail at a place when they were looked at last; a thousand at most.
    public func domains(at place: Place) throws -> [DomainName] {
        try read { db in try domains(at: place, since: now(), db) }
    }

    private func verdict(_ row: Row) -> StoredVerdict? {
        text(row).map { text in
            StoredVerdict(
                state: row["state"], grade: row["grade"], result: String(decoding: text, as: UTF8.self),
                engine: row["engine"], judged: Date(timeIntervalSince1970: row["first_seen"]),
                due: Date(timeIntervalSince1970: row["due"]))
        }
    }

    /// What ends the policy of verdicts that a watch keeps for itself.
    public static let watchedSuffix = ", watch"

    /// A policy without its digests.
    private static func names(of policy: String) -> String {
        policy.split(separator: ",").map { $0.split(separator: " ").first.map(String.init) ?? "" }.joined(
            separator: ",")
    }

    private func observed(_ row: Row, _ prefix: String, _ type: FactType) -> Observed<any Fact>? {
        guard row["\(prefix)version"] == type.version else { return nil }
        return text(row, prefix).flatMap { try? FactCoding.read($0, as: type) }
    }

    /// The places of which facts concern a domain: its own, and those of the servers that it has or had; a few hundred at most.
    private func places(of domain: DomainName, _ db: Database) throws -> [String] {
        let own = Place.storeKey(of: domain)
        let servers = try String.fetchAll(
            db,
            sql: """
                SELECT p.key FROM edge e JOIN place p ON p.id = e.server
                WHERE e.domain = (SELECT id FROM place WHERE key = ?)
                GROUP BY p.key ORDER BY max(e.last_seen) DESC LIMIT 300
                """, arguments: [own])
        let hosts = servers.map { "h:\($0.dropFirst(2).prefix { $0 != "|" })" }
        let addresses = servers.compactMap { $0.split(separator: "|").last.map { "a:\($0)" } }
        return [own] + Set(servers + hosts + addresses).sorted()
    }

    /// The domains that had their mail at a place at an instant, or later; not those that have gone elsewhere before. What a clock that
    /// was ahead has dated does not count: nothing would ever be as new.
    private func domains(at place: Place, since instant: Date, _ db: Database) throws -> [DomainName] {
        let pattern: (String, String) =
            switch place {
            case .domain: ("p.key = ?", "")
            case .host(let host): ("p.key >= ? AND p.key < ? || '~'", "s:\(host.text)|")
            case .address(let address): ("p.address = ?", "\(address)")
            case .server: ("p.key = ?", place.storeKey)
            }
        let keys = pattern.0.contains("<") ? [pattern.1, pattern.1] : [pattern.1]
        let arguments = StatementArguments(keys) + [instant.wholeSeconds, now().wholeSeconds]
        let found = try String.fetchAll(
            db.cachedStatement(
                sql: """
                    SELECT DISTINCT d.key FROM edge e JOIN place p ON p.id = e.server JOIN place d ON d.id = e.domain
                    WHERE \(pattern.0) AND (e.last_seen >= ? OR e.last_seen >= (
                        SELECT coalesce(max(s.last_seen), 0) FROM sighting s WHERE s.place = e.domain AND s.last_seen <= ?))
                    ORDER BY d.key LIMIT 1000
                    """), arguments: arguments)
        return found.compactMap { try? DomainName(input: String($0.dropFirst(2))) }
    }
}

extension Place {
    /// The place that a key names, and the domain, where it is one of a domain's own.
    fileprivate static func read(storeKey key: String) -> (Place, DomainName?)? {
        let rest = String(key.dropFirst(2))
        switch key.prefix(2) {
        case "d:": return (try? DomainName(input: rest)).map { (.domain, $0) }
        case "h:": return (try? DomainName(input: rest)).map { (.host($0), nil) }
        case "a:": return IPAddress(rest).map { (.address($0), nil) }
        case "s:":
            let parts = rest.split(separator: "|", maxSplits: 1).map(String.init)
            guard parts.count == 2, let host = try? DomainName(input: parts[0]), let address = IPAddress(parts[1])
            else { return nil }
            return (.server(MailServer(host: host, address: address)), nil)
        default: return nil
        }
    }
}
