internal import CheckKit

extension CaseDecoder {
    static let expectationKeys = ["grade", "range", "outcome", "requirements", "finds", "lacks", "class", "waivers"]
    /// The word for no letter and for no class.
    static let none = "none"

    /// The map under `expect`.
    func expectations(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        guard let fields = cursor.fields(Self.expectationKeys) else { return nil }
        if cursor.node.entries?.isEmpty == true { cursor.error("'expect' must say what is expected") }
        let hasRange = fields["range"] != nil
        let lists: [[CaseExpectation]?] = [
            fields["grade"].flatMap { grade($0, mayBeProvisional: hasRange) },
            fields["range"].flatMap(range),
            fields["outcome"].flatMap(outcome),
            fields["requirements"].flatMap(requirements),
            fields["finds"].flatMap { codes($0) { code, _ in .finds(code) } },
            fields["lacks"].flatMap { codes($0) { code, check in .lacks(code, check: check) } },
            fields["class"].flatMap(domainClass),
            fields["waivers"].flatMap(waivers),
        ]
        return lists.compactMap(\.self).flatMap(\.self)
    }

    private func one(_ claim: CaseExpectation.Claim, _ cursor: YAMLCursor) -> [CaseExpectation] {
        [CaseExpectation(claim: claim, position: cursor.keyPosition)]
    }

    private func grade(_ cursor: YAMLCursor, mayBeProvisional: Bool) -> [CaseExpectation]? {
        guard isGraded(cursor) else { return nil }
        let words = letters + [(Self.none, nil)]
        return cursor.choice(words).map { one(.grade($0, mayBeProvisional: mayBeProvisional), cursor) }
    }

    private func range(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        guard isGraded(cursor), let items = cursor.list() else { return nil }
        let grades = items.compactMap { $0.choice(letters.compactMap { word, grade in grade.map { (word, $0) } }) }
        guard items.count == 2, let worst = grades.min(), let best = grades.max() else {
            if grades.count == items.count { cursor.error("'range' is two grades, the worst and the best: [C, A]") }
            return nil
        }
        return one(.range(worst: worst, best: best), cursor)
    }

    private var letters: [(word: String, value: Grade?)] { Grade.allCases.reversed().map { ($0.rawValue, $0) } }

    /// A class may give letters where the profile gives none, and the other way round.
    private func isGraded(_ cursor: YAMLCursor) -> Bool {
        let gives = profile.isGraded || profile.classes.contains { $0.profile.isGraded }
        if !gives { cursor.errorAtKey("the profile gives no grades; 'outcome' is what its requirements come to") }
        return gives
    }

    private func outcome(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        guard !requirementIDs.isEmpty else {
            cursor.errorAtKey("the profile has no requirements; 'grade' is what it comes to")
            return nil
        }
        return cursor.choice(outcomes).map { one(.outcome($0), cursor) }
    }

    private var outcomes: [(word: String, value: Compliance.Outcome)] {
        Compliance.Outcome.allCases.map { ($0.rawValue, $0) }
    }

    private func requirements(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        let known = requirementIDs
        return cursor.map()?.flatMap { id, value -> [CaseExpectation] in
            guard known.contains(id) else {
                value.errorAtKey("the profile has no requirement '\(id)'\(Suggestion.hint(for: id, in: known))")
                return []
            }
            return value.choice(outcomes).map { one(.requirement(id, $0), value) } ?? []
        }
    }

    private var requirementIDs: Set<String> {
        Set(([profile] + profile.classes.map(\.profile)).flatMap(\.requirements).map(\.id))
    }

    private func codes(
        _ cursor: YAMLCursor, _ claim: (_ code: String, _ check: String) -> CaseExpectation.Claim
    ) -> [CaseExpectation]? {
        cursor.list()?.compactMap { item in
            guard let owner = owner(item, profile, catalog) else { return nil }
            return CaseExpectation(
                claim: claim(owner.finding.code, owner.check.id), position: item.node.position)
        }
    }

    private func domainClass(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        guard let name = cursor.name(of: "classes of the profile", in: classIDs + [Self.none]) else { return nil }
        return one(.domainClass(name == Self.none ? nil : name), cursor)
    }

    private func waivers(_ cursor: YAMLCursor) -> [CaseExpectation]? {
        let known = profile.waivers.map(\.id)
        let states = WaiverReport.State.allCases.map { ($0.rawValue, $0) }
        return cursor.map()?.flatMap { id, value -> [CaseExpectation] in
            guard known.contains(id) else {
                value.errorAtKey("the profile has no waiver '\(id)'\(Suggestion.hint(for: id, in: known))")
                return []
            }
            return value.choice(states).map { one(.waiver(id, $0), value) } ?? []
        }
    }
}

/// The finding that a list of a case names, of a check that the profile runs.
func owner(_ cursor: YAMLCursor, _ profile: Profile, _ catalog: Catalog) -> Catalog.Owner? {
    guard let code = cursor.text() else { return nil }
    guard let owner = catalog.owner(of: code) else {
        cursor.error("unknown finding '\(code)'\(catalog.hint(forFinding: code))")
        return nil
    }
    guard profile.checkIDs.contains(owner.check.id) else {
        cursor.error("the profile does not run \(owner.check.id), which finds '\(code)'")
        return nil
    }
    return owner
}
