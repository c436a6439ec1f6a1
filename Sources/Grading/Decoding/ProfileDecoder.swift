internal import CheckKit

/// Reads a profile from its merged document. Every mistake is noted; the result is only used when there is none.
struct ProfileDecoder {
    private static let keys = [
        "schema", "id", "title", "description", "extends", "run", "checks", "severity", "grade",
    ]

    let catalog: Catalog
    let diagnostics: Diagnostics

    /// The profile, or nil when something without which there is none could not be read.
    func profile(_ node: YAMLNode) -> Profile? {
        let cursor = YAMLCursor(node, name: "the profile", diagnostics: diagnostics)
        guard let fields = cursor.fields(Self.keys) else { return nil }
        let id = fields.required("id").flatMap(identifier)
        let title = fields.required("title")?.text()
        let summary = fields["description"]?.text()
        let run = fields["run"].flatMap(runChanges) ?? Profile.RunChanges()
        let checks = fields.required("checks").flatMap(weightedChecks)
        let severities = fields["severity"].flatMap(severityRules) ?? [:]
        let enabled = checks.map { Set($0.map { $0.id }) }
        let scale = fields.required("grade").flatMap { GradeDecoder(catalog: catalog, enabled: enabled).scale($0) }
        guard let id, let title, let checks, let scale else { return nil }
        if checks.allSatisfy({ $0.weight == 0 }), scale.caps.isEmpty {
            fields["checks"]?.errorAtKey("no check has a weight and there is no cap: every domain would get one grade")
        }
        return Profile(
            id: id, title: title, summary: summary, digest: ProfileMerge.digest(node), run: run, checks: checks,
            severities: severities, credit: scale.credit, bands: scale.bands, caps: scale.caps,
            withholds: scale.withholds, warnings: diagnostics.inOrder)
    }
}

/// A name in a profile: lower-case letters, digits, dots and hyphens.
func identifier(_ cursor: YAMLCursor) -> String? {
    guard let text = cursor.text() else { return nil }
    guard isIdentifier(text) else {
        cursor.error("'\(cursor.name)' must be lower-case letters, digits, dots and hyphens, not \(cursor.node.kind)")
        return nil
    }
    return text
}

/// Whether a text can be a name in a profile.
func isIdentifier(_ text: String) -> Bool {
    (1...64).contains(text.utf8.count)
        && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2E || $0 == 0x2D }
}

extension YAMLCursor {
    /// Whether this is a `null` that an organisation's file puts over nothing, which is said and otherwise ignored.
    func removesNothing() -> Bool {
        guard node.isNull else { return false }
        diagnostics.warning(at: keyPosition, "'\(name)' removes nothing: it is not in the profile that is extended")
        return true
    }

    /// A number between bounds.
    func number(in range: ClosedRange<Double>) -> Double? {
        guard let number = number() else { return nil }
        guard range.contains(number) else {
            error(
                "\(label) must be from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound)), not \(node.kind)"
            )
            return nil
        }
        return number
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }
}
