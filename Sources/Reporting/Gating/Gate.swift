public import CheckKit
public import Grading
internal import MailModel

/// What a pipeline asks of a result: a letter, findings that must not be there, and how it was before.
public struct Gate: Sendable, Hashable {
    /// The letter that must be reached, `--fail-under`; nil for none.
    public var bar: Grade?
    /// What must not be there, `--fail-on`.
    public var conditions: [Condition]
    /// How the domain was graded before, by the profile's id: only what got worse since then counts. Nil where that is not asked.
    public var baseline: [String: Report]?

    /// A gate that anything passes, unless said otherwise.
    public init(bar: Grade? = nil, conditions: [Condition] = [], baseline: Reports? = nil) {
        self.bar = bar
        self.conditions = conditions
        self.baseline = baseline.map { reports in
            Dictionary(reports.all.map { ($0.profile.id, $0) }) { first, _ in first }
        }
    }

    /// What must not be there.
    public enum Condition: Sendable, Hashable {
        /// A finding, by its code.
        case finding(String)
        /// Any finding that weighs this much or more under the profile.
        case severity(Severity)
        /// A requirement of level `must` that is not met.
        case requirements
        /// A requirement that is not met, by its id.
        case requirement(String)
    }

    /// How a result stands, and why, a phrase each; none where it is met.
    public struct Verdict: Sendable, Hashable {
        /// How it stands.
        public var standing: Standing
        /// Why it is not met: first what is missed, then what is open.
        public var reasons: [String] { objections.map(\.reason) }
        /// Why the letter is not enough, after the headline; nil where it is.
        public var letterReason: String? { objections.first { $0.isAboutTheLetter }?.reason }
        /// The reasons that are about something else than the letter.
        public var otherReasons: [String] { objections.filter { !$0.isAboutTheLetter }.map(\.reason) }

        fileprivate var objections: [Objection]
    }

    /// How a report stands. What is waived does not count, and what could not be told is never met.
    public func verdict(on report: Report) -> Verdict {
        let before = baseline.map { $0[report.profile.id] } ?? nil
        var objections = before.map { worse(report, than: $0) } ?? grade(report)
        for condition in conditions(since: before) {
            objections += self.objections(to: report, condition, since: before)
        }
        let missed = objections.filter { $0.standing == .missed }
        // A domain that takes no mail has nothing to grade; what is asked of it otherwise can be missed all the same.
        if missed.isEmpty, report.assessment.hasNothingToGrade, report.namedServers.isEmpty {
            return Verdict(
                standing: .nothing, objections: [Objection(standing: .nothing, aboutTheLetter: report.headline)])
        }
        let open = objections.filter { $0.standing == .open }
        return Verdict(standing: .worst(of: objections.map(\.standing)), objections: missed + open)
    }

    /// How the reports of a run stand together.
    public func standing(of reports: Reports) -> Standing { .worst(of: reports.all.map { verdict(on: $0).standing }) }
}

/// A reason against a result.
private struct Objection: Sendable, Hashable {
    var standing: Standing
    var reason: String
    var isAboutTheLetter = false
}

extension Objection {
    init(standing: Standing, aboutTheLetter reason: String) {
        self.init(standing: standing, reason: reason, isAboutTheLetter: true)
    }
}

extension Gate {
    /// Who names a former run and nothing else wants to hear of every problem that is new.
    private func conditions(since before: Report?) -> [Condition] {
        conditions.isEmpty && before != nil ? [.severity(.warning), .requirements] : conditions
    }

    private func grade(_ report: Report) -> [Objection] {
        let standing = Standing(report.assessment, bar: bar)
        guard standing != .met else { return [] }
        guard standing != .nothing else {
            // That nothing leads to a server that somebody named says nothing of the domain.
            return report.namedServers.isEmpty
                ? [] : [Objection(standing: .open, aboutTheLetter: report.headline)]
        }
        if report.assessment.hasNothingToGrade, let compliance = report.assessment.compliance {
            return [Objection(standing: standing, aboutTheLetter: "\(report.headline) (\(compliance.words))")]
        }
        guard let bar else { return [Objection(standing: standing, aboutTheLetter: report.headline)] }
        let what = standing == .missed ? "does not meet" : "may or may not meet"
        return [Objection(standing: standing, aboutTheLetter: "\(report.headline) (\(what) \(bar))")]
    }

    /// A letter below the former one; and one below the bar, where that was met.
    private func worse(_ report: Report, than before: Report) -> [Objection] {
        var objections: [Objection] = []
        if let bar, Standing(worst: before.worst, best: before.best, bar: bar) == .met { objections = grade(report) }
        guard let former = before.assessment.grade else { return objections }
        guard report.assessment.grade != nil else {
            return objections + [
                Objection(standing: .open, aboutTheLetter: "\(report.headline); it was \(before.headline)")
            ]
        }
        if report.best < before.worst {
            objections.append(
                Objection(standing: .missed, aboutTheLetter: "\(report.headline); it was \(before.headline)"))
        } else if report.worst < min(former, before.worst) {
            objections.append(
                Objection(
                    standing: .open, aboutTheLetter: "\(report.headline), which may be worse; it was \(before.headline)"
                ))
        }
        return objections
    }

    private func objections(to report: Report, _ condition: Condition, since before: Report?) -> [Objection] {
        switch condition {
        case .finding(let code):
            findings(report, since: before) { found, _ in found == code }
        case .severity(let least):
            findings(report, since: before) { _, severity in severity >= least }
        case .requirements:
            requirements(report, since: before) { $0.level == .must }
        case .requirement(let id):
            requirements(report, since: before) { $0.id == id }
        }
    }

    private func findings(
        _ report: Report, since before: Report?, _ isMeant: (String, Severity) -> Bool
    ) -> [Objection] {
        let known = before.map(\.keys) ?? []
        let found = report.sightings.filter {
            $0.waiver == nil && isMeant($0.found.finding.code, $0.found.severity) && !known.contains($0.key)
        }
        let open = report.openCodes.filter { isMeant($0.code, $0.severity) && !known.contains($0.key) }
        let was = Set((before?.openCodes ?? []).map(\.key))
        let codes = found.map { "\($0.found.finding.code)\($0.check.place.suffix)" }.unique
        return codes.map { Objection(standing: .missed, reason: "\($0) was found") }
            + open.filter { !was.contains($0.key) }.map { "\($0.check)\($0.place.suffix)" }.unique
            .map { Objection(standing: .open, reason: "\($0) could not be determined") }
    }

    private func requirements(
        _ report: Report, since before: Report?, _ isMeant: (Requirement) -> Bool
    ) -> [Objection] {
        let former = Dictionary(
            (before?.assessment.compliance?.requirements ?? []).map { ($0.requirement.id, $0.outcome) }
        ) { first, _ in first }
        return (report.assessment.compliance?.requirements ?? []).filter { isMeant($0.requirement) }.compactMap {
            answer in
            guard former[answer.requirement.id] != answer.outcome else { return nil }
            let name = "\(answer.requirement.id) (\(answer.requirement.clause))"
            return switch answer.outcome {
            case .notCompliant: Objection(standing: .missed, reason: "\(name) is not met")
            case .cannotTell: Objection(standing: .open, reason: "\(name) could not be determined")
            case .compliant, .compliantWithWaiver, .notObservable, .notApplicable, .leftOut: nil
            }
        }
    }
}

/// What tells whether a finding is the same as in a former run. Addresses change more often than hosts.
private struct FindingKey: Hashable {
    var code: String
    var host: String
}

extension Report {
    fileprivate var best: Grade { assessment.range?.best ?? assessment.grade ?? .f }
    fileprivate var worst: Grade { assessment.range?.worst ?? assessment.grade ?? .f }
    fileprivate var keys: Set<FindingKey> { Set(sightings.map(\.key)) }
}

extension Report.Sighting {
    fileprivate var key: FindingKey { FindingKey(code: found.finding.code, host: check.place.name) }
}

extension Report.OpenCode {
    fileprivate var key: FindingKey { FindingKey(code: code, host: place.name) }
}

extension Place {
    fileprivate var name: String {
        switch self {
        case .host(let host): host.text
        case .server(let server): server.host.text
        case .domain, .address: description
        }
    }
    fileprivate var suffix: String { self == .domain ? "" : " at \(description)" }
}

extension [String] {
    var unique: [String] {
        var seen: Set<String> = []
        return filter { seen.insert($0).inserted }
    }
}
