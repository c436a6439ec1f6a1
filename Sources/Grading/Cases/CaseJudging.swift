public import CheckKit
public import FoundationEssentials
public import MailModel

extension ProfileCase {
    /// What a profile makes of a made-up run, and whether that is as expected; nil where the run is saved.
    public func result(under profile: Profile, in library: ProfileLibrary) -> CaseResult? {
        guard case .madeUp(let situation) = run else { return nil }
        // Of a class, the severities are its own and the outcomes the same.
        let (results, hosts) = situation.outcomes(
            profile, library.catalog.adding(profile.externalChecks.map(\.check)))
        // Without days in the profile, none matters; with days, the case names one.
        let instant = instant ?? Date(timeIntervalSince1970: 0)
        return result(of: results, domain: domain, hosts: hosts, at: instant, under: profile)
    }

    /// What a profile makes of the outcomes of a run, and whether that is as expected. `domain` is whose run it is, unless
    /// the case says another; `instant` is when they were judged.
    public func result(
        of results: [CheckResult], domain: DomainName?, hosts: [ListedHost], at instant: Date, under profile: Profile
    ) -> CaseResult {
        let grader = Grader(profile)
        let domain = self.domain ?? domain
        let judgement =
            if let domainClass = profile.classes.first(where: { $0.id == self.domainClass }) {
                grader.judge(results, of: domain, as: domainClass, hosts: hosts, at: instant)
            } else {
                grader.judge(results, of: domain, hosts: hosts, at: instant)
            }
        let mismatches = expectations.compactMap { expectation in
            expectation.mismatch(judgement).map {
                CaseResult.Mismatch(position: expectation.position, message: $0)
            }
        }
        return CaseResult(assessment: judgement.assessment, mismatches: mismatches)
    }
}
