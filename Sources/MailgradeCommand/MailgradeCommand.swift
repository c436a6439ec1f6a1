internal import ArgumentParser
public import CheckKit
internal import MailModel
internal import MailgradeKit

/// The command `mailgrade` as a library: another package runs it with checks of its own.
///
///     @main enum AcmeGrade {
///         static func main() async { await MailgradeCommand.main(Plugin.builtIn + [.acme]) }
///     }
public enum MailgradeCommand {
    /// Runs the command with this process's arguments on this machine, and ends the process with its status.
    ///
    /// It begins on the main thread: where no other can be had, whatever is asynchronous would wait for one for ever.
    @MainActor public static func main(_ plugins: [Plugin]) async -> Never {
        Environment.refuseShortage()
        let status = await run(Array(CommandLine.arguments.dropFirst()), plugins: plugins, on: .thisMachine)
        endProcess(status)
    }

    /// Runs the command with these arguments and returns what it would end with. Prints through `environment` only.
    public static func run(
        _ arguments: [String], plugins: [Plugin], on environment: Environment
    ) async -> CommandStatus {
        environment.ending(await obey(arguments, plugins: plugins, on: environment))
    }

    private static func obey(
        _ arguments: [String], plugins: [Plugin], on environment: Environment
    ) async -> CommandStatus {
        do {
            // The options belong to the default subcommand; whoever asks for help wants to see them.
            if ["--help", "-h", "help"].contains(arguments.first), arguments.count == 1 {
                throw CleanExit.helpRequest(GradeCommand.self)
            }
            if TypedCommand.isAsked(by: arguments) {
                do { _ = try TypedCommand.parseAsRoot(arguments) } catch {
                    return complain(error, of: TypedCommand.self, environment)
                }
            }
            try Slips.check(arguments)
            switch try RootCommand.parseAsRoot(arguments) {
            case let command as GradeCommand:
                return try await GradeRun(command, plugins: plugins, environment: environment).run()
            case let command as JudgeCommand:
                return try await JudgeRun(command, plugins: plugins, environment: environment).run()
            case let command as any OfflineCommand:
                return try await command.run(plugins, on: environment)
            case var command:
                try command.run()
                return .graded
            }
        } catch let error as UsageError {
            environment.errors.write("Error: \(error)\n")
            return .usage
        } catch {
            return complain(error, of: RootCommand.self, environment)
        }
    }

    /// What the argument parser has to say: help on standard output, mistakes on standard error.
    private static func complain(
        _ error: any Error, of command: any ParsableCommand.Type, _ environment: Environment
    ) -> CommandStatus {
        let text = command.fullMessage(for: error, columns: environment.output.width).escapedByLine + "\n"
        guard command.exitCode(for: error).isSuccess else {
            environment.errors.write(text)
            return .usage
        }
        environment.output.write(text)
        return .graded
    }
}
