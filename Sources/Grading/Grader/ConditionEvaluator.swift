internal import CheckKit
internal import MailModel

/// Evaluates conditions over a ledger.
struct ConditionEvaluator {
    /// The place a condition stands at.
    enum Standpoint {
        case domain
        case host(ListedHost)
        case server(MailServer)
        /// A server that the host may have and that nobody tested.
        case unseenServer(DomainName)
    }

    let ledger: Ledger
    /// What is said of a place where something else stood in the way of the check, and of a code that a finding hides: for
    /// grades nothing, because what stands in the way speaks for itself; for requirements that it cannot be told.
    var blocked = Truth.void
    /// Whether what could not be told is a question that still has an answer. A rule that names the outcome `inconclusive`
    /// is about what a run did not see: it shapes the letter that is shown, and says nothing of the letters that are
    /// possible.
    var expectsAnswers = false

    func truth(of condition: Condition, at standpoint: Standpoint = .domain) -> Truth {
        switch condition {
        case .always: .yes
        case .check(let id, let outcomes): look(at: id, from: standpoint) { truth(of: outcomes, $0) }
        case .limited(let id, let limit): look(at: id, from: standpoint) { truth(ofNothingWorseThan: limit, $0) }
        case .finding(let code, let check): look(at: check, from: standpoint) { truth(of: code, $0) }
        case .all(let parts): .all(parts) { truth(of: $0, at: standpoint) }
        case .any(let parts): .any(parts) { truth(of: $0, at: standpoint) }
        case .not(let part): truth(of: part, at: standpoint).opposite
        case .hosts(let quantifier, let part):
            quantifier.over(ledger.hosts) { truth(of: part, at: .host($0)) }
        case .servers(let quantifier, let part):
            quantifier.over(serverStandpoints) { truth(of: part, at: $0) }
        }
    }

    /// The places and codes that make a condition come to `wanted`, each once.
    func triggers(of condition: Condition, _ wanted: Truth, at standpoint: Standpoint = .domain) -> [Trigger] {
        switch condition {
        case .always: return []
        case .check(let id, let outcomes):
            return places(of: id, from: standpoint) { truth(of: outcomes, $0) == wanted }
                .map { Trigger(check: id, code: nil, place: $0) }
        case .limited(let id, let limit):
            return places(of: id, from: standpoint) { truth(ofNothingWorseThan: limit, $0) == wanted }
                .flatMap { place in
                    // What stands in the way has a name.
                    let worse = ledger.entries[id]?[place]?.found.filter { wanted == .no && $0.severity > limit } ?? []
                    let triggers = worse.map { Trigger(check: id, code: $0.code, place: place) }
                    return triggers.isEmpty ? [Trigger(check: id, code: nil, place: place)] : unique(triggers)
                }
        case .finding(let code, let check):
            return places(of: check, from: standpoint) { truth(of: code, $0) == wanted }
                .map { Trigger(check: check, code: code, place: $0) }
        case .all(let parts), .any(let parts):
            return unique(parts.flatMap { triggers(of: $0, wanted, at: standpoint) })
        case .not(let part):
            return triggers(of: part, wanted.opposite, at: standpoint)
        case .hosts(_, let part):
            return unique(
                ledger.hosts.map { .host($0) }.filter { truth(of: part, at: $0) == wanted }
                    .flatMap { triggers(of: part, wanted, at: $0) })
        case .servers(_, let part):
            return unique(
                serverStandpoints.filter { truth(of: part, at: $0) == wanted }
                    .flatMap { triggers(of: part, wanted, at: $0) })
        }
    }
}

extension ConditionEvaluator {
    private var serverStandpoints: [Standpoint] {
        ledger.hosts.flatMap { host in
            host.addresses.map { Standpoint.server(MailServer(host: host.name, address: $0)) }
                + (host.mayHaveMore ? [.unseenServer(host.name)] : [])
        }
    }

    /// An outcome at one place. Where the question does not arise, asking whether it passed or failed is about nothing.
    private func truth(of outcomes: Set<OutcomeWord>, _ entry: Ledger.Entry) -> Truth {
        if expectsAnswers, outcomes.contains(.inconclusive) {
            let answers = outcomes.subtracting([.inconclusive])
            return answers.isEmpty ? .no : truth(of: answers, entry)
        }
        if outcomes.contains(entry.outcome) { return .yes }
        if !entry.open.isEmpty { return truth(of: outcomes, whichever: entry) }
        switch entry.outcome {
        case .passed, .clean, .noted: return outcomes.contains(entry.found.isEmpty ? .clean : .noted) ? .yes : .no
        case .failed: return .no
        case .inconclusive: return outcomes == [.inconclusive] ? .no : .unknown
        case .blocked: return outcomes.isDisjoint(with: OutcomeWord.judged) ? .no : blocked
        case .notApplicable: return outcomes.isDisjoint(with: OutcomeWord.judged) ? .no : .void
        }
    }

    /// The same where some codes are open: it holds if it does however they turn out.
    private func truth(of outcomes: Set<OutcomeWord>, whichever entry: Ledger.Entry) -> Truth {
        var possible: Set<OutcomeWord> = [.failed]
        if entry.severity < .error {
            possible = [entry.found.isEmpty ? .clean : .noted]
            if entry.open.values.contains(where: { $0.lowerBound < .error }) { possible.insert(.noted) }
            if entry.worstSeverity >= .error { possible.insert(.failed) }
        }
        let wanted = outcomes.contains(.passed) ? outcomes.union([.clean, .noted]) : outcomes
        if possible.isSubset(of: wanted) { return .yes }
        return possible.isDisjoint(with: wanted) ? .no : .unknown
    }

    /// Whether nothing worse was found. What is open matters where it could be worse; of what a problem hides nobody knows.
    private func truth(ofNothingWorseThan limit: Severity, _ entry: Ledger.Entry) -> Truth {
        switch entry.outcome {
        case .notApplicable: return .void
        case .blocked: return blocked
        case .inconclusive where entry.open.isEmpty: return .unknown
        case .passed, .clean, .noted, .failed, .inconclusive:
            if entry.severity > limit { return .no }
            if entry.worstSeverity > limit { return .unknown }
            return entry.hidden.isEmpty || blocked == .void ? .yes : .unknown
        }
    }

    private func truth(of code: String, _ entry: Ledger.Entry) -> Truth {
        if entry.has(code) { return .yes }
        if entry.open[code] != nil { return .unknown }
        if entry.hidden.contains(code) { return blocked }
        switch entry.outcome {
        case .passed, .clean, .noted, .failed: return .no
        case .inconclusive: return entry.open.isEmpty ? .unknown : .no
        case .blocked: return blocked
        case .notApplicable: return .void
        }
    }

    /// What is said of a check from a standpoint. A check that the profile does not run never matches, and no requirement is
    /// met by it; one that it runs and that has no outcome there was not collected.
    private func look(at check: String, from standpoint: Standpoint, _ truth: (Ledger.Entry) -> Truth) -> Truth {
        guard let entries = ledger.entries[check] else { return blocked == .unknown ? .unknown : .no }
        switch subjects(of: check, from: standpoint) {
        case .one(let place): return entries[place].map(truth) ?? .unknown
        case .each(let places): return .every(places) { entries[$0].map(truth) ?? .unknown }
        case .unseen: return truth(.without(.inconclusive, "not tested"))
        }
    }

    private func places(of check: String, from standpoint: Standpoint, where holds: (Ledger.Entry) -> Bool) -> [Place] {
        guard let entries = ledger.entries[check] else { return [] }
        let places: [Place] =
            switch subjects(of: check, from: standpoint) {
            case .one(let place): [place]
            case .each(let places): places
            case .unseen: []
            }
        return places.filter { entries[$0].map(holds) ?? false }
    }

    private enum Subjects {
        case one(Place)
        case each([Place])
        /// A place where nobody was.
        case unseen
    }

    /// Where a check's outcome is that speaks for a standpoint.
    private func subjects(of check: String, from standpoint: Standpoint) -> Subjects {
        let scope = ledger.scopes[check] ?? .domain
        switch standpoint {
        case .domain: return .one(.domain)
        case .server(let server): return .one(Place.server(server).widened(to: scope) ?? .domain)
        case .unseenServer(let host):
            switch scope {
            case .domain: return .one(.domain)
            case .host: return .one(.host(host))
            case .address, .server: return .unseen
            }
        case .host(let host):
            guard scope == .address || scope == .server else {
                return .one(scope == .host ? .host(host.name) : .domain)
            }
            if host.addresses.isEmpty, host.mayHaveMore { return .unseen }
            let servers = host.addresses.map { Place.server(MailServer(host: host.name, address: $0)) }
            return .each(servers.compactMap { $0.widened(to: scope) })
        }
    }

    private func unique(_ triggers: [Trigger]) -> [Trigger] {
        var seen: Set<Trigger> = []
        return triggers.filter { seen.insert($0).inserted }
    }
}

extension Ledger {
    /// Every server, in the order of the hosts.
    var servers: [MailServer] {
        hosts.flatMap { host in host.addresses.map { MailServer(host: host.name, address: $0) } }
    }
}

extension Condition.Quantifier {
    fileprivate func over<Part>(_ parts: [Part], _ truth: (Part) -> Truth) -> Truth {
        self == .some ? .any(parts, truth) : .every(parts, truth)
    }
}
