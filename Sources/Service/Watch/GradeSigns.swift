internal import CheckKit
internal import FoundationEssentials
public import Grading
internal import MailModel
internal import Observations
public import Reporting

/// What the report of a look shows that the rules of a list ask for. Pure.
public struct GradeSigns: Sendable {
    /// The rules.
    public var rules: [AlertRule]
    /// The letter before, as far as one was firm, and given by the same profile and engine.
    public var before: Grade?

    /// Rules, and the letter before.
    public init(_ rules: [AlertRule], before: Grade?) {
        self.rules = rules
        self.before = before
    }

    /// Letters that have dropped, or are too low, and findings. Each counts as far as it is certain: while something could not be told,
    /// the best letter that is possible is compared.
    public func signs(in report: Report) -> [Sign] {
        guard !report.isOwnSide else { return [] }
        let best = report.assessment.range?.best ?? report.assessment.grade
        var signs: [Sign] = []
        for rule in rules {
            switch rule.subject {
            case .drop:
                if let before, let because = report.whyNoLetter {
                    var sign = Sign(.drop, at: report.cause, because)
                    (sign.letterBefore, sign.letter) = (before.rawValue, "no letter")
                    signs.append(sign)
                }
                guard let best, let before, best < before else { continue }
                var sign = Sign(.drop, at: report.cause, report.reason)
                (sign.letterBefore, sign.letter) = (before.rawValue, best.rawValue)
                signs.append(sign)
            case .gradeBelow(let letter):
                guard let best, let bar = Grade(rawValue: letter), best < bar else { continue }
                var sign = Sign(.below, letter, at: report.cause, report.reason)
                sign.letter = best.rawValue
                signs.append(sign)
            case .finding(let code): signs += findings(code, in: report)
            case .change, .certificateEnds, .forecast: break
            }
        }
        return signs
    }

    private func findings(_ code: String, in report: Report) -> [Sign] {
        report.checks.flatMap { check in
            check.findings.filter { $0.finding.code == code }.map { found in
                Sign(.finding, code, at: Cause(check.place, of: report.domain), found.finding.message)
            }
        }
    }

    /// Whether a report settles what it does not show.
    public static func settles(_ kind: Sign.Kind, _ detail: String, _ report: Report) -> Bool {
        guard !report.isOwnSide else { return false }
        switch kind {
        case .drop, .below: return report.assessment.grade != nil && !report.assessment.isProvisional
        case .finding:
            return !report.doubts.contains { doubt in
                doubt.codes.contains(detail) || doubt.codes.isEmpty && detail.hasPrefix(doubt.subject)
            }
        case .change, .certificate, .forecast, .ownSide: return false
        }
    }
}

extension Report.Doubt {
    /// What codes of its subject begin with: `starttls.`.
    fileprivate var subject: String { check.prefix { $0 != "." } + "." }
}

extension Report {
    /// Why there certainly is no letter, one sentence; nil where there is one, and where what is missing is only not known.
    fileprivate var whyNoLetter: String? {
        guard let rule = assessment.withheld else { return nil }
        let behind = rule.triggers.flatMap { trigger in
            checks.filter { $0.id == trigger.check && $0.place.widened(to: trigger.place.scope) == trigger.place }
        }
        // What does not apply follows from what was found.
        let isCertain = behind.contains { !$0.findings.isEmpty } && !behind.contains { $0.outcome == .inconclusive }
        return isCertain ? rule.because : nil
    }

    /// Where the deciding reason for the letter is; the domain's own zone where it is nowhere else.
    var cause: Cause { Cause(deciding?.place ?? .domain, of: domain) }

    /// The deciding reason, a sentence.
    var reason: String {
        let sentence = deciding.flatMap { placed in
            checks.first { $0.id == placed.check && $0.place == placed.place }?.findings
                .first { $0.finding.code == placed.code }?.finding.message
        }
        return sentence ?? reasons.first?.reason.sentence ?? "Smaller findings have piled up."
    }

    private var deciding: PlacedFinding? { reasons.first?.findings.first }
}
