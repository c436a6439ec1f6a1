public import CheckKit

/// A check that a profile declares: a program beside the profile comes to its verdicts.
///
/// The program runs while evidence is collected, and what it answers is a fact like any other (`ExternalOutcome`). So judging starts no
/// program: judged again, saved evidence gives the same report.
public struct ExternalCheck: Sendable {
    /// The check, as every other check is seen: it judges what the program has answered.
    public let check: Check
    /// The program, with its limits.
    public let program: ExternalProgram
    /// The facts that the program is given.
    public let wants: [Want]
    /// Facts, and what the program must answer to them.
    package let examples: [ExternalExample]

    /// A fact that the program is given.
    public struct Want: Sendable, Hashable {
        /// The fact.
        public let fact: FactType
        /// Whether the program runs only where the fact is there; otherwise it is told why there is none.
        public let isRequired: Bool
        /// Whether it holds at narrower places than the check judges, and comes as a list.
        public let isList: Bool
    }

    /// The fact that the program’s answer is kept as.
    package var outcome: FactType { Self.outcome(of: check.id, check.scope) }

    /// What must be settled before the program runs.
    package var needs: [Dependency] {
        wants.map { Dependency(fact: $0.fact, kind: $0.isList ? .fanIn : .observed) }
    }

    /// The fact that the answer for a check is kept as: `external.acme.size-offered`.
    static func outcome(of id: String, _ scope: Scope) -> FactType {
        FactType(FactID("external.\(id)"), scope: scope, storedAs: ExternalOutcome.self)
    }

    /// Whether two profiles mean the same by this check, so that one answer serves both: the same program is asked the same.
    /// `isSameFolder` tells whether two paths of folders lead to one.
    package func asksTheSame(as other: ExternalCheck, _ isSameFolder: (String, String) -> Bool) -> Bool {
        var theirs = other.program
        if isSameFolder(program.folder, theirs.folder) { theirs.folder = program.folder }
        return check.id == other.check.id && check.scope == other.check.scope && program == theirs
            && wants == other.wants
    }
}

/// A program as a profile names it. Grading cannot start one.
public struct ExternalProgram: Sendable, Hashable {
    /// The folder of the profile that names it: there it lies, and there it works.
    public var folder: String
    /// The file, relative to the folder; then its arguments.
    public var words: [String]
    /// How long it may run.
    public var timeLimit = Duration.seconds(10)
    /// Bytes of address space that it may have.
    public var memory: UInt64 = 512 << 20

    init(folder: String, words: [String]) {
        self.folder = folder
        self.words = words
    }

    /// The path of the file.
    public var path: String { "\(folder)/\(words.first ?? "")" }
}

/// Facts, and what a program must answer to them.
package struct ExternalExample: Sendable {
    /// The situation.
    package let title: String
    /// Values of facts, by id; a list for what comes as one.
    package let facts: [FactID: JSONValue]
    /// What must come of them.
    package let expected: Expected
    /// Where it stands.
    package let position: SourcePosition

    /// What must come of an example.
    package enum Expected: Sendable, Hashable, CustomStringConvertible {
        case passed, notApplicable, inconclusive
        /// These codes, in this order.
        case found([String])

        /// A word, or the codes.
        package var description: String {
            switch self {
            case .passed: "passed"
            case .notApplicable: "not-applicable"
            case .inconclusive: "inconclusive"
            case .found(let codes): codes.joined(separator: ", ")
            }
        }

        /// What an outcome is, in the same words.
        package init(_ outcome: Outcome) {
            switch outcome {
            case .passed: self = .passed
            case .found(let findings), .partly(let findings, _): self = .found(findings.map(\.code))
            case .notApplicable: self = .notApplicable
            case .blocked, .inconclusive: self = .inconclusive
            }
        }
    }
}
