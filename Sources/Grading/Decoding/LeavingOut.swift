extension ProfileDecoder {
    /// The requirements with those marked that a class of domains leaves out: a map from a requirement, a group of them or
    /// `all`, to the reason. What the class says itself, `own`, is asked of its domains whatever is left out around it.
    func leavingOut(_ cursor: YAMLCursor, of requirements: [Requirement], besides own: Set<String>) -> [Requirement] {
        if case .scalar(let text, _) = cursor.node.content {
            let isKnown = requirements.contains { $0.id == text || $0.group == text }
            cursor.error(
                "'leave-out' must be a map to reasons, not \(cursor.node.kind); write "
                    + "{ \(isKnown ? text : DomainClass.everything): the reason }")
            return requirements
        }
        guard let entries = cursor.map() else { return requirements }
        if entries.isEmpty { cursor.error("'leave-out' names no requirement") }
        var reasons: [String: (rank: Int, reason: String)] = [:]
        for (name, value) in entries {
            guard let (rank, chosen) = chosen(name, value, requirements, own) else { continue }
            guard !value.node.isNull else {
                value.errorAtKey("'\(name)' needs the reason why it is left out")
                continue
            }
            guard let reason = value.text() else { continue }
            // A requirement that is named itself has its own reason, then comes that of its group.
            for id in chosen where rank < reasons[id]?.rank ?? .max { reasons[id] = (rank, reason) }
        }
        return requirements.map { requirement in
            var requirement = requirement
            requirement.leftOut = reasons[requirement.id]?.reason
            return requirement
        }
    }

    /// What a name stands for, with how exactly it does, the most exact first.
    private func chosen(
        _ name: String, _ cursor: YAMLCursor, _ requirements: [Requirement], _ own: Set<String>
    ) -> (rank: Int, ids: [String])? {
        let groups = Set(requirements.compactMap(\.group))
        let isOne = requirements.contains { $0.id == name }
        guard name == DomainClass.everything || groups.contains(name) || isOne else {
            let known = requirements.map(\.id) + groups + [DomainClass.everything]
            let hint = Suggestion.hint(for: name, in: known)
            cursor.errorAtKey("'\(name)' is neither a requirement nor a group of them\(hint)")
            return nil
        }
        if isOne, !groups.contains(name), name != DomainClass.everything {
            guard !own.contains(name) else {
                cursor.errorAtKey("'\(name)' is left out here, and asked for by 'judged-by'")
                return nil
            }
            return (0, [name])
        }
        let isAll = name == DomainClass.everything
        let ids = requirements.filter { (isAll || $0.group == name) && !own.contains($0.id) }.map(\.id)
        if ids.isEmpty { cursor.errorAtKey("'\(name)' leaves nothing out: 'judged-by' asks for all of it") }
        return (isAll ? 2 : 1, ids)
    }
}
