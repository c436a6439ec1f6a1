internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// How the result is shown, and what the process ends with.
struct Presentation {
    let options: ReportOptions
    let environment: Environment

    /// Finds out before the run whether the report can be written after it.
    func check() throws {
        if let output = options.output { try TextFile.checkWritable(output) }
    }

    /// Says what is odd about the profiles, without stopping.
    func warn(about policies: Policies) {
        guard !options.quiet else { return }
        for warning in policies.all.flatMap(\.profile.warnings) { environment.errors.write("\(warning)\n") }
    }

    /// Prints the report, or writes it into the file. The worst of several profiles decides what the process ends with.
    func show(_ reports: Reports) throws -> CommandStatus {
        if let output = options.output {
            try TextFile.save(try text(reports, width: 100, hasColour: false), into: output)
        } else {
            let screen = environment.output
            screen.write(try text(reports, width: screen.width, hasColour: screen.hasColour))
        }
        let statuses = reports.all.map { CommandStatus($0.assessment, failUnder: options.failUnder) }
        if let bar = options.failUnder { explain(statuses, reports, bar) }
        return .worst(of: statuses)
    }

    /// Says why the process ends as it does, with the result that decides it.
    private func explain(_ statuses: [CommandStatus], _ reports: Reports, _ bar: Grade) {
        guard !options.quiet else { return }
        for (status, report) in zip(statuses, reports.all) where status != .graded {
            let what = status == .below ? "does not meet" : "may or may not meet"
            environment.errors.write(
                "\(report.profile.id): \(report.headline.escapedForTerminal) (\(what) \(bar))\n")
        }
    }

    private func text(_ reports: Reports, width: Int, hasColour: Bool) throws -> String {
        try options.format.write(
            reports, ReportFormat.Layout(width: width, hasColour: hasColour, isVerbose: options.verbose))
    }
}
