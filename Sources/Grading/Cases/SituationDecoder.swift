internal import CheckKit

/// Reads a made-up run.
struct SituationDecoder {
    static let keys = ["findings", "checks", "servers"]
    /// What a check may be said to come out as beside its findings.
    static let silent: [OutcomeWord] = [.inconclusive, .notApplicable]

    let profile: Profile
    let catalog: Catalog

    func situation(_ cursor: YAMLCursor) -> CaseSituation? {
        guard let fields = cursor.fields(Self.keys) else { return nil }
        let extents = CaseSituation.Extent.allCases.map { ($0.rawValue, $0) }
        let extent = fields["servers"].flatMap { $0.choice(extents) } ?? .every
        let findings = fields["findings"].flatMap { self.findings($0, extent) } ?? []
        let checks = fields["checks"].flatMap { self.checks($0, besides: findings) } ?? [:]
        return CaseSituation(findings: findings, silent: checks, extent: extent)
    }

    /// A list of codes, or a map from codes to what they carry.
    private func findings(_ cursor: YAMLCursor, _ extent: CaseSituation.Extent) -> [Finding]? {
        if case .sequence = cursor.node.content {
            return cursor.list()?.compactMap { item in
                owner(item, profile, catalog).flatMap { finding($0, [:], at: item, extent) }
            }
        }
        guard case .mapping = cursor.node.content, let entries = cursor.map() else {
            cursor.error("'findings' must be a list of findings, or a map from findings to what they carry")
            return nil
        }
        return entries.compactMap { code, value -> Finding? in
            let key = YAMLCursor(
                YAMLNode(content: .scalar(code, plain: true), position: value.keyPosition), name: code,
                diagnostics: value.diagnostics)
            guard let owner = owner(key, profile, catalog), let arguments = arguments(owner.finding, value) else {
                return nil
            }
            return finding(owner, arguments, at: key, extent)
        }
    }

    private func finding(
        _ owner: Catalog.Owner, _ arguments: [String: ArgumentValue], at cursor: YAMLCursor,
        _ extent: CaseSituation.Extent
    ) -> Finding? {
        if extent == .none, owner.check.scope != .domain {
            cursor.error("'\(owner.finding.code)' is about each \(owner.check.scope.rawValue), and there is none here")
            return nil
        }
        // Without its number a finding would be information, which is hardly what was meant.
        let missing = compared(owner.finding.code).subtracting(arguments.keys).sorted()
        guard missing.isEmpty else {
            let example = missing.map { "\($0): 10" }.joined(separator: ", ")
            cursor.error(
                "how severe '\(owner.finding.code)' is depends on \(missing.joined(separator: " and ")); write it in a map: "
                    + "\(owner.finding.code): { \(example) }")
            return nil
        }
        return Finding(owner.finding, Arguments(named: arguments))
    }

    /// The numbers that severities of a finding are conditional on.
    private func compared(_ code: String) -> Set<String> {
        let rules = ([profile] + profile.classes.map(\.profile)).compactMap { $0.severities[code] }
        return Set(
            rules.flatMap { rule -> [String] in
                guard case .conditional(let ranks) = rule else { return [] }
                return ranks.values.flatMap { $0.map(\.argument) }
            })
    }

    private func arguments(_ finding: FindingDescription, _ cursor: YAMLCursor) -> [String: ArgumentValue]? {
        guard !cursor.node.isNull else { return [:] }
        guard let entries = cursor.map() else { return nil }
        var values: [String: ArgumentValue] = [:]
        for (name, value) in entries {
            switch finding.argument(name)?.kind {
            case .number: values[name] = value.number().map { .number($0) }
            case .text: values[name] = value.text().map { .text($0) }
            case .list, .date:
                value.errorAtKey("'\(name)' is neither a number nor a text, and cannot be made up")
            case nil:
                let hint = Suggestion.hint(for: name, in: finding.arguments.map(\.name))
                value.errorAtKey("'\(finding.code)' has no argument '\(name)'\(hint)")
            }
        }
        return values.count == entries.count ? values : nil
    }

    private func checks(_ cursor: YAMLCursor, besides findings: [Finding]) -> [String: OutcomeWord]? {
        guard let entries = cursor.map() else { return nil }
        let found = Set(findings.compactMap { catalog.owner(of: $0.code)?.check.id })
        var words: [String: OutcomeWord] = [:]
        for (id, value) in entries {
            guard let check = catalog.check(id)?.check else {
                value.errorAtKey("unknown check '\(id)'\(catalog.hint(forCheck: id))")
                continue
            }
            guard profile.checkIDs.contains(check.id) else {
                value.errorAtKey("the profile does not run \(check.id)")
                continue
            }
            if found.contains(check.id) {
                value.errorAtKey("'\(check.id)' finds something here, and so says something")
            }
            words[check.id] = value.choice(Self.silent.map { ($0.rawValue, $0) })
        }
        return words
    }
}
