internal import ArgumentParser
public import CheckKit
internal import MailgradeCommand
internal import MailgradeKit
internal import Store

/// The command `mailgraded` as a library: another package runs it with checks of its own.
///
///     @main enum AcmeGraded {
///         static func main() async { await ServiceCommand.main(Plugin.builtIn + [.acme]) }
///     }
public enum ServiceCommand {
    /// Runs the command with this process's arguments, and ends the process with its status.
    ///
    /// It begins on the main thread, as that of `mailgrade` does: a process that lacks what it needs is told so there.
    @MainActor public static func main(_ plugins: [Plugin]) async -> Never {
        Environment.refuseShortage()
        let machine = Environment.thisMachine
        let status = await obey(Array(CommandLine.arguments.dropFirst()), plugins: plugins, on: machine)
        endProcess(machine.ending(status))
    }

    private static func obey(
        _ arguments: [String], plugins: [Plugin], on machine: Environment
    ) async -> CommandStatus {
        do {
            let command = try ServiceRoot.parseAsRoot(arguments)
            if let command = command as? any ServiceSubcommand {
                try await command.run(plugins, on: machine)
            } else {
                var command = command
                try command.run()
            }
            return .graded
        } catch let error as UsageError {
            machine.errors.write("Error: \(error)\n")
        } catch let error as StoreProblem {
            machine.errors.write("Error: \(error)\n")
        } catch {
            let text = ServiceRoot.fullMessage(for: error, columns: machine.output.width) + "\n"
            guard ServiceRoot.exitCode(for: error).isSuccess else {
                machine.errors.write(text)
                return .usage
            }
            machine.output.write(text)
            return .graded
        }
        return .usage
    }
}

/// A subcommand that does something.
protocol ServiceSubcommand: ParsableCommand {
    func run(_ plugins: [Plugin], on machine: Environment) async throws
}

/// The list of subcommands.
struct ServiceRoot: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailgraded", abstract: "Grades domains on a web page, and watches them.",
        discussion: """
            Serves the page, the interface for programs and the watch over lists of domains; everything is kept in one file. How it is \
            operated is in operating.md, what is watched in watching.md, below /usr/share/doc/mailgrade.

            Exit status: 0 it was asked to stop, or what was asked for is in order; 2 an error in the command line or in a file; 5 it could \
            not be written.

            Example:
              mailgraded serve --listen 127.0.0.1:8080 --store mailgraded.store
            """,
        version: VersionLine.text(of: "mailgraded"),
        subcommands: [ServeCommand.self, ConfigurationCheckCommand.self, TokenCommand.self])
}
