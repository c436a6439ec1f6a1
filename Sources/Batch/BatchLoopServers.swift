internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Reporting
internal import Store

// Who waits for which server, what one has shown, and whether any answers at all.

extension BatchLoop {
    /// Lines a domain up at every address that has not been asked for it.
    mutating func lineUp(_ domain: DomainName, _ group: inout ThrowingTaskGroup<Event, any Error>) {
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
            if let wait = waits[address], wait.holds(at: now, atMost: means.manners.retryAfter) {
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
    mutating func probedAddress(
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

    /// Whether anybody answers us at all. Throws `BatchRefusal` when the first servers, in as many networks, all keep silent.
    mutating func look(
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
    mutating func settle(_ group: inout ThrowingTaskGroup<Event, any Error>) {
        unanswered = nil
        let domains = unsure
        unsure = []
        for domain in domains { end(domain, &group) }
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

extension StoredWait {
    /// Whether an address is left alone still. None is for longer than `longest`: where it seems so, the clock was ahead.
    func holds(at now: Date, atMost longest: Duration) -> Bool {
        now < until && until <= now.addingTimeInterval(longest.inSeconds)
    }
}
