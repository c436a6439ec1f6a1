internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Glibc
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Store

/// What `mailgrade batch` does.
struct BatchCommandRun {
    private let command: BatchCommand
    private let plugins: [Plugin]
    private let environment: Environment

    init(_ command: BatchCommand, _ plugins: [Plugin], _ environment: Environment) {
        self.command = command
        self.plugins = plugins
        self.environment = environment
    }

    func run() async throws -> CommandStatus {
        try checkArguments()
        let manners = try command.manners.read()
        let ages = Store.Ages(
            settled: command.fresh, open: min(command.fresh, manners.retryAfter), retry: manners.retryAfter)
        let policies = try Policies(command.profile, plugins: plugins)
        try checkFiles(policies)
        for warning in policies.all.flatMap(\.profile.warnings) where !command.quiet {
            environment.errors.write("\(warning)\n")
        }
        // Before the store is made: a process that cannot use the network has no use for one.
        let network = try ManyMeans.open(command.network, policies, manners, environment)
        let store = try open(policies, ages)
        let result: Result<CommandStatus, any Error>
        do {
            result = .success(try await run(policies, network, manners, ages, store))
        } catch {
            result = .failure(error)
        }
        do {
            try await store.close()
        } catch let problem as StoreProblem {
            throw UsageError(problem.description)
        }
        let status = try result.get()
        for form in command.format where status == .graded { try write(form) }
        return status
    }

    private func run(
        _ policies: Policies, _ network: ManyMeans.Opened, _ manners: Manners, _ ages: Store.Ages, _ store: Store
    ) async throws -> CommandStatus {
        let many = try await ManyMeans(network, policies, manners, ages: ages, before: store)
        var means = BatchRun.Means(
            stages: many.stages, store: store, manners: manners, ages: ages, now: environment.now)
        means.stay = command.stay
        guard try await isFit(many) else { return .untold }
        var run = try command.list.map { try BatchRun(means, list: $0) } ?? BatchRun(again: means)
        let output = try command.output.map { try OutputFile($0) }
        if let output {
            run = try run.behind(output)
            try output.prepare()
        }
        let writing: @Sendable (String) throws -> Void = { [environment] text in
            if let output { return try output.write(text) }
            environment.output.write(text)
            // Whoever reads no more wants nobody asked any more.
            if environment.output.isUnread() { throw NobodyReads() }
        }
        return try await finish(run, writing)
    }

    private func checkArguments() throws {
        guard command.list != nil || command.again else {
            throw UsageError("No list of domains. Name a file with a domain on each line: mailgrade batch domains.txt")
        }
        guard command.list == nil || !command.again else {
            throw UsageError("--again takes its domains from the store. Leave out the list, or --again.")
        }
        guard command.format.isEmpty || command.output != nil else {
            throw UsageError("--format is made of the file of --output. Name one.")
        }
        if command.again, !TextFile.exists(storePath) {
            throw UsageError("There is no store \(storePath). mailgrade batch with a list makes one.")
        }
        for form in command.format { try TextFile.checkWritable(form.file) }
    }

    /// No file is written that the run reads, or writes otherwise.
    private func checkFiles(_ policies: Policies) throws {
        var uses = FileUses()
        uses.reads("the list", command.list)
        uses.reads("--manners", command.manners.manners)
        uses.reads("--ca-file", command.network.caFile)
        uses.reads("--trust-anchor", command.network.trustAnchor)
        uses.reads(policies)
        if command.profile.contains("-") { uses.reads("--profile", "-") }
        try uses.writes("--output", command.output)
        try uses.writes(store: storePath)
        for form in command.format { try uses.writes("--format \(form.form.rawValue)", form.file) }
    }

    /// Whether this machine is fit for a batch; says what is wrong.
    private func isFit(_ many: ManyMeans) async throws -> Bool {
        let test = await many.selfTest()
        for remark in test.remarks where !command.quiet { environment.errors.write("\(remark.escapedForTerminal)\n") }
        for fault in test.faults { environment.errors.write("\(fault.escapedForTerminal)\n") }
        guard !test.faults.isEmpty, !command.anyway else { return true }
        environment.errors.write(
            "The batch was not started: it would collect our own faults. --anyway starts it all the same.\n")
        return false
    }

    private func write(_ form: BatchCommand.BatchForm) throws {
        guard let output = command.output else { return }
        let text = try form.form.text(ofResults: output, list: command.list ?? "list")
        try TextFile.save(text, into: form.file)
    }

    private func finish(
        _ run: BatchRun, _ write: @escaping @Sendable (String) throws -> Void
    ) async throws -> CommandStatus {
        let task = Task { try await run.run(write: write) }
        let interrupted = Locked(false)
        environment.onInterrupt {
            interrupted.withLock { $0 = true }
            task.cancel()
        }
        let board = BatchBoard(run, on: command.quiet ? nil : environment.errors)
        do {
            try await board.showing { try await task.value }
        } catch let problem as StoreProblem {
            throw UsageError(problem.description)
        } catch let problem as UnwrittenResults {
            environment.errors.write("Error: \(problem)\n")
            return .unwritten
        } catch let refusal as BatchRefusal {
            environment.errors.write("\(refusal)\n")
            return .untold
        } catch is NobodyReads {
            return .unwritten
        } catch is CancellationError {
        }
        board.finish()
        if interrupted.withLock({ $0 }) { return .interrupted }
        let status = run.current
        return status.done < status.total ? .unwritten : .graded
    }

    /// The store that is named, or the one beside the output.
    private var storePath: String { command.store ?? command.output.map { "\($0).store" } ?? "mailgrade.store" }

    private func open(_ policies: Policies, _ ages: Store.Ages) throws -> Store {
        let file = storePath
        do {
            return try Store(
                file: file, network: try command.network.identity, known: policies.plan.knownFacts, ages: ages,
                isThere: command.again, now: environment.now)
        } catch let problem as StoreProblem {
            throw UsageError(problem.description)
        }
    }
}
