public import CheckKit
internal import FoundationEssentials
internal import GRDB
public import MailModel

extension Store {
    /// Keeps what a domain itself publishes, and which servers it has. `conditions` are those under which it was collected: a text to
    /// compare.
    public func keep(_ evidence: Evidence, _ conditions: String) async {
        let domain = Place.storeKey(of: evidence.domain)
        let sightings = evidence.slots(at: .domain).compactMap {
            slot -> (Sighting, FactID, Observed<any Fact>)? in
            let observed = evidence.observed(slot)
            guard let text = try? FactCoding.json(observed) else { return nil }
            let isOpen = observed.value?.leavesOpen ?? (observed.absence.map { $0.isOpen } ?? false)
            let sighting = Sighting(
                place: domain, fact: slot.fact.text, condition: conditions, version: types[slot.fact]?.version ?? 1,
                domain: domain, seen: evidence.collectedAt, isOpen: isOpen, body: bodies.pack(text, slot.fact.text),
                named: nil)
            return (sighting, slot.fact, observed)
        }
        let servers = ServersOfDomain(evidence)
        let seen = evidence.collectedAt.wholeSeconds
        pass(evidence.collectedAt)
        commits.add { [self] db in
            for (sighting, fact, observed) in sightings {
                try db.keep(sighting, bodies, now: now()) { says($0, like: observed, of: fact) }
            }
            if let servers { try db.keep(servers, of: try db.placeID(domain), seen: seen) }
        }
        await commits.makeRoom()
    }

    /// What a domain publishes, as far as it is on disk and young enough; nil where something is missing.
    public func evidence(of domain: DomainName, _ conditions: String, _ settings: RunSettings) -> Evidence? {
        let rows = try? pool.read { db in
            try Row.fetchAll(
                db.cachedStatement(
                    sql: """
                        SELECT f.text AS fact, s.last_seen, s.open, s.version, s.body AS own, b.size, b.dictionary, b.bytes
                        FROM sighting s LEFT JOIN body b ON b.id = s.body JOIN label f ON f.id = s.fact
                        WHERE s.place = (SELECT id FROM place WHERE key = ?)
                            AND s.condition = (SELECT id FROM label WHERE text = ?) AND s.last_seen <= ?
                        ORDER BY s.last_seen
                        """),
                arguments: [Place.storeKey(of: domain), conditions, pass(now()).wholeSeconds])
        }
        guard let rows, let last = rows.last else { return nil }
        let seen = Date(timeIntervalSince1970: last["last_seen"])
        var evidence = Evidence(domain: domain, collectedAt: seen, settings: settings)
        for row in rows where row["last_seen"] as Int64 == last["last_seen"] as Int64 {
            guard isYoung(seen, isOpen: row["open"]), let type = types[FactID(row["fact"] as String)],
                type.version == row["version"], let text = text(row),
                let observed = try? FactCoding.read(text, as: type)
            else { return nil }
            evidence.settle(Slot(type.id, .domain), observed)
        }
        return evidence
    }
}

extension Absence {
    /// Whether another look may settle it.
    fileprivate var isOpen: Bool { certainty == .inconclusive }
}
