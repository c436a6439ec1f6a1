internal import ArgumentParser
internal import Grading
internal import MailgradeKit

/// Slips of the fingers that the argument parser cannot tell: whatever is no command may be a domain.
enum Slips {
    /// What to type instead of two domains or `@file`.
    static let loop = """
        For a list of domains: mailgrade batch domains.txt --output results.ndjson
        """

    /// Throws where a word stands in the place of a command and is most likely a misspelt one.
    static func check(_ arguments: [String]) throws {
        var command: any ParsableCommand.Type = RootCommand.self
        var typed = "mailgrade"
        for word in arguments {
            let commands = command.configuration.subcommands
            let names = commands.compactMap { $0.configuration.commandName }
            if commands.isEmpty || word.hasPrefix("-") { return }
            if word == "help" { continue }
            guard let index = names.firstIndex(of: word) else {
                return try refuse(word, after: typed, names, isRoot: command == RootCommand.self)
            }
            command = commands[index]
            typed += " \(word)"
        }
    }

    private static func refuse(_ word: String, after typed: String, _ names: [String], isRoot: Bool) throws {
        // A domain has a dot in it, and no command has.
        let nearest = word.contains(".") ? nil : Suggestion.nearest(to: word, in: names)
        let meant = nearest.map { "Did you mean \u{201C}\(typed) \($0)\u{201D}?" }
        guard isRoot else {
            throw UsageError(
                "There is no command \u{201C}\(typed) \(word)\u{201D}. "
                    + (meant ?? "Use one of \(names.joined(separator: ", "))."))
        }
        guard let meant else { return }
        throw UsageError(
            "\u{201C}\(word)\u{201D} is no command. \(meant) "
                + "If it is a domain, type its full name, for example \(word).example.")
    }
}
