internal import CheckEngine
public import CheckKit
internal import Grading
public import MailModel
public import Reporting

extension Policies {
    /// What a run under these policies would ask, of whom and why. Nothing is sent for it.
    public func planned(for domain: DomainName? = nil, _ settings: RunSettings = RunSettings()) -> PlanReport {
        PlanReport(domain: domain, profiles: all.map(\.profile.id), outline: plan.outline, settings: settings)
    }
}
