internal import ArgumentParser
internal import Batch
internal import CheckKit
internal import FoundationEssentials
internal import MailgradeKit

/// `mailgrade manners`.
struct MannersCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "manners", abstract: "Shows how a batch behaves towards other people\u{2019}s servers.",
        usage: "mailgrade manners [FILE] [--probing-txt]",
        discussion: """
            Without a file it writes the manners that are built in: save them, change them, and name the file with \
            --manners. With --probing-txt it writes what to publish at /.well-known/probing.txt on the machine that asks, \
            for whoever finds it in a log (RFC 9511).
            """)

    @Argument(help: "A file of manners to check.", completion: .file(extensions: ["yaml"]))
    var file: String?

    @Flag(help: "Write the text of /.well-known/probing.txt, good for a year.")
    var probingTxt = false

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let manners = try file.map { try Manners(file: $0) } ?? Manners()
        guard probingTxt else {
            environment.output.write(manners.yaml)
            return .graded
        }
        guard let text = manners.probingText(until: environment.now().addingTimeInterval(31_536_000)) else {
            throw UsageError("Whom should they write to? Name a file of manners with a contact below identity.")
        }
        environment.output.write(text)
        return .graded
    }
}

/// The option that batch and filters share.
struct MannersOption: ParsableArguments {
    @Option(
        help: ArgumentHelp("How servers are treated, instead of the built-in manners.", valueName: "file"),
        completion: .file(extensions: ["yaml"]))
    var manners: String?

    /// What it says.
    func read() throws -> Manners { try manners.map { try Manners(file: $0) } ?? Manners() }
}
