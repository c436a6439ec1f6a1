internal import CheckKit
internal import FoundationEssentials
internal import MailModel

/// Turns outcomes into a grade. Pure: the same outcomes under the same profile always give the same assessment.
///
/// The grade is the lower of the band that the score lies in and every cap that fires, unless the profile withholds the
/// letter. A profile that weighs what mail servers do gives no letter either when not one of them could be judged; one
/// without bands never does, it has requirements only. What is waived is taken away before anything else.
public struct Grader: Sendable {
    let profile: Profile

    /// A grader by a profile.
    public init(_ profile: Profile) {
        self.profile = profile
    }

    /// The grade of a ledger from which what is waived has been taken.
    func assess(_ ledger: Ledger) -> Assessment {
        let evaluator = ConditionEvaluator(ledger: ledger)
        let score = Score(profile: profile, ledger: ledger)
        let credits = score.credits()
        guard profile.isGraded else {
            return Assessment(isProvisional: false, credits: credits, openQuestions: openQuestions(ledger))
        }
        let value = score.value(.leftOut)
        let caps = profile.caps.map { ($0, evaluator.truth(of: $0.when)) }
        let fired = rules(caps, .yes, evaluator)
        let open = rules(caps, .unknown, evaluator)
        let answers = ConditionEvaluator(ledger: ledger, expectsAnswers: true)
        let range = Assessment.GradeRange(
            worst: letter(score.value(.failed), fired + open),
            best: min(bestByScore(score.value(.passed)), capped(caps, answers)))
        let (withheldRule, couldBeWithheld) = withheld(evaluator, value, score)
        // A letter that is withheld for good has no range; one that is withheld for want of answers still has.
        let isWithheldForGood =
            withheldRule.map { rule in
                profile.withholds.contains { $0.id == rule.id && answers.truth(of: $0.when) == .yes }
            } ?? false
        // What nobody saw cannot change a letter that is the same whatever it is: an open relay is F without a witness too.
        let isCertain = withheldRule != nil && !isWithheldForGood && range.worst == range.best && value != nil
        let withheld = isCertain ? nil : withheldRule
        return Assessment(
            grade: withheld == nil ? min(range.best, max(range.worst, letter(value, fired))) : nil,
            withheld: withheld,
            isProvisional: !isWithheldForGood && (range.worst != range.best || couldBeWithheld),
            range: isWithheldForGood ? nil : range,
            score: value,
            band: value.flatMap { score in profile.bands.first { $0.grade == profile.band(for: score) } },
            caps: fired,
            openCaps: open,
            credits: credits,
            openQuestions: openQuestions(ledger))
    }
}

extension Grader {
    /// The letter alone, without the reasons: for searches that grade many ledgers.
    func letter(_ ledger: Ledger) -> Grade? {
        guard profile.isGraded else { return nil }
        let evaluator = ConditionEvaluator(ledger: ledger)
        let score = Score(profile: profile, ledger: ledger)
        let value = score.value(.leftOut)
        guard withheld(evaluator, value, score).0 == nil else { return nil }
        return min(bestByScore(value), capped(evaluator))
    }

    /// The best letter that the caps leave.
    func capped(_ evaluator: ConditionEvaluator) -> Grade {
        profile.caps.filter { evaluator.truth(of: $0.when) == .yes }.map { $0.atMost }.min() ?? bestGrade
    }

    /// The same once what is open has its answers. Only what a rule says of questions without one can then come out otherwise.
    private func capped(_ caps: [(Profile.Cap, Truth)], _ answers: ConditionEvaluator) -> Grade {
        caps.filter { cap, truth in (cap.when.namesInconclusive ? answers.truth(of: cap.when) : truth) == .yes }
            .map { cap, _ in cap.atMost }.min() ?? bestGrade
    }

    private var bestGrade: Grade { profile.bands.first?.grade ?? .f }

    /// What a score alone would give.
    private func bestByScore(_ score: Double?) -> Grade { score.map { profile.band(for: $0) } ?? bestGrade }

    private func letter(_ score: Double?, _ caps: [Assessment.Cap]) -> Grade {
        caps.map { $0.atMost }.reduce(bestByScore(score), min)
    }

    private func rules(_ caps: [(Profile.Cap, Truth)], _ wanted: Truth, _ evaluator: ConditionEvaluator)
        -> [Assessment.Cap]
    {
        caps.filter { $0.1 == wanted }
            .map { cap, _ in
                Assessment.Cap(
                    atMost: cap.atMost,
                    rule: Assessment.Rule(
                        id: cap.id, because: cap.because,
                        triggers: evaluator.triggers(of: cap.when, wanted).filter(evaluator.ledger.shows)))
            }
            .sorted { ($0.atMost, $0.rule.id) < ($1.atMost, $1.rule.id) }
    }

    private func withheld(_ evaluator: ConditionEvaluator, _ value: Double?, _ score: Score)
        -> (Assessment.Rule?, couldBe: Bool)
    {
        var couldBe = false
        for withhold in profile.withholds {
            switch evaluator.truth(of: withhold.when) {
            case .yes:
                let triggers = evaluator.triggers(of: withhold.when, .yes)
                return (Assessment.Rule(id: withhold.id, because: withhold.because, triggers: triggers), false)
            case .unknown: couldBe = true
            case .no, .void: break
            }
        }
        guard value == nil || score.hasNoServers else { return (nil, couldBe) }
        return (
            Assessment.Rule(id: "nothing-tested", because: "No mail server could be tested.", triggers: []), false
        )
    }

    private func openQuestions(_ ledger: Ledger) -> [Assessment.OpenQuestion] {
        profile.checks.flatMap { check -> [Assessment.OpenQuestion] in
            let entries = ledger.entries[check.id] ?? [:]
            guard !entries.isEmpty else {
                return [Assessment.OpenQuestion(check: check.id, place: .domain, codes: [], why: "not collected")]
            }
            return entries.filter { $0.value.outcome == .inconclusive || !$0.value.open.isEmpty }
                .sorted { $0.key < $1.key }
                .map { place, entry in
                    Assessment.OpenQuestion(
                        check: check.id, place: place, codes: entry.open.keys.sorted(), why: entry.why ?? "")
                }
        }
    }
}
