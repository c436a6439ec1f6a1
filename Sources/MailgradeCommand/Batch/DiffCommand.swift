internal import ArgumentParser
internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import MailModel
internal import MailgradeKit
internal import Store

/// `mailgrade diff`.
struct DiffCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Says what has changed in a store: which fact, for which domains, and why.",
        usage: "mailgrade diff STORE [--since <instant|duration>] [--json]",
        discussion: """
            Facts first, each with what it was and is, and the domains that have their mail there; then verdicts, each with its \
            cause: the target, the network, the profile, the engine, or nothing but the time.

            Exit status: 0 nothing has changed; 1 something has; 2 an error in the command line or the store.
            """)

    @Argument(help: "The store of a batch.", completion: .file())
    var store: String

    @Option(
        help: ArgumentHelp(
            "Since when: an instant such as 2026-12-31T00:00:00Z, or so long ago (default: 1d).",
            valueName: "instant|duration"))
    var since = "1d"

    @Flag(help: "Write a line of JSON for each change.")
    var json = false

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        guard TextFile.exists(store) else { throw UsageError("There is no store \(store). mailgrade batch makes one.") }
        let instant = try instant(environment.now())
        do {
            let ages = Store.Ages(settled: .zero, open: .zero)
            let opened = try Store(
                file: store, known: try Policies.facts(plugins), ages: ages, isThere: true, now: environment.now)
            let diff = try StoreDiff(opened, since: instant)
            environment.output.write(json ? try diff.json() : diff.text)
            return diff.isEmpty ? .graded : .below
        } catch let problem as StoreProblem {
            throw UsageError(problem.description)
        }
    }

    private func instant(_ now: Date) throws -> Date {
        if let duration = Duration(text: since) { return now.addingTimeInterval(-duration.inSeconds) }
        do {
            return try JudgeCommand.instant(since)
        } catch {
            throw UsageError("--since takes an instant such as 2026-12-31T00:00:00Z, or a duration such as 12h or 7d.")
        }
    }
}
