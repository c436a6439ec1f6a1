internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
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
        guard let list = command.list else {
            throw UsageError("No list of domains. Name a file with a domain on each line: mailgrade batch domains.txt")
        }
        let manners = try command.manners.read()
        let ages = Store.Ages(settled: command.fresh, open: min(command.fresh, manners.retryAfter))
        let policies = try Policies(command.profile, plugins: plugins)
        let store = try open(policies, ages)
        let many = try await ManyMeans(command.network, policies, manners, environment, ages: ages, before: store)
        for warning in policies.all.flatMap(\.profile.warnings) where !command.quiet {
            environment.errors.write("\(warning)\n")
        }
        var means = BatchRun.Means(
            stages: many.stages, store: store, manners: manners, ages: ages, dns: many.dns, now: environment.now)
        means.stay = command.stay
        let run = try BatchRun(means, list: list)
        let output = try command.output.map { try OutputFile($0) }
        let writing: @Sendable (String) throws -> Void = { [environment] text in
            if let output { try output.write(text) } else { environment.output.write(text) }
        }
        return try await finish(run, done: output?.done ?? [:], writing)
    }

    private func finish(
        _ run: BatchRun, done: [Int: String], _ write: @escaping @Sendable (String) throws -> Void
    ) async throws -> CommandStatus {
        let task = Task { try await run.run(done: done, write: write) }
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
        } catch is CancellationError {
        }
        board.finish()
        return interrupted.withLock { $0 } ? .interrupted : .graded
    }

    private func open(_ policies: Policies, _ ages: Store.Ages) throws -> Store {
        let file = command.store ?? command.output.map { "\($0).store" } ?? "mailgrade.store"
        do {
            return try Store(file: file, known: policies.plan.knownFacts, ages: ages, now: environment.now)
        } catch let problem as StoreProblem {
            throw UsageError(problem.description)
        }
    }
}
