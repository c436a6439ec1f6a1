internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// A run that has ended, to be judged as its reader wants.
struct RunResult: Sendable {
    let run: StoredRun
    let evidence: Evidence
    let policies: Policies

    /// The policy of a profile, the one that was asked for where none is named. Throws `Refusal` for one that is not offered.
    func policy(_ profile: String?) throws -> Policy {
        let id = profile ?? run.profile
        if let policy = policies.all.first(where: { $0.profile.id == id }) { return policy }
        // What was offered once may be so no more.
        guard profile == nil, let first = policies.all.first else {
            throw Refusal(.notFound, "The profile \(id) is not offered here.")
        }
        return first
    }
}
