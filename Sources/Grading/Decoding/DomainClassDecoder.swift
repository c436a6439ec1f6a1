extension ProfileDecoder {
    /// What a class may say differently. Which checks run cannot be among it: the class is known after they ran.
    private static let overlaid = ["severity", "grade", "requirements"]

    /// The map under `domain-classes`: which domains, and what is laid over the profile or left out of it for them.
    func readDomainClasses(
        _ cursor: YAMLCursor, _ document: YAMLNode, _ external: [ExternalCheck]
    ) -> [DomainClass]? {
        cursor.named { id, value in
            guard let fields = value.fields(["domains", "when", "judged-by", "leave-out"]) else { return nil }
            let domains = fields["domains"].flatMap(patterns)
            let when = fields["when"].flatMap {
                ConditionDecoder(catalog: catalog).condition($0, inside: nil)
            }
            if fields["domains"] == nil, fields["when"] == nil, !fields.hasUnknownKeys {
                value.errorAtKey("'\(id)' needs 'domains' or 'when'")
            }
            let leftOut = fields["leave-out"].flatMap { $0.removesNothing() ? nil : $0 }
            guard let overlay = overlay(fields, isOptional: leftOut != nil), overlay.fields(Self.overlaid) != nil
            else { return nil }
            guard var profile = variant(document, overlay, external), (domains == nil) == (fields["domains"] == nil)
            else {
                return nil
            }
            if let leftOut {
                let own = Set(overlay.node["requirements"]?.entries?.map(\.key) ?? [])
                profile.requirements = leavingOut(leftOut, of: profile.requirements, besides: own)
            }
            return DomainClass(id: id, domains: domains, when: when, profile: profile, overlay: overlay.node)
        }
    }

    /// What is laid over the profile; nothing, where a class only leaves something out.
    private func overlay(_ fields: YAMLCursor.Fields, isOptional: Bool) -> YAMLCursor? {
        if let overlay = fields["judged-by"] {
            if overlay.node.entries?.isEmpty == true { overlay.error("'judged-by' must say what is different") }
            return overlay
        }
        guard !isOptional else {
            let nothing = YAMLNode(content: .mapping([]), position: fields.cursor.node.position)
            return YAMLCursor(nothing, name: "judged-by", diagnostics: diagnostics)
        }
        // A misspelt key has been reported, and is most likely what is missing.
        if !fields.hasUnknownKeys {
            fields.cursor.errorAtKey("\(fields.cursor.label) needs 'judged-by' or 'leave-out'")
        }
        return nil
    }

    /// The profile as a class has it. What is wrong with the profile itself has been reported already.
    private func variant(_ document: YAMLNode, _ overlay: YAMLCursor, _ external: [ExternalCheck]) -> Profile? {
        let kept = (document.entries ?? []).filter { Self.keys.contains($0.key) && $0.key != "domain-classes" }
        let rules = (overlay.node.entries ?? []).filter { Self.overlaid.contains($0.key) }
        let merged = ProfileMerge.merge(
            YAMLNode(content: .mapping(rules), position: overlay.keyPosition),
            over: YAMLNode(content: .mapping(kept), position: document.position))
        return profile(merged, declaring: external, digest: ProfileMerge.digest(document))
    }

    private func patterns(_ cursor: YAMLCursor) -> [HostPattern]? {
        guard let items = cursor.list() else { return nil }
        if items.isEmpty { cursor.error("'domains' names no domain") }
        let patterns = items.compactMap { item -> HostPattern? in
            guard let text = item.text() else { return nil }
            if let pattern = HostPattern(text) { return pattern }
            item.error("a domain, or *. and the rest of one, is expected here, not \(item.node.kind)")
            return nil
        }
        return patterns.count == items.count ? patterns : nil
    }
}
