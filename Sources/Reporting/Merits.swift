internal import CheckKit
internal import Grading
internal import Observations

extension Report.Merit {
    /// What earned a bonus, in the order of the checks: the claim of the check, and for how long senders remember it.
    static func list(_ assessment: Assessment, _ checks: [Check], _ evidence: Evidence) -> [Self] {
        assessment.credits.filter { $0.bonus > 0 }.map { credit in
            let check = checks.first { $0.id == credit.check }
            var sentence = check?.title ?? credit.check
            let isAboutPolicy = check?.needs.contains { $0.fact.id == MTASTSPolicy.id } ?? false
            if isAboutPolicy, let days = evidence.maxAgeInDays { sentence += " (max_age \(days))" }
            return Report.Merit(check: credit.check, points: credit.bonus, sentence: sentence + ".")
        }
    }
}

extension Evidence {
    /// For how long senders keep the domain's MTA-STS policy, in words; nil where there is none.
    fileprivate var maxAgeInDays: String? {
        guard case .document(let policy)? = observed(MTASTSPolicy.self, at: .domain).value?.fetch else { return nil }
        let days = policy.maxAge / 86_400
        return days == 0 ? "\(policy.maxAge) s" : days == 1 ? "1 day" : "\(days) days"
    }
}
