package import FoundationEssentials
internal import MailModel

/// One fact, or why it is absent, in the form that evidence has for it, without its place: `{"version":1,"value":…}` or `{"absent":…}`.
package enum FactCoding {
    /// Writes it on one line, with sorted keys: equal facts are equal texts.
    package static func json(_ observed: Observed<any Fact>) throws -> Data {
        try StableJSON.data(Body(observed: observed))
    }

    /// Reads it as a fact of a type. Throws `DecodingError`, also where it is of another version.
    package static func read(_ json: Data, as type: FactType) throws -> Observed<any Fact> {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        return try read(type.type, type.version, json, decoder)
    }

    private static func read<F: Fact>(
        _: F.Type, _ version: Int, _ json: Data, _ decoder: JSONDecoder
    ) throws -> Observed<any Fact> {
        let body = try decoder.decode(ReadBody<F>.self, from: json)
        if let absent = body.absent { return .absent(absent) }
        guard let value = body.value, body.version == version else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: [], debugDescription: "neither a fact of version \(version) nor an absence"))
        }
        return .present(value)
    }
}

private struct Body: Encodable {
    let observed: Observed<any Fact>

    private enum Key: String, CodingKey { case version, value, absent }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        switch observed {
        case .absent(let why): try container.encode(why, forKey: .absent)
        case .present(let fact):
            try container.encode(type(of: fact).version, forKey: .version)
            try container.encode(fact, forKey: .value)
        }
    }
}

private struct ReadBody<F: Fact>: Decodable {
    let version: Int?
    let value: F?
    let absent: Absence?
}
