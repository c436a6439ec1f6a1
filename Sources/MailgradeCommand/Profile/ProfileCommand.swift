internal import ArgumentParser
internal import CheckKit

/// A command that opens no connection.
protocol OfflineCommand: ParsableCommand {
    /// Does what the command is for; prints through `environment` only.
    func run(_ plugins: [Plugin], on environment: Environment) async throws -> CommandStatus
}

/// `mailgrade profile`: the list of its subcommands; it does nothing itself.
struct ProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile", abstract: "Lists, shows, checks, tests and compares grading policies.",
        subcommands: [
            ProfileListCommand.self, ProfileShowCommand.self, ProfileCheckCommand.self, ProfileTestCommand.self,
            ProfileDiffCommand.self, ProfileNewCommand.self, ProfileSchemaCommand.self,
        ])
}
