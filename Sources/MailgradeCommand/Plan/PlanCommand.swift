internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// `mailgrade plan`.
struct PlanCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Says what a run would ask, of whom and why, without a packet.",
        usage: "mailgrade plan [DOMAIN] [--profile <id|file>] [--format terminal|json|dot|mermaid]")

    /// The forms that a plan has.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case terminal, json, dot, mermaid
    }

    @Argument(help: "The domain; without one, the plan is for any.")
    var domain: String?

    @Option(
        help: ArgumentHelp("The grading policy to plan for. May be repeated.", valueName: "id|file"),
        completion: .profile)
    var profile = ["default"]

    @Flag(help: "Plan every check, whatever the profile needs.")
    var deep = false

    @Option(help: ArgumentHelp("How to write it.", valueName: "format"))
    var format = Format.terminal

    @OptionGroup(title: "Network options") var network: NetworkOptions

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let policies = try Policies(profile, plugins: plugins, isDeep: deep)
        let settings = try network.settings(policies.all.map(\.profile), machine: environment.hostName)
        let plan = policies.planned(for: try domain.map(DomainName.init(argument:)), settings)
        environment.output.write(try text(plan, environment.output))
        return .graded
    }

    private func text(_ plan: PlanReport, _ output: TextOutput) throws -> String {
        switch format {
        case .terminal:
            plan.document().terminalText(ReportFormat.Layout(width: output.width, hasColour: output.hasColour))
        case .json: try plan.json()
        case .dot: plan.dot()
        case .mermaid: plan.mermaid()
        }
    }
}
