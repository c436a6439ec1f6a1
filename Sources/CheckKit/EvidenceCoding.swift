public import FoundationEssentials
internal import MailModel

extension Evidence {
    /// The schema of the stored form.
    public static let schema = "mailgrade.evidence/1"

    /// Writes stable JSON: sorted keys, RFC 3339 UTC, seconds as numbers. Facts in `derived` are left out, they can be
    /// computed again.
    public func json(leavingOut derived: Set<FactID> = []) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(Stored(evidence: leavingOut(derived)))
    }

    /// Reads what `json` wrote. `known` are the facts this program understands; others are kept as they are.
    ///
    /// Transcripts are most of a saved run and change no verdict: who judges many runs leaves them out.
    /// JSON in which a key stands twice, or with more values than any evidence has, is refused: `DecodingError.dataCorrupted` says so.
    public init(json: Data, known: [FactType], keepingTrace: Bool = true) throws {
        do throws(JSONShape.Fault) {
            try JSONShape.check(json)
        } catch {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: error.description))
        }
        let decoder = JSONDecoder()
        decoder.userInfo[.keepsTrace] = keepingTrace
        decoder.dateDecodingStrategy = .iso8601
        decoder.userInfo[.factTypes] = Dictionary(known.map { ($0.id, $0) }) { first, _ in first }
        self = try decoder.decode(Stored.self, from: json).evidence
    }
}

extension CodingUserInfoKey {
    fileprivate static let factTypes = named("mailgrade.fact-types")
    fileprivate static let keepsTrace = named("mailgrade.keeps-trace")

    private static func named(_ name: String) -> CodingUserInfoKey {
        guard let key = CodingUserInfoKey(rawValue: name) else { preconditionFailure("not a key") }
        return key
    }
}

private struct Stored: Codable {
    var evidence: Evidence

    private enum Key: String, CodingKey { case schema, domain, collectedAt, settings, facts, trace }

    init(evidence: Evidence) { self.evidence = evidence }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let schema = try container.decode(String.self, forKey: .schema)
        guard schema == Evidence.schema else {
            throw DecodingError.dataCorruptedError(
                forKey: .schema, in: container,
                debugDescription: "the evidence has the schema \(schema); this version reads \(Evidence.schema)")
        }
        evidence = Evidence(
            domain: try container.decode(DomainName.self, forKey: .domain),
            collectedAt: try container.decode(Date.self, forKey: .collectedAt),
            settings: try container.decode(RunSettings.self, forKey: .settings))
        for stored in try container.decode([StoredFact].self, forKey: .facts) {
            evidence.store(stored.slot, stored.entry, seen: stored.seen, inferredFrom: stored.inferredFrom)
        }
        guard decoder.userInfo[.keepsTrace] as? Bool != false else { return }
        evidence.trace = try container.decodeIfPresent(Trace.self, forKey: .trace) ?? Trace()
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Evidence.schema, forKey: .schema)
        try container.encode(evidence.domain, forKey: .domain)
        try container.encode(evidence.collectedAt, forKey: .collectedAt)
        try container.encode(evidence.settings, forKey: .settings)
        try container.encode(
            evidence.slots.compactMap { slot in
                evidence.entries[slot].map {
                    StoredFact(
                        slot: slot, entry: $0, seen: evidence.sharedSince(slot),
                        inferredFrom: evidence.inferredFrom(slot))
                }
            },
            forKey: .facts)
        try container.encode(evidence.trace, forKey: .trace)
    }
}

private struct StoredFact: Codable {
    var slot: Slot
    var entry: Evidence.Entry
    /// When another run saw it; nil where the run did itself.
    var seen: Date?
    /// Where it was seen, where nobody saw it here.
    var inferredFrom: MailServer?

    private enum Key: String, CodingKey { case fact, version, place, value, absent, seen, inferredFrom }

    init(slot: Slot, entry: Evidence.Entry, seen: Date?, inferredFrom: MailServer?) {
        self.inferredFrom = inferredFrom
        self.slot = slot
        self.entry = entry
        self.seen = seen
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: Key.self)
        let id = try container.decode(FactID.self, forKey: .fact)
        slot = Slot(id, try container.decodeIfPresent(Place.self, forKey: .place) ?? .domain)
        seen = try container.decodeIfPresent(Date.self, forKey: .seen)
        if case .server(let server) = try container.decodeIfPresent(Place.self, forKey: .inferredFrom) {
            inferredFrom = server
        }
        if let why = try container.decodeIfPresent(Absence.self, forKey: .absent) {
            entry = .observed(.absent(why))
            return
        }
        let version = try container.decode(Int.self, forKey: .version)
        let known = decoder.userInfo[.factTypes] as? [FactID: FactType] ?? [:]
        guard let type = known[id] else {
            entry = .foreign(version: version, try container.decode(JSONValue.self, forKey: .value))
            return
        }
        do {
            guard version == type.version, slot.place.scope == type.scope else {
                throw DecodingError.dataCorruptedError(
                    forKey: .version, in: container, debugDescription: "version \(version) at this place")
            }
            entry = .observed(.present(try Self.decode(type.type, from: container)))
        } catch {
            let raw = try container.decode(JSONValue.self, forKey: .value)
            entry = .unreadable(version: version, raw, why: Self.reason(error))
        }
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(slot.fact, forKey: .fact)
        if slot.place != .domain { try container.encode(slot.place, forKey: .place) }
        try container.encodeIfPresent(seen, forKey: .seen)
        try container.encodeIfPresent(inferredFrom.map { Place.server($0) }, forKey: .inferredFrom)
        switch entry {
        case .observed(.absent(let why)):
            try container.encode(why, forKey: .absent)
        case .observed(.present(let fact)):
            try container.encode(type(of: fact).version, forKey: .version)
            try container.encode(fact, forKey: .value)
        case .foreign(let version, let value), .unreadable(let version, let value, _):
            try container.encode(version, forKey: .version)
            try container.encode(value, forKey: .value)
        }
    }

    private static func decode<F: Fact>(
        _ type: F.Type, from container: KeyedDecodingContainer<Key>
    ) throws -> any Fact {
        try container.decode(F.self, forKey: .value)
    }

    private static func reason(_ error: any Error) -> String {
        guard let error = error as? DecodingError else { return "\(error)" }
        return switch error {
        case .keyNotFound(let key, _): "no \(key.stringValue)"
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            context.debugDescription
        @unknown default: "\(error)"
        }
    }
}
