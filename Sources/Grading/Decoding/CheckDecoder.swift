internal import CheckKit

extension ProfileDecoder {
    /// The map under `checks`: the checks that run, by id.
    func weightedChecks(_ cursor: YAMLCursor) -> [Profile.WeightedCheck]? {
        guard let entries = cursor.map() else { return nil }
        var checks: [String: Profile.WeightedCheck] = [:]
        for (id, value) in entries {
            guard let (check, renamed) = catalog.check(id) else {
                value.errorAtKey("unknown check '\(id)'\(catalog.hint(forCheck: id))")
                continue
            }
            if renamed { diagnostics.warning(at: value.keyPosition, "'\(id)' is now called '\(check.id)'") }
            guard !value.removesNothing() else { continue }
            guard checks[check.id] == nil else {
                value.errorAtKey("'\(check.id)' is named twice, here as '\(id)'")
                continue
            }
            checks[check.id] = weightedCheck(check, value)
        }
        return catalog.checks.compactMap { checks[$0.id] }
    }

    private func weightedCheck(_ check: Check, _ cursor: YAMLCursor) -> Profile.WeightedCheck? {
        let knobs = check.parameters?.entries.map(\.key) ?? []
        let fields = cursor.fields(CheckKeys.all) {
            knobs.contains($0) ? "; it is a parameter: write it below 'parameters'" : nil
        }
        guard let fields else { return nil }
        let number: (String) -> Double = { key in
            guard let cursor = fields[key], !cursor.removesNothing() else { return 0 }
            return cursor.number(in: 0...(key == "bonus" ? 100 : 1_000_000)) ?? 0
        }
        return Profile.WeightedCheck(
            id: check.id, scope: check.scope, weight: number("weight"), bonus: number("bonus"),
            parameters: fields["parameters"].flatMap { parameters(of: check, $0) })
    }

    private func parameters(of check: Check, _ cursor: YAMLCursor) -> (any Parameters)? {
        guard !cursor.removesNothing(), let entries = cursor.map() else { return nil }
        guard let type = check.parameters else {
            cursor.errorAtKey("'\(check.id)' has no parameters")
            return nil
        }
        var values: [String: ParameterValue] = [:]
        for (key, value) in entries {
            guard let entry = type.entries.first(where: { $0.key == key }) else {
                let hint = Suggestion.hint(for: key, in: type.entries.map { $0.key })
                value.errorAtKey("unknown parameter '\(key)' of '\(check.id)'\(hint)")
                continue
            }
            guard !value.removesNothing() else { continue }
            values[key] = parameter(entry.type, value)
        }
        do throws(ParametersType.Refusal) {
            return try type.parameters(from: values)
        } catch {
            let knob = type.entries.first { $0.key == error.key }
            let expected = knob.map { $0.type.description } ?? "another value"
            let place = entries.first { $0.key == error.key }?.value ?? cursor
            place.error("'\(error.key)' must be \(expected), not \(place.node.kind)")
            return nil
        }
    }

    /// The value as the knob wants it; whether it is one of the knob's values is the knob's to say.
    private func parameter(_ type: KnobType, _ cursor: YAMLCursor) -> ParameterValue? {
        switch type {
        case .flag: cursor.flag().map { .flag($0) }
        case .integer: cursor.integer().map { .integer($0) }
        case .number: cursor.number().map { .number($0) }
        case .text, .choice: cursor.text().map { .text($0) }
        case .choices(let words): choices(words, cursor).map { .list($0) }
        case .names(let what, let known): names(what, known, cursor).map { .list($0) }
        }
    }

    private func names(_ what: String, _ known: [String], _ cursor: YAMLCursor) -> [String]? {
        guard let items = cursor.list() else { return nil }
        return items.compactMap { $0.name(of: what, in: known) }
    }

    private func choices(_ words: [String], _ cursor: YAMLCursor) -> [String]? {
        guard let items = cursor.list() else { return nil }
        return items.compactMap { item in item.choice(words.map { ($0, $0) }) }
    }
}
