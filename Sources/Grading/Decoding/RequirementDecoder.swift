extension ProfileDecoder {
    /// The map under `requirements`. Each says when it is met, or why that is not known.
    func readRequirements(_ cursor: YAMLCursor, enabled: Set<String>?) -> [Requirement]? {
        let requirements = cursor.named { id, value -> Requirement? in
            let keys = [
                "clause", "level", "text", "group", "applies-to", "from", "until", "met-by", "not-observable",
                "not-observed",
            ]
            guard let fields = value.fields(keys) else { return nil }
            let clause = fields.required("clause")?.text()
            let level = fields.required("level")?.choice(Requirement.Level.allCases.map { ($0.rawValue, $0) })
            let text = fields.required("text")?.text()
            let group = fields["group"].flatMap { $0.removesNothing() ? nil : self.group($0) }
            let subject = fields["applies-to"]?.choice(Requirement.Subject.allCases.map { ($0.rawValue, $0) })
            let basis = basis(fields, enabled)
            let (from, until) = (fields["from"]?.optionalDay(), fields["until"]?.optionalDay())
            if let from, let until, until < from { fields["until"]?.errorAtKey("'until' is before 'from'") }
            guard let clause, let level, let text, let basis else { return nil }
            return Requirement(
                id: id, clause: clause, level: level, text: text, basis: basis, group: group,
                subject: subject ?? .everyDomain, from: from, until: until)
        }
        checkGroups(requirements ?? [], cursor)
        return requirements
    }

    private func group(_ cursor: YAMLCursor) -> String? {
        guard let name = identifier(cursor) else { return nil }
        guard name != DomainClass.everything else {
            cursor.error("'\(name)' stands for all requirements; choose another name for the group")
            return nil
        }
        return name
    }

    /// A name under `leave-out` must mean one thing: a requirement that is called like a group belongs to it.
    private func checkGroups(_ requirements: [Requirement], _ cursor: YAMLCursor) {
        let groups = Set(requirements.compactMap(\.group))
        for requirement in requirements where groups.contains(requirement.id) && requirement.group != requirement.id {
            guard let entry = cursor.node.entries?.first(where: { $0.key == requirement.id }) else { continue }
            diagnostics.error(
                at: entry.keyPosition,
                "'\(requirement.id)' is the name of a group, too, so it must belong to it: group: \(requirement.id)")
        }
    }

    private func basis(_ fields: YAMLCursor.Fields, _ enabled: Set<String>?) -> Requirement.Basis? {
        let kinds = ["met-by", "not-observable", "not-observed"].compactMap { fields[$0] }
            .filter { !$0.removesNothing() }
        guard let kind = kinds.first else {
            // A misspelt key has been reported, and is most likely what is missing.
            guard !fields.hasUnknownKeys else { return nil }
            fields.cursor.errorAtKey("\(fields.cursor.label) needs 'met-by', 'not-observable' or 'not-observed'")
            return nil
        }
        if kinds.count > 1 {
            kinds[1].errorAtKey("'\(kinds[0].name)' and '\(kinds[1].name)' in one requirement")
            return nil
        }
        switch kind.name {
        case "met-by": return metBy(kind, enabled).map { .condition($0) }
        case "not-observable": return kind.text().map { .notObservable($0) }
        default: return kind.text().map { .notObserved($0) }
        }
    }

    private func metBy(_ cursor: YAMLCursor, _ enabled: Set<String>?) -> Condition? {
        let decoder = ConditionDecoder(catalog: catalog, isRequirement: true)
        guard let condition = decoder.condition(cursor, inside: nil) else { return nil }
        let missing = condition.checks.subtracting(enabled ?? condition.checks)
        if !missing.isEmpty {
            cursor.errorAtKey(
                "the profile does not run \(missing.sorted().joined(separator: ", ")): without it nobody can tell; name it "
                    + "below 'checks', or take the requirement away with null")
        }
        return condition
    }

    /// The map under `standard`.
    func readStandard(_ cursor: YAMLCursor) -> Standard? {
        guard !cursor.removesNothing(),
            let fields = cursor.fields(["name", "edition", "published", "source", "confidence", "sureness"])
        else { return nil }
        let name = fields.required("name")?.text()
        let edition = fields.required("edition")?.text()
        // Profiles written for 0.1 say `sureness`.
        let confidence = (fields["confidence"] ?? fields["sureness"] ?? fields.required("confidence"))?.text()
        let published = fields["published"]?.day()
        let source = fields["source"]?.text()
        guard let name, let edition, let confidence else { return nil }
        return Standard(name: name, edition: edition, published: published, source: source, confidence: confidence)
    }
}

extension YAMLCursor {
    /// A day, or nil where `null` takes it away.
    fileprivate func optionalDay() -> CalendarDay? { removesNothing() ? nil : day() }
}
