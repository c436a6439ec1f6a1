internal import CheckKit
internal import FoundationEssentials

/// What was answered in the name of a domain, as a list of facts, each with its id.
enum NamedCoding {
    /// Writes the list.
    static func json(_ facts: [any NamedFact]) throws -> Data {
        let parts = try facts.map { fact in
            Part(fact: type(of: fact).id, body: String(decoding: try FactCoding.json(.present(fact)), as: UTF8.self))
        }
        return try StableJSON.data(parts)
    }

    /// Reads the list; what this program does not understand is left out.
    static func read(_ json: Data, _ types: [FactID: FactType]) throws -> [any NamedFact] {
        try JSONDecoder().decode([Part].self, from: json).compactMap { part in
            guard let type = types[part.fact] else { return nil }
            return try FactCoding.read(Data(part.body.utf8), as: type).value as? any NamedFact
        }
    }

    private struct Part: Codable {
        let fact: FactID
        let body: String
    }
}
