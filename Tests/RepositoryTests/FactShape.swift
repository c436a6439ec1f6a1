import CheckKit

/// The form that JSON values have, learnt from some of them.
struct FactShape {
    private var words: Set<String> = []
    private var members: [String: (shape: FactShape, count: Int)] = [:]
    private var objects = 0
    private var items: [FactShape] = []

    /// A member that half of the objects of a kind have not: more of them than this are names, and no members.
    private static let mostMembers = 24

    /// Learns from one value.
    mutating func learn(_ value: JSONValue) {
        switch value {
        case .null: words.insert("null")
        case .bool: words.insert("true or false")
        case .integer, .number: words.insert("number")
        case .string: words.insert("text")
        case .array(let values):
            words.insert("list")
            if items.isEmpty { items = [FactShape()] }
            for value in values { items[0].learn(value) }
        case .object(let fields):
            words.insert("object")
            objects += 1
            for (name, value) in fields {
                var member = members[name] ?? (FactShape(), 0)
                member.shape.learn(value)
                member.count += 1
                members[name] = member
            }
        }
    }

    /// Lines of the form, each indented by its depth; `name` stands before the first. A question mark stands behind what some values
    /// have and some have not.
    func lines(_ name: String, depth: Int = 0) -> [String] {
        let indent = String(repeating: "  ", count: depth)
        if words == ["list"], let item = items.first, !item.words.isEmpty {
            let inner = item.lines("\(name)[]", depth: depth)
            return inner
        }
        let plain = words.subtracting(["object"]).sorted()
        guard words.contains("object"), !members.isEmpty else {
            return ["\(indent)\(name): \(words.isEmpty ? "list" : words.sorted().joined(separator: " or "))"]
        }
        let also = plain.isEmpty ? "" : " \(plain.joined(separator: " or ")), or"
        let optional = members.values.count { $0.count < objects }
        guard members.count <= Self.mostMembers || optional * 2 < members.count else {
            var any = FactShape()
            for member in members.values { any.merge(member.shape) }
            return ["\(indent)\(name):\(also) by name"] + any.lines("*", depth: depth + 1)
        }
        return ["\(indent)\(name):\(also)"]
            + members.sorted { $0.key < $1.key }.flatMap { key, member in
                member.shape.lines(member.count < objects ? "\(key)?" : key, depth: depth + 1)
            }
    }

    private mutating func merge(_ other: FactShape) {
        words.formUnion(other.words)
        objects += other.objects
        for (name, member) in other.members {
            var mine = members[name] ?? (FactShape(), 0)
            mine.shape.merge(member.shape)
            mine.count += member.count
            members[name] = mine
        }
        if let item = other.items.first {
            if items.isEmpty { items = [FactShape()] }
            items[0].merge(item)
        }
    }
}
