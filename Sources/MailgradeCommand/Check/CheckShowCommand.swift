internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailgradeKit
internal import Reporting

/// `mailgrade check show`: the page of `explain` about a check, for whoever looks for checks below `check`.
struct CheckShowCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows a check: what it looks at, what it can find, and what a profile makes of it.",
        discussion: "The same page as mailgrade explain ID. Findings, profiles and grades are explained there too.")

    @Argument(help: "The id of a check, for example starttls.offered.")
    var id: String

    @Option(
        help: ArgumentHelp("The profile to explain by; its own checks are shown too.", valueName: "id|file"),
        completion: .profile)
    var profile = "default"

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let policy = try Policy(profile, plugins: plugins)
        let checks = policy.plugins.flatMap(\.checks)
        guard let check = checks.first(where: { $0.id == id || $0.formerIDs.contains(id) }) else {
            if checks.contains(where: { $0.findings.contains { $0.code == id } }) {
                throw UsageError("\(id) is a finding. Type: mailgrade explain \(id)")
            }
            let nearest = Suggestion.nearest(to: id, in: checks.map(\.id)).map { "Did you mean \($0)?" }
            throw UsageError("There is no check \(id). " + (nearest ?? "They are listed by: mailgrade check list"))
        }
        let output = environment.output
        output.write(
            Manual(profile: policy.profile, width: output.width, hasColour: output.hasColour).text(about: check))
        return .graded
    }
}
