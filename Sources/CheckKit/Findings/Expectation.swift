/// What an example must lead to, as a reader of the report sees it: codes with their whole sentences. So each example tests what
/// the check found, the arguments that it gave, and the sentence that is made of them.
public struct Expectation<Code: FindingCode>: Sendable {
    /// One finding that is expected.
    public struct Found: Sendable, Hashable {
        let code: Code
        let sentence: String
        let arguments: Arguments

        /// A code with its sentence, and arguments that must be among what the finding carries.
        public init(_ code: Code, _ sentence: String, _ arguments: Arguments = .none) {
            self.code = code
            self.sentence = sentence
            self.arguments = arguments
        }
    }

    private enum Form: Sendable {
        case passed
        case found([Found])
        case partly([Found], Undecided<Code>)
        case notApplicable(String)
        case inconclusive(String)
        case toBeWritten
    }

    private let form: Form

    /// Nothing to say against it.
    public static var passed: Expectation { Expectation(form: .passed) }
    /// Nobody has said yet. Such an example never holds, and its check is not shown in generated pages until it does.
    public static var toBeWritten: Expectation { Expectation(form: .toBeWritten) }
    /// Whether somebody has said what is expected.
    var isWritten: Bool { if case .toBeWritten = form { false } else { true } }
    /// The question does not arise, and why.
    public static func notApplicable(_ why: String) -> Expectation { Expectation(form: .notApplicable(why)) }
    /// The facts do not tell, and why.
    public static func inconclusive(_ why: String) -> Expectation { Expectation(form: .inconclusive(why)) }
    /// Problems, in their order.
    public static func found(_ found: [Found]) -> Expectation { Expectation(form: .found(found)) }

    /// One problem, with its sentence and arguments that must be among what it carries.
    public static func found(_ code: Code, _ sentence: String, _ arguments: Arguments = .none) -> Expectation {
        .found([Found(code, sentence, arguments)])
    }

    /// What was found, while the facts do not tell of the codes in `open`: the same as such a verdict, which is inconclusive
    /// where that leaves everything open.
    public static func of(_ found: [Found], open: Set<Code>, because why: String) -> Expectation {
        let open = open.subtracting(found.map(\.code))
        guard !open.isEmpty else { return found.isEmpty ? .passed : .found(found) }
        guard open.count < Code.allCases.count else { return .inconclusive(why) }
        return Expectation(form: .partly(found, Undecided(open: open, because: why)))
    }

    /// One problem that hides others.
    public static func found(
        _ code: Code, _ sentence: String, hiding hidden: Set<Code>, because why: String
    ) -> Expectation {
        Expectation(
            form: .partly([Found(code, sentence)], Undecided(hidden: hidden.subtracting([code]), because: why)))
    }

    /// Whether a verdict is the one that is expected.
    func isMet(by verdict: Verdict<Code>) -> Bool {
        switch (form, verdict) {
        case (.passed, .passed): true
        case (.found(let found), .found(let issues)): Self.fit(found, issues)
        case (.partly(let found, let open), .partly(let issues, let undecided)):
            Self.fit(found, issues) && open == undecided
        case (.notApplicable(let why), .notApplicable(let reason)): why == reason
        case (.inconclusive(let why), .inconclusive(let reason)): why == reason
        default: false
        }
    }

    private static func fit(_ found: [Found], _ issues: [Issue<Code>]) -> Bool {
        found.count == issues.count
            && zip(found, issues).allSatisfy { wanted, issue in
                wanted.code == issue.code && wanted.sentence == issue.message
                    && issue.arguments.contains(wanted.arguments)
            }
    }
}

extension Expectation: CustomStringConvertible {
    /// For the message of a test that fails.
    public var description: String {
        func text(_ found: [Found]) -> String {
            found.map { "\($0.code.rawValue): \($0.sentence) \($0.arguments.named)" }.joined(separator: "; ")
        }
        return switch form {
        case .passed: "passed"
        case .found(let found): text(found)
        case .partly(let found, let undecided): "\(text(found)), undecided \(undecided)"
        case .notApplicable(let why): "not applicable: \(why)"
        case .inconclusive(let why): "inconclusive: \(why)"
        case .toBeWritten:
            "nothing yet: this example is to be written. Give it the facts of a situation, and the verdict that they lead to"
        }
    }
}
