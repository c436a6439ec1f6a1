internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import Reporting

/// A line of a filter: JSON that one filter writes and the next one reads. Members that no filter knows go through as they were
/// written.
///
///     {"v":1,"domain":"example.com"}                                            → resolve →
///     {"v":1,"domain":"example.com","evidence":{…},"servers":[{"host":…,"address":…,"group":…}]}   → probe →
///     {"v":1,"domain":"example.com","evidence":{…},"servers":[…],"connections":9,"status":"ok"}    → judge →
///     {"v":1,"domain":"example.com","state":"graded","grade":"A",…}
///
/// A line that has an `address` as well asks `probe` for that address alone; what comes back in `evidence` is what holds there, and
/// `judge` takes any number of such pieces in `more`.
struct FilterLine {
    /// The version of the form.
    static let version = 1

    /// What filters read and write, the domain excepted. A member of a result that comes in is none of the answer.
    private static let answers =
        ["address", "connections", "error", "evidence", "judged", "more", "servers", "signs", "status"]
        + BatchResult.Key.allCases.map(\.stringValue)

    private static let known = Set(answers + ["v", "domain"])

    private var members: [String: JSONValue]
    /// What no filter knows: numbers keep all their digits.
    private var others: [RawMember] = []

    /// Reads a line. Throws a `FilterProblem`.
    init(_ text: String) throws {
        do throws(JSONShape.Fault) {
            try JSONShape.check(text.utf8)
        } catch {
            throw FilterProblem("not JSON that can be used: \(error.description.escapedForTerminal)")
        }
        guard let members = try? JSONDecoder().decode([String: JSONValue].self, from: Data(text.utf8)) else {
            throw FilterProblem("not a JSON object")
        }
        self.members = members.filter { Self.known.contains($0.key) }
        if self.members.count < members.count {
            others = RawMember.all(of: text).filter { !Self.known.contains($0.name) }
        }
        if let version = members["v"], version != .integer(Self.version) {
            throw FilterProblem("a line of version \(version.brief); this filter reads version \(Self.version)")
        }
    }

    /// A line with nothing in it.
    init() { members = [:] }

    /// The line without what filters have written or read, its domain excepted: a result's member must not stand there twice.
    var withoutAnswers: FilterLine {
        var line = self
        for key in Self.answers { line[key] = nil }
        return line
    }

    subscript(_ key: String) -> JSONValue? {
        get { members[key] }
        set { members[key] = newValue }
    }

    /// The text of a member; nil where it has none.
    func text(_ key: String) -> String? {
        if case .string(let text) = members[key] { text } else { nil }
    }

    /// The line to write, of this version.
    func json() throws -> String {
        var members = members
        members["v"] = .integer(Self.version)
        let known = try StableJSON.text(members)
        let rest = others.map { ",\($0.name.quoted):\($0.value)" }.joined()
        return "\(known.dropLast())\(rest)}".escapingSteeringInJSON + "\n"
    }
}

/// Why a line cannot be answered, a phrase.
struct FilterProblem: Error, CustomStringConvertible {
    let description: String
    /// How it ends with the domain, where that is known: it is left alone.
    let state: BatchState?

    init(_ description: String, _ state: BatchState? = nil) {
        self.description = description
        self.state = state
    }
}

extension JSONValue {
    fileprivate var brief: String {
        switch self {
        case .integer(let number): "\(number)"
        case .string(let text): text.shortened(to: 40).escapedForTerminal
        default: "of another kind"
        }
    }
}
