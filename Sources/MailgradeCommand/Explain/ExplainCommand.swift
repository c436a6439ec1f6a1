internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// `mailgrade explain`.
struct ExplainCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain", abstract: "Explains a finding, a check, a profile or a grade, without a packet.",
        usage: "mailgrade explain CODE|CHECK|PROFILE|GRADE [--profile <id|file>]")

    @Argument(help: "For example starttls.not-offered, certificate.trusted, default or B.")
    var subject: String

    @Option(help: ArgumentHelp("The grading policy to explain by.", valueName: "id|file"), completion: .profile)
    var profile = "default"

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let library = Policy.library(plugins)
        environment.output.write(try text(plugins, library, environment.output))
        return .graded
    }

    private func text(_ plugins: [Plugin], _ library: ProfileLibrary, _ output: TextOutput) throws -> String {
        let loaded = try Policy.load(profile, from: library)
        let manual = Manual(profile: loaded, width: output.width, hasColour: output.hasColour)
        let checks = plugins.flatMap(\.checks) + loaded.externalChecks.map(\.check)
        if let grade = Grade(rawValue: subject.uppercased()) { return manual.text(about: grade) }
        if let check = checks.first(where: { $0.id == subject || $0.formerIDs.contains(subject) }) {
            return manual.text(about: check)
        }
        if let check = checks.first(where: { $0.findings.contains { $0.code == subject } }) {
            return manual.text(about: subject, of: check)
        }
        if library.ids.contains(subject) || subject.contains("/") || subject.hasSuffix(".yaml") {
            let profile = try Policy.load(subject, from: library)
            return Manual(profile: profile, width: output.width, hasColour: output.hasColour).textAboutProfile()
        }
        let words = checks.flatMap { [$0.id] + $0.findings.map(\.code) } + library.ids
        let nearest = Suggestion.nearest(to: subject, in: words).map { "Did you mean \($0)?" }
        throw UsageError(
            "There is no finding, check, profile or grade \(subject). "
                + (nearest ?? "Checks are listed by mailgrade check list, profiles by mailgrade profile list."))
    }
}
