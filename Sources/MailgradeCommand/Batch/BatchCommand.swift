internal import ArgumentParser
internal import Batch
internal import CheckKit
internal import MailModel
internal import MailgradeKit

/// `mailgrade batch`.
struct BatchCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "batch", abstract: "Grades a list of domains, and asks each of their servers once.",
        usage: """
            mailgrade batch LIST|- [--output <file>] [--store <file>] [options]
            mailgrade batch --again --store <file> [options]
            """,
        discussion: """
            The list has a domain on each line, or is CSV or NDJSON: what else stands in a line comes back with the result. \
            Each result is a line of JSON, written as soon as it is there. What was seen is kept in the store: run the same \
            command again after an interruption, and it goes on where it was; nobody is asked twice.

            Exit status: 0 every line has its result; 2 an error in the command line, the list or a file; 3 this machine \
            is not fit for a batch; 5 results could not be written; 130 interrupted.

            Examples:
              mailgrade batch domains.txt --output results.ndjson
              mailgrade batch customers.csv --output results.ndjson --format csv=results.csv --profile acme.yaml
            """)

    @Argument(
        help: ArgumentHelp("The file with the domains; - is standard input.", valueName: "list"), completion: .file())
    var list: String?

    @Option(
        help: ArgumentHelp(
            "Write results into this file, behind those that are there already (default: standard output).",
            valueName: "file"), completion: .file())
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Keep what was seen in this file (default: beside the output, mailgrade.store without one).",
            valueName: "file"), completion: .file())
    var store: String?

    @Option(
        help: ArgumentHelp(
            "The grading policy: a built-in profile or a file. Name several to judge by each of them.",
            valueName: "id|file"), completion: .profile)
    var profile = ["default"]

    @Option(
        help: ArgumentHelp("Do not look again at what is younger (default: 1d).", valueName: "duration"),
        transform: Self.age)
    var fresh = Duration.seconds(86_400)

    @Option(
        help: ArgumentHelp(
            "At the end, stay so long for servers that turned us away, and ask them again (default: not at all).",
            valueName: "duration"), transform: Self.age)
    var stay = Duration.zero

    @OptionGroup var manners: MannersOption

    @Flag(help: "Without a list: look again at every domain of the store that has aged, or was to be asked later.")
    var again = false

    @Flag(help: "Start although the self-test has found that this machine is not fit for it.")
    var anyway = false

    @Option(
        help: ArgumentHelp(
            "At the end, write all results of the output as csv, markdown or sarif, too. May be repeated.",
            valueName: "format=file"), transform: Self.form)
    var format: [BatchForm] = []

    /// A form of all results, and its file.
    struct BatchForm: Sendable {
        let form: ResultForm
        let file: String
    }

    @Sendable static func form(_ text: String) throws -> BatchForm {
        let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
        guard parts.count == 2, let form = ResultForm(rawValue: parts[0]), !parts[1].isEmpty else {
            throw ValidationError("Use csv, markdown or sarif with a file, for example csv=results.csv.")
        }
        return BatchForm(form: form, file: parts[1])
    }

    @Flag(help: "Print nothing but results and errors.")
    var quiet = false

    @OptionGroup(title: "Network options") var network: NetworkOptions

    @Sendable static func age(_ text: String) throws -> Duration {
        guard let duration = Duration(text: text), duration >= .zero else {
            throw ValidationError("Use a duration such as 90m, 12h or 7d.")
        }
        return duration
    }

    func run(_ plugins: [Plugin], on environment: Environment) async throws -> CommandStatus {
        try await BatchCommandRun(self, plugins, environment).run()
    }
}
