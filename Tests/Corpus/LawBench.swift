import CheckEngine
import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations

/// Judges saved evidence under one profile, many times.
struct LawBench {
    let profile: Profile
    private let judge: Judge
    let plan: Plan

    struct UnknownProfile: Error {}

    init(_ id: String) throws {
        let bench = try Bench.shipped.get()
        guard let policy = bench.policies.first(where: { $0.id == id }) else { throw UnknownProfile() }
        profile = policy.profile
        judge = policy.judge
        plan = bench.plan
    }

    /// A saved run, and what was made of it.
    struct Run {
        let evidence: Evidence
        let judged: JudgedEvidence
        let before: Judged
    }

    func run(_ name: String) throws -> Run {
        let evidence = try Evidence(json: try Corpus.json(name), known: plan.knownFacts)
        let judged = judge.judgeAll(evidence)
        return Run(evidence: evidence, judged: judged, before: graded(judged))
    }

    /// What comes out when some of a run is forgotten.
    func judged(_ run: Run, forgetting forgotten: [Forgetting]) -> Judged {
        var changes: [Slot: Observed<any Fact>] = [:]
        for one in forgotten { changes[one.slot] = one.rest(of: run.evidence) }
        let judged = judge.judge(run.judged, after: changes)
        let isAsBefore = judged.results == run.judged.results && judged.evidence.hosts == run.judged.evidence.hosts
        return isAsBefore ? run.before : graded(judged)
    }

    /// The same, everything judged anew.
    func judgedWhole(_ run: Run, forgetting: Forgetting) -> Judged {
        var evidence = run.evidence
        evidence.settle(forgetting.slot, forgetting.rest(of: run.evidence))
        return graded(judge.judgeAll(evidence))
    }

    /// What comes out of other evidence.
    func judged(_ evidence: Evidence) -> Judged { graded(judge.judgeAll(evidence)) }

    private func graded(_ judged: JudgedEvidence) -> Judged {
        let (complete, results) = (judged.evidence, judged.results)
        let assessment = Grader(profile).grade(
            results, of: complete.domain, hosts: complete.hosts, at: complete.collectedAt)
        return Judged(
            results: results, assessment: assessment,
            isNarrowed: complete.scope.map { complete.isNarrowed(by: $0) } ?? false)
    }
}

extension Evidence {
    /// Whether some server is outside the scope of the run.
    fileprivate func isNarrowed(by scope: any RunScope) -> Bool { servers.contains { scope.leavesOut($0) != nil } }
}

/// What came out.
struct Judged: CustomStringConvertible {
    let results: [CheckResult]
    let assessment: Assessment
    let isNarrowed: Bool

    var description: String {
        let range = assessment.range.map { "\($0.worst) to \($0.best)" } ?? "no range"
        return "\(assessment.grade.map { "\($0)" } ?? assessment.withheld?.id ?? "no letter"), \(range)"
    }

    /// Whether what came out before is still possible.
    func keepsOpen(_ before: Judged, forgetting forgotten: [Forgetting]) -> Bool {
        if isNarrowed, !before.isNarrowed, forgotten.contains(where: \.isForWantOfARoute) { return true }
        let facts = Set(forgotten.flatMap(\.facts))
        return allowsLetter(before, facts)
            && (allowsCompliance(before, facts) || showsAViolation(forgotten, since: before))
    }

    private func allowsLetter(_ before: Judged, _ facts: Set<FactID>) -> Bool {
        guard let letter = before.assessment.grade else { return true }
        let isPossible = assessment.range.map { $0.worst <= letter && letter <= $0.best } ?? false
        return isPossible || explains(facts, since: before)
    }

    /// Forgetting turns neither "compliant" into "not compliant" nor the other way round.
    private func allowsCompliance(_ before: Judged, _ facts: Set<FactID>) -> Bool {
        guard let old = before.assessment.compliance?.outcome, let new = assessment.compliance?.outcome else {
            return true
        }
        let opposites: [Compliance.Outcome: Set<Compliance.Outcome>] = [
            .compliant: [.notCompliant], .compliantWithWaiver: [.notCompliant],
            .notCompliant: [.compliant, .compliantWithWaiver],
        ]
        return opposites[old]?.contains(new) != true || explains(facts, since: before)
    }

    /// An absence that says how a server broke the protocol is a sighting of just that, however seldom it happens: it may show that
    /// a requirement is not met, and never that one is.
    private func showsAViolation(_ forgotten: [Forgetting], since before: Judged) -> Bool {
        guard before.assessment.compliance?.outcome != .notCompliant else { return false }
        return forgotten.contains { one in
            guard case .failed(.protocolError) = one.why else { return false }
            return results.contains {
                $0.place == one.slot.place && $0.outcome.findings.contains { $0.code == "smtp.protocol-violation" }
            }
        }
    }

    /// Whether a finding that was not there before says what an absence proves.
    private func explains(_ facts: Set<FactID>, since before: Judged) -> Bool {
        let known = before.found
        return results.contains { result in
            result.outcome.findings.contains { finding in
                !facts.isDisjoint(with: finding.description.explains)
                    && !known.contains("\(finding.code) \(result.place)")
            }
        }
    }

    private var found: Set<String> {
        Set(results.flatMap { result in result.outcome.findings.map { "\($0.code) \(result.place)" } })
    }
}

extension Forgetting {
    /// The facts that are gone: of a conversation those of its stages.
    fileprivate var facts: [FactID] {
        guard slot.fact == Conversation.id else { return [slot.fact] }
        return [Greeting.id, EHLOReply.id, STARTTLSReply.id, TLSSession.id, EHLOReplyInsideTLS.id]
    }

    /// Whether it is forgotten because nothing of the family can be reached from here.
    fileprivate var isForWantOfARoute: Bool {
        switch why {
        case .failed(.noRoute), .failed(.unreachable), .failed(.timedOut(stage: "connect")): stage == .greeting
        default: false
        }
    }
}

extension Corpus {
    /// The name of every saved run.
    static func names() throws -> [String] { try evidence().map(\.name) }

    /// One saved run.
    static func json(_ name: String) throws -> Data {
        try Data(contentsOf: URL(filePath: "\(folder)/evidence/\(name).json"))
    }
}
