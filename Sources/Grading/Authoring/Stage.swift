internal import CheckKit
internal import MailModel

/// Two MX hosts, the first with two addresses, where every check of a profile passes: big enough for every quantifier.
struct Stage {
    let hosts: [ListedHost]
    private let baseline: Ledger

    init(_ profile: Profile) {
        hosts = [
            Self.host("mx1", addresses: [1, 2]), Self.host("mx2", addresses: [3]),
        ]
        var entries: [String: [Place: Ledger.Entry]] = [:]
        for check in profile.checks {
            let places = Self.places(check.scope, hosts)
            entries[check.id] = Dictionary(places.map { ($0, .verdict([])) }) { first, _ in first }
        }
        baseline = Ledger(entries: entries, hosts: hosts, profile: profile)
    }

    /// The outcomes after each unit has had its say; findings of one check at one place add up.
    func ledger(_ units: [Unit]) -> Ledger {
        var ledger = baseline
        for unit in units {
            for place in unit.places {
                let before = ledger.entries[unit.check]?[place]
                let found = (before?.found ?? []).filter { $0.code != unit.code }
                ledger.set(unit.check, place, unit.found.map { .verdict(found + [$0]) } ?? unit.entry)
            }
        }
        return ledger
    }

    /// Every place of a scope.
    func places(_ scope: Scope) -> [Place] { Self.places(scope, hosts) }

    /// What belongs to the second host, which has one address.
    func places(_ scope: Scope, atHost index: Int) -> [Place] { Self.places(scope, [hosts[index]]) }

    private static func places(_ scope: Scope, _ hosts: [ListedHost]) -> [Place] {
        let servers = hosts.flatMap { host in host.addresses.map { MailServer(host: host.name, address: $0) } }
        return switch scope {
        case .domain: [.domain]
        case .host: hosts.map { .host($0.name) }
        case .address: servers.map { .address($0.address) }
        case .server: servers.map { .server($0) }
        }
    }

    private static func host(_ name: String, addresses: [UInt8]) -> ListedHost {
        ListedHost(
            name: DomainName(labels: [Array(name.utf8), Array("example".utf8)]), preference: 10,
            addresses: addresses.compactMap { IPAddress(bytes: [192, 0, 2, $0]) })
    }
}

/// One change to a run in which everything passes.
struct Unit {
    /// Where it happens.
    enum Extent: CaseIterable {
        case everywhere
        /// At the host with one address.
        case oneHost
    }

    let check: String
    let extent: Extent
    let places: [Place]
    let entry: Ledger.Entry

    /// The finding, where it is one.
    var found: Ledger.Entry.Found? { entry.found.first }
    var code: String? { found?.code }
}

/// The units that can matter under a profile: every finding and outcome that a rule names, and one finding of each check
/// for each severity that it can have.
struct Units {
    private let profile: Profile
    private let catalog: Catalog
    private let stage: Stage

    init(_ profile: Profile, _ catalog: Catalog, _ stage: Stage) {
        self.profile = profile
        self.catalog = catalog
        self.stage = stage
    }

    var all: [Unit] {
        var named = Named()
        for cap in profile.caps { named.add(cap.when) }
        for withhold in profile.withholds { named.add(withhold.when) }
        return profile.checks.flatMap { weighted -> [Unit] in
            guard let check = catalog.check(weighted.id)?.check else { return [] }
            return entries(check, named).flatMap { entry in Unit.Extent.allCases.compactMap { unit(check, entry, $0) } }
        }
    }

    private func entries(_ check: Check, _ named: Named) -> [Ledger.Entry] {
        var seen: Set<Severity> = []
        let findings = check.findings.flatMap { finding -> [Ledger.Entry] in
            profile.possibleSeverities(of: finding).filter { severity in
                // One finding stands for all that cost the same and that no rule names.
                named.codes.contains(finding.code) || seen.insert(severity).inserted
            }.map { .verdict([Ledger.Entry.Found(code: finding.code, severity: $0)]) }
        }
        let words: [OutcomeWord] = [.inconclusive, .notApplicable, .blocked]
        let outcomes = words.filter { named.outcomes[check.id]?.contains($0) == true }
        return findings + outcomes.map { .without($0, "made up") }
    }

    /// One for every finding of the checks that a condition looks at and each severity that it can have, and for every other
    /// outcome that the condition names.
    func all(for condition: Condition) -> [Unit] {
        var named = Named()
        named.add(condition)
        return condition.checks.sorted().compactMap { catalog.check($0)?.check }.flatMap { check -> [Unit] in
            for finding in check.findings { named.codes.insert(finding.code) }
            return entries(check, named).flatMap { entry in Unit.Extent.allCases.compactMap { unit(check, entry, $0) } }
        }
    }

    private func unit(_ check: Check, _ entry: Ledger.Entry, _ extent: Unit.Extent) -> Unit? {
        guard extent == .everywhere || check.scope != .domain else { return nil }
        let places = extent == .everywhere ? stage.places(check.scope) : stage.places(check.scope, atHost: 1)
        return Unit(check: check.id, extent: extent, places: places, entry: entry)
    }

    /// What the rules name.
    private struct Named {
        var codes: Set<String> = []
        var outcomes: [String: Set<OutcomeWord>] = [:]

        mutating func add(_ condition: Condition) {
            switch condition {
            case .always: break
            case .check(let id, let words):
                outcomes[id, default: []].formUnion(words)
                // What keeps a check from passing is what `not: passed` asks for.
                if words.contains(.passed) { outcomes[id, default: []].formUnion([.inconclusive, .notApplicable]) }
            // What keeps a check from coming out well enough, beside findings.
            case .limited(let id, _): outcomes[id, default: []].formUnion([.inconclusive, .notApplicable])
            case .finding(let code, _): codes.insert(code)
            case .all(let parts), .any(let parts): for part in parts { add(part) }
            case .not(let part), .hosts(_, let part), .servers(_, let part): add(part)
            }
        }
    }
}

extension Profile {
    /// How severe a finding can be under the profile.
    func possibleSeverities(of finding: FindingDescription) -> [Severity] {
        switch severities[finding.code] {
        case nil: [finding.severity]
        case .fixed(let severity): [severity]
        case .conditional(let rules): (rules.keys + (rules[.info] == nil ? [.info] : [])).sorted()
        }
    }
}

/// Sets of units that make a condition hold, so that a rule of many parts is tried as it is meant.
struct Satisfaction {
    /// How many ways of one condition are tried.
    private static let limit = 64

    let units: [Unit]

    func worlds(for condition: Condition) -> [[Unit]] {
        Unit.Extent.allCases.flatMap { ways(condition, $0, holds: true).prefix(Self.limit) }
    }

    private func ways(_ condition: Condition, _ extent: Unit.Extent, holds: Bool) -> [[Unit]] {
        switch condition {
        case .always: return holds ? [[]] : []
        case .not(let part): return ways(part, extent, holds: !holds)
        case .hosts(_, let part), .servers(_, let part): return ways(part, extent, holds: holds)
        case .all(let parts):
            return holds ? joined(parts, extent, holds) : parts.flatMap { ways($0, extent, holds: holds) }
        case .any(let parts):
            return holds ? parts.flatMap { ways($0, extent, holds: holds) } : joined(parts, extent, holds)
        case .finding(let code, _):
            return holds ? matching(extent) { $0.code == code } : [[]]
        case .limited(let id, let limit):
            let free: [[Unit]] = holds ? [[]] : []
            return free
                + matching(extent) { unit in
                    unit.check == id && (unit.found.map { $0.severity <= limit } ?? false) == holds
                }
        case .check(let id, let words):
            // Everything passes until a unit says otherwise.
            let free: [[Unit]] = words.isDisjoint(with: [.passed, .clean]) == holds ? [] : [[]]
            return free
                + matching(extent) { unit in
                    unit.check == id && words.isDisjoint(with: [unit.entry.outcome, unit.entry.word]) != holds
                }
        }
    }

    private func matching(_ extent: Unit.Extent, _ fits: (Unit) -> Bool) -> [[Unit]] {
        let fitting = units.filter(fits)
        let there = fitting.filter { $0.extent == extent }
        return (there.isEmpty ? fitting : there).map { [$0] }
    }

    private func joined(_ parts: [Condition], _ extent: Unit.Extent, _ holds: Bool) -> [[Unit]] {
        parts.reduce([[]]) { worlds, part in
            Array(worlds.flatMap { world in ways(part, extent, holds: holds).map { world + $0 } }.prefix(Self.limit))
        }
    }
}
