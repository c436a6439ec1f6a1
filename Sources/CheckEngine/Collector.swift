public import CheckKit
public import FoundationEssentials
public import MailModel

/// Runs a plan's probes. One structured loop: start what is ready, store the result, start what became ready.
///
/// The collector owns every draft: a probe that is cut off, by its own limit, the run's deadline or a cancellation, leaves
/// behind what it has kept. Evidence does not depend on the order in which probes end.
public struct Collector: Sendable {
    private let plan: Plan
    private var wire: Wire
    private let settings: RunSettings
    private let clock: any Clock<Duration>
    private let sharing: Sharing?

    /// A collector for a plan. `facts` are those that it shares with other runs; a run without any asks for everything itself. `clock`
    /// measures the limits and is replaced in tests.
    public init(
        _ plan: Plan, wire: Wire, settings: RunSettings, facts: (any FactStore)? = nil,
        clock: any Clock<Duration> = DeadlineClock.shared
    ) {
        self.plan = plan
        self.wire = wire
        self.settings = settings
        self.clock = clock
        sharing = facts.map { Sharing($0, plan, settings) }
    }

    /// The same collector over another wire, which counts its own connections.
    public func over(_ wire: Wire) -> Collector {
        var collector = self
        collector.wire = wire
        return collector
    }

    /// Collects the evidence for a domain. Always returns, whatever fails; when the task is cancelled, what is missing is
    /// marked as cancelled. Events arrive in order, `finished` last. `spent` is what of the deadline has passed before.
    public func collect(
        _ domain: DomainName, at instant: Date, spent: Duration = .zero,
        events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async -> Evidence {
        let nothing = Evidence(domain: domain, collectedAt: instant, settings: settings)
        let evidence = await go(on: nothing, as: .everything, spent: spent, events)
        events(.finished(evidence))
        return evidence
    }

    /// Goes on from what is known of a domain, as far as `reach` says. Of the last stage, and only there, what was not reached is
    /// settled as absent.
    public func collect(continuing evidence: Evidence, _ reach: Reach) async -> Evidence {
        await go(on: evidence, as: reach, spent: .zero) { _ in }
    }

    private func go(
        on evidence: Evidence, as reach: Reach, spent: Duration, _ events: @escaping @Sendable (RunEvent) -> Void
    ) async -> Evidence {
        await Run(
            plan: plan, wire: wire, settings: settings, clock: clock, evidence: evidence, spent: spent,
            sharing: sharing, reach: reach, events: events
        ).finish()
    }
}
