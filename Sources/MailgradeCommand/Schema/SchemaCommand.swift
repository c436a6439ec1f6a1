internal import ArgumentParser
internal import CheckEngine
internal import CheckKit
internal import Grading
internal import MailgradeKit
internal import Reporting

/// `mailgrade schema`.
struct SchemaCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Prints the JSON Schema of what mailgrade writes, of profiles, or of their cases.",
        usage: "mailgrade schema \(names.joined(separator: "|"))")

    /// What has a schema.
    static let names = Schemas.allCases.map(\.rawValue) + ["profile", "profile-tests"]

    @Argument(help: "One of \(names.joined(separator: ", ")).", completion: .list(names))
    var subject: String

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        environment.output.write(try Self.text(subject, plugins))
        return .graded
    }

    /// The schema of a name. Throws `UsageError` where there is none.
    static func text(_ subject: String, _ plugins: [Plugin]) throws -> String {
        if subject == "profile" { return try ProfileSchema(Catalog(plugins)).json() }
        if subject == "profile-tests" { return try CaseSchema(Catalog(plugins)).json() }
        guard let schema = Schemas(rawValue: subject) else {
            let nearest = Suggestion.nearest(to: subject, in: names).map { "Did you mean \($0)?" }
            throw UsageError(
                "There is no schema \(subject). " + (nearest ?? "Use one of \(names.joined(separator: ", "))."))
        }
        return try schema.json(try Policies.facts(plugins))
    }
}
