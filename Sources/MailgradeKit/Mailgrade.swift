public import CheckEngine
public import CheckKit
public import FoundationEssentials
public import MailModel
public import Reporting

/// mailgrade as a library: a domain in; what happens, and the reports, out.
///
///     let mailgrade = Mailgrade(plugins: Plugin.builtIn)
///     let policies = try mailgrade.policies(["default"])
///     let run = mailgrade.run(domain, policies)
///     for await event in run.events { … }
///     let reports = try await run.reports()
public struct Mailgrade: Sendable {
    /// What can be observed and judged.
    public let plugins: [Plugin]
    private let open: @Sendable (WireRequest) async throws -> Wire
    private let facts: (any FactStore)?

    /// The application with these plugins. `network` opens the wire of a run; tests put another one there. `facts` are what the runs
    /// share: a server is asked once then, whatever domains have their mail there. Without, each run asks for everything itself.
    public init(
        plugins: [Plugin], facts: (any FactStore)? = nil,
        network: @escaping @Sendable (WireRequest) async throws -> Wire = { try await .live($0) }
    ) {
        self.plugins = plugins
        self.facts = facts
        open = network
    }

    /// The same application over wires that are changed before a run gets them.
    package func overWires(_ change: @escaping @Sendable (Wire, DomainName?) -> Wire) -> Mailgrade {
        Mailgrade(plugins: plugins, facts: facts) { [open] request in
            change(try await open(request), request.domain)
        }
    }

    /// Loads built-in profiles and files. Throws `UsageError` with everything that is wrong with the first that cannot be
    /// used. With `isDeep`, a run collects what any check asks for, whatever the profiles run.
    public func policies(_ names: [String], isDeep: Bool = false) throws -> Policies {
        try Policies(names, plugins: plugins, isDeep: isDeep)
    }

    /// Starts a run at once. `instant` is when it is judged; it is stored with the evidence. With a `pace`, what is known so far is
    /// judged beside the run, with so much time between two judgements at least, and events tell how the range of each grade narrows.
    public func run(
        _ domain: DomainName, _ policies: Policies, _ settings: RunSettings = RunSettings(),
        over request: WireRequest = WireRequest(), at instant: Date = Date(), judgingDraftsAt pace: Duration? = nil
    ) -> GradingRun {
        let (events, sink) = AsyncStream.makeStream(of: GradingEvent.self)
        var request = request
        request.domain = domain
        request.settings = settings
        let note = request.note
        request.note = { sentence in
            note(sentence)
            sink.yield(.note(sentence: sentence))
        }
        let task = Task { [open, request, facts] in
            defer { sink.finish() }
            let began = ContinuousClock.now
            let wire = try await open(request)
            wire.ledger.whenWaiting { sink.yield(GradingEvent($0)) }
            let drafts = pace.map { pace in
                DraftJudging(
                    policies, DraftEvidence(of: domain, policies.plan, settings, at: instant), pace: pace
                ) { sink.yield($0) }
            }
            // Whoever collects comes first. What is being judged when the run ends is of no interest any more.
            let judging = drafts.map { drafts in
                Task(priority: .low) { await drafts.follow(on: ContinuousClock()) }
            }
            defer {
                drafts?.finish()
                judging?.cancel()
            }
            return await Collector(policies.plan, wire: wire, settings: settings, facts: facts)
                .collect(domain, at: instant, spent: began.duration(to: .now)) { event in
                    drafts?.receive(event)
                    if let event = GradingEvent(event) { sink.yield(event) }
                }
        }
        return GradingRun(events: events, policies: policies, task: task)
    }
}

/// A run that has been started.
public struct GradingRun: Sendable {
    /// What happens, as it happens; ends with the run. For one reader.
    public let events: AsyncStream<GradingEvent>
    private let policies: Policies
    private let task: Task<Evidence, any Error>

    init(events: AsyncStream<GradingEvent>, policies: Policies, task: Task<Evidence, any Error>) {
        self.events = events
        self.policies = policies
        self.task = task
    }

    /// Stops it: sockets are closed, and what was seen is kept.
    public func cancel() { task.cancel() }

    /// What was observed, once all is. Throws `UsageError` where the network cannot be used. Cancelling the caller stops the
    /// run.
    public func evidence() async throws -> Evidence {
        try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// The reports under each policy.
    public func reports() async throws -> Reports { policies.reports(try await evidence()) }
}
