internal import CheckKit

/// One thing that a run must come to.
struct CaseExpectation: Sendable {
    /// What is expected.
    enum Claim: Sendable {
        /// This letter, for certain unless a range is expected too; nil for none.
        case grade(Grade?, mayBeProvisional: Bool)
        /// The letters between which the grade lies.
        case range(worst: Grade, best: Grade)
        /// What all requirements come to.
        case outcome(Compliance.Outcome)
        /// What one requirement comes to.
        case requirement(String, Compliance.Outcome)
        /// A finding that is made somewhere.
        case finds(String)
        /// A finding that is certainly made nowhere, of this check.
        case lacks(String, check: String)
        /// The class of domains; nil for none.
        case domainClass(String?)
        /// What becomes of a waiver.
        case waiver(String, WaiverReport.State)
    }

    let claim: Claim
    /// Where it stands.
    let position: SourcePosition

    /// What came out otherwise, a phrase; nil where it holds.
    func mismatch(_ judgement: Judgement) -> String? {
        let assessment = judgement.assessment
        switch claim {
        case .grade(let expected, let mayBeProvisional):
            return grade(expected, mayBeProvisional, assessment)
        case .range(let worst, let best):
            let range = assessment.range
            guard range?.worst != worst || range?.best != best else { return nil }
            return Self.unlike("range", "\(worst) to \(best)", range.map { "\($0.worst) to \($0.best)" } ?? "none")
        case .outcome(let expected):
            let outcome = assessment.compliance?.outcome
            return outcome == expected ? nil : Self.unlike("outcome", expected.rawValue, outcome?.rawValue ?? "none")
        case .requirement(let id, let expected):
            return requirement(id, expected, assessment)
        case .finds(let code):
            return judgement.results.contains { $0.outcome.findings.contains { $0.code == code } }
                ? nil : "\(code) was expected, and is not found"
        case .lacks(let code, let check):
            return lacks(code, check, judgement)
        case .domainClass(let expected):
            return assessment.domainClass == expected
                ? nil : Self.unlike("class", expected ?? "none", assessment.domainClass ?? "none")
        case .waiver(let id, let expected):
            let state = assessment.waivers.first { $0.waiver.id == id }?.state
            return state == expected ? nil : Self.unlike("waiver \(id)", expected.rawValue, state?.rawValue ?? "none")
        }
    }

    private func grade(_ expected: Grade?, _ mayBeProvisional: Bool, _ assessment: Assessment) -> String? {
        let reason = assessment.because.first.map { ": \($0.sentence)" } ?? ""
        guard assessment.grade == expected else {
            return Self.unlike("grade", expected?.rawValue ?? "none", assessment.grade?.rawValue ?? "none") + reason
        }
        guard expected != nil, assessment.isProvisional, !mayBeProvisional else { return nil }
        let range = assessment.range.map { ", \($0.worst) to \($0.best)" } ?? ""
        return Self.unlike("grade", "\(expected?.rawValue ?? "") for certain", "a provisional one\(range)")
    }

    private func requirement(_ id: String, _ expected: Compliance.Outcome, _ assessment: Assessment) -> String? {
        guard let report = assessment.compliance?.requirements.first(where: { $0.requirement.id == id }) else {
            return Self.unlike("requirement \(id)", expected.rawValue, "none: it is not asked for here")
        }
        guard report.outcome != expected else { return nil }
        let seen = report.evidence.prefix(3).map { trigger in
            [trigger.code ?? trigger.check, trigger.place.description].filter { !$0.isEmpty }
                .joined(separator: " at ")
        }
        let more = report.evidence.count > 3 ? ["and \(report.evidence.count - 3) more"] : []
        let why = report.why.map { [$0] } ?? (seen + more)
        return Self.unlike("requirement \(id)", expected.rawValue, report.outcome.rawValue)
            + (why.isEmpty ? "" : ": \(why.joined(separator: ", "))")
    }

    /// Not found is not enough: what could not be told was not found either.
    private func lacks(_ code: String, _ check: String, _ judgement: Judgement) -> String? {
        let results = judgement.results.filter { $0.check == check }
        if let result = results.first(where: { $0.outcome.findings.contains { $0.code == code } }) {
            let place = result.place.description
            return "\(code) was not expected, and is found\(place.isEmpty ? "" : " at \(place)")"
        }
        let isOpen = results.contains { result in
            switch result.outcome {
            case .inconclusive, .blocked: true
            case .partly(_, let undecided): (undecided.open.union(undecided.hidden)).contains { $0.code == code }
            case .passed, .found, .notApplicable: false
            }
        }
        return isOpen || results.isEmpty ? "\(code) was not expected; it is not found, and could not be ruled out" : nil
    }

    private static func unlike(_ what: String, _ expected: String, _ found: String) -> String {
        "\(what): expected \(expected), got \(found)"
    }
}
