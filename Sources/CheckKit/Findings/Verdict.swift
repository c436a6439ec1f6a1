/// One problem that a check found, with the check's own codes.
public struct Issue<Code: FindingCode>: Sendable, Hashable {
    /// What kind of problem.
    public let code: Code
    /// What was observed: the code's sentence has a place for each.
    public let arguments: Arguments
    /// Whether only some connections show it.
    public let isOccasional: Bool

    /// A problem with what was observed.
    public init(_ code: Code, _ arguments: Arguments = .none, isOccasional: Bool = false) {
        self.code = code
        self.arguments = arguments
        self.isOccasional = isOccasional
    }

    /// The observation, one sentence.
    public var message: String { code.sentence.text(arguments, isOccasional: isOccasional) }
}

/// What a check says at one place.
public enum Verdict<Code: FindingCode>: Sendable, Hashable {
    /// Nothing to say against it.
    case passed
    /// Problems, at least one.
    case found([Issue<Code>])
    /// What was found, be it nothing, while the facts do not tell of some codes.
    case partly([Issue<Code>], Undecided<Code>)
    /// The question does not arise, and why.
    case notApplicable(String)
    /// The facts do not tell, and why.
    case inconclusive(String)

    /// One problem.
    public static func found(_ code: Code, _ arguments: Arguments = .none) -> Verdict {
        .found([Issue(code, arguments)])
    }

    /// Passed when there is no problem.
    public static func of(_ issues: [Issue<Code>]) -> Verdict {
        issues.isEmpty ? .passed : .found(issues)
    }

    /// What was found, while the facts do not tell of the codes in `open`, for the reason `why` (one sentence); what was
    /// found is certain all the same. Inconclusive where that leaves everything open.
    public static func of(
        _ issues: [Issue<Code>], open: Set<Code>, because why: @autoclosure () -> String
    ) -> Verdict {
        let open = open.subtracting(issues.map(\.code))
        guard !open.isEmpty else { return .of(issues) }
        guard open.count < Code.allCases.count else { return .inconclusive(why()) }
        return .partly(issues, Undecided(open: open, because: why()))
    }

    /// One problem that hides others: of `hidden` nothing can be seen while it is there, for the reason `why` (one
    /// sentence).
    public static func found(
        _ code: Code, _ arguments: Arguments = .none, hiding hidden: Set<Code>, because why: String
    ) -> Verdict {
        .partly([Issue(code, arguments)], Undecided(hidden: hidden.subtracting([code]), because: why))
    }
}

/// The codes that a verdict says nothing of, although it says something: neither that there is such a problem nor that
/// there is none.
public struct Undecided<Code: Hashable & Sendable>: Sendable, Hashable {
    /// What a missing fact leaves open: an answer that did not come may bring it to light.
    public let open: Set<Code>
    /// What a problem that was found hides. For grades that problem speaks for it; a requirement cannot be told.
    public let hidden: Set<Code>
    /// Why, one sentence.
    public let why: String

    /// Codes that stay open, and codes that are hidden, for a reason.
    public init(open: Set<Code> = [], hidden: Set<Code> = [], because why: String) {
        self.open = open
        self.hidden = hidden
        self.why = why
    }

    /// The same of other names for the codes.
    func map<Name: Hashable & Sendable>(_ name: (Code) -> Name) -> Undecided<Name> {
        Undecided<Name>(open: Set(open.map(name)), hidden: Set(hidden.map(name)), because: why)
    }
}

/// What a report says of a check at one place: the verdict, or why there is none.
public enum Outcome: Sendable, Hashable {
    /// Nothing to say against it.
    case passed
    /// Problems, at least one.
    case found([Finding])
    /// What was found, be it nothing, while the facts do not tell of some codes.
    case partly([Finding], Undecided<FindingDescription>)
    /// The question does not arise, and why.
    case notApplicable(String)
    /// A fact it needs is absent; whether a finding of another check explains that is for whoever has all outcomes.
    case blocked(by: FactID, because: Absence)
    /// The facts do not tell, and why.
    case inconclusive(String)

    /// The outcome of a verdict; `descriptions` are those of its codes, made once for a check.
    init<Code: FindingCode>(_ verdict: Verdict<Code>, _ descriptions: [Code: FindingDescription]) {
        func description(_ code: Code) -> FindingDescription { descriptions[code] ?? FindingDescription(code) }
        func finding(_ issue: Issue<Code>) -> Finding {
            Finding(description(issue.code), issue.arguments, isOccasional: issue.isOccasional)
        }
        self =
            switch verdict {
            case .passed: .passed
            case .found(let issues): .found(issues.map(finding))
            case .partly(let issues, let undecided): .partly(issues.map(finding), undecided.map(description))
            case .notApplicable(let why): .notApplicable(why)
            case .inconclusive(let why): .inconclusive(why)
            }
    }

    /// What the absence of a fact that a check judges comes to.
    package init(absent why: Absence) {
        switch why {
        case _ where why.certainty == .notApplicable: self = .notApplicable(why.sentence)
        case .blocked(let by, let because): self = .blocked(by: by, because: because.root)
        default: self = .inconclusive(why.sentence)
        }
    }

    /// The findings; empty unless something was found.
    public var findings: [Finding] {
        switch self {
        case .found(let findings), .partly(let findings, _): findings
        case .passed, .notApplicable, .blocked, .inconclusive: []
        }
    }

    /// The codes that it says nothing of although it says something; nil where there are none.
    public var undecided: Undecided<FindingDescription>? {
        if case .partly(_, let undecided) = self { undecided } else { nil }
    }
}

extension Undecided<FindingDescription> {
    /// The names of all of them, in order.
    public var codes: [String] { open.union(hidden).map(\.code).sorted() }
}

/// The outcome of one check at one place.
public struct CheckResult: Sendable, Hashable {
    /// The check's id.
    public let check: String
    /// Where.
    public let place: Place
    /// What it says there.
    public let outcome: Outcome

    /// An outcome at a place.
    package init(check: String, place: Place, outcome: Outcome) {
        self.check = check
        self.place = place
        self.outcome = outcome
    }
}

extension Outcome {
    /// The outcome when findings with these codes are no more, and nothing else changes.
    package func fixing(_ codes: Set<String>) -> Outcome {
        switch self {
        case .found(let findings):
            let rest = findings.filter { !codes.contains($0.code) }
            return rest.isEmpty ? .passed : .found(rest)
        case .partly(let findings, let open): return .partly(findings.filter { !codes.contains($0.code) }, open)
        case .passed, .notApplicable, .blocked, .inconclusive: return self
        }
    }
}
