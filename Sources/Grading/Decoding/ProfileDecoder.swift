internal import CheckKit

/// Reads a profile from its merged document. Every mistake is noted; the result is only used when there is none.
struct ProfileDecoder {
    static let keys = [
        "schema", "id", "title", "description", "extends", "requires-engine", "standard", "run",
        "external-checks", "checks", "severity", "grade", "requirements", "waivers", "never-waive", "domain-classes",
    ]

    /// What the program knows, and what the profile declares.
    private(set) var catalog: Catalog
    let engine: EngineVersion?
    let diagnostics: Diagnostics

    init(catalog: Catalog, engine: EngineVersion?, diagnostics: Diagnostics) {
        self.catalog = catalog
        self.engine = engine
        self.diagnostics = diagnostics
    }

    /// The profile, or nil when something without which there is none could not be read.
    func profile(_ node: YAMLNode) -> Profile? { profile(node, declaring: nil, digest: nil) }

    /// The same; `declared` are the external checks where the catalog has them already.
    func profile(_ node: YAMLNode, declaring declared: [ExternalCheck]?, digest: String?) -> Profile? {
        let cursor = YAMLCursor(node, name: "the profile", diagnostics: diagnostics)
        guard let fields = cursor.fields(Self.keys, place: catalog.place) else { return nil }
        var reader = self
        let external = declared ?? fields["external-checks"].flatMap(externalChecks) ?? []
        if declared == nil { reader.catalog = catalog.adding(external.map(\.check)) }
        return reader.profile(node, fields, external, digest: digest)
    }

    private func profile(
        _ node: YAMLNode, _ fields: YAMLCursor.Fields, _ external: [ExternalCheck], digest: String?
    ) -> Profile? {
        let id = fields.required("id").flatMap(identifier)
        let title = fields.required("title")?.text()
        let summary = fields["description"]?.text()
        fields["requires-engine"].map(checkEngine)
        let standard = fields["standard"].flatMap(readStandard)
        let run = fields["run"].flatMap(runChanges) ?? Profile.RunChanges()
        // A check at the wrong depth has been reported, and is most likely what is missing.
        let isMisplaced = fields.hasUnknownKeys && fields["checks"] == nil
        let checks = (isMisplaced ? nil : fields.required("checks")).flatMap(weightedChecks)
        let severities = fields["severity"].flatMap(severityRules) ?? [:]
        let enabled = checks.map { Set($0.map { $0.id }) }
        warnAboutUnusedSeverities(severities, fields["severity"], enabled, of: node.position.file)
        if let enabled { warnAboutIdlePrograms(fields["external-checks"], external, enabled) }
        let requirements = fields["requirements"].flatMap { readRequirements($0, enabled: enabled) } ?? []
        let neverWaive = fields["never-waive"].flatMap(readNeverWaive) ?? [:]
        let waivers = fields["waivers"].flatMap { readWaivers($0, neverWaive: neverWaive, enabled: enabled) } ?? []
        // A profile of requirements gives no letter, and needs nothing to give one by.
        let hasRequirements = fields["requirements"]?.node.entries?.isEmpty == false
        let grade = hasRequirements ? fields["grade"] : fields.required("grade")
        if grade == nil, !requirements.isEmpty, requirements.allSatisfy({ $0.level == .should }),
            let key = fields["requirements"]?.keyPosition
        {
            diagnostics.warning(
                at: key, "no requirement is a 'must': nothing decides, and every domain comes out as not applicable")
        }
        let scale = grade.flatMap { GradeDecoder(catalog: catalog, enabled: enabled).scale($0) }
        // Where a key is missing that every class would miss too, it has been said once.
        let isWhole = id != nil && title != nil && checks != nil && (grade != nil || hasRequirements)
        let classes = isWhole ? fields["domain-classes"].flatMap { readDomainClasses($0, node, external) } : nil
        guard let id, let title, let checks, scale != nil || grade == nil else { return nil }
        if !hasRequirements, let scale, scale.caps.isEmpty, checks.allSatisfy({ $0.weight == 0 }) {
            fields["checks"]?.errorAtKey("no check has a weight and there is no cap: every domain would get one grade")
        }
        return Profile(
            id: id, title: title, summary: summary, digest: digest ?? ProfileMerge.digest(node), run: run,
            checks: checks,
            severities: severities, credit: scale?.credit ?? [:], bands: scale?.bands ?? [], caps: scale?.caps ?? [],
            withholds: scale?.withholds ?? [], requirements: requirements, standard: standard, waivers: waivers,
            neverWaive: neverWaive, classes: classes ?? [], externalChecks: external, document: node,
            warnings: diagnostics.inOrder)
    }
}

extension ProfileDecoder {
    /// Says which severities of the file itself are about checks that do not run; those that it inherits are not its fault.
    private func warnAboutUnusedSeverities(
        _ rules: [String: SeverityRule], _ cursor: YAMLCursor?, _ enabled: Set<String>?, of file: SourceFile
    ) {
        guard let enabled, let entries = cursor?.node.entries else { return }
        for entry in entries where rules[entry.key] != nil && entry.keyPosition.file === file {
            guard let check = catalog.owner(of: entry.key)?.check, !enabled.contains(check.id) else { continue }
            diagnostics.warning(
                at: entry.keyPosition, "this severity is unused: the profile does not run \(check.id)")
        }
    }
}

extension ProfileDecoder {
    /// Declaring a check does not run it.
    private func warnAboutIdlePrograms(_ cursor: YAMLCursor?, _ external: [ExternalCheck], _ enabled: Set<String>) {
        for entry in cursor?.node.entries ?? []
        where !enabled.contains(entry.key) && external.contains(where: { $0.check.id == entry.key }) {
            diagnostics.warning(
                at: entry.keyPosition, "'\(entry.key)' does not run: name it below 'checks', with its weight")
        }
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
    /// The values of a map whose keys are names that the profile makes up; those that cannot be read are left out.
    func named<Value>(_ read: (String, YAMLCursor) -> Value?) -> [Value]? {
        map()?.compactMap { id, value in
            guard isIdentifier(id) else {
                value.errorAtKey("'\(id)' must be lower-case letters, digits, dots and hyphens")
                return nil
            }
            return value.removesNothing() ? nil : read(id, value)
        }
    }

    /// A day of the calendar, with quotes or without.
    func day() -> CalendarDay? {
        guard let text = text() else { return nil }
        if let day = CalendarDay(text) { return day }
        error("\(label) must be a day such as 2026-12-31, not \(node.kind)")
        return nil
    }

    /// Whether this is a `null` that an organisation's file puts over nothing, which is said and otherwise ignored.
    func removesNothing() -> Bool {
        guard node.isNull else { return false }
        diagnostics.warning(at: keyPosition, "'\(name)' removes nothing: it is not in the profile that it extends")
        return true
    }

    /// A number between bounds.
    func number(in range: ClosedRange<Double>) -> Double? {
        let bounds = "from \(Self.short(range.lowerBound)) to \(Self.short(range.upperBound))"
        if range == 0...1, case .scalar(let text, _) = node.content,
            let percent = Self.number(text.hasSuffix("%") ? String(text.dropLast()) : text),
            (2...100).contains(percent)
        {
            error("\(label) must be \(bounds), not \(node.kind); \(Self.short(percent)) percent is \(percent / 100)")
            return nil
        }
        guard let number = number() else { return nil }
        guard range.contains(number) else {
            error("\(label) must be \(bounds), not \(node.kind)")
            return nil
        }
        return number
    }

    private static func short(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? String(Int(number)) : String(number)
    }
}
