public import CheckKit
public import FoundationEssentials
public import MailModel

/// Runs a plan's probes. One structured loop: start what is ready, store the result, start what became ready.
///
/// The collector owns every draft: a probe that is cut off, by its own limit, the run's deadline or a cancellation, leaves
/// behind what it has kept. Evidence does not depend on the order in which probes end.
public struct Collector: Sendable {
    private let plan: Plan
    private let wire: Wire
    private let settings: RunSettings
    private let clock: any Clock<Duration>
    private let facts: (any FactStore)?

    /// A collector for a plan. `facts` are those that it shares with other runs; a run without any asks for everything itself. `clock`
    /// measures the limits and is replaced in tests.
    public init(
        _ plan: Plan, wire: Wire, settings: RunSettings, facts: (any FactStore)? = nil,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.plan = plan
        self.wire = wire
        self.settings = settings
        self.facts = facts
        self.clock = clock
    }

    /// Collects the evidence for a domain. Always returns, whatever fails; when the task is cancelled, what is missing is
    /// marked as cancelled. Events arrive in order, `finished` last. `spent` is what of the deadline has passed before.
    public func collect(
        _ domain: DomainName, at instant: Date, spent: Duration = .zero,
        events: @escaping @Sendable (RunEvent) -> Void = { _ in }
    ) async -> Evidence {
        let run = Run(
            plan: plan, wire: wire, settings: settings, clock: clock,
            evidence: Evidence(domain: domain, collectedAt: instant, settings: settings), spent: spent,
            sharing: facts.map { Sharing($0, plan, settings) }, events: events)
        let evidence = await run.finish()
        events(.finished(evidence))
        return evidence
    }
}
