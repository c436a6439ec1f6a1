internal import ArgumentParser

/// `mailgrade check`: the list of its subcommands; it does nothing itself.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Lists and shows checks, and helps with those of your own.",
        subcommands: [CheckListCommand.self, CheckShowCommand.self, CheckNewCommand.self, CheckInputCommand.self])
}
