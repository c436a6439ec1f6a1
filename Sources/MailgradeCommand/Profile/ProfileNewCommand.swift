internal import ArgumentParser
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade profile new`.
struct ProfileNewCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Starts a profile of your own in NAME.yaml.")

    @Argument(help: "The profile's id: lower-case letters, digits, dots and hyphens.")
    var name: String

    @Option(help: ArgumentHelp("The profile that it changes.", valueName: "id|file"), completion: .profile)
    var extends = "default"

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let library = Policy.library(plugins)
        let base = try Policy.load(extends, from: library)
        let path = "\(name).yaml"
        do throws(InvalidProfile) {
            _ = try library.read(Array(text(base).utf8), name: path)
        } catch {
            throw UsageError("\(name) cannot be the id of a profile.\n\(error)")
        }
        guard !FileManager.default.fileExists(atPath: path) else {
            throw UsageError("\(path) exists already. Choose another name, or change that file.")
        }
        try TextFile.save(text(base), into: path)
        environment.output.write("\(path) is ready. Change it, then run: mailgrade profile check \(path)\n")
        return .graded
    }

    private func text(_ base: Profile) -> String {
        """
        # yaml-language-server: $schema=mailgrade-profile.schema.json
        # For completion in an editor: mailgrade profile schema > mailgrade-profile.schema.json
        schema: 1
        id: \(name)
        title: The mail policy of \(name)
        extends: \(extends)

        # Only what differs from \(base.id). To see everything that can be changed: mailgrade profile show \(extends) --effective
        # checks:
        #   starttls.offered: { weight: 25 }
        #   smtp.greeting-valid: null          # not run: its probes send nothing
        # severity:
        #   ptr.missing: notice
        # grade:
        #   caps:
        #     no-tls13: { at-most: B }
        # waivers:
        #   old-gateway:
        #     finding: ptr.missing
        #     server: mx3.\(name).example
        #     reason: The address block moves to another provider.
        #     approved-by: security
        #     expires: 2026-12-31
        # What it must come to is written in \(name).tests.yaml and run by: mailgrade profile test \(name).yaml

        """
    }
}
