internal import CheckKit

/// One run judged under several profiles, in the order in which they were named. With one, it is that report.
public struct Reports: Sendable, Hashable {
    /// A report under each profile; at least one, all made of the same evidence.
    public let all: [Report]

    /// The reports of one run.
    public init(_ all: [Report]) {
        precondition(!all.isEmpty, "a report without a profile")
        self.all = all
    }

    /// The report under the profile that was named first.
    public var first: Report { all[0] }

    /// The one that tells most of the servers: what no check of a profile asks for is missing in its report.
    var fullest: Report { all.max { $0.checks.count < $1.checks.count } ?? first }
}

extension Reports {
    /// The JSON of the first report. Where there are several, `profiles` holds what each makes of the run, the first included.
    public func json() throws -> String { try jsonValue.reportText() }

    var jsonValue: JSONValue {
        guard all.count > 1, case .object(var members) = first.jsonValue else { return first.jsonValue }
        members["profiles"] = .array(all.map { .object($0.judgement) })
        return .object(members)
    }
}
