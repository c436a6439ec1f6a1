internal import CheckEngine
public import CheckKit
public import FoundationEssentials
internal import Grading
internal import MailModel
public import MailgradeKit
public import Reporting
public import Store

extension BatchRun {
    /// Goes through the list, and writes results by `write`. Throws what keeps results from being kept; when the task is cancelled it
    /// returns, and what is missing has no result.
    public func run(write: @escaping @Sendable (String) throws -> Void) async throws {
        let writer = ResultWriter(means.store, write: write)
        var loop = BatchLoop(
            means: means, list: list, policy: means.policy, done: done, writer: writer, status: status,
            gate: AddressGate(means.manners),
            tenants: TenantNames(
                means.manners, means.stages.policies.plan.sharedFacts, differing: try means.store.differing()),
            waits: try means.store.waiting(), began: means.now(),
            stayUntil: ContinuousClock.now + means.stay)
        try await loop.run()
        try await means.store.flush()
    }
}

extension BatchRun.Means {
    /// By which profiles verdicts are given, and by which way servers are reached.
    var policy: String { stages.policies.storedName(stages.settings) }

    /// Whether what comes out may depend on the name of the domain: a profile has a class of domains or a waiver of one, or programs
    /// are told the name.
    var judgesNames: Bool {
        stages.policies.all.map(\.profile).contains { profile in
            !profile.classes.isEmpty || profile.waivers.contains { $0.domain != nil } || !profile.externalChecks.isEmpty
        }
    }

    /// What a domain publishes, from the store as far as it is young enough, and whether it wants to be left alone.
    func resolve(_ domain: DomainName) async throws -> BatchLoop.Resolved {
        if let why = await manners.optOut(of: domain, stages.dns) {
            return .init(
                evidence: Evidence(domain: domain, collectedAt: now(), settings: stages.settings), leftAlone: why)
        }
        let conditions = stages.settings.fingerprint
        // A store that was empty knows nothing of a domain, since each is looked up once.
        let known = wasUsed ? store.evidence(of: domain, conditions, stages.settings) : nil
        let evidence = try await stages.resolve(
            continuing: known ?? Evidence(domain: domain, collectedAt: now(), settings: stages.settings))
        try Task.checkCancellation()
        if known == nil || evidence != known { await store.keep(evidence, conditions) }
        var resolved = BatchLoop.Resolved(evidence: evidence)
        for host in evidence.hosts {
            if let why = await manners.optOut(of: host.name, stages.dns) { resolved.hostsLeftAlone[host.name] = why }
        }
        for address in Set(evidence.servers.map(\.address)) where wasUsed {
            for server in (try? store.serversAsked(at: address, limit: manners.hostsAlike)) ?? [] {
                resolved.earlier.append((server, await stages.known(server, in: evidence)))
            }
        }
        return resolved
    }

    /// Judges a domain by all that is known, and keeps the verdict.
    func judge(_ domain: DomainName, _ pending: BatchLoop.Pending, _ policy: String) async throws -> BatchLoop.Event {
        let judged = pending.evidence?.collectedAt ?? now()
        // Where nothing is special about it.
        let key = pending.isPlain && !judgesNames ? pending.evidence.map { ResultMemory.Key($0) } : nil
        var outcome = key.flatMap { memory.result($0, at: judged) }
        if outcome == nil {
            let (result, json) = try await result(of: pending)
            let isOpen = [.provisional, .noGrade, .throttled].contains(result.state)
            let due = judged.addingTimeInterval((isOpen ? ages.open : ages.settled).inSeconds)
            try Task.checkCancellation()
            let new = BatchLoop.Outcome(json: json, state: result.state, grade: result.grade, judged: judged, due: due)
            if let key, !isOpen { memory.keep(new, key, of: domain, at: judged) }
            outcome = new
        }
        guard var outcome else { throw CancellationError() }
        try Task.checkCancellation()
        outcome.judged = judged
        store.keep(
            StoredVerdict(
                state: outcome.state.rawValue, grade: outcome.grade, result: outcome.json, engine: Engine.version,
                judged: judged, due: outcome.due), of: domain, under: policy)
        return .judged(domain, outcome)
    }

    private func result(of pending: BatchLoop.Pending) async throws -> (BatchResult, json: String) {
        var result: BatchResult
        if let evidence = pending.evidence, pending.leftAlone == nil || !evidence.hosts.isEmpty {
            let complete = await stages.complete(evidence, models: pending.models)
            result = BatchResult(stages.reports(complete), of: complete, throttled: pending.signs)
            if let why = pending.leftAlone {
                result.state = .leftAlone
                result.why = why
            }
        } else {
            result = BatchResult(.leftAlone, why: pending.leftAlone ?? "")
        }
        return (result, try result.json())
    }
}

extension Policies {
    /// By which profiles verdicts are given, and by which way servers are reached, as a store names it: those of others are others.
    public func storedName(_ settings: RunSettings) -> String { Self.storedName(all, settings) }

    /// The same for some of them.
    public static func storedName(_ policies: [Policy], _ settings: RunSettings) -> String {
        let profiles = policies.map { "\($0.profile.id) \($0.profile.digest)" }
        let standard = RunSettings()
        let port = settings.port == standard.port ? [] : ["port-\(settings.port)"]
        let families =
            settings.families == standard.families ? [] : settings.families.map { "\($0.rawValue)-only" }.sorted()
        return (profiles + port + families).joined(separator: ", ")
    }
}

extension StoredVerdict {
    /// What a run comes to, as a batch keeps it; `due` is when it is to be looked at again. Throws where it cannot be written.
    public init(_ reports: Reports, of evidence: Evidence, due: Date) throws {
        let result = BatchResult(reports, of: evidence, throttled: [])
        self.init(
            state: result.state.rawValue, grade: result.grade, result: try result.json(), engine: Engine.version,
            judged: evidence.collectedAt, due: due)
    }
}
