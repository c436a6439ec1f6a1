internal import CheckKit
internal import MailgradeKit
internal import Reporting

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

    func run() async throws -> CommandStatus {
        guard !command.evidence.isEmpty else {
            throw UsageError(
                "No evidence to judge. Name a file that --evidence has saved: mailgrade judge EVIDENCE.json")
        }
        let files = try EvidenceFiles.all(command.evidence)
        let policies = try Policies(command.report.profile, plugins: plugins)
        let presentation = try Presentation(
            options: command.report, besides: uses(files, policies),
            isOneRun: command.evidence == files && files.count == 1, environment: environment)
        presentation.warn(about: policies)
        let gate = try GateOptions(command.report, policies)
        guard presentation.isOneRun, let file = files.first else {
            return try await judge(files, policies, presentation, gate)
        }
        let reports = try await reports(file, policies)
        return try presentation.show(reports, gate.gate(for: reports.first.domain, reports.first.namedServers))
    }

    /// The files that are read.
    private func uses(_ evidence: [String], _ policies: Policies) throws -> FileUses {
        var uses = try command.report.uses(policies)
        for file in evidence { uses.reads("the evidence", file) }
        return uses
    }

    private func reports(_ path: String, _ policies: Policies) async throws -> Reports {
        var evidence = try SavedEvidence.read(path, policies.plan)
        if command.runPrograms { evidence = try await policies.runningPrograms(on: evidence) }
        return policies.reports(evidence, at: command.at)
    }

    /// One file after the other; one that cannot be read does not keep the others.
    private func judge(
        _ files: [String], _ policies: Policies, _ presentation: Presentation, _ gate: GateOptions
    ) async throws -> CommandStatus {
        var sheet = presentation.sheet()
        var isWhole = true
        for file in files {
            do {
                let reports = try await reports(file, policies)
                try sheet.add(reports, gate.gate(for: reports.first.domain, reports.first.namedServers))
            } catch let error as UsageError {
                environment.errors.write("Error: \(error)\n")
                isWhole = false
            }
        }
        let status = try sheet.finish()
        return isWhole ? status : .usage
    }
}
