internal import CheckKit
internal import Grading
internal import Reporting

/// How the result is shown, and what the process ends with.
struct Presentation {
    let options: ReportOptions
    let surroundings: Surroundings

    /// Finds out before the run whether the report can be written after it.
    func check() throws {
        if let output = options.output { try TextFile.checkWritable(output) }
    }

    /// Says what is odd about a profile, without stopping.
    func warn(about profile: Profile) {
        guard !options.quiet else { return }
        for warning in profile.warnings { surroundings.errors.write("\(warning)\n") }
    }

    /// Prints the report, or writes it into the file.
    func show(_ report: Report) throws -> CommandStatus {
        if let output = options.output {
            try TextFile.save(try text(report, width: 100, hasColour: false), into: output)
        } else {
            let screen = surroundings.output
            screen.write(try text(report, width: screen.width, hasColour: screen.hasColour))
        }
        return CommandStatus(report.assessment, failUnder: options.failUnder)
    }

    private func text(_ report: Report, width: Int, hasColour: Bool) throws -> String {
        switch options.format {
        case .json: try report.json()
        case .terminal:
            report.terminalText(
                Report.TerminalLayout(width: width, hasColour: hasColour, isVerbose: options.verbose))
        }
    }
}
