public import CheckKit

/// How severe a finding is under a profile, where that differs from the check's own default.
public enum SeverityRule: Sendable, Hashable {
    /// Always this.
    case fixed(Severity)
    /// The worst of the severities whose conditions on the finding's arguments hold; `info` when none does.
    case conditional([Severity: [ArgumentCondition]])

    /// What it can come to: information where no condition holds.
    var range: ClosedRange<Severity> {
        switch self {
        case .fixed(let severity): severity...severity
        case .conditional(let rules): .info...(rules.keys.max() ?? .info)
        }
    }

    /// The severity of a finding with these arguments.
    public func severity(of arguments: Arguments) -> Severity {
        switch self {
        case .fixed(let severity): severity
        case .conditional(let rules):
            rules.filter { $0.value.allSatisfy { $0.holds(for: arguments) } }.keys.max() ?? .info
        }
    }
}

/// One condition on an argument, for example `days-left: "< 30"`.
public struct ArgumentCondition: Sendable, Hashable {
    /// How an argument is compared.
    public enum Comparison: String, Sendable, Hashable, CaseIterable {
        case atMost = "<="
        case atLeast = ">="
        case notEqual = "!="
        case less = "<"
        case greater = ">"
        case equal = "="
    }

    /// The argument's name.
    public let argument: String
    /// How it is compared.
    public let comparison: Comparison
    /// What it is compared with.
    public let limit: Double

    /// Whether a finding's arguments satisfy it; what is no number, or not there, satisfies nothing.
    public func holds(for arguments: Arguments) -> Bool {
        guard let value = arguments[argument]?.number else { return false }
        return switch comparison {
        case .less: value < limit
        case .atMost: value <= limit
        case .greater: value > limit
        case .atLeast: value >= limit
        case .equal: value == limit
        case .notEqual: value != limit
        }
    }
}
