public import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import GRDB
internal import MailModel

/// A fact that is not on disk yet.
struct FreshFact: Sendable {
    let fact: SharedFact
    let number: UInt64
}

extension Store: FactShelf {
    /// What was seen of a question last, unless it is too old.
    public func fact(_ question: FactQuestion) async -> SharedFact? {
        if let fresh = fresh.withLock({ $0[question]?.fact }) { return isYoung(fresh) ? fresh : nil }
        guard isUsed || kept.withLock({ $0.contains(question.place.hashValue) }) else { return nil }
        guard let type = types[question.fact], type.version == question.version else { return nil }
        let found = try? pool.read { db in
            try Row.fetchOne(
                db.cachedStatement(
                    sql: """
                        SELECT s.last_seen, s.open, d.key AS domain, s.body AS own, b.size, b.dictionary, b.bytes,
                            n.size AS named_size, n.dictionary AS named_dictionary, n.bytes AS named_bytes
                        FROM sighting s LEFT JOIN body b ON b.id = s.body JOIN place d ON d.id = s.domain
                            LEFT JOIN body n ON n.id = s.named
                        WHERE s.place = (SELECT id FROM place WHERE key = ?)
                            AND s.fact = (SELECT id FROM label WHERE text = ?)
                            AND s.condition = (SELECT id FROM label WHERE text = ?) AND s.version = ?
                        ORDER BY s.first_seen DESC LIMIT 1
                        """),
                arguments: [question.place.storeKey, question.fact.text, question.conditions, question.version])
        }
        guard let row = found ?? nil, let fact = shared(row, as: type), isYoung(fact) else { return nil }
        return fact
    }

    /// Keeps what was seen: a new row where it has changed, else the old one is true for longer.
    public func keep(_ fact: SharedFact, _ question: FactQuestion) async {
        guard let text = try? FactCoding.json(fact.observed) else { return }
        pass(fact.seen)
        let named = fact.named.isEmpty ? nil : try? NamedCoding.json(fact.named)
        kept.withLock { _ = $0.insert(question.place.hashValue) }
        let number = fresh.withLock { fresh in
            let number = (fresh[question]?.number ?? 0) &+ 1
            fresh[question] = FreshFact(fact: fact, number: number)
            return number
        }
        let sighting = Sighting(
            place: question.place.storeKey, fact: question.fact.text, condition: question.conditions,
            version: question.version, domain: Place.storeKey(of: fact.domain), seen: fact.seen,
            isOpen: fact.leavesOpen,
            body: bodies.pack(text, question.fact.text), named: named.map { bodies.pack($0, "named") })
        commits.add { [self] db in
            try db.keep(sighting, bodies, now: now()) { says($0, like: fact.observed, of: question.fact) }
            fresh.withLock { fresh in
                if fresh[question]?.number == number { fresh[question] = nil }
            }
        }
        await commits.makeRoom()
    }

    /// Whether a row says the same of a fact, but for what differs at each look.
    func says(_ row: Row, like observed: Observed<any Fact>, of fact: FactID) -> Bool {
        guard let type = types[fact], let old = try? FactCoding.read(text(row) ?? Data(), as: type) else {
            return false
        }
        return old.isLike(observed)
    }

    private func isYoung(_ fact: SharedFact) -> Bool { isYoung(fact.seen, isOpen: fact.leavesOpen) }

    /// Whether what was seen then counts as known. What was young enough when the store was opened stays so: a run that takes longer
    /// than that must not lose what it has seen itself. What another look may settle is looked at again. What was seen in the future,
    /// by a clock that was wrong then or is now, is not known.
    func isYoung(_ seen: Date, isOpen: Bool) -> Bool {
        let now = now()
        guard seen <= pass(now) else { return false }
        guard isOpen else { return opened <= seen.addingTimeInterval(ages.settled.inSeconds) }
        guard seen >= opened else { return opened < seen.addingTimeInterval(ages.open.inSeconds) }
        return abs(now.timeIntervalSince(seen)) < ages.retry.inSeconds
    }

    private func shared(_ row: Row, as type: FactType) -> SharedFact? {
        guard let text = text(row), let observed = try? FactCoding.read(text, as: type) else { return nil }
        let key: String = row["domain"]
        guard let domain = try? DomainName(input: String(key.dropFirst(2))) else { return nil }
        var named: [any NamedFact] = []
        if row["named_bytes"] as DatabaseValue != .null {
            guard let text = self.text(row, "named_"), let read = try? NamedCoding.read(text, types) else { return nil }
            named = read
        }
        return SharedFact(
            observed, seen: Date(timeIntervalSince1970: row["last_seen"]), by: domain, named: named,
            leavesOpen: row["open"])
    }

    /// The text of a body that a row has, in columns that begin with `prefix`; nil where it is damaged.
    func text(_ row: Row, _ prefix: String = "") -> Data? {
        if let own: DatabaseValue = row["\(prefix)own"], case .blob(let own) = own.storage {
            return bodies.unpack(own: own)
        }
        guard let bytes: Data = row["\(prefix)bytes"] else { return nil }
        return bodies.unpack(size: row["\(prefix)size"], dictionary: row["\(prefix)dictionary"], bytes: bytes)
    }
}

extension GroupCommit {
    /// Waits where changes come faster than they are written.
    func makeRoom() async {
        if backlog > 20_000 { try? await flush() }
    }
}

/// What was seen of a fact at a place.
struct Sighting: Sendable {
    var place: String
    var fact: String
    var condition: String
    var version: Int
    var domain: String
    var seen: Date
    var isOpen: Bool
    var body: BodyCodec.Packed
    var named: BodyCodec.Packed?
}

extension Database {
    /// Adds a row, or makes the last one true for longer where nothing has changed but what changes at each look: `isLike` says so of
    /// a row with another text. What is kept is what was seen last: a stapled answer of a week ago would be an old one.
    ///
    /// Rows that begin later than `now` were written by a clock that was ahead: the last of them is put before what is seen now, so
    /// that it hides nothing that comes later.
    func keep(_ sighting: Sighting, _ codec: BodyCodec, now: Date, isLike: (Row) -> Bool) throws {
        let (place, fact, condition) = (
            try placeID(sighting.place), try labelID(sighting.fact), try labelID(sighting.condition)
        )
        let seen = sighting.seen.wholeSeconds
        let future = max(seen, now.wholeSeconds)
        var last = try lastRow(place, fact, condition)
        if let ahead: Int64 = last?["first_seen"], ahead > future {
            try setBack(place, fact, condition, from: ahead, to: seen - 1)
            last = try lastRow(place, fact, condition)
        }
        if let last, last["version"] == sighting.version, last["open"] == sighting.isOpen,
            (last["sha"] as Data?) == sighting.body.sha || isLike(last)
        {
            let named = try sighting.named.map { try bodyID($0, codec) }
            try cachedStatement(
                sql: """
                    UPDATE sighting SET last_seen = iif(last_seen > ?, ?, max(last_seen, ?)), body = ?, domain = ?, named = ?
                    WHERE place = ? AND fact = ? AND condition = ? AND first_seen = ?
                    """
            ).execute(arguments: [
                future, seen, seen, try bodyValue(sighting.body, codec), try placeID(sighting.domain), named, place,
                fact,
                condition, last["first_seen"] as Int64,
            ])
            return
        }
        try cachedStatement(
            sql: """
                INSERT OR REPLACE INTO sighting
                    (place, fact, condition, first_seen, last_seen, version, body, domain, named, open)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """
        ).execute(arguments: [
            place, fact, condition, seen, seen, sighting.version, try bodyValue(sighting.body, codec),
            try placeID(sighting.domain), try sighting.named.map { try bodyID($0, codec) }, sighting.isOpen,
        ])
    }

    private func lastRow(_ place: Int64, _ fact: Int64, _ condition: Int64) throws -> Row? {
        try Row.fetchOne(
            cachedStatement(
                sql: """
                    SELECT s.first_seen, s.version, s.open, s.body AS own, b.sha, b.size, b.dictionary, b.bytes
                    FROM sighting s LEFT JOIN body b ON b.id = s.body
                    WHERE s.place = ? AND s.fact = ? AND s.condition = ? ORDER BY s.first_seen DESC LIMIT 1
                    """),
            arguments: [place, fact, condition])
    }

    private func setBack(_ place: Int64, _ fact: Int64, _ condition: Int64, from ahead: Int64, to past: Int64) throws {
        try cachedStatement(
            sql: """
                DELETE FROM sighting WHERE place = ? AND fact = ? AND condition = ? AND first_seen >= ? AND first_seen < ?
                """
        ).execute(arguments: [place, fact, condition, past, ahead])
        try cachedStatement(
            sql: """
                UPDATE sighting SET first_seen = ?, last_seen = ?
                WHERE place = ? AND fact = ? AND condition = ? AND first_seen = ?
                """
        ).execute(arguments: [past, past, place, fact, condition, ahead])
    }
}

extension Observed<any Fact> {
    /// Whether it says the same as another, but for what differs at each look.
    func isLike(_ other: Self) -> Bool {
        switch (self, other) {
        case (.present(let one), .present(let other)): one.isLike(other)
        case (.absent(let one), .absent(let other)): one == other
        default: false
        }
    }
}

extension Fact {
    fileprivate func isLike(_ other: any Fact) -> Bool { (other as? Self).map { $0.lasting == lasting } ?? false }
}
