public import ArgumentParser
internal import Grading
public import Reporting

/// The options about judging and reporting.
struct ReportOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The grading policy: a built-in profile or a file. Name several to see them side by side.",
            valueName: "id|file"))
    var profile = ["default"]

    @Option(
        help: ArgumentHelp(
            "Report format: \(ReportFormat.all.map(\.id).joined(separator: " or ")).",
            valueName: ReportFormat.all.map(\.id).joined(separator: "|")))
    var format = ReportFormat.all[0]

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
}

extension ReportFormat: ExpressibleByArgument {
    /// A format as a person types it.
    public init?(argument: String) {
        guard let format = ReportFormat.named(argument) else { return nil }
        self = format
    }

    /// The name, for help texts.
    public var defaultValueDescription: String { id }

    /// Every name, for help texts.
    public static var allValueStrings: [String] { all.map(\.id) }
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
