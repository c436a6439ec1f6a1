public import FoundationEssentials

/// What can stand under an argument: numbers, texts and what describes itself, lists of those, and instants.
public protocol ArgumentConvertible {
    /// The value that findings carry.
    var argumentValue: ArgumentValue { get }
}

/// What is written as its description: names, addresses, versions, replies.
public protocol TextArgument: ArgumentConvertible, CustomStringConvertible {}

extension TextArgument {
    /// The description.
    public var argumentValue: ArgumentValue { .text(description) }
}

extension ArgumentValue: ArgumentConvertible {
    /// Itself.
    public var argumentValue: ArgumentValue { self }
}
extension Int: ArgumentConvertible {
    /// A number.
    public var argumentValue: ArgumentValue { .number(Double(self)) }
}
extension Double: ArgumentConvertible {
    /// A number.
    public var argumentValue: ArgumentValue { .number(self) }
}
extension String: TextArgument {}
extension Substring: TextArgument {}
extension Date: ArgumentConvertible {
    /// An instant.
    public var argumentValue: ArgumentValue { .date(self) }
}
extension Array: ArgumentConvertible where Element: CustomStringConvertible {
    /// A list of descriptions.
    public var argumentValue: ArgumentValue { .list(map(\.description)) }
}

/// The values that a finding carries, by the names that its code declares. Written as a dictionary:
/// `[.host: host.name, .bits: 1024, .reply: reply.firstLine]`. What is nil is left out.
public struct Arguments: Sendable, Hashable, ExpressibleByDictionaryLiteral {
    private var values: [String: ArgumentValue] = [:]

    /// No values.
    public static let none = Arguments()

    init() {}

    /// Values of declared arguments; of two for the same one the last counts.
    public init(dictionaryLiteral elements: (FindingArgument, (any ArgumentConvertible)?)...) {
        for (argument, value) in elements { self[argument] = value?.argumentValue }
    }

    /// Values by name, as a program outside of this one writes them.
    public init(named values: [String: ArgumentValue]) {
        self.values = values.mapValues(\.bounded)
    }

    /// The value under a name; nil where there is none.
    public subscript(name: String) -> ArgumentValue? { values[name] }

    /// The value of an argument; nil where there is none.
    public subscript(argument: FindingArgument) -> ArgumentValue? {
        get { values[argument.name] }
        set { values[argument.name] = newValue?.bounded }
    }

    /// All values, by the names of their arguments.
    public var named: [String: ArgumentValue] { values }

    /// These and others; of two for the same argument the other one counts.
    public func merging(_ others: Arguments) -> Arguments {
        var merged = self
        merged.values.merge(others.values) { $1 }
        return merged
    }

    /// Whether there are at least these values.
    func contains(_ others: Arguments) -> Bool {
        others.values.allSatisfy { values[$0.key] == $0.value }
    }
}
