internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Logging
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// Where runs are asked for: joins those who ask for the same domain, gives each its turn, and keeps what came of it.
actor RunDesk {
    /// How long what was seen is not judged again while a run goes on.
    private static let pace = Duration.milliseconds(50)
    /// How many results the estimate of the time that a run takes rests on.
    private static let remembered = 50

    /// What became of a request.
    enum Answer: Sendable {
        /// A new run, and the key that may delete it.
        case started(id: String, key: String)
        /// Somebody else has asked for the same a moment ago.
        case joined(id: String)
        /// There is a result that is young enough.
        case recent(StoredRun)
    }

    private struct Job {
        let live: LiveRun
        let client: ClientNetwork
        let policies: Policies
        var task: Task<Void, Never>?
    }

    let means: RunMeans
    private let limits: ServiceConfiguration.Limits
    private let manners: Manners
    private let metrics: ServiceMetrics
    private let logger: Logger
    private var clients: ClientLimits
    private var jobs: [String: Job] = [:]
    /// Who has no turn yet, in their order.
    private var queue: [String] = []
    private var going = 0
    /// The run of each domain, where it has no profile of its own.
    private var byDomain: [DomainName: String] = [:]
    private var durations: [Double] = []
    private var isClosing = false
    private let clock = ContinuousClock()
    private let start = ContinuousClock.now

    init(_ means: RunMeans, _ configuration: ServiceConfiguration, metrics: ServiceMetrics, logger: Logger) {
        self.means = means
        limits = configuration.limits
        manners = configuration.manners
        self.metrics = metrics
        self.logger = logger
        clients = ClientLimits(inHour: limits.runsOfClientInHour, atATime: limits.runsOfClient)
    }

    /// A run that goes on or waits; nil for another one.
    func live(_ id: String) -> LiveRun? { jobs[id]?.live }

    /// How many runs go on, and how many wait.
    var load: (going: Int, waiting: Int) { (going, queue.count) }

    /// How long a run takes, by those that have ended; nil before the first.
    var usualDuration: Double? { durations.isEmpty ? nil : durations.sorted()[durations.count / 2] }

    /// Asks for a run. `age` is how old a result may be instead; what has cooled down less is never asked again.
    func ask(
        _ domain: DomainName, profile: String, own: OwnProfile? = nil, age: Duration = .zero, client: ClientNetwork
    ) async throws -> Answer {
        guard !isClosing else {
            throw Refusal(.full, "The service is about to stop. Ask again in a minute.", retryAfter: 60)
        }
        if manners.never.holds(domain) {
            throw Refusal(.leftAlone, "\(domain.forPeople) is on the list of those who are never contacted.")
        }
        if own == nil, let id = byDomain[domain] { return .joined(id: id) }
        if own == nil, let recent = try recent(domain, max(age, limits.coolDown)) { return .recent(recent) }
        guard going < limits.runs || queue.count < limits.queue else { throw full }
        try clients.start(client, at: start.duration(to: clock.now))
        let key = RandomName.make()
        let run = StoredRun(
            id: RandomName.make(), domain: domain, requested: means.now(), profile: own?.profile ?? profile,
            ownProfile: own?.yaml, key: SHA256.hex(key.utf8))
        means.store.keep(run)
        enter(run, client, own?.policies ?? means.policies)
        // Whoever is told of a run finds it again, whatever happens to the service.
        do {
            try await means.store.flush()
        } catch {
            logger.error("store: \(error)")
            throw Refusal(.broken, "The run could not be kept. Whoever runs this service finds the reason in its log.")
        }
        return .started(id: run.id, key: key)
    }

    /// Begins the runs again that were going on when the service was stopped.
    func resume() throws {
        for run in try means.store.unfinishedRuns() {
            var policies = means.policies
            if let yaml = run.ownProfile {
                // It was read before; what this version does not read any more cannot be begun again.
                guard let own = try? OwnProfile(yaml, means.mailgrade) else {
                    means.store.deleteRun(run.id)
                    continue
                }
                policies = own.policies
            }
            enter(run, ClientNetwork.nobody, policies)
        }
    }

    /// Takes no more, and waits for those that go on.
    func close() async {
        isClosing = true
        // Those without a turn yet are begun again at the next start.
        for id in queue { jobs[id]?.live.abandon() }
        queue = []
        for task in jobs.values.compactMap(\.task) { await task.value }
    }

    /// Wakes all who watch, so that connections of those who are gone are noticed.
    func ringAll() { for job in jobs.values { job.live.ring() } }

    /// A result that is young enough. One from the future, by a clock that was ahead, is none.
    private func recent(_ domain: DomainName, _ age: Duration) throws -> StoredRun? {
        let now = means.now()
        let oldest = now.addingTimeInterval(-age.inSeconds)
        return try means.store.runs(of: domain, until: now, limit: 5).first { ($0.finished ?? $0.requested) > oldest }
    }

    private var full: Refusal {
        let seconds = Int((Double(queue.count) * (usualDuration ?? 5) / Double(limits.runs)).rounded(.up)) + 1
        return Refusal(
            .full, "\(queue.count) runs wait for their turn. There will be room in about \(seconds) seconds.",
            retryAfter: seconds)
    }
}

// MARK: Turns

extension RunDesk {
    private func enter(_ run: StoredRun, _ client: ClientNetwork, _ policies: Policies) {
        let board = ProgressBoard(run.domain, policies.plan.outline.steps, deadline: means.settings.deadline.inSeconds)
        let live = LiveRun(run, board: board, place: queue.count + 1)
        jobs[run.id] = Job(live: live, client: client, policies: policies)
        if run.ownProfile == nil { byDomain[run.domain] = run.id }
        queue.append(run.id)
        next()
        if let place = queue.firstIndex(of: run.id) { live.wait(at: place + 1) }
    }

    private func next() {
        var hasChanged = false
        while going < limits.runs, !queue.isEmpty, !isClosing {
            let id = queue.removeFirst()
            guard let job = jobs[id] else { continue }
            going += 1
            hasChanged = true
            jobs[id]?.task = Task { [self] in
                let ended = await execute(job.live, job.policies)
                await leave(job, ended)
            }
        }
        guard hasChanged else { return }
        for (place, id) in queue.enumerated() { jobs[id]?.live.wait(at: place + 1) }
    }

    private func leave(_ job: Job, _ ended: (run: StoredRun, data: String)) async {
        going -= 1
        clients.end(job.client)
        let id = job.live.run.id
        // From here on whoever asks finds it in the store.
        job.live.end(ended.data)
        jobs[id] = nil
        if byDomain[job.live.run.domain] == id { byDomain[job.live.run.domain] = nil }
        if ended.run.state == .done {
            durations.append(job.live.standing.elapsed.inSeconds)
            if durations.count > Self.remembered { durations.removeFirst() }
        }
        next()
    }
}

// MARK: One run

extension RunDesk {
    private nonisolated func execute(_ live: LiveRun, _ policies: Policies) async -> (run: StoredRun, data: String) {
        live.begin()
        metrics.began()
        var ended = live.run
        var evidence: Evidence?
        do {
            (evidence, ended.why) = try await collect(live, policies)
            ended.state = ended.why == nil ? .done : .leftAlone
        } catch {
            ended.state = .failed
            ended.why = (error as? UsageError)?.description ?? "The run could not be made."
            logger.error("run of \(live.run.domain): \(error)")
        }
        ended.finished = means.now()
        if ended.state == .done, let evidence {
            means.keep(&ended, evidence, policies, policies.reports(evidence))
            if ended.ownProfile == nil { await means.store.keep(evidence, means.settings.fingerprint) }
        } else {
            means.store.keep(ended)
        }
        do { try await means.store.flush() } catch { logger.critical("store: \(error)") }
        metrics.ended(ended, evidence, seconds: live.standing.elapsed.inSeconds)
        return (ended, EndedLine(ended).text)
    }

    /// What was seen, and why the domain is left alone, where it is.
    private nonisolated func collect(_ live: LiveRun, _ policies: Policies) async throws -> (Evidence, String?) {
        let consent = Locked<Consent?>(nil)
        let cancel = Locked<(@Sendable () -> Void)?>(nil)
        let mailgrade = means.mailgrade.overWires { [manners] wire, domain in
            guard let domain else { return wire }
            let asked = Consent(of: domain, manners, wire.dns) { cancel.withLock { $0 }?() }
            consent.withLock { $0 = asked }
            var wire = wire
            wire.smtp = ConsentingSMTP(base: wire.smtp, consent: asked)
            wire.https = ConsentingHTTPS(base: wire.https, consent: asked)
            return wire
        }
        let run = mailgrade.run(
            live.run.domain, policies, means.settings, over: means.request, at: means.now(),
            judgingDraftsAt: Self.pace)
        cancel.withLock { $0 = { run.cancel() } }
        for await event in run.events { live.tell(event) }
        cancel.withLock { $0 = nil }
        let evidence = try await run.evidence()
        return (evidence, consent.withLock { $0?.refusal }.map { "\($0.capitalisedFirst)." })
    }
}
