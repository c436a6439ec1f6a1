public import CheckKit
public import FoundationEssentials
public import Grading
internal import MailModel
internal import Observations

extension Report {
    /// Makes the report of a run.
    ///
    /// - Parameters:
    ///   - evidence: what was observed, with the derived facts computed.
    ///   - results: what the checks say of it.
    ///   - profile: the policy.
    ///   - checks: the checks that ran, for their titles.
    ///   - instant: when it is judged.
    public init(
        evidence: Evidence, results all: [CheckResult], profile: Profile, checks: [Check], judgedAt instant: Date
    ) {
        let judgement = Grader(profile).judge(all, of: evidence.domain, hosts: evidence.hosts, at: instant)
        let assessment = judgement.assessment
        let titles = Dictionary(checks.map { ($0.id, $0.title) }) { first, _ in first }
        let aspects = Dictionary(checks.map { ($0.id, $0.aspects) }) { first, _ in first }
        let reports = judgement.results.map { result in
            CheckReport(
                result, title: titles[result.check] ?? result.check, aspects: aspects[result.check] ?? [],
                profile: judgement.profile)
        }
        domain = evidence.domain
        self.assessment = assessment
        reasons = assessment.because.map { Reason($0, reports) }
        published = DomainSummary(evidence)
        servers = ServerSummary.all(in: evidence, reports)
        delivery = DeliveryMatrix(evidence)
        self.checks = reports
        isOwnSide = judgement.isOwnSide
        points = Points(assessment)
        merits = Merit.list(assessment, checks, evidence)
        scope = TestedScope(evidence.scope as? Vantage)
        namedServers = evidence.settings.servers
        explanation = judgement.explanation()
        references = Dictionary(checks.map { ($0.id, $0.references) }) { first, _ in first }
        doubts = Doubt.list(assessment.openQuestions, titles)
        let findings = Dictionary(checks.map { ($0.id, $0.findings) }) { first, _ in first }
        openCodes = assessment.openQuestions.flatMap { question in
            (findings[question.check] ?? []).filter { question.codes.isEmpty || question.codes.contains($0.code) }.map {
                OpenCode(
                    check: question.check, code: $0.code, severity: profile.severities(of: $0).upperBound,
                    place: question.place)
            }
        }
        self.profile = ProfileIdentity(id: profile.id, digest: profile.digest)
        run = RunSummary(
            startedAt: evidence.collectedAt, judgedAt: instant, seconds: evidence.trace.seconds,
            connections: evidence.trace.connections.values.reduce(0, +),
            connectionsByAddress: evidence.trace.connections, engine: evidence.trace.engine,
            wasCancelled: evidence.lacksAnything(for: .cancelled))
        conversations = evidence.trace.conversations
    }
}

extension Report.CheckReport {
    init(_ result: CheckResult, title: String, aspects: Set<ServerAspect>, profile: Profile) {
        id = result.check
        self.title = title
        self.aspects = aspects
        place = result.place
        findings = result.outcome.findings
            .map { Report.FindingReport(finding: $0, severity: profile.severity(of: $0)) }
            .enumerated().sorted { ($1.element.severity, $0.offset) < ($0.element.severity, $1.offset) }
            .map(\.element)
        outcome = profile.word(for: result.outcome)
        why = nil
        switch result.outcome {
        case .passed, .found: break
        case .partly(_, let open):
            why = open.why
            undecided = open.codes
        case .notApplicable(let reason), .inconclusive(let reason): why = reason
        case .blocked(let fact, let because):
            why = because.description
            blockedBy = fact
        }
    }
}

extension Report.Reason {
    init(_ reason: Assessment.Reason, _ checks: [Report.CheckReport]) {
        self.reason = reason
        findings = reason.rule.map { rule in rule.triggers.flatMap { Self.findings(behind: $0, checks) } } ?? []
    }

    /// A rule about an outcome is explained by the errors that made it.
    private static func findings(behind trigger: Trigger, _ checks: [Report.CheckReport]) -> [Report.PlacedFinding] {
        let codes =
            trigger.code.map { [$0] }
            ?? checks.filter { $0.id == trigger.check && $0.place == trigger.place }
            .flatMap(\.findings).filter { $0.severity >= .error }.map(\.finding.code)
        guard !codes.isEmpty else {
            return [Report.PlacedFinding(check: trigger.check, code: nil, place: trigger.place)]
        }
        return codes.map { Report.PlacedFinding(check: trigger.check, code: $0, place: trigger.place) }
    }
}

extension Assessment.Reason {
    /// The profile's rule behind the reason; nil for a band.
    var rule: Assessment.Rule? {
        switch self {
        case .withheld(let rule): rule
        case .cap(let cap): cap.rule
        case .band: nil
        }
    }
}

extension Report.Doubt {
    /// Questions with the same reason are one doubt; in the order in which they are first met.
    static func list(_ questions: [Assessment.OpenQuestion], _ titles: [String: String]) -> [Report.Doubt] {
        var doubts: [Report.Doubt] = []
        for question in questions {
            let same = doubts.firstIndex {
                $0.check == question.check && $0.why == question.why && $0.codes == question.codes
            }
            if let index = same {
                doubts[index].places.append(question.place)
            } else {
                doubts.append(
                    Report.Doubt(
                        check: question.check, title: titles[question.check] ?? question.check, codes: question.codes,
                        why: question.why, places: [question.place]))
            }
        }
        return doubts
    }
}
