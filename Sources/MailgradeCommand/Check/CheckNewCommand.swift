internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailgradeKit

/// `mailgrade check new`.
struct CheckNewCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Begins a check in Swift: its file, and its line in the plugin and the registry.",
        discussion: """
            Run it in a clone of mailgrade, or in a package of your own such as Examples/AcmeGrade. What it writes builds; \
            the tests then ask for the example that is to be written. Files that exist are not replaced.

            A check in another language needs no clone: docs/external-checks.md.
            """)

    @Argument(help: "The id, subject.claim: what is true when the check passes, for example spf.published.")
    var id: String

    @Option(
        help: ArgumentHelp("What it judges: domain, host, address or server.", valueName: "scope"),
        completion: .list(Scope.allCases.map(\.rawValue)), transform: Self.scope)
    var scope = Scope.server

    @Sendable static func scope(_ text: String) throws -> Scope {
        guard let scope = Scope(rawValue: text) else {
            throw ValidationError("Use one of \(Scope.allCases.map(\.rawValue).joined(separator: ", ")).")
        }
        return scope
    }

    @Option(
        help: ArgumentHelp(
            "The folder, where it is not that of the subject's other checks: its name is the plugin's.",
            valueName: "name"))
    var folder: String?

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        try Self.refuse(id, plugins.flatMap(\.checks))
        let site = try CheckSite(for: id, folder: folder, plugins)
        var draft = CheckDraft(id: id, scope: scope)
        let name = site.folder.split(separator: "/").last.map(String.init)
        if name?.lowercased() == draft.plugin.lowercased() { draft.spelling = name }
        let changes = try site.changes(for: draft)
        for change in changes { try TextFile.save(change.text, into: change.path) }
        for change in changes { environment.output.write("\(change.what) \(change.path)\n".escapedByLine) }
        environment.output.write(
            """

            Now write \(site.folder)/\(draft.file): the findings, the examples, then the judgement. Then:
                swift build
                \(site.test)
            The test names the example that is to be written until it is.\(site.rest)

            """)
        return .graded
    }

    /// Throws where the id has another form, or is taken.
    private static func refuse(_ id: String, _ checks: [Check]) throws {
        guard id.wholeMatch(of: /[a-z][a-z0-9]*(-[a-z0-9]+)*\.[a-z][a-z0-9]*(-[a-z0-9]+)*/) != nil else {
            let words = id.lowercased().split { !$0.isASCII || !($0.isLetter || $0.isNumber) }.filter {
                $0.first?.isLetter == true
            }
            let meant =
                words.count > 1
                ? "For example \(words[0]).\(words.dropFirst().joined(separator: "-"))."
                : "For example \(words.first ?? "spf").published."
            throw UsageError(
                "\(id.isEmpty ? "\u{201C}\u{201D}" : id) cannot be the id of a check: it is subject.claim, two words of lower-case "
                    + "letters, digits and hyphens. \(meant)")
        }
        // The subject becomes the name of a plugin, beside others.
        let taken = ["builtIn", "observations", "judgements"]
        let subject = CheckDraft(id: id, scope: .domain).plugin
        if Self.keywords.contains(subject) || taken.contains(subject) {
            throw UsageError(
                "\(subject) is a word of Swift or of mailgrade, and no name for a subject. Choose another one.")
        }
        if let check = checks.first(where: { $0.id == id || $0.formerIDs.contains(id) }) {
            let name = check.id == id ? "There is a check \(id)" : "\(id) is the former name of \(check.id)"
            throw UsageError("\(name): \(check.title). Choose another claim, or change that check.")
        }
        if let check = checks.first(where: { $0.findings.contains { $0.code == id } }) {
            throw UsageError("\(id) is a finding of \(check.id). The id of a check reads true when it passes.")
        }
    }
}

extension CheckNewCommand {
    /// Words that are no names in Swift.
    fileprivate static let keywords: Set<String> = [
        "actor", "as", "associatedtype", "break", "case", "catch", "class", "continue", "default", "defer", "deinit",
        "do", "else",
        "enum", "extension", "fallthrough", "false", "for", "func", "guard", "if", "import", "in", "init", "inout",
        "internal", "is",
        "let", "nil", "operator", "private", "protocol", "public", "repeat", "rethrows", "return", "self", "static",
        "struct",
        "subscript", "super", "switch", "throw", "throws", "true", "try", "typealias", "var", "where", "while",
    ]
}
