internal import CheckKit
internal import FoundationEssentials

/// The vocabulary of JSON Schema, as far as profiles need it.
extension JSONValue {
    static func text(_ description: String) -> JSONValue {
        .object(["type": typedText, "description": .string(description)])
    }

    /// The type of what is read as it is typed: an editor takes `3.10` for a number, this program for the text that it is.
    static let typedText: JSONValue = .array(["string", "number", "boolean"].map { .string($0) })

    static func words(_ words: [String]) -> JSONValue {
        .object(["enum": .array(words.map { .string($0) })])
    }

    static func number(_ lowest: Int, _ highest: Int, _ description: String) -> JSONValue {
        .object([
            "type": .string("number"), "minimum": .integer(lowest), "maximum": .integer(highest),
            "description": .string(description),
        ])
    }

    static func integer(_ lowest: Int, _ highest: Int, _ description: String) -> JSONValue {
        .object([
            "type": .string("integer"), "minimum": .integer(lowest), "maximum": .integer(highest),
            "description": .string(description),
        ])
    }

    static func reference(_ name: String, _ description: String? = nil) -> JSONValue {
        var fields: [String: JSONValue] = ["$ref": .string("#/$defs/\(name)")]
        fields["description"] = description.map { .string($0) }
        return .object(fields)
    }

    static func either(_ schemas: JSONValue...) -> JSONValue { .object(["anyOf": .array(schemas)]) }

    /// What an organisation's file may take away by writing `null`.
    static func removable(_ schema: JSONValue, _ description: String? = nil) -> JSONValue {
        var fields: [String: JSONValue] = ["anyOf": .array([schema, .object(["type": .string("null")])])]
        fields["description"] = description.map { .string($0) }
        return .object(fields)
    }

    /// A map with these keys and no other.
    static func fields(_ fields: [(String, JSONValue)], required: [String] = []) -> JSONValue {
        var schema: [String: JSONValue] = [
            "type": .string("object"), "additionalProperties": .bool(false),
            "properties": .object(Dictionary(fields) { first, _ in first }),
        ]
        if !required.isEmpty { schema["required"] = .array(required.map { .string($0) }) }
        return .object(schema)
    }

    /// The same with a description.
    static func map(_ description: String, _ entries: [(String, JSONValue)]) -> JSONValue {
        guard case .object(var schema) = fields(entries) else { return .null }
        schema["description"] = .string(description)
        return .object(schema)
    }

    /// The same, and names of the profile's own with values of a definition.
    static func map(
        _ description: String, _ entries: [(String, JSONValue)], own: (definition: String, catalog: Catalog)
    ) -> JSONValue {
        guard case .object(var schema) = map(description, entries) else { return .null }
        schema["patternProperties"] = .object([ownPattern(besides: own.catalog): .reference(own.definition)])
        return .object(schema)
    }

    /// A map of names of the profile's own.
    static func own(_ description: String, _ value: JSONValue, besides catalog: Catalog) -> JSONValue {
        .object([
            "type": .string("object"), "description": .string(description),
            "propertyNames": .ownName(besides: catalog), "additionalProperties": .removable(value),
        ])
    }

    /// An id or a code of the profile's own.
    static func ownName(besides catalog: Catalog) -> JSONValue {
        .object(["type": .string("string"), "pattern": .string(ownPattern(besides: catalog))])
    }

    /// Two words with a dot between; the first is none of the program's.
    private static func ownPattern(besides catalog: Catalog) -> String {
        "^(?!(\(catalog.subjects.sorted().joined(separator: "|")))[.])[a-z0-9-]+[.][a-z0-9-]+$"
    }

    /// A map whose keys the profile makes up, or takes from a list.
    static func named(_ description: String, keys: String = "name", _ value: JSONValue) -> JSONValue {
        .object([
            "type": .string("object"), "description": .string(description), "propertyNames": .reference(keys),
            "additionalProperties": .removable(value),
        ])
    }

    static func named(_ description: String, _ name: String) -> JSONValue { named(description, .reference(name)) }
}

extension JSONValue {
    /// The text in which objects have sorted keys, and what is short or holds nothing but single values is one line.
    package func compactLines() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try compactLines(encoder)
    }

    private func compactLines(_ encoder: JSONEncoder) throws -> String {
        let line = String(decoding: try encoder.encode(self), as: UTF8.self)
        guard line.utf8.count > 120 else { return line }
        switch self {
        case .object(let fields) where fields.values.contains(where: \.holdsValues):
            let lines = try fields.sorted { $0.key < $1.key }.map { key, value in
                try JSONValue.string(key).compactLines(encoder) + ":" + value.compactLines(encoder)
            }
            return "{\n" + lines.joined(separator: ",\n") + "\n}"
        case .array(let values):
            return "[\n" + (try values.map { try $0.compactLines(encoder) }).joined(separator: ",\n") + "\n]"
        default: return line
        }
    }

    private var holdsValues: Bool {
        switch self {
        case .object, .array: true
        default: false
        }
    }
}
