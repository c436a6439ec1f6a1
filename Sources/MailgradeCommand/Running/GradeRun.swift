internal import CheckEngine
internal import CheckKit
internal import MailModel
internal import Reporting

/// `mailgrade DOMAIN`: collects evidence, judges it, shows the report.
struct GradeRun {
    let command: GradeCommand
    let plugins: [Plugin]
    let surroundings: Surroundings

    init(_ command: GradeCommand, plugins: [Plugin], surroundings: Surroundings) {
        self.command = command
        self.plugins = plugins
        self.surroundings = surroundings
    }

    /// Whatever is wrong with the command line is found out before the first packet.
    func run() async throws -> CommandStatus {
        let domain = try domain()
        let presentation = Presentation(options: command.report, surroundings: surroundings)
        try presentation.check()
        if let evidence = command.evidence { try TextFile.checkWritable(evidence) }
        let policies = try Policies(command.report.profile, plugins: plugins, isDeep: command.deep)
        let settings = try command.network.settings(policies.all.map(\.profile), machine: surroundings.hostName)
        presentation.warn(about: policies)

        let interrupted = Locked(false)
        let collecting = Task { try await collect(domain, policies.plan, settings) }
        surroundings.onInterrupt {
            interrupted.withLock { $0 = true }
            collecting.cancel()
        }
        let evidence = try await withTaskCancellationHandler {
            try await collecting.value
        } onCancel: {
            collecting.cancel()
        }
        // When one of the two files cannot be written after all, the other still is.
        let shown = Result { try presentation.show(policies.reports(evidence)) }
        if let path = command.evidence {
            let json = try evidence.json(leavingOut: policies.plan.derivedFacts)
            try TextFile.save(String(decoding: json, as: UTF8.self) + "\n", into: path)
        }
        let status = try shown.get()
        return interrupted.withLock { $0 } ? .interrupted : status
    }

    private func domain() throws -> DomainName {
        guard let text = command.domain else {
            throw UsageError("No domain to grade. Type one, for example: mailgrade example.com")
        }
        do throws(DomainInputError) {
            return try DomainName(input: text)
        } catch {
            throw UsageError("\(error)")
        }
    }

    private func collect(_ domain: DomainName, _ plan: Plan, _ settings: RunSettings) async throws -> Evidence {
        let progress = Progress(domain, on: command.report.quiet ? nil : surroundings.errors)
        var request = command.network.wire(settings) {
            progress.note($0)
        }
        request.domain = domain
        return try await progress.showing { [request] in
            let began = ContinuousClock.now
            let wire = try await surroundings.wire(request)
            let collector = Collector(plan, wire: wire, settings: settings)
            return await collector.collect(domain, at: surroundings.now(), spent: began.duration(to: .now)) {
                progress.receive($0)
            }
        }
    }
}
