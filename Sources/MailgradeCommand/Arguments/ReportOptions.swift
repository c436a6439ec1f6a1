internal import ArgumentParser
internal import Grading

/// The options about judging and reporting.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The grading policy: a built-in profile or a file. Name several to see them side by side.",
            valueName: "id|file"))
    var profile = ["default"]

    @Option(help: ArgumentHelp("Report format: terminal or json.", valueName: "terminal|json"))
    var format = Format.terminal

    @Option(help: ArgumentHelp("Write the report to a file.", valueName: "file"))
    var output: String?

    @Option(
        help: ArgumentHelp("Exit with 1 if the grade is below this letter.", valueName: "grade"),
        transform: Grade.init(argument:))
    var failUnder: Grade?

    @Flag(help: "Print the report only: no progress, no warnings.")
    var quiet = false

    @Flag(help: "Show every check and every transcript in the report.")
    var verbose = false

    /// What a report looks like.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case terminal
        case json
    }
}

extension Grade {
    /// A letter as a person types it.
    init(argument: String) throws {
        guard let grade = Grade(rawValue: argument.uppercased()) else {
            throw ValidationError("Use one of A+, A, B, C, D, F.")
        }
        self = grade
    }
}
