internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// How the result is shown, and what the process ends with.
struct Presentation {
    /// Wide enough for tables in a file, and narrow enough to read.
    private static let fileWidth = 100

    let options: ReportOptions
    let environment: Environment
    private let destinations: [Destination]
    private let anchorFile: AnchorFile?
    /// Whether it is one run, and not a list of them.
    let isOneRun: Bool
    /// The events of a run for the file of a format that takes them, kept until it is written.
    private let events = Locked("")

    /// Finds out before the run whether the reports can be written after it, besides the files that the run uses otherwise. Throws
    /// `UsageError`.
    init(
        options: ReportOptions, besides uses: FileUses, isOneRun: Bool = true, environment: Environment
    ) throws {
        self.options = options
        self.isOneRun = isOneRun
        self.environment = environment
        var uses = uses
        uses.reads("the file of --anchor", options.anchor)
        destinations = try Destination.all(options.format, output: options.output, besides: uses)
        // Without one it is the profile, where that is a file of this folder.
        anchorFile =
            try options.anchor.map { try AnchorFile($0) }
            ?? options.profile.first { $0.hasSuffix(".yaml") }.flatMap { try? AnchorFile($0) }
    }

    /// Says what is odd about the profiles, without stopping.
    func warn(about policies: Policies) {
        guard !options.quiet else { return }
        for warning in policies.all.flatMap(\.profile.warnings) { environment.errors.write("\(warning)\n") }
    }

    /// What to call with each event of the run; nil where no format wants them.
    var listener: (@Sendable (GradingEvent) -> Void)? {
        guard let stream = destinations.first(where: \.format.isStream) else { return nil }
        let (screen, events, isFile) = (environment.output, events, stream.file != nil)
        return { event in
            // A line that cannot be written is no reason to end the run.
            guard let line = try? event.line() else { return }
            if isFile {
                events.withLock { $0 += line }
            } else {
                screen.write(line)
            }
        }
    }

    /// Writes every report where it goes; one that cannot be written does not keep the others. The worst of several profiles decides
    /// what the process ends with.
    func show(_ reports: Reports, _ gate: Gate) throws -> CommandStatus {
        let results = destinations.map { destination in
            Result {
                let text = try destination.format.write(reports, layout(destination, reports, gate))
                let isFile = destination.file != nil && destination.format.isStream
                try put(isFile ? events.withLock { $0 } + text : text, destination)
            }
        }
        for result in results { try result.get() }
        explain(reports, gate)
        return CommandStatus(gate.standing(of: reports))
    }

    /// Several runs, one after the other.
    func sheet() -> Sheet { Sheet(self) }

    private func layout(_ destination: Destination, _ reports: Reports?, _ gate: Gate) -> ReportFormat.Layout {
        var layout = ReportFormat.Layout(
            width: Self.fileWidth, isVerbose: options.verbose, isSummary: options.summary || options.quiet, gate: gate,
            anchor: reports.flatMap { anchorFile?.anchor(of: $0.first.domain) })
        if destination.file == nil {
            layout.width = environment.output.width
            layout.hasColour = environment.output.hasColour
        }
        return layout
    }

    private func put(_ text: String, _ destination: Destination) throws {
        if let file = destination.file {
            try TextFile.save(text, into: file)
        } else {
            environment.output.write(text)
        }
    }

    /// Says why the process ends as it does.
    private func explain(_ reports: Reports, _ gate: Gate) {
        guard !options.quiet, gate != Gate() else { return }
        for report in reports.all {
            let verdict = gate.verdict(on: report)
            for reason in verdict.reasons where verdict.standing != .nothing {
                let name = isOneRun ? report.profile.id : "\(report.domain.forPeople) (\(report.profile.id))"
                environment.errors.write("\(name): \(reason.escapedForTerminal)\n")
            }
        }
    }
}

extension Presentation {
    /// Several runs in each format.
    struct Sheet {
        private let presentation: Presentation
        private var texts: [any JointText]
        private var standings: [Standing] = []

        fileprivate init(_ presentation: Presentation) {
            self.presentation = presentation
            texts = presentation.destinations.map { $0.format.joint(presentation.layout($0, nil, Gate())) }
        }

        /// Adds a run.
        mutating func add(_ reports: Reports, _ gate: Gate) throws {
            for (index, destination) in presentation.destinations.enumerated() {
                try texts[index].add(reports, presentation.layout(destination, reports, gate))
            }
            presentation.explain(reports, gate)
            standings.append(gate.standing(of: reports))
        }

        /// Writes what there is.
        func finish() throws -> CommandStatus {
            for (text, destination) in zip(texts, presentation.destinations) {
                try presentation.put(text.text(), destination)
            }
            return CommandStatus(.worst(ofRuns: standings))
        }
    }
}
