internal import CheckKit
internal import FoundationEssentials
internal import Grading

/// The vocabulary of JSON Schema, draft 2020-12, as far as this program's own files need it.
enum JSONSchema {
    /// One property of an object.
    struct Member {
        let name: String
        let schema: JSONValue
        let isOptional: Bool
    }

    static func member(_ name: String, _ schema: JSONValue, isOptional: Bool = false) -> Member {
        Member(name: name, schema: schema, isOptional: isOptional)
    }

    /// An object with these properties. Others may be added in later versions, so none is forbidden.
    static func object(_ description: String? = nil, _ members: [Member]) -> JSONValue {
        described(
            description,
            [
                "type": .string("object"),
                "properties": .object(Dictionary(members.map { ($0.name, $0.schema) }) { first, _ in first }),
                "required": .array(members.filter { !$0.isOptional }.map { .string($0.name) }),
            ])
    }

    static func map(_ description: String, _ value: JSONValue) -> JSONValue {
        described(description, ["type": .string("object"), "additionalProperties": value])
    }

    static func list(_ description: String? = nil, _ items: JSONValue) -> JSONValue {
        described(description, ["type": .string("array"), "items": items])
    }

    static func text(_ description: String) -> JSONValue { described(description, ["type": .string("string")]) }
    static func flag(_ description: String) -> JSONValue { described(description, ["type": .string("boolean")]) }
    static func number(_ description: String) -> JSONValue { described(description, ["type": .string("number")]) }
    static func integer(_ description: String) -> JSONValue { described(description, ["type": .string("integer")]) }

    /// An instant, RFC 3339 in UTC.
    static func instant(_ description: String) -> JSONValue {
        described(description, ["type": .string("string"), "format": .string("date-time")])
    }

    static func words(_ description: String, _ words: [String]) -> JSONValue {
        described(description, ["enum": .array(words.map { .string($0) })])
    }

    static func constant(_ value: JSONValue) -> JSONValue { .object(["const": value]) }

    static func reference(_ name: String) -> JSONValue { .object(["$ref": .string("#/$defs/\(name)")]) }

    static func either(_ schemas: [JSONValue], _ description: String? = nil) -> JSONValue {
        described(description, ["anyOf": .array(schemas)])
    }

    /// What is null where there is nothing to say.
    static func nullable(_ schema: JSONValue) -> JSONValue {
        guard case .object(var fields) = schema, case .string(let type)? = fields["type"] else {
            return either([schema, .object(["type": .string("null")])])
        }
        fields["type"] = .array([.string(type), .string("null")])
        return .object(fields)
    }

    /// A whole schema as it stands in a file.
    static func document(
        _ title: String, _ description: String, _ root: JSONValue, _ definitions: [String: JSONValue] = [:]
    )
        -> JSONValue
    {
        guard case .object(var fields) = root else { return root }
        fields["$schema"] = .string("https://json-schema.org/draft/2020-12/schema")
        fields["title"] = .string(title)
        fields["description"] = .string(description)
        if !definitions.isEmpty { fields["$defs"] = .object(definitions) }
        return .object(fields)
    }

    private static func described(_ description: String?, _ fields: [String: JSONValue]) -> JSONValue {
        var fields = fields
        fields["description"] = description.map { .string($0) }
        return .object(fields)
    }
}
