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
    /// The events of a run for the file of a format that takes them, kept until it is written.
    private let events = Locked("")

    /// Finds out before the run whether the reports can be written after it. `taken` are the other files of the run, each with what
    /// it is. Throws `UsageError`.
    init(options: ReportOptions, taken: [(what: String, path: String)], environment: Environment) throws {
        self.options = options
        self.environment = environment
        let profiles = options.profile.map { (what: "the profile", path: $0) }
        let anchor = options.anchor.map { (what: "the file of --anchor", path: $0) }
        destinations = try Destination.all(
            options.format, output: options.output, taken: taken + profiles + [anchor].compactMap(\.self))
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
    func show(_ reports: Reports) throws -> CommandStatus {
        let anchor = anchorFile?.anchor(of: reports.first.domain)
        let results = destinations.map { destination in Result { try write(reports, to: destination, anchor) } }
        for result in results { try result.get() }
        let standings = reports.all.map { Standing($0.assessment, bar: options.failUnder) }
        if let bar = options.failUnder { explain(standings, reports, bar) }
        return CommandStatus(.worst(of: standings))
    }

    private func write(_ reports: Reports, to destination: Destination, _ anchor: ReportFormat.Anchor?) throws {
        var layout = ReportFormat.Layout(
            width: Self.fileWidth, isVerbose: options.verbose, bar: options.failUnder, anchor: anchor)
        if let file = destination.file {
            let before = destination.format.isStream ? events.withLock { $0 } : ""
            try TextFile.save(before + (try destination.format.write(reports, layout)), into: file)
        } else {
            let screen = environment.output
            layout.width = screen.width
            layout.hasColour = screen.hasColour
            screen.write(try destination.format.write(reports, layout))
        }
    }

    /// Says why the process ends as it does, with the result that decides it.
    private func explain(_ standings: [Standing], _ reports: Reports, _ bar: Grade) {
        guard !options.quiet else { return }
        for (standing, report) in zip(standings, reports.all) where standing != .met {
            let what = standing == .missed ? "does not meet" : "may or may not meet"
            environment.errors.write(
                "\(report.profile.id): \(report.headline.escapedForTerminal) (\(what) \(bar))\n")
        }
    }
}
