public import CheckKit
public import Grading
internal import MailModel

/// What the program can say about its own words: findings, checks, grades, profiles. Made of what the code declares, and of
/// what one profile makes of it.
public struct Manual: Sendable {
    let profile: Profile
    private let width: Int
    private let hasColour: Bool

    /// A manual for a policy, laid out for a terminal of this many columns.
    public init(profile: Profile, width: Int = 80, hasColour: Bool = false) {
        self.profile = profile
        self.width = min(width, TextPage.widestLine)
        self.hasColour = hasColour
    }

    func page(_ write: (inout TextPage) -> Void) -> String {
        var page = TextPage(width: width, hasColour: hasColour)
        write(&page)
        return page.text
    }
}

// MARK: Findings and checks

extension Manual {
    /// About a finding: what it means, what it costs, what to do, who can.
    public func text(about code: String, of check: Check) -> String {
        page { page in
            guard let finding = check.findings.first(where: { $0.code == code }) else { return }
            page.paragraph([TextRun(code, .bold), TextRun(" (\(finding.severity.rawValue))")])
            page.paragraph([TextRun("Found by \(check.id): \(check.title).")])
            page.blankLine()
            page.paragraph([TextRun(check.why)])
            page.heading("What to do")
            page.paragraph([TextRun(finding.remedy)], indent: 2)
            page.paragraph([TextRun("Who: \(finding.responsible.inReports)", .dim)], indent: 2)
            if !finding.arguments.isEmpty { page.heading("What it carries") }
            for argument in finding.arguments {
                page.paragraph(
                    [TextRun(argument.name, .bold), TextRun(" (\(argument.kind.rawValue)): \(argument.doc)")],
                    indent: 4, label: "  -")
            }
            page.heading("Under the profile \(profile.id)")
            for line in consequences(of: finding, check) { page.paragraph([TextRun(line)], indent: 4, label: "  -") }
            let examples = check.examples().filter { $0.actual.findings.contains { $0.code == code } }
            write(examples, &page)
            write(check.references, &page)
        }
    }

    /// About a check: its claim, why it matters, what it can find, its knobs and examples.
    public func text(about check: Check) -> String {
        page { page in
            page.paragraph([TextRun(check.id, .bold), TextRun(": \(check.title)")])
            page.blankLine()
            page.paragraph([TextRun(check.why)])
            page.paragraph([TextRun("It judges \(check.scope.words).")])
            if check.isIntrusive { page.paragraph([TextRun(Check.intrusionNotice)]) }
            write(check.factIDs, of: check.program, &page)
            page.heading("What it can find")
            for finding in check.findings {
                page.paragraph(
                    [TextRun(finding.code, .bold), TextRun(" (\(finding.severity.rawValue)): \(finding.remedy)")],
                    indent: 4, label: "  -")
            }
            if let entries = check.parameters?.entries {
                page.heading("Parameters")
                for entry in entries {
                    page.paragraph(
                        [TextRun(entry.key, .bold), TextRun(": \(entry.doc) Default: \(entry.standard.words).")],
                        indent: 4, label: "  -")
                }
            }
            page.heading("Under the profile \(profile.id)")
            page.paragraph([TextRun(worth(of: check))], indent: 4, label: "  -")
            write(check.examples(), &page)
            if let examples = check.program?.examples, !examples.isEmpty {
                page.heading("Examples")
                for example in examples {
                    page.paragraph([TextRun("\(example.title): \(example.expected)")], indent: 4, label: "  -")
                }
            }
            write(check.references, &page)
        }
    }

    private func write(_ facts: [FactID], of program: CheckProgram?, _ page: inout TextPage) {
        page.heading("What it looks at")
        for fact in facts { page.paragraph([TextRun(fact.text)], indent: 4, label: "  -") }
        guard let program else { return }
        page.paragraph([
            TextRun("It is judged by a program beside the profile: "),
            TextRun(program.command.joined(separator: " "), .bold),
        ])
    }

    private func worth(of check: Check) -> String {
        guard let weighted = profile.checks.first(where: { $0.id == check.id }) else { return "It does not run." }
        let total = profile.checks.reduce(0) { $0 + $1.weight }
        let share = total > 0 ? (weighted.weight / total * 100).shortest : "0"
        let bonus = weighted.bonus > 0 ? ", and a bonus of \(weighted.bonus.shortest) points" : ""
        return "It is worth \(share) of 100 points where every check applies\(bonus)."
    }

    private func consequences(of finding: FindingDescription, _ check: Check) -> [String] {
        guard profile.checks.contains(where: { $0.id == check.id }) else { return ["The check does not run."] }
        var lines: [String] = []
        switch profile.severities[finding.code] {
        case nil: break
        case .fixed(let severity): lines.append("Its severity is \(severity.rawValue).")
        case .conditional: lines.append("Its severity depends on \(finding.numbers.joined(separator: ", ")).")
        }
        lines += profile.caps.filter { $0.when.names(finding.code) }
            .map { "It can limit the grade to \($0.atMost): \($0.because)" }
        lines += profile.withholds.filter { $0.when.names(finding.code) }.map {
            "No letter is given: \($0.because)"
        }
        if let reason = profile.neverWaive[finding.code] { lines.append("It cannot be waived: \(reason)") }
        return lines.isEmpty ? [worth(of: check)] : lines
    }

    private func write(_ examples: [ExampleRecord], _ page: inout TextPage) {
        guard !examples.isEmpty else { return }
        page.heading("Examples")
        for example in examples {
            page.paragraph([TextRun("\(example.title): \(example.actual.words)")], indent: 4, label: "  -")
        }
    }

    private func write(_ references: [Reference], _ page: inout TextPage) {
        guard !references.isEmpty else { return }
        page.heading("References")
        for reference in references {
            page.paragraph([TextRun("\(reference)  \(reference.link)")], indent: 4, label: "  -")
        }
    }
}

extension Outcome {
    /// The outcome with what it says.
    fileprivate var words: String {
        switch self {
        case .passed: "passed"
        case .found(let findings): Self.words(findings).joined(separator: " ")
        case .partly(let findings, let undecided):
            (Self.words(findings) + ["could not determine \(undecided.codes.joined(separator: ", ")): \(undecided.why)"])
                .joined(separator: " ")
        case .notApplicable(let why): "not applicable: \(why)"
        case .inconclusive(let why): "inconclusive: \(why)"
        case .blocked(let fact, let why): "blocked by \(fact.text): \(why)"
        }
    }

    private static func words(_ findings: [Finding]) -> [String] { findings.map { "\($0.code): \($0.message)" } }
}
