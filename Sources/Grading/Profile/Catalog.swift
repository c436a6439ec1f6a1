public import CheckKit

/// What profiles may name: the registered checks and everything they can find.
public struct Catalog: Sendable {
    let checks: [Check]
    /// Every fact that a program of a profile may ask for, by id.
    let facts: [FactID: FactType]
    private let byID: [String: Check]
    private let byFormerID: [String: Check]
    private let owners: [String: Owner]

    /// The owner of a finding code, with what the code declares.
    struct Owner: Sendable {
        let check: Check
        let finding: FindingDescription
    }

    /// A catalog of the checks of these plugins.
    public init(_ plugins: [Plugin]) {
        let facts = plugins.flatMap { $0.probes.map(\.provides) + $0.derivations.map(\.provides) }
        self.init(checks: plugins.flatMap { $0.checks }, facts: facts)
    }

    init(checks: [Check], facts: [FactType] = []) {
        self.checks = checks
        self.facts = Dictionary(facts.map { ($0.id, $0) }) { first, _ in first }
        byID = Dictionary(checks.map { ($0.id, $0) }) { first, _ in first }
        byFormerID = Dictionary(checks.flatMap { check in check.formerIDs.map { ($0, check) } }) { first, _ in first }
        let owned = checks.flatMap { check in
            check.findings.map { ($0.code, Owner(check: check, finding: $0)) }
        }
        owners = Dictionary(owned) { first, _ in first }
    }

    /// The same with checks that a profile declares.
    func adding(_ more: [Check]) -> Catalog {
        more.isEmpty ? self : Catalog(checks: checks + more, facts: Array(facts.values))
    }

    /// Without checks that are only begun.
    var written: Catalog { Catalog(checks: checks.filter(\.isWritten), facts: Array(facts.values)) }

    /// The first words of ids that belong to the program.
    var subjects: Set<String> { Set((checkIDs + codes).map { String($0.prefix { $0 != "." }) }) }

    /// The check of an id; `renamed` when it is an id the check had before.
    func check(_ id: String) -> (check: Check, renamed: Bool)? {
        byID[id].map { ($0, false) } ?? byFormerID[id].map { ($0, true) }
    }

    func owner(of code: String) -> Owner? { owners[code] }

    var checkIDs: [String] { checks.map { $0.id } }
    /// Every code that a check may find.
    package var codes: [String] { Array(owners.keys) }
}
