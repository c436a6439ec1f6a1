internal import ArgumentParser

/// The command as people type it: with the options of `grade` as its own, since nobody types `grade`.
///
/// Completion scripts and the manual are written from this. It cannot parse: the options of the command would take those of its
/// subcommands.
struct TypedCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mailgrade", abstract: GradeCommand.configuration.abstract,
        discussion: GradeCommand.configuration.discussion, version: VersionLine.text(of: "mailgrade"),
        subcommands: RootCommand.configuration.subcommands.filter { $0 != GradeCommand.self })

    @OptionGroup var grade: GradeCommand

    /// Whether these arguments ask what the command takes, for a program to read.
    static func isAsked(by arguments: [String]) -> Bool {
        ["--generate-completion-script", "--experimental-dump-help"].contains(arguments.first)
    }
}
