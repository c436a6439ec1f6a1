internal import ArgumentParser
internal import Batch
internal import CheckEngine
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Store

/// `mailgrade filter`.
struct FilterCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "filter", abstract: "Does one stage of a batch: lines of JSON in, a line out for each.",
        usage: "mailgrade filter resolve|probe|judge [options] < lines",
        discussion: """
            resolve looks up what domains publish, probe asks their servers, judge grades: each reads what the one before \
            has written. Nothing is kept between two runs. For GNU parallel, Slurm, Kubernetes and Apache Spark.

            Exit status: 0 every line was answered; 1 some have an \u{201C}error\u{201D} in place of an answer (0 with \
            --errors-are-answers); 2 an error in the command line, or lines could not be written; 130 interrupted.

            Example:
              echo '{"v":1,"domain":"example.com"}' | mailgrade filter resolve | mailgrade filter probe | mailgrade filter judge
            """)

    @Argument(help: ArgumentHelp("The stage: resolve, probe or judge.", valueName: "stage"))
    var stage: Stage

    /// The stages, as people type them.
    enum Stage: String, CaseIterable, ExpressibleByArgument {
        case resolve, probe, judge

        var stage: Filter.Stage {
            switch self {
            case .resolve: .resolve
            case .probe: .probe
            case .judge: .judge
            }
        }
    }

    @Option(
        help: ArgumentHelp(
            "Answer one of several parts of the lines only, by the network of the address, or by the domain.",
            valueName: "part/parts"), transform: Self.shard)
    var shard: Filter.Shard?

    @Option(
        help: ArgumentHelp("The grading policy: a built-in profile or a file. May be repeated.", valueName: "id|file"),
        completion: .profile)
    var profile = ["default"]

    @OptionGroup var manners: MannersOption

    @Flag(help: "Exit with 0 where every line has its line, be it an answer or an error.")
    var errorsAreAnswers = false

    @Flag(help: "Print nothing but answers and errors.")
    var quiet = false

    @OptionGroup(title: "Network options") var network: NetworkOptions

    @Sendable static func shard(_ text: String) throws -> Filter.Shard {
        let parts = text.split(separator: "/").map { Int($0) }
        guard parts.count == 2, let part = parts[0], let all = parts[1], (1...100_000).contains(all),
            (1...all).contains(part)
        else { throw ValidationError("Use the number of the part and how many there are, for example 3/16.") }
        return Filter.Shard(part: part, parts: all)
    }

    func run(_ plugins: [Plugin], on environment: Environment) async throws -> CommandStatus {
        let policies = try Policies(profile, plugins: plugins)
        let manners = try manners.read()
        let means = try await ManyMeans(
            try ManyMeans.open(network, policies, manners, environment), policies, manners,
            ages: .init(settled: .seconds(86_400), open: .seconds(86_400)))
        let filter = Filter(
            stage.stage, means.stages, means.manners, shard: shard, now: environment.now)
        let lines = StandardLines()
        let task = Task {
            try await filter.run(next: { await lines.next() }) { line in
                environment.output.write(line)
                if environment.output.isUnread() { throw NobodyReads() }
            }
        }
        let interrupted = Locked(false)
        environment.onInterrupt {
            interrupted.withLock { $0 = true }
            task.cancel()
        }
        let count: Filter.Count
        do {
            count = try await task.value
        } catch is NobodyReads {
            return .unwritten
        } catch is CancellationError {
            return .interrupted
        }
        if !quiet {
            let others = count.others > 0 ? ", \(count.others) of other parts" : ""
            environment.errors.write(
                "filter \(stage): \(count.lines) lines\(others), \(count.answered) answered, \(count.failed) failed, "
                    + "\(count.connections) connections\n")
        }
        if interrupted.withLock({ $0 }) { return .interrupted }
        let answered = count.answered + (errorsAreAnswers ? count.failed : 0)
        return answered + count.others == count.lines ? .graded : .below
    }
}
