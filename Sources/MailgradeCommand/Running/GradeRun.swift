internal import CheckEngine
internal import CheckKit
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// `mailgrade DOMAIN`: collects evidence, judges it, shows the report.
struct GradeRun {
    /// How often what is known so far is judged at most.
    private static let pace = Duration.milliseconds(50)

    let command: GradeCommand
    let plugins: [Plugin]
    let environment: Environment

    init(_ command: GradeCommand, plugins: [Plugin], environment: Environment) {
        self.command = command
        self.plugins = plugins
        self.environment = environment
    }

    /// Whatever is wrong with the command line is found out before the first packet.
    func run() async throws -> CommandStatus {
        let domain = try domain()
        let mailgrade = Mailgrade(plugins: plugins, network: environment.wire)
        let policies = try mailgrade.policies(command.report.profile, isDeep: command.deep)
        let presentation = try Presentation(
            options: command.report, besides: uses(policies), environment: environment)
        if let evidence = command.evidence { try TextFile.checkWritable(evidence) }
        let settings = try command.network.settings(policies.all.map(\.profile), machine: environment.hostName)
        presentation.warn(about: policies)
        let gate = try GateOptions(command.report, policies)

        let interrupted = Locked(false)
        let isFollowed = !command.report.quiet && (environment.errors.isTerminal || command.progress)
        let run = mailgrade.run(
            domain, policies, settings, over: command.network.wire, at: environment.now(),
            judgingDraftsAt: isFollowed || presentation.listener != nil ? Self.pace : nil)
        environment.onInterrupt {
            interrupted.withLock { $0 = true }
            run.cancel()
        }
        let progress = Progress(
            domain, policies.plan.outline.steps, deadline: settings.deadline.inSeconds,
            on: isFollowed ? environment.errors : nil)
        let evidence = try await progress.showing(run, telling: presentation.listener)
        // When one of the two files cannot be written after all, the other still is.
        let shown = Result {
            try presentation.show(policies.reports(evidence), gate.gate(for: domain, settings.servers))
        }
        if let path = command.evidence {
            try SavedEvidence.write(evidence, of: policies, into: path)
        }
        let status = try shown.get()
        return interrupted.withLock { $0 } ? .interrupted : status
    }

    /// The files that the run reads, or writes beside its reports. Throws `UsageError`.
    private func uses(_ policies: Policies) throws -> FileUses {
        var uses = try command.report.uses(policies)
        uses.reads("--ca-file", command.network.caFile)
        uses.reads("--trust-anchor", command.network.trustAnchor)
        try uses.writes("--evidence", command.evidence)
        return uses
    }

    private func domain() throws -> DomainName {
        guard let text = command.domains.first else {
            throw UsageError("No domain to grade. Type one, for example: mailgrade example.com")
        }
        guard command.domains.count == 1 else {
            throw UsageError("Type one domain: mailgrade grades one at a time.\n\(Slips.loop)")
        }
        guard !text.hasPrefix("@") else {
            throw UsageError("Type the domain without the @: mailgrade reads no file of domains.\n\(Slips.loop)")
        }
        return try DomainName(argument: text)
    }
}
