internal import CheckKit

/// Reads conditions, and sees to it that each looks at places that exist: a host check needs `hosts` or `servers` around
/// it, a domain check must stand outside them or be joined with something that does not.
struct ConditionDecoder {
    let catalog: Catalog
    /// Whether it says when a requirement is met: then `check` alone means that nothing worse than information is found, and
    /// nothing that could not be told meets it.
    var isRequirement = false

    /// A condition; `quantifier` is the one it stands in, if any.
    func condition(_ cursor: YAMLCursor, inside quantifier: String?) -> Condition? {
        if case .scalar = cursor.node.content {
            guard case .scalar(let text, _) = cursor.node.content else { return nil }
            if text == "always" {
                guard isRequirement else { return .always }
                cursor.error("'met-by' must look at something: a requirement that is always met says nothing")
                return nil
            }
            let kind = catalog.check(text) != nil ? "check" : catalog.owner(of: text) != nil ? "finding" : nil
            let hint = kind.map { "; write { \($0): \(text) }" } ?? ""
            let what = isRequirement ? "a map" : "'always' or a map"
            cursor.error("a condition is \(what), not \(cursor.node.kind)\(hint)")
            return nil
        }
        let keys = ["check", "outcome", "no-worse-than", "finding", "all", "any", "not", "hosts", "servers"]
        guard let fields = cursor.fields(keys), !fields.hasUnknownKeys, let quantified = quantified(fields) else {
            return nil
        }
        if let inner = quantified, let outer = quantifier {
            inner.cursor.errorAtKey("'\(inner.cursor.name)' inside '\(outer)': a condition goes over places once")
            return nil
        }
        let inside = quantified?.cursor.name ?? quantifier
        guard let kind = onlyKind(fields) else { return nil }
        if kind.name != "check" {
            for key in ["outcome", "no-worse-than"] { fields[key]?.errorAtKey("'\(key)' belongs to 'check'") }
        }
        let condition: Condition? =
            switch kind.name {
            case "check": check(kind, fields, inside, direct: quantified != nil)
            case "finding": finding(kind, inside, direct: quantified != nil)
            case "all": several(kind, inside).map { .all($0) }
            case "any": several(kind, inside).map { .any($0) }
            default: self.condition(kind, inside: inside).map { .not($0) }
            }
        guard let condition, let quantified else { return condition }
        return quantified.cursor.name == "hosts"
            ? .hosts(quantified.value, condition) : .servers(quantified.value, condition)
    }

    private typealias Quantified = (cursor: YAMLCursor, value: Condition.Quantifier)

    /// The quantifier of a map, if it has one; nil after a mistake.
    private func quantified(_ fields: YAMLCursor.Fields) -> Quantified?? {
        if let servers = fields["servers"], fields["hosts"] != nil {
            servers.errorAtKey("'hosts' and 'servers' in one condition")
            return nil
        }
        guard let cursor = fields["hosts"] ?? fields["servers"] else { return .some(nil) }
        let words = Condition.Quantifier.allCases.map { ($0.rawValue, $0) }
        return cursor.choice(words).map { .some((cursor, $0)) }
    }

    private func onlyKind(_ fields: YAMLCursor.Fields) -> YAMLCursor? {
        let kinds = ["check", "finding", "all", "any", "not"].compactMap { fields[$0] }
        if kinds.count > 1 {
            kinds[1].errorAtKey(
                "'\(kinds[0].name)' and '\(kinds[1].name)' in one condition; join them with 'all' or 'any'")
        } else if kinds.isEmpty {
            fields.cursor.error("a condition needs one of check, finding, all, any, not")
        }
        return kinds.count == 1 ? kinds[0] : nil
    }

    private func several(_ cursor: YAMLCursor, _ inside: String?) -> [Condition]? {
        guard let items = cursor.list() else { return nil }
        if items.isEmpty { cursor.error("'\(cursor.name)' needs at least one condition") }
        return items.compactMap { condition($0, inside: inside) }
    }

    private func check(_ cursor: YAMLCursor, _ fields: YAMLCursor.Fields, _ inside: String?, direct: Bool) -> Condition?
    {
        let claim = claim(fields)
        guard let id = cursor.text() else { return nil }
        guard let (check, renamed) = catalog.check(id) else {
            cursor.error("unknown check '\(id)'\(catalog.hint(forCheck: id))")
            return nil
        }
        if renamed { cursor.diagnostics.warning(at: cursor.node.position, "'\(id)' is now called '\(check.id)'") }
        guard fits(check, cursor, inside, direct: direct), let claim else { return nil }
        return switch claim {
        case .outcomes(let words): .check(check.id, words)
        case .limit(let severity): .limited(check.id, to: severity)
        }
    }

    /// What is said of a check.
    private enum Claim {
        case outcomes(Set<OutcomeWord>)
        case limit(Severity)
    }

    private func claim(_ fields: YAMLCursor.Fields) -> Claim? {
        switch (fields["outcome"], fields["no-worse-than"]) {
        case (_?, let limit?):
            limit.errorAtKey("'outcome' and 'no-worse-than' in one condition; one of them says how the check comes out")
            return nil
        case (let outcome?, nil): return outcomes(outcome).map { .outcomes($0) }
        case (nil, let limit?): return self.limit(limit).map { .limit($0) }
        case (nil, nil) where isRequirement: return .limit(.info)
        case (nil, nil):
            fields.cursor.errorAtKey("\(fields.cursor.label) needs 'outcome' or 'no-worse-than'")
            return nil
        }
    }

    /// The worst severity that a check may find; the worst of all would allow whatever it finds.
    private func limit(_ cursor: YAMLCursor) -> Severity? {
        if case .scalar(let text, _) = cursor.node.content, OutcomeWord(rawValue: text) != nil {
            cursor.error("'\(text)' is an outcome, not a severity; write outcome: \(text)")
            return nil
        }
        guard let limit = cursor.choice(Severity.allCases.map { ($0.rawValue, $0) }) else { return nil }
        guard limit < .critical else {
            cursor.error("nothing is worse than critical: this holds whatever is found")
            return nil
        }
        return limit
    }

    private func outcomes(_ cursor: YAMLCursor) -> Set<OutcomeWord>? {
        if case .sequence(let items) = cursor.node.content, !items.isEmpty {
            return Set(cursor.list()?.compactMap(outcome) ?? [])
        }
        return outcome(cursor).map { [$0] }
    }

    private func outcome(_ cursor: YAMLCursor) -> OutcomeWord? {
        guard let word = outcomeWord(cursor) else { return nil }
        if isRequirement, word == .inconclusive || word == .blocked {
            cursor.error("no requirement is decided by what could not be told: '\(word.rawValue)' does not belong here")
            return nil
        }
        return word
    }

    private func outcomeWord(_ cursor: YAMLCursor) -> OutcomeWord? {
        if case .scalar(let text, _) = cursor.node.content, Severity(rawValue: text) != nil {
            cursor.error("'\(text)' is a severity, not an outcome; write no-worse-than: \(text)")
            return nil
        }
        if case .scalar = cursor.node.content, let text = cursor.text(), let word = OutcomeWord.former[text] {
            cursor.diagnostics.warning(at: cursor.node.position, "'\(text)' is now called '\(word.rawValue)'")
            return word
        }
        return cursor.choice(OutcomeWord.allCases.map { ($0.rawValue, $0) })
    }

    private func finding(_ cursor: YAMLCursor, _ inside: String?, direct: Bool) -> Condition? {
        guard let code = cursor.text() else { return nil }
        guard let owner = catalog.owner(of: code) else {
            cursor.error("unknown finding '\(code)'\(catalog.hint(forFinding: code))")
            return nil
        }
        return fits(owner.check, cursor, inside, direct: direct) ? .finding(code, check: owner.check.id) : nil
    }

    /// Whether a check can be looked at here.
    private func fits(_ check: Check, _ cursor: YAMLCursor, _ inside: String?, direct: Bool) -> Bool {
        if check.scope == .domain, direct, let inside {
            cursor.error("'\(check.id)' is about the whole domain: '\(inside)' does not belong here")
            return false
        }
        if check.scope != .domain, inside == nil {
            let choices = check.scope == .host ? "hosts: some or hosts: every" : "servers: some or servers: every"
            cursor.error("'\(check.id)' is about each \(check.scope.rawValue): say \(choices)")
            return false
        }
        return true
    }
}
