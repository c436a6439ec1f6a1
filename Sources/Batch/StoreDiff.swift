internal import CheckEngine
package import CheckKit
public import FoundationEssentials
public import MailModel
internal import Reporting
public import Store

/// What has changed in a store since an instant: which fact, where, for which domains; and which verdicts, and whose doing that was.
public struct StoreDiff: Sendable {
    /// Whose doing a change is.
    public enum Cause: String, Sendable, Hashable, Codable {
        /// Something at the domain or its servers has changed.
        case target
        /// Something could not be seen, then or now.
        case network
        /// The policy is another one.
        case profile
        /// The engine is another one.
        case engine
        /// Nothing but the time: a certificate has come near its end, say.
        case time
    }

    /// The facts that have changed, in the order in which they did.
    public let facts: [FactChange]
    /// The verdicts that have.
    public let verdicts: [VerdictChange]
    private let since: Date

    /// What has changed since an instant, of a domain or of all. Throws what the store throws.
    public init(_ store: Store, since: Date, of domain: DomainName? = nil) throws {
        facts = try store.factChanges(since: since, of: domain)
        verdicts = try store.verdictChanges(since: since, of: domain)
        self.since = since
    }

    /// Whether nothing has changed.
    public var isEmpty: Bool { facts.isEmpty && verdicts.isEmpty }

    /// For people: each fact with what it was and is, and which domains that touches; then each verdict, with why.
    public var text: String {
        guard !isEmpty else { return "Nothing has changed since \(since.timestamp).\n" }
        var text = ""
        for change in facts {
            let what = change.isOpen ? "could not be told, then or now" : "has changed"
            let place = change.domain?.text ?? change.place.description
            text += "\(change.since.timestamp)  \(place)  \(change.fact) \(what) (last so: \(change.until.timestamp))\n"
            for line in change.lines { text += "    \(line.escapedForTerminal)\n" }
            if change.domain == nil { text += "    \(change.touched)\n" }
        }
        for verdict in verdicts {
            let (before, after) = (verdict.before.brief, verdict.after.brief)
            text +=
                "\(verdict.after.judged.timestamp)  \(verdict.domain.text)  \(before) \u{2192} \(after)  \(sentence(verdict))\n"
        }
        return text
    }

    /// A line of JSON for each change.
    public func json() throws -> String {
        let ofFacts = try facts.map { change in
            FactLine(
                fact: change.fact.text, place: change.domain?.text ?? change.place.description,
                cause: change.isOpen ? .network : .target, since: change.since.timestamp, until: change.until.timestamp,
                differences: change.differences, domains: change.domains.map(\.text))
        }.map { try StableJSON.text($0) + "\n" }
        let ofVerdicts = try verdicts.map { verdict in
            VerdictLine(
                domain: verdict.domain.text, policy: verdict.policy, before: verdict.before.brief,
                after: verdict.after.brief, at: verdict.after.judged.timestamp,
                causes: causes(of: verdict).sorted { $0.rawValue < $1.rawValue },
                facts: facts(behind: verdict).map { "\($0.fact) \($0.place)".trimmed })
        }.map { try StableJSON.text($0) + "\n" }
        return ofFacts.joined() + ofVerdicts.joined()
    }

    private struct FactLine: Encodable {
        let change = "fact"
        let fact: String
        let place: String
        let cause: Cause
        let since: String
        let until: String
        let differences: [String]
        let domains: [String]
    }

    private struct VerdictLine: Encodable {
        let change = "verdict"
        let domain: String
        let policy: String
        let before: String
        let after: String
        let at: String
        let causes: [Cause]
        let facts: [String]
    }
}

extension StoreDiff {
    /// The facts that have changed for a domain between two of its verdicts.
    public func facts(behind verdict: VerdictChange) -> [FactChange] {
        facts.filter { change in
            change.domains.contains(verdict.domain) && change.since <= verdict.after.judged.addingTimeInterval(86_400)
                && change.since > verdict.before.judged
        }
    }

    private func causes(of verdict: VerdictChange) -> Set<Cause> {
        var causes: Set<Cause> = []
        if verdict.policy != verdict.policyBefore { causes.insert(.profile) }
        if verdict.before.engine != verdict.after.engine { causes.insert(.engine) }
        for change in facts(behind: verdict) { causes.insert(change.isOpen ? .network : .target) }
        return causes.isEmpty ? [.time] : causes
    }

    /// The ids of the profiles of a verdict.
    public static func profile(of change: VerdictChange) -> String {
        change.policy.split(separator: ",").map { $0.split(separator: " ").first.map(String.init) ?? "" }.joined(
            separator: ", ")
    }

    /// Why a verdict has changed, in words.
    public func sentence(_ verdict: VerdictChange) -> String {
        let facts = facts(behind: verdict).map { "\($0.fact)\($0.domain == nil ? " of \($0.place)" : "")" }
        let parts = causes(of: verdict).sorted { $0.rawValue < $1.rawValue }.map { cause in
            switch cause {
            case .target: "since \(facts.prefix(3).joined(separator: ", ")) changed"
            case .network: "something could not be seen, then or now"
            case .profile: "another version of the profile"
            case .engine: "engine \(verdict.before.engine), then \(verdict.after.engine)"
            case .time: "nothing has changed but the time"
            }
        }
        return parts.joined(separator: "; ")
    }
}

extension StoredVerdict {
    fileprivate var brief: String { grade.map { state == "graded" ? $0 : "\($0) (\(state))" } ?? state }
}

extension FactChange {
    /// Where both differ, with what stood there and stands there now, as `path: before → after`; more than eight are counted. What
    /// servers said stands in it as they said it: escape it where it is shown.
    public var lines: [String] {
        let all = differences
        return Array(all.prefix(8)) + (all.count > 8 ? ["and \(all.count - 8) other differences"] : [])
    }

    /// Where both differ, each as `path: before → after`.
    public var differences: [String] {
        guard let before = before.json, let after = after.json else { return [] }
        return before.differences(from: after)
    }

    fileprivate var touched: String {
        let names = domains.prefix(5).map(\.text).joined(separator: ", ")
        let more = domains.count > 5 ? " and \(domains.count - 5) others" : ""
        return domains.count == 1 ? "1 domain: \(names)" : "\(domains.count) domains: \(names)\(more)"
    }
}

extension Evidence {
    /// Where other evidence of the same domain differs in what lasts: each fact that is not the same, with its place and what has become
    /// of what. What is derived from others is left out.
    package func differences(from other: Evidence, leavingOut derived: Set<FactID>) -> [(
        slot: Slot, differences: [String]
    )] {
        let (mine, others) = (Set(slots), Set(other.slots))
        return mine.union(others).filter { !derived.contains($0.fact) }.sorted { "\($0)" < "\($1)" }.compactMap {
            slot in
            guard mine.contains(slot) else { return (slot, ["seen for the first time"]) }
            guard others.contains(slot) else { return (slot, ["not seen any more"]) }
            guard let before = observed(slot).json, let after = other.observed(slot).json else { return nil }
            let differences = before.differences(from: after)
            return differences.isEmpty ? nil : (slot, differences)
        }
    }
}

extension Observed<any Fact> {
    fileprivate var json: JSONValue? {
        let lasting: Self =
            switch self {
            case .present(let fact): .present(fact.lasting)
            case .absent(let why): .absent(why)
            }
        return (try? FactCoding.json(lasting)).flatMap { try? JSONDecoder().decode(JSONValue.self, from: $0) }
    }
}

extension JSONValue {
    /// Where another value differs, each as `path: this → other`.
    func differences(from other: JSONValue, at path: String = "") -> [String] {
        switch (self, other) {
        case (.object(let one), .object(let two)):
            return Set(one.keys).union(two.keys).sorted().flatMap { key -> [String] in
                let path = path.isEmpty || ["value", "present"].contains(path) ? key : "\(path).\(key)"
                let short = key == "present" || key == "value" ? path.withoutLastPart : path
                switch (one[key], two[key]) {
                case (let left?, let right?): return left.differences(from: right, at: short)
                case (let left?, nil): return ["\(short): \(left.brief) \u{2192} nothing"]
                case (nil, let right?): return ["\(short): nothing \u{2192} \(right.brief)"]
                case (nil, nil): return []
                }
            }
        case (.array(let one), .array(let two)) where one.count == two.count:
            return zip(one, two).enumerated().flatMap { index, pair in
                pair.0.differences(from: pair.1, at: "\(path)[\(index)]")
            }
        default: return self == other ? [] : ["\(path): \(brief) \u{2192} \(other.brief)"]
        }
    }

    private var brief: String {
        let text = (try? StableJSON.text(self)) ?? "?"
        let plain = text.hasPrefix("\"") ? String(text.dropFirst().dropLast()) : text
        return plain.shortened(to: 60)
    }
}

extension String {
    fileprivate var withoutLastPart: String { lastIndex(of: ".").map { String(self[..<$0]) } ?? self }
    fileprivate var trimmed: String { hasSuffix(" ") ? String(dropLast()) : self }
}
