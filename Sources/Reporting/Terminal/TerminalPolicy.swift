internal import CheckKit
internal import Grading
internal import MailModel

extension Report {
    /// The answer to each requirement; what needs somebody comes first.
    func writeCompliance(_ page: inout TextPage) {
        guard let compliance = assessment.compliance else { return }
        page.heading("Requirements: \(compliance.outcome.words)")
        for outcome in Compliance.Outcome.mostUrgentFirst {
            for report in compliance.requirements where report.outcome == outcome { write(report, &page) }
        }
        guard !explanation.complying.isEmpty else { return }
        let least = explanation.isComplyingSmallest ? "Minimum changes" : "Changes"
        page.heading("\(least) to comply")
        for code in explanation.complying {
            guard let fix = advice.first(where: { $0.code == code }) else { continue }
            page.paragraph([TextRun(code, .bold), TextRun(": \(fix.remedy)")], indent: 4, label: "  -")
            page.paragraph([TextRun("Who: \(fix.responsible.inReports)", .dim)], indent: 4)
        }
    }

    private func write(_ report: Compliance.RequirementReport, _ page: inout TextPage) {
        let level = report.requirement.level == .should ? " (recommended)" : ""
        page.paragraph(
            [
                TextRun(report.outcome.words, TextStyle(report.outcome)),
                TextRun("  \(report.requirement.clause)", .bold), TextRun("\(level): \(report.requirement.text)"),
            ], indent: 4, label: "  -")
        if let why = report.why { page.paragraph([TextRun(why, .dim)], indent: 4) }
        guard ![.compliant, .notApplicable].contains(report.outcome), !report.evidence.isEmpty else { return }
        let seen = report.evidence.map { trigger in
            // What could not be determined was not found either: the check is open, not the code.
            [report.outcome == .cannotTell ? trigger.check : trigger.code ?? trigger.check, trigger.place.description]
                .filter { !$0.isEmpty }.joined(separator: " at ")
        }
        page.paragraph([TextRun(seen.joined(separator: ", "), .dim)], indent: 4)
    }

    /// Every waiver: what was accepted, by whom, until when.
    func writeWaivers(_ page: inout TextPage) {
        guard !assessment.waivers.isEmpty else { return }
        page.heading("Waivers")
        for report in assessment.waivers {
            let waiver = report.waiver
            let state: String =
                switch report.state {
                case .used: "until \(waiver.expires)"
                case .expired: "expired after \(waiver.expires): it counts again"
                case .unmatched: "matches nothing and can be deleted"
                }
            let what = waiver.code ?? waiver.check
            let whereabouts = waiver.server.map { " at \($0)" } ?? ""
            page.paragraph(
                [
                    TextRun(what + whereabouts, .bold),
                    TextRun(" (\(state), approved by \(waiver.approvedBy)): \(waiver.reason)"),
                ], indent: 4, label: "  -")
        }
    }

    /// What a better grade takes where it is more than the first entry of the list.
    func writeNextGrade(_ page: inout TextPage) {
        guard let next = explanation.next, next.codes.count > 1 else { return }
        let how = next.isSmallest ? "Least effort for " : "Enough for "
        page.paragraph(
            [
                TextRun(how), TextRun(next.grade.rawValue, TextStyle(next.grade)),
                TextRun(": items 1 to \(next.codes.count) together."),
            ], indent: 2)
    }
}

extension Compliance.Outcome {
    /// The outcome as people say it.
    var words: String { self == .cannotTell ? "undetermined" : rawValue.split(separator: "-").joined(separator: " ") }

    /// What needs somebody first.
    static let mostUrgentFirst: [Self] = [
        .notCompliant, .cannotTell, .compliantWithWaiver, .compliant, .notApplicable, .notObservable,
    ]
}

extension TextStyle {
    /// The style of an outcome.
    fileprivate init(_ outcome: Compliance.Outcome) {
        switch outcome {
        case .compliant, .compliantWithWaiver: self = TextStyle(Grade.a)
        case .notCompliant: self = TextStyle(Grade.f)
        case .cannotTell: self = .doubtful
        case .notObservable, .notApplicable: self = .dim
        }
    }
}
