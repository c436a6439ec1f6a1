internal import CheckKit

/// What is odd about a profile that loads, found by grading made-up runs: a grade that no run earns, a rule that never
/// applies, a problem whose fix would lower the grade, a check that counts for nothing.
public struct Examination: Sendable {
    /// What was found, in the order of the file; all of them warnings.
    public let diagnostics: [Diagnostic]
    /// How many made-up runs were graded.
    public let runs: Int
    /// Whether there are more combinations than were tried.
    public let isSampled: Bool

    /// Examines a profile by grading at most about `limit` runs. The same profile always gives the same answer.
    public init(_ profile: Profile, in library: ProfileLibrary, limit: Int = 4_000) {
        let catalog = library.catalog.adding(profile.externalChecks.map(\.check))
        var search = Search(profile, catalog, limit: limit)
        search.run()
        let notes = Diagnostics()
        let places = Places(profile.document)
        let rules = RequirementStudy(profile, catalog).remarks
        for remark in search.remarks + rules + Self.withoutWeight(profile, catalog) {
            // What reading the profile has told already needs no search.
            guard let position = places[remark.path], !profile.warnings.contains(where: { $0.position == position })
            else { continue }
            notes.warning(at: position, remark.message)
        }
        var runs = search.runs
        var isSampled = search.isSampled
        for domainClass in profile.classes {
            // Of a class only what it says itself is its own: an inherited cap may well be dead there.
            let own = Places(domainClass.overlay)
            var search = Search(domainClass.profile, catalog, limit: limit)
            search.run()
            for remark in search.remarks + RequirementStudy(domainClass.profile, catalog).remarks {
                guard own.contains(remark.path), let position = own[remark.path] else { continue }
                notes.warning(at: position, "in '\(domainClass.id)': \(remark.message)")
            }
            runs += search.runs
            isSampled = isSampled || search.isSampled
        }
        diagnostics = notes.inOrder
        self.runs = runs
        self.isSampled = isSampled
    }

    /// Something to say of a key of the profile.
    struct Remark: Hashable {
        let path: [String]
        let message: String
    }

    /// Checks that run although nothing asks how they come out. One that finds nothing but information runs to be read.
    private static func withoutWeight(_ profile: Profile, _ catalog: Catalog) -> [Remark] {
        func informs(_ id: String) -> Bool {
            catalog.check(id)?.check.findings.allSatisfy { finding in
                profile.severities[finding.code] == nil && finding.severity == .info
            } ?? false
        }
        var looked: Set<String> = []
        for cap in profile.caps { looked.formUnion(cap.when.checks) }
        for withhold in profile.withholds { looked.formUnion(withhold.when.checks) }
        for requirement in ([profile] + profile.classes.map(\.profile)).flatMap(\.requirements) {
            if case .condition(let condition) = requirement.basis { looked.formUnion(condition.checks) }
        }
        for condition in profile.classes.compactMap(\.when) { looked.formUnion(condition.checks) }
        return profile.checks.filter { check in
            check.weight == 0 && check.bonus == 0 && !looked.contains(check.id) && !informs(check.id)
        }.map { check in
            Remark(
                path: ["checks", check.id],
                message:
                    "'\(check.id)' runs and counts for nothing: it has no weight, no bonus, and no rule looks at it")
        }
    }
}

/// Where the keys of a document stand.
private struct Places {
    let root: YAMLNode

    init(_ root: YAMLNode) { self.root = root }

    /// Whether there is a key at the end of a path.
    func contains(_ path: [String]) -> Bool {
        var node = root
        for key in path {
            guard let value = node[key] else { return false }
            node = value
        }
        return true
    }

    /// The place of the key at the end of a path, or of the last one that is there.
    subscript(path: [String]) -> SourcePosition? {
        var node = root
        var position = root.position
        for key in path {
            guard let entry = node.entries?.first(where: { $0.key == key }) else { break }
            position = entry.keyPosition
            node = entry.value
        }
        return position
    }
}
