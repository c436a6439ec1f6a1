internal import CheckKit
internal import Grading
internal import MailModel

extension Report {
    /// The answer to each requirement; what needs somebody comes first.
    func addCompliance(to document: inout Document) {
        guard let compliance = assessment.compliance else { return }
        document.section("Requirements: \(compliance.words)")
        document.list(
            .bullets,
            Compliance.Outcome.mostUrgentFirst.flatMap { outcome in
                compliance.requirements.filter { $0.outcome == outcome }.map(item)
            })
        let complying = fixes.filter { explanation.complying.contains($0.code) }
        guard !complying.isEmpty else { return }
        let least = explanation.isComplyingSmallest ? "Minimum changes" : "Changes"
        document.section("\(least) to comply")
        document.list(
            .bullets,
            complying.map { fix in
                Document.Item(
                    [Span(fix.code, .strong), Span(": \(fix.remedy)")],
                    [.paragraph([Span("Who: \(fix.responsible.inReports)", .muted)])])
            })
    }

    private func item(_ report: Compliance.RequirementReport) -> Document.Item {
        let level = report.requirement.level == .should ? " (recommended)" : ""
        var more: [Document.Block] = []
        if let why = report.why { more.append(.paragraph([Span(why, .muted)])) }
        if ![.compliant, .notApplicable].contains(report.outcome), !report.evidence.isEmpty {
            let seen = report.evidence.map { trigger in
                // What could not be determined was not found either: the check is open, not the code.
                [
                    report.outcome == .cannotTell ? trigger.check : trigger.code ?? trigger.check,
                    trigger.place.description,
                ]
                .filter { !$0.isEmpty }.joined(separator: " at ")
            }
            more.append(.paragraph([Span(seen.joined(separator: ", "), .muted)]))
        }
        return Document.Item(
            [
                Span(report.outcome.words, Span.Role(report.outcome)),
                Span("  \(report.requirement.clause)", .strong), Span("\(level): \(report.requirement.text)"),
            ], more)
    }

    /// Every waiver: what was accepted, by whom, until when.
    func addWaivers(to document: inout Document) {
        // What is accepted of other domains is no news here; the JSON has it.
        let waivers = assessment.waivers.filter { $0.state != .otherDomain }
        guard !waivers.isEmpty else { return }
        document.section("Waivers")
        document.list(
            .bullets,
            waivers.map { report in
                let waiver = report.waiver
                let state: String =
                    switch report.state {
                    case .used: "until \(waiver.expires)"
                    case .expired: "expired after \(waiver.expires): it counts again"
                    case .unmatched: "matches nothing and can be deleted"
                    case .otherDomain: "of another domain"
                    }
                let what = waiver.code ?? waiver.check
                let whose = waiver.domain.map { " of \($0)" } ?? ""
                let whereabouts = waiver.server.map { " at \($0)" } ?? ""
                return Document.Item([
                    Span(what + whose + whereabouts, .strong),
                    Span(" (\(state), approved by \(waiver.approvedBy)): \(waiver.reason)"),
                ])
            })
    }
}

extension Compliance {
    /// The outcome as people say it, and how much of what must be met was not asked for.
    var words: String {
        let count = requirements.count { $0.outcome == .leftOut && $0.requirement.level == .must }
        let remark = count == 0 ? "" : count == 1 ? " (1 requirement left out)" : " (\(count) requirements left out)"
        return outcome.words + remark
    }
}

extension Compliance.Outcome {
    /// The outcome as people say it.
    var words: String { self == .cannotTell ? "undetermined" : rawValue.split(separator: "-").joined(separator: " ") }

    /// What needs somebody first.
    static let mostUrgentFirst: [Self] = [
        .notCompliant, .cannotTell, .compliantWithWaiver, .compliant, .leftOut, .notApplicable, .notObservable,
    ]
}

extension Span.Role {
    /// What an outcome is.
    init(_ outcome: Compliance.Outcome) {
        switch outcome {
        case .compliant, .compliantWithWaiver: self = .good
        case .notCompliant: self = .bad
        case .cannotTell: self = .doubtful
        case .notObservable, .notApplicable, .leftOut: self = .muted
        }
    }
}
