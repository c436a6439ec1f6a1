/// Facts and the verdict they must lead to: documentation and test at once.
public struct Example<Code: FindingCode, each N: Need>: Sendable {
    let title: String
    let expected: Expectation<Code>
    private let needs: (repeat each N)

    /// An example: in the situation the title describes, these facts lead to this verdict.
    public static func given(_ title: String, _ needs: repeat each N, expect expected: Expectation<Code>) -> Example {
        Example(title: title, expected: expected, needs: (repeat each needs))
    }

    private init(title: String, expected: Expectation<Code>, needs: (repeat each N)) {
        self.title = title
        self.expected = expected
        self.needs = needs
    }

    func verdict(by judge: (repeat each N) -> Verdict<Code>) -> Verdict<Code> {
        judge(repeat each needs)
    }
}

/// An example without its Swift types, with the outcome it led to.
public struct ExampleRecord: Sendable, Hashable {
    /// The situation.
    public let title: String
    /// What it must lead to, in words.
    public let expected: String
    /// The outcome it leads to.
    public let actual: Outcome
    /// Whether the check does what the example says.
    public let holds: Bool
    /// Whether somebody has said what it must lead to.
    public let isWritten: Bool

    /// An example with what came of it.
    public init(title: String, expected: String, actual: Outcome, holds: Bool, isWritten: Bool = true) {
        self.isWritten = isWritten
        self.title = title
        self.expected = expected
        self.actual = actual
        self.holds = holds
    }
}
