public import CheckKit
public import Grading
internal import MailModel

/// One kind of problem, with every place where it was found: what to do, and what it would change.
public struct Advice: Sendable, Hashable {
    /// The finding's code.
    public var code: String
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
    /// Everything that was found, each code once: what holds the grade lowest comes first, then the more severe, then what
    /// costs more points. `fixes` is what a better grade or a requirement asks for.
    static func list(
        _ checks: [Report.CheckReport], _ assessment: Assessment, _ fixes: [Explanation.Fix]
    ) -> [Advice] {
        let wanted = Set(fixes.map(\.finding.code))
        var advice: [String: Advice] = [:]
        for check in checks {
            for report in check.findings {
                let code = report.finding.code
                var entry = advice[code] ?? Advice(report, check.id, assessment)
                entry.severity = max(entry.severity, report.severity)
                entry.asksForAction = entry.severity > .info || wanted.contains(code)
                entry.add(report.finding.message, check.place)
                advice[code] = entry
            }
        }
        return advice.values.sorted { $0.rank < $1.rank }
    }

    private init(_ report: Report.FindingReport, _ check: String, _ assessment: Assessment) {
        code = report.finding.code
        severity = report.severity
        asksForAction = false
        observations = []
        remedy = report.finding.description.remedy
        responsible = report.finding.description.responsible
        holdsAt =
            assessment.caps.filter { cap in
                cap.rule.triggers.contains {
                    $0.check == check
                        && ($0.code == report.finding.code || ($0.code == nil && report.severity >= .error))
                }
            }.map(\.atMost).min()
        pointsLost = assessment.credits.first { $0.check == check }?.pointsLost ?? 0
    }

    private mutating func add(_ message: String, _ place: Place) {
        if let index = observations.firstIndex(where: { $0.message == message }) {
            observations[index].places.append(place)
        } else {
            observations.append(Observation(message: message, places: [place]))
        }
    }

    private var rank: (Int, Int, Double, String) {
        let letters = Grade.allCases
        let letter = holdsAt.flatMap { letters.firstIndex(of: $0) } ?? letters.count
        let severity = Severity.allCases.firstIndex(of: severity) ?? 0
        return (letter, -severity, -pointsLost, code)
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
