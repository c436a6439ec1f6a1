package import CheckKit
internal import FoundationEssentials
internal import MailModel

/// What a program is given on standard input: one JSON object.
package struct ExternalRequest: Sendable {
    /// The schema of the input.
    package static let schema = "mailgrade.external/1"

    let check: String
    let domain: DomainName
    let place: Place
    let instant: Date
    let facts: [FactID: Given]

    /// What is handed over of one fact.
    enum Given: Sendable {
        case one(Observed<any Fact>)
        case each([(place: Place, observed: Observed<any Fact>)])
        /// A value that somebody wrote, for an example; a list for what comes as one.
        case written(JSONValue, of: Scope)
    }

    /// The bytes, with a line end.
    package func json() throws -> [UInt8] {
        Array(try StableJSON.data(self)) + [0x0A]
    }
}

extension ExternalCheck {
    /// What the program is given at a place of evidence. Throws why it is not asked there: a fact that it needs is absent.
    package func request(_ evidence: Evidence, at place: Place) throws(Absence) -> ExternalRequest {
        var facts: [FactID: ExternalRequest.Given] = [:]
        for want in wants {
            guard !want.isList else {
                facts[want.fact.id] = .each(
                    evidence.places(want.fact.scope).filter { evidence.lies($0, inside: place) }
                        .map { ($0, evidence.observed(Slot(want.fact.id, $0))) })
                continue
            }
            let observed = place.widened(to: want.fact.scope).map { evidence.observed(Slot(want.fact.id, $0)) }
            if want.isRequired, case .absent(let why)? = observed {
                switch why {
                case .notApplicable, .blocked, .unplanned: throw why
                default: throw .blocked(by: want.fact.id, because: why)
                }
            }
            facts[want.fact.id] = .one(observed ?? .absent(.unplanned))
        }
        return ExternalRequest(
            check: check.id, domain: evidence.domain, place: place, instant: evidence.collectedAt, facts: facts)
    }

    /// What the program is given for an example, at a place that is made up.
    package func request(_ example: ExternalExample) -> ExternalRequest {
        let server = MailServer.sample("mx.example.com", "192.0.2.25")
        let place = Place.server(server).widened(to: check.scope) ?? .domain
        var facts: [FactID: ExternalRequest.Given] = [:]
        for want in wants {
            let none: ExternalRequest.Given = want.isList ? .each([]) : .one(.absent(.unplanned))
            facts[want.fact.id] = example.facts[want.fact.id].map { .written($0, of: want.fact.scope) } ?? none
        }
        return ExternalRequest(
            check: check.id, domain: .sample("example.com"), place: place,
            instant: Date(timeIntervalSince1970: 1_767_225_600),
            facts: facts)
    }
}

extension Evidence {
    /// Whether a place of a narrower scope belongs to another: some server belongs to both.
    fileprivate func lies(_ inner: Place, inside outer: Place) -> Bool {
        outer == .domain || inner == outer || servers.contains { outer.covers($0) && inner.covers($0) }
    }
}

extension ExternalRequest: Encodable {
    private enum Key: String, CodingKey { case schema, check, domain, place, collectedAt, facts }
    private enum FactKey: String, CodingKey { case place, value, absent }

    /// A key of the map of facts.
    private struct Name: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    /// Writes facts in the form that saved evidence has: `value`, or `absent` with the reason.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(Self.schema, forKey: .schema)
        try container.encode(check, forKey: .check)
        try container.encode(domain, forKey: .domain)
        try container.encode(place, forKey: .place)
        try container.encode(instant, forKey: .collectedAt)
        var facts = container.nestedContainer(keyedBy: Name.self, forKey: .facts)
        for (id, given) in self.facts {
            let key = Name(stringValue: id.text)
            switch given {
            case .one(let observed):
                var fact = facts.nestedContainer(keyedBy: FactKey.self, forKey: key)
                try Self.write(observed, to: &fact)
            case .each(let all):
                var list = facts.nestedUnkeyedContainer(forKey: key)
                for (place, observed) in all {
                    var fact = list.nestedContainer(keyedBy: FactKey.self)
                    try fact.encode(place, forKey: .place)
                    try Self.write(observed, to: &fact)
                }
            case .written(.array(let values), let scope):
                var list = facts.nestedUnkeyedContainer(forKey: key)
                for (index, value) in values.enumerated() {
                    var fact = list.nestedContainer(keyedBy: FactKey.self)
                    try fact.encode(Self.place(index, scope), forKey: .place)
                    try Self.write(value, to: &fact)
                }
            case .written(let value, _):
                var fact = facts.nestedContainer(keyedBy: FactKey.self, forKey: key)
                try Self.write(value, to: &fact)
            }
        }
    }

    /// The place of an entry in a list that somebody wrote: each is a server of its own.
    private static func place(_ index: Int, _ scope: Scope) -> Place {
        let server = MailServer.sample("mx\(index + 1).example.com", "192.0.2.\(25 + index % 200)")
        return Place.server(server).widened(to: scope) ?? .domain
    }

    /// What somebody wrote is the value, or `absent` alone with the reason.
    private static func write(
        _ written: JSONValue, to container: inout KeyedEncodingContainer<FactKey>
    ) throws {
        if case .object(let members) = written, members.count == 1, let why = members["absent"] {
            return try container.encode(why, forKey: .absent)
        }
        try container.encode(written, forKey: .value)
    }

    private static func write(
        _ observed: Observed<any Fact>, to container: inout KeyedEncodingContainer<FactKey>
    ) throws {
        switch observed {
        case .present(let fact): try container.encode(fact, forKey: .value)
        case .absent(let why): try container.encode(why, forKey: .absent)
        }
    }
}
