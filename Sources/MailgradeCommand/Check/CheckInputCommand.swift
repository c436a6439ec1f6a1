internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade check input`.
struct CheckInputCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "input", abstract: "Prints what the program of an external check is given, from saved evidence.",
        discussion: """
            A line of JSON for each place that the check judges: mailgrade schema program-input describes it. Give one of them to the \
            program to try it by hand.
            """)

    @Argument(help: "The id of a check that the profile declares.")
    var id: String

    @Argument(
        help: ArgumentHelp("A file that --evidence has saved; - is standard input.", valueName: "evidence"),
        completion: .file(extensions: ["json"]))
    var evidence: String

    @Option(help: ArgumentHelp("The profile that declares the check.", valueName: "file"), completion: .profile)
    var profile: String

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let policies = try Policies([profile], plugins: plugins)
        let inputs = try policies.programInputs(
            of: id, on: try SavedEvidence.read(evidence, policies.plan))
        for input in inputs {
            switch input.json {
            case .present(let json): environment.output.write(json)
            case .absent(let why):
                let place = input.place == .domain ? "" : " at \(input.place)"
                environment.errors.write("The program is not asked\(place): \(why).\n".escapedByLine)
            }
        }
        return .graded
    }
}
