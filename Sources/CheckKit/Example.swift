/// Facts and the verdict they must lead to: documentation and test at once.
public struct Example<Code: FindingCode, each N: Need>: Sendable {
    let title: String
    let expected: Verdict<Code>
    private let needs: (repeat each N)

    /// An example: in the situation the title describes, these facts lead to this verdict.
    public static func given(_ title: String, _ needs: repeat each N, expect expected: Verdict<Code>) -> Example {
        Example(title: title, expected: expected, needs: (repeat each needs))
    }

    private init(title: String, expected: Verdict<Code>, needs: (repeat each N)) {
        self.title = title
        self.expected = expected
        self.needs = needs
    }

    func verdict(by judge: (repeat each N) -> Verdict<Code>) -> Verdict<Code> {
        judge(repeat each needs)
    }
}

/// An example without its Swift types, with the verdict it actually led to.
public struct ExampleRecord: Sendable, Hashable {
    /// The situation.
    public let title: String
    /// The outcome it must lead to.
    public let expected: Outcome
    /// The outcome it leads to.
    public let actual: Outcome

    /// Whether the check does what the example says.
    public var holds: Bool { expected == actual }
}
