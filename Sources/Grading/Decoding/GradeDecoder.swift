internal import CheckKit

/// Reads the map under `grade`: credit, bands, caps and when to withhold the letter.
struct GradeDecoder {
    struct Scale {
        var credit: [Severity: Double]
        var bands: [Profile.Band]
        var caps: [Profile.Cap]
        var withholds: [Profile.Withhold]
    }

    let catalog: Catalog
    /// The checks that the profile runs; nil when they could not be read.
    let enabled: Set<String>?

    func scale(_ cursor: YAMLCursor) -> Scale? {
        guard let fields = cursor.fields(["credit", "bands", "caps", "withhold"]) else { return nil }
        let credit = fields.required("credit").flatMap(readCredits)
        let bands = fields.required("bands").flatMap(readBands)
        let caps = fields["caps"].flatMap { readCaps($0, bands: bands) } ?? []
        let withholds = fields["withhold"].flatMap(readWithholds) ?? []
        guard let credit, let bands else { return nil }
        return Scale(credit: credit, bands: bands, caps: caps, withholds: withholds)
    }

    private func readCredits(_ cursor: YAMLCursor) -> [Severity: Double]? {
        guard let fields = cursor.fields(Severity.allCases.map(\.rawValue)) else { return nil }
        var credits: [Severity: Double] = [:]
        var better = 1.0
        for severity in Severity.allCases {
            guard let value = fields.required(severity.rawValue), let credit = value.number(in: 0...1) else { continue }
            if credit > better { value.error("'\(severity.rawValue)' must not be worth more than a lower severity") }
            credits[severity] = credit
            better = min(better, credit)
        }
        return credits
    }

    private func readBands(_ cursor: YAMLCursor) -> [Profile.Band]? {
        guard let entries = cursor.map() else { return nil }
        var bands: [Profile.Band] = []
        var complete = true
        var values: [Grade: YAMLCursor] = [:]
        for (letter, value) in entries {
            guard let grade = Grade(rawValue: letter) else {
                value.errorAtKey("unknown grade '\(letter)'; the grades are \(Self.letters)")
                complete = false
                continue
            }
            guard !value.removesNothing() else { continue }
            guard let from = value.number(in: 0...100) else {
                complete = false
                continue
            }
            bands.append(Profile.Band(grade: grade, from: from))
            values[grade] = value
        }
        // What follows would be about the bands that are missing.
        guard complete else { return nil }
        bands.sort { $0.grade > $1.grade }
        for (better, worse) in zip(bands, bands.dropFirst()) where worse.from >= better.from {
            values[worse.grade]?.error("band \(worse.grade) must begin below band \(better.grade)")
        }
        if let worst = bands.last, worst.from != 0 {
            values[worst.grade]?.error("the lowest band, \(worst.grade), must begin at 0")
        } else if bands.isEmpty {
            cursor.errorAtKey("'bands' needs at least the band that begins at 0")
        }
        return bands
    }

    private func readCaps(_ cursor: YAMLCursor, bands: [Profile.Band]?) -> [Profile.Cap]? {
        cursor.named { id, value in
            guard let fields = value.fields(["at-most", "when", "because"]) else { return nil }
            let atMost = fields.required("at-most").flatMap { grade($0, bands) }
            let when = fields.required("when").flatMap(condition)
            let because = fields.required("because")?.text()
            guard let atMost, let when, let because else { return nil }
            warnIfDead(when, "cap", value)
            return Profile.Cap(id: id, atMost: atMost, when: when, because: because)
        }
    }

    private func readWithholds(_ cursor: YAMLCursor) -> [Profile.Withhold]? {
        cursor.named { id, value in
            guard let fields = value.fields(["when", "because"]) else { return nil }
            let when = fields.required("when").flatMap(condition)
            let because = fields.required("because")?.text()
            guard let when, let because else { return nil }
            warnIfDead(when, "reason to withhold", value)
            return Profile.Withhold(id: id, when: when, because: because)
        }
    }

    private func grade(_ cursor: YAMLCursor, _ bands: [Profile.Band]?) -> Grade? {
        guard let letter = cursor.text() else { return nil }
        guard let grade = Grade(rawValue: letter) else {
            cursor.error("unknown grade '\(letter)'; the grades are \(Self.letters)")
            return nil
        }
        guard let bands, let best = bands.first else { return grade }
        if grade >= best.grade {
            cursor.error("a cap at \(grade) changes nothing: \(best.grade) is the best band")
        } else if !bands.contains(where: { $0.grade == grade }) {
            cursor.error("grade \(grade) has no band")
        }
        return grade
    }

    private func condition(_ cursor: YAMLCursor) -> Condition? {
        ConditionDecoder(catalog: catalog).condition(cursor, inside: nil)
    }

    private func warnIfDead(_ condition: Condition, _ kind: String, _ cursor: YAMLCursor) {
        let checks = condition.checks
        guard !cursor.diagnostics.hasErrors, let enabled, !checks.isEmpty, checks.isDisjoint(with: enabled) else {
            return
        }
        cursor.diagnostics.warning(
            at: cursor.keyPosition,
            "this \(kind) never applies: the profile does not run \(checks.sorted().joined(separator: ", "))")
    }

    private static let letters = Grade.allCases.reversed().map(\.rawValue).joined(separator: ", ")
}
