public import CheckKit
internal import FoundationEssentials
public import Grading
internal import MailModel

/// All checks in a table: what each judges, and what a profile makes of it.
public struct CheckList: Sendable {
    private let checks: [Check]
    private let profile: Profile

    /// A list of checks, with their weights under a profile; in the order of their ids.
    public init(_ checks: [Check], under profile: Profile) {
        self.checks = checks.sorted { $0.id < $1.id }
        self.profile = profile
    }

    /// The table for a terminal of this many columns: titles are wrapped below themselves.
    public func text(width: Int) -> String {
        let width = min(max(20, width), TextPage.widestLine)
        let ids = max(5, checks.map(\.id.columns).max() ?? 0)
        let rows =
            [(id: "check", scope: "scope", weight: "weight", title: "claim")]
            + checks.map { (id: $0.id, scope: $0.scope.rawValue, weight: weight(of: $0), title: $0.title) }
        let indent = ids + 19
        // Where no title has room beside the columns, it goes below them.
        let isNarrow = width - indent < 24
        let lines = rows.flatMap { row -> [String] in
            let weight = String(repeating: " ", count: max(0, 6 - row.weight.columns)) + row.weight
            let cells = "\(row.id.padded(to: ids))  \(row.scope.padded(to: 7))  \(weight)".escapedForTerminal
            let title = row.title.escapedForTerminal.wrapped(to: isNarrow ? width - 4 : width - indent)
            guard !isNarrow else { return [cells.truncated(to: width)] + title.map { "    \($0)" } }
            return title.enumerated().map {
                $0.offset == 0 ? "\(cells)  \($0.element)" : "".padded(to: indent) + $0.element
            }
        }
        let end = "\(checks.count) checks; weights under the profile \(profile.id)."
        return (lines + ["", end.escapedForTerminal]).map { "\($0)\n" }.joined()
    }

    /// The same as JSON, with what each check can find; stable text with a line end.
    public func json() throws -> String {
        let list = checks.map { check -> JSONValue in
            let weighted = weighted(check)
            return .object([
                "id": .string(check.id), "title": .string(check.title), "scope": .string(check.scope.rawValue),
                "weight": weighted.map { .figure($0.weight) } ?? .null,
                "bonus": weighted.map { .figure($0.bonus) } ?? .null,
                "intrusive": .bool(check.isIntrusive), "external": .bool(check.program != nil),
                "facts": .array(check.factIDs.map { .string($0.text) }),
                "findings": .array(
                    check.findings.map {
                        .object(["code": .string($0.code), "severity": .string($0.severity.rawValue)])
                    }),
            ])
        }
        return try JSONValue.object(["profile": .string(profile.id), "checks": .array(list)]).compactLines() + "\n"
    }

    private func weighted(_ check: Check) -> Profile.WeightedCheck? { profile.checks.first { $0.id == check.id } }

    /// The weight; nothing for a check that does not run.
    private func weight(of check: Check) -> String {
        guard let weighted = weighted(check) else { return "-" }
        return weighted.weight.shortest
    }
}

extension JSONValue {
    fileprivate static func figure(_ value: Double) -> JSONValue {
        Int(exactly: value).map { .integer($0) } ?? .number(value)
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - columns)) }

    /// The words in lines of at most this many columns; at least one line.
    fileprivate func wrapped(to width: Int) -> [String] {
        var lines = [""]
        for word in split(separator: " ") {
            let longer = lines[lines.count - 1].isEmpty ? "\(word)" : "\(lines[lines.count - 1]) \(word)"
            if longer.columns <= width || lines[lines.count - 1].isEmpty {
                lines[lines.count - 1] = longer.truncated(to: width)
            } else {
                lines.append(String(word).truncated(to: width))
            }
        }
        return lines
    }
}
