public import CheckKit
public import Grading
internal import MailModel

/// One kind of problem, with every place where it was found: what to do, and what it would change.
public struct Advice: Sendable, Hashable {
    /// The finding's code.
    public var code: String
    /// The check that found it.
    public var check: String
    /// The worst severity with which it was found.
    public var severity: Severity
    /// Whether there is something to do: it is a fault, or a better grade asks for it. What is merely worth knowing is
    /// listed apart.
    public var asksForAction: Bool
    /// What was seen, each observation once, with the places it was made at.
    public var observations: [Observation]
    /// What to do.
    public var remedy: String
    /// Who can do it.
    public var responsible: Responsible
    /// How much work it is at one place.
    public var effort: Effort
    /// The rules behind it.
    public var references: [Reference] = []
    /// What would do as well in its place.
    public var alternatives: [String] = []
    /// The grade if this alone were fixed; nil where there is no letter.
    public var gradeAlone: Grade?
    /// The letter that the grade cannot exceed as long as this is there; nil where no cap is about it.
    public var holdsAt: Grade?
    /// How many points of the score its check loses.
    public var pointsLost: Double
    /// The grade once this and everything above it in the list is fixed, and nothing new comes to light; nil where that is no
    /// better than without this.
    public var gradeAfter: Grade?

    /// One observation.
    public struct Observation: Sendable, Hashable {
        /// The sentence.
        public var message: String
        /// Where.
        public var places: [Place]
    }
}

extension Advice {
    /// Everything that was found, each code once, in the one order of every report: first what the next grade needs, then
    /// what holds the grade lowest, then the more severe, then what costs more points, then the least work.
    static func list(
        _ reports: [Report.CheckReport], _ assessment: Assessment, _ explanation: Explanation, _ points: Points,
        _ checks: [Check]
    ) -> [Advice] {
        let fixes = Dictionary(explanation.fixes.map { ($0.finding.code, $0) }) { first, _ in first }
        let references = Dictionary(checks.map { ($0.id, $0.references) }) { first, _ in first }
        var advice: [String: Advice] = [:]
        for check in reports {
            for report in check.findings {
                let code = report.finding.code
                var entry = advice[code] ?? Advice(report, check.id, assessment, points)
                entry.severity = max(entry.severity, report.severity)
                entry.asksForAction =
                    entry.isFault(under: assessment) || fixes[code].map { $0.severity == .info } ?? false
                entry.gradeAlone = fixes[code]?.grade
                entry.references = references[check.id] ?? []
                entry.add(report.finding.message, check.place)
                advice[code] = entry
            }
        }
        let wanted = explanation.next?.codes ?? []
        return advice.values.sorted { $0.rank(wanted) < $1.rank(wanted) }
    }

    private init(_ report: Report.FindingReport, _ check: String, _ assessment: Assessment, _ points: Points) {
        code = report.finding.code
        self.check = check
        severity = report.severity
        asksForAction = false
        observations = []
        remedy = report.finding.description.remedy
        responsible = report.finding.description.responsible
        effort = report.finding.description.effort
        // Where no letter is given there is none to hold.
        holdsAt =
            assessment.grade == nil
            ? nil
            : assessment.caps.filter { cap in
                cap.rule.triggers.contains {
                    $0.check == check
                        && ($0.code == report.finding.code || ($0.code == nil && report.severity >= .error))
                }
            }.map(\.atMost).min()
        pointsLost = points.lost.first { $0.check == check }?.points ?? 0
    }

    /// Whether it is more than information: unusual is nothing to act on once it costs no point and the letter is the best.
    private func isFault(under assessment: Assessment) -> Bool {
        severity > .notice || (severity == .notice && (assessment.grade != .aPlus || pointsLost > 0))
    }

    /// Whether somebody who reads the report could act on it. What stands in the way on this machine is the headline, and
    /// nothing else can be said then; and a domain that receives no mail needs nothing that protects mail.
    func isOfUse(under assessment: Assessment, hasHosts: Bool, isOwnSide: Bool) -> Bool {
        guard let withheld = assessment.withheld else { return true }
        if isOwnSide { return false }
        return hasHosts || assessment.isProvisional || withheld.triggers.contains { $0.check == check }
    }

    private mutating func add(_ message: String, _ place: Place) {
        if let index = observations.firstIndex(where: { $0.message == message }) {
            observations[index].places.append(place)
        } else {
            observations.append(Observation(message: message, places: [place]))
        }
    }

    private func rank(_ wanted: [String]) -> Rank {
        let letters = Grade.allCases
        return Rank(
            step: wanted.firstIndex(of: code) ?? wanted.count,
            letter: holdsAt.flatMap { letters.firstIndex(of: $0) } ?? letters.count, severity: severity,
            pointsLost: pointsLost, effort: effort, code: code)
    }

    /// What the order goes by.
    private struct Rank: Comparable {
        let step: Int
        let letter: Int
        let severity: Severity
        let pointsLost: Double
        let effort: Effort
        let code: String

        static func < (left: Rank, right: Rank) -> Bool {
            let first = (left.step, left.letter, right.severity, right.pointsLost)
            let second = (right.step, right.letter, left.severity, left.pointsLost)
            return first == second ? (left.effort, left.code) < (right.effort, right.code) : first < second
        }
    }
}

extension Assessment.Rule {
    /// Whether it is about whoever runs the program, and not about the domain: nobody else can act on what was found.
    func isOwnSide(_ findings: [Finding]) -> Bool {
        let testers = Set(findings.filter { $0.description.responsible == .tester }.map(\.code))
        let codes = triggers.compactMap(\.code)
        return !codes.isEmpty && codes.allSatisfy(testers.contains)
    }
}

extension Responsible {
    /// Who that is, in the words of a report.
    var inReports: String {
        switch self {
        case .domainOwner: "whoever edits the domain\u{2019}s DNS records"
        case .mailProvider: "whoever runs the mail server"
        case .dnsHost: "whoever runs the name servers"
        case .tester: "whoever runs mailgrade"
        }
    }
}
