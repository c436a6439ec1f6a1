/// One problem that a check found, with the check's own codes.
public struct Issue<Code: FindingCode>: Sendable, Hashable {
    /// What kind of problem.
    public let code: Code
    /// The observation, one sentence that ends with a full stop.
    public let message: String
    /// The numbers that the code declares, by name.
    public let arguments: [String: Double]

    /// A problem with its sentence.
    public init(_ code: Code, _ message: String, _ arguments: [String: Double] = [:]) {
        self.code = code
        self.message = message
        self.arguments = arguments
    }
}

/// What a check says at one place.
public enum Verdict<Code: FindingCode>: Sendable, Hashable {
    /// Nothing to say against it.
    case passed
    /// Problems, at least one.
    case found([Issue<Code>])
    /// The question does not arise, and why.
    case notApplicable(String)
    /// The facts do not tell, and why.
    case inconclusive(String)

    /// One problem.
    public static func found(_ code: Code, _ message: String, _ arguments: [String: Double] = [:]) -> Verdict {
        .found([Issue(code, message, arguments)])
    }

    /// Passed when there is no problem.
    public static func of(_ issues: [Issue<Code>]) -> Verdict {
        issues.isEmpty ? .passed : .found(issues)
    }
}

/// What a report says of a check at one place: the verdict, or why there is none.
public enum Outcome: Sendable, Hashable {
    /// Nothing to say against it.
    case passed
    /// Problems, at least one.
    case found([Finding])
    /// The question does not arise, and why.
    case notApplicable(String)
    /// A fact it needs is certainly absent; the finding that says so belongs to another check.
    case blocked(by: FactID, because: Absence)
    /// The facts do not tell, and why.
    case inconclusive(String)

    init<Code: FindingCode>(_ verdict: Verdict<Code>) {
        self =
            switch verdict {
            case .passed: .passed
            case .found(let issues):
                .found(
                    issues.map {
                        Finding(
                            description: FindingDescription($0.code), message: $0.message, arguments: $0.arguments)
                    })
            case .notApplicable(let why): .notApplicable(why)
            case .inconclusive(let why): .inconclusive(why)
            }
    }

    init(absent why: Absence) {
        switch why.certainty {
        case .notApplicable: self = .notApplicable(why.sentence)
        case .inconclusive: self = .inconclusive(why.sentence)
        case .decisive:
            if case .blocked(let by, let because) = why {
                self = .blocked(by: by, because: because.root)
            } else {
                self = .inconclusive(why.sentence)
            }
        }
    }

    /// The findings; empty unless something was found.
    public var findings: [Finding] {
        if case .found(let findings) = self { findings } else { [] }
    }
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
    public init(check: String, place: Place, outcome: Outcome) {
        self.check = check
        self.place = place
        self.outcome = outcome
    }
}
