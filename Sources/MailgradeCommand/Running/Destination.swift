internal import MailgradeKit
internal import Reporting

/// A format and where it is written.
struct Destination {
    let format: ReportFormat
    /// The file; nil for standard output.
    let file: String?

    /// Where each format goes. At most one goes to standard output, no two into one file, and none over a file of other `uses`.
    /// Throws `UsageError` before anything is done.
    static func all(_ choices: [FormatChoice], output: String?, besides uses: FileUses) throws -> [Destination] {
        let free = choices.filter { $0.file == nil }
        guard free.count < 2 else {
            throw UsageError(
                "\(free[0].format.id) and \(free[1].format.id) have no file. Name one for all but one of them, for example "
                    + "--format \(free[1].format.id)=report.\(free[1].format.fileEnding).")
        }
        guard output == nil || !free.isEmpty else {
            throw UsageError("Each --format has a file already. Leave out --output, or the file of one of them.")
        }
        let destinations = choices.map { choice in
            let path = choice.file ?? output
            return Destination(format: choice.format, file: path == "-" ? nil : path)
        }
        let screens = destinations.filter { $0.file == nil }
        guard screens.count < 2 else {
            throw UsageError(
                "\(screens[0].format.id) and \(screens[1].format.id) would both go to standard output. Name a file for one."
            )
        }
        var uses = uses
        for destination in destinations {
            guard let path = destination.file else { continue }
            try TextFile.checkWritable(path)
            try uses.writes("--format \(destination.format.id)", path)
        }
        return destinations
    }
}
