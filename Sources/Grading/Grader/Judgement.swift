public import CheckKit
public import FoundationEssentials
public import MailModel

/// What a profile makes of a run: everything about it is read from one ledger.
public struct Judgement: Sendable {
    /// The outcomes of the checks that the profile runs, with what was blocked settled.
    public let results: [CheckResult]
    /// The profile that judged: for a domain of a class that the profile names, what the class makes of it.
    public let profile: Profile
    /// The grade and how it came about.
    public internal(set) var assessment: Assessment
    /// The outcomes as they count, without what is waived.
    let ledger: Ledger
    let hosts: [ListedHost]
    let instant: Date

    /// Whether whoever runs the program is why there is no letter, and nothing about the domain is.
    public var isOwnSide: Bool {
        guard let rule = assessment.withheld else { return false }
        let testers = Set(
            results.flatMap { $0.outcome.findings }.filter { $0.description.responsible == .tester }.map(\.code))
        let codes = rule.triggers.compactMap(\.code)
        return !codes.isEmpty && codes.allSatisfy(testers.contains)
    }
}

extension Grader {
    /// What the profile makes of a run.
    ///
    /// `hosts` are the MX hosts with the addresses that were to be tested, from the evidence; conditions go over them.
    /// `instant` is when it is judged: a waiver whose last day is over by then no longer holds.
    /// `domain` is whose run it is, for classes of domains that the profile names.
    public func judge(
        _ results: [CheckResult], of domain: DomainName? = nil, hosts: [ListedHost], at instant: Date
    ) -> Judgement {
        let settled = profile.settling(results, hosts: hosts)
        let observed = Ledger(settled: settled, hosts: hosts, profile: profile)
        // A class has severities of its own, and so a ledger.
        if let domainClass = profile.domainClass(of: domain, observed) {
            return judge(results, of: domain, as: domainClass, hosts: hosts, at: instant)
        }
        let waived = observed.waiving(profile.waivers, of: domain, at: instant)
        var assessment = assess(waived.ledger)
        assessment.waivers = waived.reports
        if !profile.requirements.isEmpty {
            assessment.compliance = Compliance(
                profile.requirements, waived: waived.granted, observed: observed, at: instant)
        }
        return Judgement(
            results: settled, profile: profile, assessment: assessment, ledger: waived.ledger, hosts: hosts,
            instant: instant)
    }

    /// What the profile makes of a run whose domain is of a class, whether or not it would be put into it.
    func judge(
        _ results: [CheckResult], of domain: DomainName?, as domainClass: DomainClass, hosts: [ListedHost],
        at instant: Date
    ) -> Judgement {
        var judgement = Grader(domainClass.profile).judge(results, of: domain, hosts: hosts, at: instant)
        judgement.assessment.domainClass = domainClass.id
        return judgement
    }

    /// The grade alone.
    public func grade(
        _ results: [CheckResult], of domain: DomainName? = nil, hosts: [ListedHost], at instant: Date
    ) -> Assessment {
        judge(results, of: domain, hosts: hosts, at: instant).assessment
    }
}
