internal import CheckKit

extension ProfileDecoder {
    /// The map under `severity`: finding codes, each with a severity, or severities with conditions.
    func severityRules(_ cursor: YAMLCursor) -> [String: SeverityRule]? {
        guard let entries = cursor.map() else { return nil }
        var rules: [String: SeverityRule] = [:]
        for (code, value) in entries {
            guard let owner = catalog.owner(of: code) else {
                value.errorAtKey("unknown finding '\(code)'\(catalog.hint(forFinding: code))")
                continue
            }
            guard !value.removesNothing() else { continue }
            rules[code] = severityRule(owner.finding, value)
        }
        return rules
    }

    private func severityRule(_ finding: FindingDescription, _ cursor: YAMLCursor) -> SeverityRule? {
        guard cursor.node.entries != nil else {
            return cursor.choice(Severity.allCases.map { ($0.rawValue, $0) }).map { .fixed($0) }
        }
        guard let fields = cursor.fields(Severity.allCases.map(\.rawValue)) else { return nil }
        var rules: [Severity: [ArgumentCondition]] = [:]
        for severity in Severity.allCases {
            guard let value = fields[severity.rawValue], !value.removesNothing(), let entries = value.map() else {
                continue
            }
            if entries.isEmpty {
                value.error("'\(severity.rawValue)' needs a condition, for example days-left: \"< 30\"")
            }
            rules[severity] = entries.compactMap { argumentCondition(finding, $0, $1) }
        }
        return .conditional(rules)
    }

    private func argumentCondition(_ finding: FindingDescription, _ name: String, _ cursor: YAMLCursor)
        -> ArgumentCondition?
    {
        let numbers = finding.numbers
        guard let argument = finding.argument(name) else {
            let hint = numbers.isEmpty ? "; it has no number to compare" : Suggestion.hint(for: name, in: numbers)
            cursor.errorAtKey("'\(finding.code)' has no argument '\(name)'\(hint)")
            return nil
        }
        guard argument.kind == .number else {
            let hint = numbers.isEmpty ? "" : "; its numbers are \(numbers.joined(separator: ", "))"
            cursor.errorAtKey(
                "'\(name)' of '\(finding.code)' is a \(argument.kind.rawValue), and conditions compare numbers\(hint)")
            return nil
        }
        guard let text = cursor.text() else { return nil }
        for comparison in ArgumentCondition.Comparison.allCases where text.hasPrefix(comparison.rawValue) {
            let limit = text.dropFirst(comparison.rawValue.count).drop { $0 == " " }
            guard let limit = YAMLCursor.number(String(limit)) else { break }
            return ArgumentCondition(argument: name, comparison: comparison, limit: limit)
        }
        cursor.error("'\(name)' must be a comparison with a number, for example \"< 30\", not \(cursor.node.kind)")
        return nil
    }
}
