internal import CheckKit
internal import MailgradeKit

/// `mailgrade judge`: the same grade from saved evidence, without a packet.
struct JudgeRun {
    let command: JudgeCommand
    let plugins: [Plugin]
    let environment: Environment

    init(_ command: JudgeCommand, plugins: [Plugin], environment: Environment) {
        self.command = command
        self.plugins = plugins
        self.environment = environment
    }

    func run() throws -> CommandStatus {
        guard let path = command.evidence else {
            throw UsageError(
                "No evidence to judge. Name a file that --evidence has saved: mailgrade judge EVIDENCE.json")
        }
        let isPiped = path == "-"
        let presentation = try Presentation(
            options: command.report, taken: isPiped ? [] : [(what: "the evidence", path: path)],
            environment: environment)
        let policies = try Policies(command.report.profile, plugins: plugins)
        presentation.warn(about: policies)
        let evidence = try SavedEvidence.read(isPiped ? "/dev/stdin" : path, policies.plan)
        return try presentation.show(policies.reports(evidence, at: command.at))
    }
}
