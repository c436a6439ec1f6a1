extension ProfileLibrary {
    /// The YAML of a built-in profile as it was written; nil for an id that there is none of.
    public func source(of id: String) -> String? {
        builtIn.first { $0.id == id }.map { String(decoding: $0.yaml, as: UTF8.self) }
    }
}

extension Profile {
    /// The merged form as YAML. What differs from the profile at the bottom of the chain of `extends` says, in a comment,
    /// which line of which file it comes from.
    public var effectiveText: String {
        YAMLWriter(base: document.bottom(besides: document.position.file)).text(document.leavingOut("extends"))
    }

    /// What differs between the merged forms of two profiles, key by key, in the order of the keys.
    public func differences(to other: Profile) -> [Difference] {
        let own: Set<String> = ["schema", "id", "title", "description", "extends"]
        let left = document.flattened.filter { !own.contains($0.key) }
        let right = other.document.flattened.filter { !own.contains($0.key) }
        return Set(left.keys).union(right.keys).sorted().compactMap { key in
            left[key] == right[key] ? nil : Difference(key: key, before: left[key], after: right[key])
        }
    }

    /// One key that two profiles disagree on.
    public struct Difference: Sendable, Hashable {
        /// The path of the key, for example `checks › starttls.offered › weight`.
        public let key: String
        /// The value in the first, as YAML; nil where the first does not have it.
        public let before: String?
        /// The value in the second.
        public let after: String?
    }
}

extension YAMLNode {
    /// The same map without a key.
    fileprivate func leavingOut(_ key: String) -> YAMLNode {
        YAMLNode(content: .mapping((entries ?? []).filter { $0.key != key }), position: position)
    }

    /// The file that most of a merged document comes from; nil where it all comes from `file`.
    fileprivate func bottom(besides file: SourceFile) -> SourceFile? {
        for entry in entries ?? [] {
            if entry.keyPosition.file !== file { return entry.keyPosition.file }
            if let deeper = entry.value.bottom(besides: file) { return deeper }
        }
        return nil
    }

    /// The values below the keys, by path. A condition is one value.
    fileprivate var flattened: [String: String] {
        var values: [String: String] = [:]
        func add(_ node: YAMLNode, _ path: [String]) {
            let isWhole = path.last.map { ["when", "met-by"].contains($0) } ?? false
            guard let entries = node.entries, !isWhole, !(entries.isEmpty && !path.isEmpty) else {
                values[path.joined(separator: " › ")] = YAMLWriter.flow(node)
                return
            }
            for entry in entries { add(entry.value, path + [entry.key]) }
        }
        add(self, [])
        return values
    }
}
