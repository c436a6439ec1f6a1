internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

/// What goes on in a batch, and what comes next: the only task that changes any of it.
struct BatchLoop {
    /// What a task has come to.
    enum Event: Sendable {
        case resolved(DomainName, Resolved)
        case probed(IPAddress, [DomainName], Stages.Probed)
        case judged(DomainName, Outcome)
        case failed(any Error)
        case woken
    }

    /// What came out for a domain.
    struct Outcome: Sendable {
        let json: String
        let state: BatchState
        let grade: String?
        var judged: Date
        let due: Date
    }

    /// A domain that was looked up.
    struct Resolved: Sendable {
        var evidence: Evidence
        /// Why it is left alone; nil where it is not.
        var leftAlone: String?
        /// The hosts that are left alone.
        var hostsLeftAlone: [DomainName: String] = [:]
        /// What is known from before of other hosts at its addresses.
        var earlier: [(server: MailServer, evidence: Evidence)] = []
    }

    /// A domain whose turn has come and that has no result yet.
    struct Pending {
        var lines: [InputEntry]
        var evidence: Evidence?
        /// How many addresses it waits for.
        var waitsFor = 0
        var signs: [String] = []
        var leftAlone: String?
        /// The hosts that are left alone.
        var hostsLeftAlone: [DomainName: String] = [:]
        /// Servers that need not be asked, each with the one that it is like.
        var models: [MailServer: MailServer] = [:]

        /// Whether its result is that of every domain with the same servers.
        var isPlain: Bool { signs.isEmpty && leftAlone == nil && models.isEmpty }
    }

    /// A domain that waits for an address, and for which hosts there.
    struct Ask {
        let domain: DomainName
        let hosts: [DomainName]
    }

    let means: BatchRun.Means
    let list: InputList
    let policy: String
    let done: Set<Int>
    let writer: ResultWriter
    let status: Locked<BatchStatus>

    var next = 0
    var pending: [DomainName: Pending] = [:]
    var resolving = 0
    var gate: AddressGate
    var tenants: TenantNames
    var asks: [IPAddress: [Ask]] = [:]
    /// Addresses that were connected to in this run.
    var met: Set<IPAddress> = []
    /// Servers that were asked in this run.
    var asked: Set<MailServer> = []
    var waits: [IPAddress: StoredWait]
    /// Domains that have their verdict of this run, by a hash that nobody can aim at: the names of a million would take 100 MB. One that
    /// is taken for another costs a write of the store, and its verdict may come from a clock that was ahead.
    var judged: Set<Int> = []
    /// When the run began: what was young enough then is so until it ends, however long it takes.
    let began: Date
    /// Domains of which the lines have been read.
    var backlog: [(DomainName, [InputEntry])] = []
    /// The last instant that was written, and its text.
    var lastStamp: (instant: Date, text: String) = (Date(timeIntervalSince1970: 0), "")
    /// How many lines are read together.
    static let chunk = 256
    /// Until when the run stays for servers that turned us away, and whether that is over.
    var stayUntil: ContinuousClock.Instant
    var isGivingUp = false
    /// The networks of the addresses that were asked before one answered; nil once one has.
    var unanswered: Set<AddressBlock>? = []
    /// Domains that are judged once one has.
    var unsure: [DomainName] = []
    /// So many servers that say nothing are no chance.
    static let canaries = 20
    /// Domains whose servers turned us away; they are looked at again at the end, where the run stays for it.
    var held: [DomainName: Pending] = [:]

    /// Goes through the list. Throws what keeps results from being kept.
    mutating func run() async throws {
        let result: Result<Void, any Error>
        do {
            try await go()
            result = .success(())
        } catch {
            result = .failure(error)
        }
        // What has its verdict is written, whatever has happened since.
        try await writer.finish()
        try result.get()
    }

    private mutating func go() async throws {
        try await withThrowingTaskGroup(of: Event.self) { group in
            repeat {
                try await fill(&group)
                start(&group)
                report()
                guard let event = try await group.next() else {
                    // Nobody is asked any more, and there is no room for others: nobody has answered.
                    guard !unsure.isEmpty else { break }
                    settle(&group)
                    continue
                }
                try await take(event, &group)
            } while true
        }
    }

    mutating func look(
        up domain: DomainName, for lines: [InputEntry], _ group: inout ThrowingTaskGroup<Event, any Error>
    ) {
        pending[domain] = Pending(lines: lines)
        if let why = means.manners.never.reason(domain) {
            pending[domain]?.leftAlone = why
            return end(domain, &group)
        }
        resolving += 1
        let means = means
        group.addTask {
            do {
                return .resolved(domain, try await means.resolve(domain))
            } catch {
                return .failed(error)
            }
        }
    }

    /// Starts the conversations that may begin now.
    private mutating func start(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        while !Task.isCancelled, let address = gate.next() {
            let waiting = asks[address] ?? []
            guard let first = waiting.first, let evidence = pending[first.domain]?.evidence else {
                asks[address] = nil
                gate.ended(address, wasThrottled: false)
                continue
            }
            // Those who ask for the same hosts are answered together.
            let alike = waiting.filter { $0.hosts == first.hosts }.map(\.domain)
            let stages = means.stages
            group.addTask {
                do {
                    return .probed(address, alike, try await stages.probe(address, of: evidence))
                } catch {
                    return .failed(error)
                }
            }
        }
    }

    private mutating func take(_ event: Event, _ group: inout ThrowingTaskGroup<Event, any Error>) async throws {
        // What was cut off is no result: nothing is judged by it.
        try Task.checkCancellation()
        switch event {
        case .failed(let error): throw error
        case .woken: release(&group)
        case .resolved(let domain, let resolved):
            resolving -= 1
            resolvedDomain(domain, resolved, &group)
        case .probed(let address, let domains, let probed):
            try probedAddress(address, domains, probed, &group)
        case .judged(let domain, let outcome):
            guard let pending = pending.removeValue(forKey: domain) else { return }
            judged.insert(domain.hashValue)
            // It was judged while somebody found out that it must not be inferred.
            for server in pending.models.keys where tenants.differ(at: server.address) {
                means.store.makeDue(server.address, at: means.now())
            }
            var lines = ""
            for line in pending.lines {
                lines += BatchResult.line(line, outcome.json, judged: stamp(outcome.judged))
                status.withLock { $0.count(outcome.state, outcome.grade) }
            }
            try await writer.add(lines)
        }
        if unanswered != nil, gate.conversations == 0, resolving == 0, backlog.isEmpty, next >= list.count {
            settle(&group)
        }
        if held.isEmpty == false, pending.isEmpty, backlog.isEmpty, next >= list.count { wait(&group) }
    }

    /// Takes in what a domain publishes.
    private mutating func resolvedDomain(
        _ domain: DomainName, _ resolved: Resolved, _ group: inout ThrowingTaskGroup<Event, any Error>
    ) {
        pending[domain]?.evidence = resolved.evidence
        pending[domain]?.leftAlone = resolved.leftAlone
        pending[domain]?.hostsLeftAlone = resolved.hostsLeftAlone
        guard resolved.leftAlone == nil else { return end(domain, &group) }
        for (server, evidence) in resolved.earlier where !tenants.asked(server) { _ = tenants.learn(server, evidence) }
        lineUp(domain, &group)
    }

    /// Judges a domain of which all is known that can be.
    mutating func end(_ domain: DomainName, _ group: inout ThrowingTaskGroup<Event, any Error>) {
        guard let pending = pending[domain] else { return }
        // What was inferred from others holds no longer where one of them has turned out to differ.
        let doubtful = pending.models.keys.filter { tenants.differ(at: $0.address) }
        if !doubtful.isEmpty {
            for server in doubtful { self.pending[domain]?.models[server] = nil }
            status.withLock { $0.inferred -= doubtful.count }
            return lineUp(domain, &group)
        }
        if !pending.signs.isEmpty, means.stay > .zero, !isGivingUp {
            held[domain] = self.pending.removeValue(forKey: domain)
            return
        }
        // As long as nobody has answered, it may be us whom nobody hears.
        if unanswered != nil, pending.evidence?.servers.isEmpty == false {
            unsure.append(domain)
            return
        }
        let (means, policy) = (means, policy)
        group.addTask {
            do {
                return try await means.judge(domain, pending, policy)
            } catch {
                return .failed(error)
            }
        }
    }

    /// Waits for the next of those who turned us away.
    private mutating func wait(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        let now = means.now()
        let longest = means.manners.retryAfter
        let standing = waits.values.filter { $0.holds(at: now, atMost: longest) }
        let pause = standing.map { $0.until.timeIntervalSince(now) }.min() ?? 0
        isGivingUp = ContinuousClock.now + .seconds(pause) > stayUntil
        group.addTask { [isGivingUp] in
            if !isGivingUp { try? await Task.sleep(for: .seconds(pause)) }
            return .woken
        }
    }

    /// Looks again at the domains that were held.
    private mutating func release(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        let again = held
        held = [:]
        for (domain, kept) in again {
            pending[domain] = kept
            lineUp(domain, &group)
        }
    }

    private func report() {
        status.withLock { status in
            status.total = list.count
            status.lookups = resolving
            status.waiting = pending.count
            status.conversations = gate.conversations
        }
    }
}
