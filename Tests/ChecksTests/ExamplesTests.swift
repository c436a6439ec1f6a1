import CheckKit
import Checks
import Observations
import Testing

/// The examples of a check are its documentation and its test at once.
@Suite struct ExamplesTests {
    static let checks = Plugin.builtIn.flatMap(\.checks).map(\.id)

    private func check(_ id: String) throws -> Check {
        try #require(Plugin.builtIn.flatMap(\.checks).first { $0.id == id })
    }

    @Test("every example leads to the verdict it shows", arguments: checks)
    func examplesHold(_ id: String) throws {
        for example in try check(id).examples() {
            guard example.isWritten else {
                Issue.record(
                    "\(id): the example \u{201C}\(example.title)\u{201D} is to be written: its facts, and what they lead to."
                )
                continue
            }
            #expect(example.holds, "\(id): \(example.title): \(example.actual), expected \(example.expected)")
        }
    }

    @Test("a check shows an example for each of its finding codes", arguments: checks)
    func everyCodeHasAnExample(_ id: String) throws {
        let check = try check(id)
        let shown = Set(check.examples().flatMap(\.actual.findings).map(\.code))
        #expect(Set(check.findings.map(\.code)).subtracting(shown) == [])
    }

    @Test("a check shows an example that passes", arguments: checks)
    func somethingPasses(_ id: String) throws {
        #expect(try check(id).examples().contains { $0.actual == .passed })
    }

    @Test("the examples of a check have titles of their own", arguments: checks)
    func titlesDiffer(_ id: String) throws {
        let titles = try check(id).examples().map(\.title)
        #expect(Set(titles).count == titles.count)
    }

    @Test("a finding carries what its code declares, each value of its kind, and nothing else", arguments: checks)
    func argumentsAreDeclared(_ id: String) throws {
        for finding in try check(id).examples().flatMap(\.actual.findings) {
            #expect(finding.faults == [], "\(finding.code)")
        }
    }

    @Test("each number that profiles may compare is in some example: none is declared in vain", arguments: checks)
    func numbersAreShown(_ id: String) throws {
        let findings = try check(id).examples().flatMap(\.actual.findings)
        for description in try check(id).findings {
            let shown = findings.filter { $0.code == description.code }.flatMap { $0.arguments.named.keys }
            #expect(Set(description.numbers).subtracting(shown) == [], "\(description.code)")
            #expect(description.fault == nil)
        }
    }

    @Test("an argument of a name is the same whichever check finds it")
    func argumentsAreOneVocabulary() {
        let arguments = Plugin.builtIn.flatMap(\.checks).flatMap(\.findings).flatMap(\.arguments)
        for (name, same) in Dictionary(grouping: arguments, by: \.name) {
            #expect(Set(same).count == 1, "\(name)")
            #expect(same[0].doc.hasSuffix("."), "\(name)")
        }
    }

    @Test("what a check says to people is a sentence, and its title is not", arguments: checks)
    func sentencesEnd(_ id: String) throws {
        let check = try check(id)
        #expect(!check.title.isEmpty && !check.title.hasSuffix("."))
        #expect(check.why.hasSuffix("."))
        #expect(!check.references.isEmpty)
        for finding in check.findings { #expect(finding.remedy.hasSuffix("."), "\(finding.code)") }
        for example in check.examples() {
            #expect(!example.title.hasSuffix("."), "\(example.title)")
            for message in example.actual.messages { #expect(message.hasSuffix("."), "\(message)") }
        }
    }

    @Test("ids and codes are subject.word, lower case, and a check's codes share its subject", arguments: checks)
    func namesHaveTheirForm(_ id: String) throws {
        let check = try check(id)
        for name in [id] + check.findings.map(\.code) + check.formerIDs {
            #expect(name.wholeMatch(of: /[a-z0-9]+(-[a-z0-9]+)*\.[a-z0-9]+(-[a-z0-9]+)*/) != nil, "\(name)")
        }
        let subject = id.prefix { $0 != "." }
        for finding in check.findings { #expect(finding.code.hasPrefix("\(subject)."), "\(finding.code)") }
    }

    @Test("no id and no code is used twice")
    func namesAreUnique() {
        let all = Plugin.builtIn.flatMap(\.checks)
        let ids = all.flatMap { [$0.id] + $0.formerIDs }
        #expect(Set(ids).count == ids.count)
        let codes = all.flatMap(\.findings).map(\.code)
        #expect(Set(codes).count == codes.count)
        #expect(Set(ids).isDisjoint(with: codes))
    }
}

extension Outcome {
    /// Every sentence that a report would print.
    fileprivate var messages: [String] {
        switch self {
        case .passed: []
        case .found(let findings): findings.map(\.message)
        case .partly(let findings, let undecided): findings.map(\.message) + [undecided.why]
        case .notApplicable(let why), .inconclusive(let why): [why]
        case .blocked(_, let why): [why.description + "."]
        }
    }
}
