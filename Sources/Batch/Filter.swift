internal import CheckEngine
internal import CheckKit
public import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// One stage of many domains as a filter: lines in, and for each line one line out, in any order and without a state of its own.
///
/// For programs that spread work over machines: they see to it that all lines of a group go to one process, and the process sees to
/// it that an address is in conversation once at a time.
public struct Filter: Sendable {
    /// Which stage.
    public enum Stage: String, Sendable, CaseIterable {
        /// Looks up what domains publish. Contacts no mail server.
        case resolve
        /// Asks the servers of domains, or single addresses.
        case probe
        /// Judges. Sends nothing.
        case judge
    }

    /// Which lines are answered: those of one of several parts, by the hash of their group, so that a group is never divided.
    public struct Shard: Sendable, Hashable {
        /// Which part, from 1.
        public var part: Int
        /// Of how many.
        public var parts: Int

        /// A part of several.
        public init(part: Int, parts: Int) {
            self.part = part
            self.parts = parts
        }

        func includes(_ key: String) -> Bool { Int(key.stableHash % UInt64(parts)) == part - 1 }
    }

    /// What became of the lines.
    public struct Count: Sendable, Hashable {
        /// Lines that were read.
        public var lines = 0
        /// Lines of other parts.
        public var others = 0
        /// Lines that were answered.
        public var answered = 0
        /// Lines that could not be answered; each has its line with an `error`.
        public var failed = 0
        /// Connections that were opened.
        public var connections = 0
    }

    private let stage: Stage
    private let stages: Stages
    private let shard: Shard?
    private let manners: Manners
    private let known: [FactType]
    private let derived: Set<FactID>
    private let now: @Sendable () -> Date

    /// A filter.
    public init(
        _ stage: Stage, _ stages: Stages, _ manners: Manners, shard: Shard?,
        now: @escaping @Sendable () -> Date
    ) {
        self.stage = stage
        self.stages = stages
        self.shard = shard
        self.manners = manners
        self.now = now
        known = stages.policies.plan.knownFacts
        derived = stages.policies.plan.derivedFacts
    }

    /// What goes on: a line has been read, or there are no more; or one is answered.
    private enum Event: Sendable {
        case line(String?)
        case answered(Answer)
    }

    /// Answers lines until there are no more. `next` waits for a line, one at a time; `write` takes lines as they are there, whether
    /// more are to come or not.
    public func run(
        next: @escaping @Sendable () async throws -> String?, write: @escaping @Sendable (String) throws -> Void
    ) async throws -> Count {
        var count = Count()
        let turns = AddressTurns()
        try await withThrowingTaskGroup(of: Event.self) { group in
            var running = 0
            var (isOver, isReading) = (false, false)
            while true {
                if !isOver, !isReading, running < room, !Task.isCancelled {
                    isReading = true
                    group.addTask { .line(try await next()) }
                }
                switch try await group.next() {
                case .line(let text):
                    isReading = false
                    isOver = text == nil
                    guard let text, text.contains(where: { !$0.isWhitespace }) else { continue }
                    count.lines += 1
                    // What is no line of ours belongs to one part, too.
                    guard let shard, !shard.includes((try? FilterLine(text))?.group ?? text) else {
                        running += 1
                        group.addTask { .answered(try await answer(text, turns)) }
                        continue
                    }
                    count.others += 1
                case .answered(let answer):
                    running -= 1
                    if answer.isError { count.failed += 1 } else { count.answered += 1 }
                    count.connections += answer.connections
                    try write(answer.line)
                case nil: return
                }
            }
        }
        return count
    }

    private var room: Int { stage == .probe ? manners.conversations * 2 : manners.lookups }

    private struct Answer: Sendable {
        var line: String
        var isError = false
        var connections = 0
    }

    /// One line out for a line in, whatever is wrong with it.
    private func answer(_ text: String, _ turns: AddressTurns) async throws -> Answer {
        do {
            let line = try FilterLine(text)
            switch stage {
            case .resolve: return Answer(line: try await resolve(line).json())
            case .probe: return try await probe(line, turns)
            case .judge: return Answer(line: try await judge(line))
            }
        } catch let problem as FilterProblem {
            // Whoever reads it must know what was asked: the domain, the address, and what is his own.
            let asked = try? FilterLine(text)
            var line = asked?.withoutAnswers ?? FilterLine()
            line["address"] = asked?["address"]
            // What was wrong in an earlier stage is why there is nothing to go on with in this one.
            let earlier = asked?["evidence"] == nil ? asked?.text("error") : nil
            line["error"] = .string(earlier ?? problem.description)
            let state = earlier == nil ? problem.state?.rawValue : asked?.text("state")
            line["state"] = state.map { .string($0) }
            return Answer(line: try line.json(), isError: true)
        }
    }
}

extension Filter {
    private func resolve(_ line: FilterLine) async throws -> FilterLine {
        let domain = try line.domain
        if let why = await leavesAlone(domain) { throw FilterProblem(why, .leftAlone) }
        let evidence = try await stages.resolve(domain, at: now())
        var line = line
        line["evidence"] = try value(of: evidence)
        line["servers"] = .array(
            evidence.servers.map { server in
                .object([
                    "host": .string(server.host.text), "address": .string("\(server.address)"),
                    "group": .string("\(server.address.network)"),
                ])
            })
        return line
    }

    private func probe(_ line: FilterLine, _ turns: AddressTurns) async throws -> Answer {
        let evidence = try evidence(line["evidence"], of: try line.domain)
        let addresses = evidence.places(.address).compactMap { place -> IPAddress? in
            if case .address(let address) = place { address } else { nil }
        }
        let only = line.text("address").flatMap { IPAddress($0) }
        if let text = line.text("address"), only.map(addresses.contains) != true {
            throw FilterProblem("no server of the domain has the address \(text.escapedForTerminal)")
        }
        var whole = evidence
        var connections = 0
        var signs: [String] = []
        var isLeftAlone = false
        for address in only.map({ [$0] }) ?? addresses {
            if let why = await leavesAlone(address, of: evidence) {
                isLeftAlone = true
                signs.append("\(address): \(why)")
                continue
            }
            let probed = try await turns.take(address) { try await stages.probe(address, of: evidence) }
            connections += probed.connections
            if let sign = probed.sign { signs.append("\(address): \(sign)") }
            whole.take(probed.evidence)
        }
        var line = line
        // Whoever asks for one address joins what all of them show: what is the domain's he has already.
        line["evidence"] = try value(of: only == nil ? whole : whole.whatHolds(besides: evidence))
        line["connections"] = .integer(connections)
        line["status"] = .string(isLeftAlone ? "left-alone" : signs.isEmpty ? "ok" : "throttled")
        if !signs.isEmpty { line["signs"] = .array(signs.map { .string($0) }) }
        return Answer(line: try line.json(), connections: connections)
    }

    private func judge(_ line: FilterLine) async throws -> String {
        let domain = try line.domain
        var evidence = try evidence(line["evidence"], of: domain)
        if case .array(let pieces) = line["more"] {
            for piece in pieces { evidence.take(try self.evidence(piece, of: nil)) }
        }
        let complete = await stages.complete(evidence)
        var signs: [String] = []
        if case .array(let list) = line["signs"] {
            signs = list.compactMap { if case .string(let sign) = $0 { sign } else { nil } }
        }
        var result = BatchResult(stages.reports(complete), of: complete, throttled: signs)
        if line.text("status") == "left-alone" {
            result.state = .leftAlone
            result.why = signs.joined(separator: "; ")
        }
        let head = try line.withoutAnswers.json().dropLast(2)
        return "\(head),\"judged\":\(complete.collectedAt.timestamp.quoted),\(try result.json().dropFirst())\n"
    }

    private func leavesAlone(_ name: DomainName) async -> String? {
        await manners.reasonToLeaveAlone(name, stages.dns)
    }

    private func leavesAlone(_ address: IPAddress, of evidence: Evidence) async -> String? {
        if let why = manners.never.reason(address) { return why }
        for server in evidence.servers where server.address == address {
            if let why = await leavesAlone(server.host) { return why }
        }
        return await leavesAlone(evidence.domain)
    }

    private func value(of evidence: Evidence) throws -> JSONValue {
        try JSONDecoder().decode(JSONValue.self, from: try evidence.json(leavingOut: derived))
    }

    private func evidence(_ value: JSONValue?, of domain: DomainName?) throws -> Evidence {
        guard let value else { throw FilterProblem("no evidence: is this a line that resolve has written?") }
        let evidence: Evidence
        do {
            evidence = try Evidence(json: try JSONEncoder().encode(value), known: known, keepingTrace: false)
        } catch {
            throw FilterProblem("its evidence cannot be read")
        }
        guard domain == nil || evidence.domain == domain else {
            throw FilterProblem("its evidence is about another domain")
        }
        return evidence
    }
}

extension FilterLine {
    /// The domain that the line is about.
    var domain: DomainName {
        get throws {
            guard let name = text("domain") else { throw FilterProblem("no domain") }
            do {
                return try DomainName(input: name)
            } catch {
                throw FilterProblem("\(error)")
            }
        }
    }

    /// By what lines are divided among processes: the network of the address that is asked, or the domain.
    var group: String {
        text("address").flatMap { IPAddress($0) }.map { "\($0.network)" } ?? text("domain")?.lowercased() ?? ""
    }
}

extension Evidence {
    /// Takes over what other evidence has and this one has not; what another domain publishes is none of this one's.
    fileprivate mutating func take(_ other: Evidence) {
        for slot in other.slots where !isSettled(slot) && (slot.place != .domain || other.domain == domain) {
            settle(slot, other.observed(slot), seen: other.collectedAt)
        }
    }

    /// What it has that other evidence has not.
    fileprivate func whatHolds(besides other: Evidence) -> Evidence {
        var rest = Evidence(domain: domain, collectedAt: collectedAt, settings: settings)
        for slot in slots where !other.isSettled(slot) { rest.settle(slot, observed(slot)) }
        return rest
    }
}
