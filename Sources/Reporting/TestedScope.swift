internal import CheckKit
public import MailModel
internal import Observations

/// What a run was about where this machine could not use a whole address family: which families were tested, and which
/// addresses were not. A letter speaks of what was tested only.
public struct TestedScope: Sendable, Hashable {
    /// The families over which servers were tested.
    public var families: [IPAddress.Family]
    /// The addresses that were not tested.
    public var untested: [IPAddress]
    /// Why not, a phrase.
    public var why: String

    /// What narrows a run; nil where nothing does.
    init?(_ vantage: Vantage?) {
        guard let vantage, !vantage.outside.isEmpty else { return nil }
        let all: [IPAddress.Family] = [.ipv4, .ipv6]
        untested = Set(vantage.outside.map(\.address)).sorted()
        let missing = Set(untested.map(\.family))
        families = all.filter { !missing.contains($0) }
        why = all.filter(missing.contains).map(vantage.whyUnusable).joined(separator: ", ")
    }

    /// What was not tested, a phrase.
    var sentence: String {
        let groups = ([.ipv4, .ipv6] as [IPAddress.Family]).compactMap { family -> String? in
            let count = untested.count { $0.family == family }
            return count == 0 ? nil : "\(count) \(family.rawValue) \(count == 1 ? "address" : "addresses")"
        }
        return "\(groups.joined(separator: " and ")) not tested"
    }
}

extension TestedScope {
    var jsonValue: JSONValue {
        .object([
            "tested": .array(families.map { .string($0.rawValue) }),
            "notTested": .array(untested.map { .string($0.description) }),
            "why": .string(why),
        ])
    }
}
