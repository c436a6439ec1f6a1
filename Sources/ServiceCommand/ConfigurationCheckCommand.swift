internal import ArgumentParser
internal import CheckKit
internal import MailgradeCommand
internal import Service

/// `mailgraded check`.
struct ConfigurationCheckCommand: ServiceSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Says what is wrong with a mailgraded.yaml, and sends nothing.")

    @Argument(help: ArgumentHelp("The configuration.", valueName: "file"), completion: .file())
    var file: String

    func run(_ plugins: [Plugin], on machine: Environment) async throws {
        let configuration = try ServiceConfiguration(file: file, plugins: plugins)
        let domains = configuration.lists.values.reduce(0) { $0 + $1.domains.count }
        machine.output.write(
            "\(file) is in order: \(configuration.profiles.count) profiles, \(configuration.lists.count) lists with \(domains) "
                + "domains, \(configuration.channels.count) channels.\n")
    }
}
