public import CheckKit

/// What profiles may name: the registered checks and everything they can find.
public struct Catalog: Sendable {
    let checks: [Check]
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
        self.init(checks: plugins.flatMap { $0.checks })
    }

    init(checks: [Check]) {
        self.checks = checks
        byID = Dictionary(checks.map { ($0.id, $0) }) { first, _ in first }
        byFormerID = Dictionary(checks.flatMap { check in check.formerIDs.map { ($0, check) } }) { first, _ in first }
        let owned = checks.flatMap { check in
            check.findings.map { ($0.code, Owner(check: check, finding: $0)) }
        }
        owners = Dictionary(owned) { first, _ in first }
    }

    /// The check of an id; `renamed` when it is an id the check had before.
    func check(_ id: String) -> (check: Check, renamed: Bool)? {
        byID[id].map { ($0, false) } ?? byFormerID[id].map { ($0, true) }
    }

    func owner(of code: String) -> Owner? { owners[code] }

    var checkIDs: [String] { checks.map { $0.id } }
    var codes: [String] { Array(owners.keys) }
}
