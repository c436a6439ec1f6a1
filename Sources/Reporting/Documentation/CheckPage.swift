internal import CheckKit

/// The page of one plugin: what it learns, and for each check what it claims, why, what it asks for, what it finds, its
/// parameters, its examples and the rules behind it.
struct CheckPage {
    let plugin: Plugin
    let providers: Providers

    var markdown: String {
        let parts =
            ["# \(plugin.name)", DocumentationWriter.notice, plugin.summary.markdown] + facts
            + plugin.checks.flatMap { sections($0) }
        return parts.joined(separator: "\n\n") + "\n"
    }

    /// The facts of this folder.
    private var facts: [String] {
        guard !plugin.providedFacts.isEmpty else { return [] }
        let rows = plugin.providedFacts.map { entry in
            [Markdown.code(entry.fact.id.text), entry.fact.scope.words, entry.origin]
        }
        return ["## Facts", Markdown.table(["fact", "of", "how it is obtained"], rows)]
    }

    private func sections(_ check: Check) -> [String] {
        var parts = ["## \(check.id)", "**\(check.title.markdown).** \(check.why.markdown)", asks(check)]
        if check.isIntrusive { parts.append(Check.intrusionNotice) }
        parts += ["### Findings", findings(check)]
        let carried = arguments(check)
        if !carried.isEmpty { parts += ["What findings carry:", carried.joined(separator: "\n")] }
        if let entries = check.parameters?.entries { parts += ["### Parameters", parameters(entries)] }
        parts += ["### Examples", examples(check), "### References", references(check)]
        if !check.formerIDs.isEmpty {
            parts.append("Former names: \(check.formerIDs.map(Markdown.code).joined(separator: ", ")).")
        }
        return parts
    }

    private func asks(_ check: Check) -> String {
        let facts = check.needs.map { need in
            let plugin = providers[need.fact.id].map {
                $0.plugin == self.plugin.name ? "" : " of [\($0.plugin)](../../\($0.page))"
            }
            return "- \(Markdown.code(need.fact.id.text))\(plugin ?? ""), \(need.words)"
        }
        return (["It judges \(check.scope.words), by these facts:", ""] + facts).joined(separator: "\n")
    }

    private func findings(_ check: Check) -> String {
        let rows = check.findings.map { finding in
            let arguments = finding.arguments.map { Markdown.code($0.name) }.joined(separator: ", ")
            return [
                Markdown.code(finding.code) + (arguments.isEmpty ? "" : " (\(arguments))"),
                finding.severity.rawValue, finding.remedy.markdown, finding.responsible.words,
            ]
        }
        return Markdown.table(["finding", "severity", "what to do", "who"], rows)
    }

    /// The arguments of all codes, each once.
    private func arguments(_ check: Check) -> [String] {
        check.findings.flatMap(\.arguments)
            .reduce(into: [FindingArgument]()) { if !$0.contains($1) { $0.append($1) } }
            .map { "- \(Markdown.code($0.name)) (\($0.kind.rawValue)): \($0.doc.markdown)" }
    }

    private func parameters(_ entries: [ParametersType.Entry]) -> String {
        let rows = entries.map { entry in
            [
                Markdown.code(entry.key), "\(entry.type)".markdown, Markdown.code(entry.standard.words),
                entry.doc.markdown,
            ]
        }
        return Markdown.table(["key", "takes", "default", "what it does"], rows)
    }

    private func examples(_ check: Check) -> String {
        Markdown.table(
            ["situation", "verdict"], check.examples().map { [$0.title.markdown, $0.actual.markdown] })
    }

    private func references(_ check: Check) -> String {
        check.references.map { "- [\($0)](\($0.link))" }.joined(separator: "\n")
    }
}

extension Providers.Entry {
    /// How the fact is learnt, as people say it.
    fileprivate var origin: String {
        switch way {
        case .probe: "by a probe"
        case .derivation(let facts):
            "derived from " + facts.map { Markdown.code($0.text) }.joined(separator: ", ")
        }
    }
}

extension Responsible {
    /// Who it is, as people say it.
    fileprivate var words: String {
        switch self {
        case .domainOwner: "domain owner"
        case .mailProvider: "mail provider"
        case .dnsHost: "DNS host"
        case .tester: "whoever runs mailgrade"
        }
    }
}

extension Outcome {
    fileprivate var markdown: String {
        switch self {
        case .passed: "passed"
        case .found(let findings): Self.markdown(findings).joined(separator: "<br>")
        case .partly(let findings, let undecided):
            (Self.markdown(findings) + [
                "could not determine \(undecided.codes.map { Markdown.code($0) }.joined(separator: ", ")): "
                    + undecided.why.markdown
            ]).joined(separator: "<br>")
        case .notApplicable(let why): "not applicable: \(why.markdown)"
        case .inconclusive(let why): "inconclusive: \(why.markdown)"
        case .blocked(let fact, let why): "blocked by \(Markdown.code(fact.text)): \(why.description.markdown)"
        }
    }

    private static func markdown(_ findings: [Finding]) -> [String] {
        findings.map { "\(Markdown.code($0.code)): \($0.message.markdown)" }
    }
}

extension String {
    /// This text in a Markdown page.
    fileprivate var markdown: String { Markdown.text(self) }
}

extension Check {
    /// What is said of a check that provokes servers.
    static let intrusionNotice =
        "This check is intrusive: it does more than a sending server would. It runs only where a profile "
        + "names it, and no built-in profile does."
}
