public import CheckKit

/// When a cap fires or a letter is withheld: a small closed language over the outcomes of a run.
///
/// A condition holds, does not hold, cannot be told, or is about nothing (see `Truth`). `check` and `finding` look at one
/// place: the domain, or the host or server that the quantifier around them goes through.
public indirect enum Condition: Sendable, Hashable {
    /// Whatever was found.
    case always
    /// A check came out in one of these ways.
    case check(String, Set<OutcomeWord>)
    /// A check found nothing worse than this, by the profile's severities.
    case limited(String, to: Severity)
    /// A check found a problem with this code.
    case finding(String, check: String)
    /// Each of them.
    case all([Condition])
    /// At least one of them.
    case any([Condition])
    /// The opposite.
    case not(Condition)
    /// Over the MX hosts. A host stands for its servers: what is said of servers must hold at all of them.
    case hosts(Quantifier, Condition)
    /// Over the mail servers. What is said of hosts, addresses or the domain is said of the server's own.
    case servers(Quantifier, Condition)

    /// How many of the places that the question arises at.
    public enum Quantifier: String, Sendable, Hashable, CaseIterable {
        /// At least one.
        case some
        /// At least one, and no other one.
        case every
    }
}

extension Condition {
    /// Whether a finding is named in it.
    public func names(_ code: String) -> Bool {
        switch self {
        case .always, .check, .limited: false
        case .finding(let named, _): named == code
        case .all(let parts), .any(let parts): parts.contains { $0.names(code) }
        case .not(let part), .hosts(_, let part), .servers(_, let part): part.names(code)
        }
    }

    /// Whether it may come out otherwise once a code is no longer found.
    func depends(on code: String, of check: String) -> Bool {
        switch self {
        case .always: false
        case .check(let id, _), .limited(let id, _): id == check
        case .finding(let named, _): named == code
        case .all(let parts), .any(let parts): parts.contains { $0.depends(on: code, of: check) }
        case .not(let part), .hosts(_, let part), .servers(_, let part): part.depends(on: code, of: check)
        }
    }

    /// Whether it is about what could not be told.
    var namesInconclusive: Bool {
        switch self {
        case .always, .limited, .finding: false
        case .check(_, let outcomes): outcomes.contains(.inconclusive)
        case .all(let parts), .any(let parts): parts.contains { $0.namesInconclusive }
        case .not(let part), .hosts(_, let part), .servers(_, let part): part.namesInconclusive
        }
    }

    /// The checks that it looks at.
    var checks: Set<String> {
        switch self {
        case .always: []
        case .check(let id, _), .limited(let id, _), .finding(_, check: let id): [id]
        case .all(let parts), .any(let parts): parts.reduce(into: []) { $0.formUnion($1.checks) }
        case .not(let part), .hosts(_, let part), .servers(_, let part): part.checks
        }
    }
}
