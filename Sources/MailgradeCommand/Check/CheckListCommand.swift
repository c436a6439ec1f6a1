internal import ArgumentParser
internal import CheckKit
internal import MailgradeKit
internal import Reporting

/// `mailgrade check list`.
struct CheckListCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the checks: what each judges, and what a profile makes of it.",
        discussion: "A check without a weight does not run under the profile, unless --deep asks for it.")

    /// How the list is written.
    enum Format: String, CaseIterable, ExpressibleByArgument { case terminal, json }

    @Option(help: ArgumentHelp("The profile whose weights are shown.", valueName: "id|file"), completion: .profile)
    var profile = "default"

    @Option(help: ArgumentHelp("One of terminal, json.", valueName: "format"))
    var format = Format.terminal

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let policy = try Policy(profile, plugins: plugins)
        let list = CheckList(policy.plugins.flatMap(\.checks), under: policy.profile)
        let output = environment.output
        output.write(format == .json ? try list.json() : list.text(width: output.width))
        return .graded
    }
}
