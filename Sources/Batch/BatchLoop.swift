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
    let done: [Int: String]
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
    /// Domains that have their verdict of this run.
    var judged: Set<DomainName> = []
    /// When the run began: what was young enough then is so until it ends, however long it takes.
    let began: Date
    /// Domains of which the lines have been read.
    var backlog: [(DomainName, [InputEntry])] = []
    /// The last instant that was written, and its text.
    var lastStamp: (instant: Date, text: String) = (Date(timeIntervalSince1970: 0), "")
    /// How many lines are read together.
    private static let chunk = 256
    /// Until when the run stays for servers that turned us away, and whether that is over.
    var stayUntil: Date
    var isGivingUp = false
    /// The networks of the addresses that were asked before one answered; nil once one has.
    var unanswered: Set<AddressBlock>? = []
    /// Domains that are judged once one has.
    var unsure: [DomainName] = []
    /// So many servers that say nothing are no chance.
    private static let canaries = 20
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

    /// How many domains may be on their way at a time.
    private var room: Int { means.manners.conversations + 1_000 }

    /// Takes the next domains from the list, as long as there is room.
    private mutating func fill(_ group: inout ThrowingTaskGroup<Event, any Error>) async throws {
        while resolving < means.manners.lookups, pending.count < room, !Task.isCancelled {
            if backlog.isEmpty {
                guard next < list.count else { return }
                try await takeChunk()
                continue
            }
            let (domain, lines) = backlog.removeLast()
            look(up: domain, for: lines, &group)
        }
    }

    /// Reads some lines, and writes the results of those that need no asking.
    private mutating func takeChunk() async throws {
        var lines: [(domain: DomainName, lines: [InputEntry])] = []
        // The same domain may be written in several ways, which stand apart in the order of the list.
        var places: [DomainName: Int] = [:]
        var results = ""
        let begin = next
        // Lines that name the same domain stay together.
        while next < list.count, next - begin < Self.chunk || list.isAlike(next, next - 1) {
            defer { next += 1 }
            let entry = list.entry(next)
            if let domain = done[entry.line] {
                guard domain == entry.name else {
                    throw UsageError(
                        "The output has results of another list: line \(entry.line) is \(domain) there and \(entry.name) here. "
                            + "Name another file.")
                }
                status.withLock { status in
                    status.before += 1
                    status.done += 1
                }
                continue
            }
            do {
                let domain = try DomainName(input: entry.name)
                if let place = places[domain] {
                    lines[place].lines.append(entry)
                } else {
                    places[domain] = lines.count
                    lines.append((domain, [entry]))
                }
            } catch {
                results += BatchResult.line(
                    entry, try BatchResult(.invalid, why: "\(error)").json(), judged: stamp(means.now()))
                status.withLock { $0.count(.invalid, nil) }
            }
        }
        if lines.contains(where: { judged.contains($0.domain) }) { try await means.store.flush() }
        let known = try means.store.verdicts(of: lines.map(\.domain), under: policy)
        let now = means.now()
        for (domain, lines) in lines {
            if pending[domain] != nil {
                pending[domain]?.lines += lines
            } else if held[domain] != nil {
                held[domain]?.lines += lines
            } else if let verdict = known[domain], verdict.engine == Engine.version, verdict.due > now,
                verdict.judged.addingTimeInterval(means.ages.settled.inSeconds) > began
            {
                for line in lines {
                    results += BatchResult.line(line, verdict.result, judged: stamp(verdict.judged))
                    status.withLock { $0.count(BatchState(rawValue: verdict.state) ?? .graded, verdict.grade) }
                }
                status.withLock { $0.fromStore += 1 }
            } else {
                backlog.append((domain, lines))
            }
        }
        if !results.isEmpty { try await writer.add(results) }
    }

    private mutating func look(
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
            judged.insert(domain)
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

    /// Lines a domain up at every address that has not been asked for it.
    private mutating func lineUp(_ domain: DomainName, _ group: inout ThrowingTaskGroup<Event, any Error>) {
        guard let known = pending[domain], let evidence = known.evidence else { return }
        pending[domain]?.signs = []
        let now = means.now()
        for (address, all) in evidence.hostsByAddress {
            let hosts = ask(all, at: address, for: domain, evidence)
            guard !hosts.isEmpty else { continue }
            if let why = means.manners.never.reason(address)
                ?? hosts.compactMap({ known.hostsLeftAlone[$0] ?? means.manners.never.reason($0) }).first
            {
                pending[domain]?.leftAlone = why
                continue
            }
            if let wait = waits[address], wait.until > now {
                pending[domain]?.signs.append("\(address): \(wait.sign)")
                continue
            }
            pending[domain]?.waitsFor += 1
            asks[address, default: []].append(Ask(domain: domain, hosts: hosts))
            if asks[address]?.count == 1 { gate.add(address, provider: hosts.first?.provider) }
        }
        if pending[domain]?.waitsFor == 0 { end(domain, &group) }
    }

    /// Answers everybody who waited for what an address has shown; who waits for other hosts there has another turn.
    private mutating func probedAddress(
        _ address: IPAddress, _ domains: [DomainName], _ probed: Stages.Probed,
        _ group: inout ThrowingTaskGroup<Event, any Error>
    ) throws {
        gate.ended(address, wasThrottled: probed.sign != nil)
        var rest: [Ask] = []
        let asked = Set(domains)
        let sign = probed.sign
        let waiting = asks.removeValue(forKey: address) ?? []
        if sign == nil, let hosts = waiting.first(where: { asked.contains($0.domain) })?.hosts {
            learn(
                hosts, at: address, probed.evidence, others: hosts.count > 1 || waiting.contains { $0.hosts != hosts })
        }
        for ask in waiting {
            guard asked.contains(ask.domain) || sign != nil else {
                // What has been seen since then may be enough for it.
                let hosts =
                    pending[ask.domain]?.evidence.map { self.ask(ask.hosts, at: address, for: ask.domain, $0) } ?? []
                if hosts.isEmpty {
                    answered(ask.domain, &group)
                } else {
                    rest.append(Ask(domain: ask.domain, hosts: hosts))
                }
                continue
            }
            for host in ask.hosts where sign == nil { self.asked.insert(MailServer(host: host, address: address)) }
            if let sign { pending[ask.domain]?.signs.append("\(address): \(sign)") }
            answered(ask.domain, &group)
        }
        note(address, probed)
        try look(for: probed, at: address, &group)
        if let next = rest.first {
            asks[address] = rest
            gate.add(address, provider: next.hosts.first?.provider)
        }
    }

    /// One of the addresses that a domain waits for has answered.
    private mutating func answered(_ domain: DomainName, _ group: inout ThrowingTaskGroup<Event, any Error>) {
        pending[domain]?.waitsFor -= 1
        if pending[domain]?.waitsFor == 0 { end(domain, &group) }
    }

    /// Those of a domain's hosts at an address that have to be asked: not yet asked, and not like others there that were.
    private mutating func ask(
        _ hosts: [DomainName], at address: IPAddress, for domain: DomainName, _ evidence: Evidence
    ) -> [DomainName] {
        hosts.filter { host in
            let server = MailServer(host: host, address: address)
            if asked.contains(server) { return false }
            guard let model = tenants.model(of: server, evidence) else { return true }
            pending[domain]?.models[server] = model
            status.withLock { $0.inferred += 1 }
            return false
        }
    }

    /// Takes in what hosts at an address have shown; where that contradicts what was inferred, all that rests on it is due again.
    private mutating func learn(
        _ hosts: [DomainName], at address: IPAddress, _ evidence: Evidence, others: Bool
    ) {
        let differed = tenants.differ(at: address)
        for host in hosts where tenants.learn(MailServer(host: host, address: address), evidence, others: others) {
            means.store.makeDue(address, at: means.now())
        }
        if !differed, tenants.differ(at: address) { means.store.noteDiffering(address, at: means.now()) }
    }

    /// Remembers how an address behaved.
    private mutating func note(_ address: IPAddress, _ probed: Stages.Probed) {
        let isNew = probed.connections > 0 && met.insert(address).inserted
        status.withLock { status in
            status.addresses += isNew ? 1 : 0
            status.connections += probed.connections
            status.throttled[address] = probed.sign
        }
        if let sign = probed.sign {
            let wait = StoredWait(
                until: means.now().addingTimeInterval(means.manners.retryAfter.inSeconds),
                attempts: (waits[address]?.attempts ?? 0) + 1, sign: sign)
            waits[address] = wait
            means.store.wait(address, wait)
        } else if waits.removeValue(forKey: address) != nil {
            means.store.wait(address, nil)
        }
    }

    /// Judges a domain of which all is known that can be.
    private mutating func end(_ domain: DomainName, _ group: inout ThrowingTaskGroup<Event, any Error>) {
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

    /// Whether anybody answers us at all. Throws `BatchRefusal` when the first servers, in as many networks, all keep silent.
    private mutating func look(
        for probed: Stages.Probed, at address: IPAddress, _ group: inout ThrowingTaskGroup<Event, any Error>
    ) throws {
        guard unanswered != nil, probed.connections > 0 || probed.isHeard else { return }
        if probed.isHeard { return settle(&group) }
        unanswered?.insert(address.network)
        if let count = unanswered?.count, count >= Self.canaries {
            throw BatchRefusal.nobodyAnswers(count, port: means.stages.settings.port)
        }
    }

    /// Judges those that had to wait until somebody answered.
    private mutating func settle(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        unanswered = nil
        let domains = unsure
        unsure = []
        for domain in domains { end(domain, &group) }
    }

    /// Waits for the next of those who turned us away.
    private mutating func wait(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        let now = means.now()
        let pause = waits.values.map { $0.until.timeIntervalSince(now) }.filter { $0 > 0 }.min() ?? 0
        isGivingUp = now.addingTimeInterval(pause) > stayUntil
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

    /// An instant as lines have it. Many have the same, and it costs as much as the rest of a line.
    private mutating func stamp(_ instant: Date) -> String {
        if lastStamp.instant != instant { lastStamp = (instant, instant.timestamp) }
        return lastStamp.text
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

extension Evidence {
    /// Each address to test, with the domain's hosts there, in a stable order.
    fileprivate var hostsByAddress: [(IPAddress, [DomainName])] {
        var hosts: [IPAddress: [DomainName]] = [:]
        for server in servers { hosts[server.address, default: []].append(server.host) }
        return places(.address).compactMap { place in
            guard case .address(let address) = place else { return nil }
            return (address, (hosts[address] ?? []).sorted())
        }
    }
}

extension NeverList {
    func reason(_ name: DomainName) -> String? {
        holds(name) ? "\(name) is on the list of those who are never contacted" : nil
    }
    func reason(_ address: IPAddress) -> String? {
        holds(address) ? "\(address) is on the list of those who are never contacted" : nil
    }
}
