internal import ArgumentParser
internal import CheckKit
internal import Grading

/// `mailgrade profile schema`.
struct ProfileSchemaCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of profiles, for completion and hover texts in editors.")

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        environment.output.write(try ProfileSchema(Catalog(plugins)).json())
        return .graded
    }
}
