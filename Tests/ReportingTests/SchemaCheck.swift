import CheckKit

/// Compares JSON with a schema, as far as this program's own schemas go; and finds what a schema does not mention, because a
/// schema that readers rely on tells everything.
struct SchemaCheck {
    private let definitions: [String: JSONValue]
    private let schema: JSONValue

    init(_ schema: JSONValue) {
        self.schema = schema
        definitions = schema["$defs"]?.members ?? [:]
    }

    /// What is wrong, each with its place; empty where nothing is.
    func problems(of value: JSONValue) -> [String] { problems(value, schema, at: "") }

    private func problems(_ value: JSONValue, _ schema: JSONValue, at path: String) -> [String] {
        guard let rules = schema.members else { return [] }
        if case .string(let name)? = rules["$ref"] {
            return definitions[String(name.dropFirst(8))].map { problems(value, $0, at: path) } ?? ["no \(name)"]
        }
        var found: [String] = []
        if let constant = rules["const"], constant != value { found.append("\(path): is not \(constant)") }
        if case .array(let words)? = rules["enum"], !words.contains(value) {
            found.append("\(path): \(value) is no such word")
        }
        if let type = rules["type"], !type.types.contains(where: value.isOf) { found.append("\(path): is no \(type)") }
        if case .array(let all)? = rules["allOf"] { found += all.flatMap { problems(value, $0, at: path) } }
        if case .array(let any)? = rules["anyOf"] {
            let each = any.map { problems(value, $0, at: path) }
            if !each.contains([]) { found += each.min { $0.count < $1.count } ?? [] }
        }
        if case .object(let members) = value { found += problems(members, rules, at: path) }
        if case .array(let items) = value, let schema = rules["items"] {
            found += items.enumerated().flatMap { problems($1, schema, at: "\(path)[\($0)]") }
        }
        return found
    }

    private func problems(_ members: [String: JSONValue], _ rules: [String: JSONValue], at path: String) -> [String] {
        guard rules["type"] != nil else { return [] }
        let properties = rules["properties"]?.members ?? [:]
        var found: [String] = []
        if case .array(let required)? = rules["required"] {
            for case .string(let name) in required where members[name] == nil {
                found.append("\(path).\(name): is missing")
            }
        }
        for (name, value) in members {
            if let schema = properties[name] ?? rules["additionalProperties"] {
                found += problems(value, schema, at: "\(path).\(name)")
            } else {
                found.append("\(path).\(name): the schema does not tell")
            }
        }
        return found
    }
}

extension JSONValue {
    var members: [String: JSONValue]? {
        if case .object(let members) = self { members } else { nil }
    }

    subscript(_ key: String) -> JSONValue? { members?[key] }

    fileprivate var types: [String] {
        switch self {
        case .string(let type): [type]
        case .array(let types): types.flatMap(\.types)
        default: []
        }
    }

    fileprivate func isOf(_ type: String) -> Bool {
        switch (self, type) {
        case (.null, "null"), (.bool, "boolean"), (.integer, "integer"), (.integer, "number"), (.number, "number"),
            (.string, "string"), (.array, "array"), (.object, "object"):
            true
        default: false
        }
    }
}
