internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel

/// Judges what is known of a run now and then, beside the run, and tells when the range of a grade has changed.
///
/// The run never waits for it: it hands facts over and goes on. However much there is to judge, it is at work for a tenth of the time
/// at most, and judges only what is new.
final class DraftJudging: Sendable {
    private struct State {
        /// Nil once nothing more happens: whoever judges is at work when nobody else is, and what he would judge must not pile up.
        var draft: DraftEvidence?
        var told: [String: Assessment.GradeRange] = [:]
        var judgements = 0
    }

    /// How much longer than it worked it rests.
    private static let rest = 9

    private let policies: Policies
    private let judge: Judge
    private let state: Locked<State>
    private let pace: Duration
    private let news: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation
    private let tell: @Sendable (GradingEvent) -> Void

    /// `pace` is the least time from one judgement to the next.
    init(
        _ policies: Policies, _ draft: DraftEvidence, pace: Duration, tell: @escaping @Sendable (GradingEvent) -> Void
    ) {
        self.policies = policies
        self.pace = pace
        self.tell = tell
        judge = Judge(policies.plan)
        state = Locked(State(draft: draft))
        // However many facts arrive in the meantime, they are judged together.
        (news, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// How often it has judged.
    var judgements: Int { state.withLock(\.judgements) }

    /// Takes in what happens.
    func receive(_ event: RunEvent) {
        if state.withLock({ $0.draft?.receive(event) ?? false }) { bell.yield() }
    }

    /// Nothing more happens.
    func finish() {
        state.withLock { $0.draft = nil }
        bell.finish()
    }

    /// Judges until there is nothing more, or until it is cancelled.
    func follow<C: Clock>(on clock: C) async where C.Duration == Duration {
        for await _ in news {
            let work = clock.measure { judgeDraft() }
            do {
                try await clock.sleep(for: max(pace, work * Self.rest))
            } catch { return }
        }
    }

    /// Judges what is known now.
    func judgeDraft() {
        let draft = state.withLock { state in
            state.judgements += 1
            return state.draft
        }
        guard let draft else { return }
        let evidence = judge.deriving(draft.evidence)
        for policy in policies.all {
            guard let range = policy.assessment(derived: evidence).range else { continue }
            let isNew = state.withLock { state in
                defer { state.told[policy.profile.id] = range }
                return state.told[policy.profile.id] != range
            }
            if isNew { tell(.range(profile: policy.profile.id, worst: range.worst, best: range.best)) }
        }
    }
}
