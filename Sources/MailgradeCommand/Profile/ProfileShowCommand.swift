internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade profile show`.
struct ProfileShowCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Prints a profile, as written or merged.")

    @Argument(help: ArgumentHelp("A built-in profile or a file.", valueName: "id|file"), completion: .profile)
    var profile: String

    @Flag(help: "Print the merged form, including what it extends; comments name the source of each line.")
    var effective = false

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let library = Policy.library(plugins)
        let text: String
        if effective {
            text = try Policy.load(profile, from: library).effectiveText
        } else if let source = library.source(of: profile) {
            text = source
        } else {
            _ = try Policy.load(profile, from: library)
            text = String(decoding: try TextFile.contents(of: profile, what: "profile"), as: UTF8.self)
        }
        environment.output.write(text.escapedByLine)
        return .graded
    }
}
