internal import ArgumentParser
internal import Grading
internal import Reporting

/// The options about judging and reporting.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The grading policy: a built-in profile or a file. Name several to see them side by side.",
            valueName: "id|file"), completion: .profile)
    var profile = ["default"]

    @Option(
        help: ArgumentHelp(
            "Report format, one of \(ReportFormat.all.map(\.id).joined(separator: ", ")), with a file to write it into "
                + "(default: terminal). Name several to have them all; one may go without a file.",
            valueName: "format[=file]"), completion: .list(ReportFormat.all.map(\.id)),
        transform: FormatChoice.init(argument:))
    var format = [FormatChoice.standard]

    @Option(
        help: ArgumentHelp("Write the format that has no file into this one; - is standard output.", valueName: "file"),
        completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "A file of your repository that lists domains: sarif and github show findings at the domain\u{2019}s line.",
            valueName: "file"), completion: .file())
    var anchor: String?

    @Option(
        help: ArgumentHelp("Exit with 1 if the grade is below this letter.", valueName: "grade"),
        completion: .list(["A+", "A", "B", "C", "D", "F"]), transform: Grade.init(argument:))
    var failUnder: Grade?

    @Option(
        help: ArgumentHelp(
            "Exit with 1 if this was found: a code, a severity (info, notice, warning, error, critical) or worse, "
                + "\u{201C}requirement\u{201D} for any that must be met, or the id of one. May be given several times.",
            valueName: "what"))
    var failOn: [String] = []

    @Option(
        help: ArgumentHelp(
            "Evidence of a former run, or a folder of such files: exit with 1 only for what got worse since.",
            valueName: "evidence"), completion: .file())
    var baseline: String?

    @Flag(help: "Print one line instead of the terminal report.")
    var summary = false

    @Flag(help: "Print nothing beside the reports, and one line instead of the terminal report.")
    var quiet = false

    @Flag(help: "Show every check, cipher suite and transcript in the report.")
    var verbose = false
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

extension CompletionKind {
    /// The built-in profiles, for which a shell asks the command, and files that may be one.
    static var profile: CompletionKind {
        .shellCommand("mailgrade profile list | cut -d ' ' -f 1; ls | grep 'yaml$'")
    }
}
