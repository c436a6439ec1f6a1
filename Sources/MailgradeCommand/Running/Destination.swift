internal import MailgradeKit
internal import Reporting

/// A format and where it is written.
struct Destination {
    let format: ReportFormat
    /// The file; nil for standard output.
    let file: String?

    /// Where each format goes. At most one goes to standard output, no two into one file, and none over a file that the run reads
    /// or writes otherwise: `taken`, each with what it is. Throws `UsageError` before anything is done.
    static func all(_ choices: [FormatChoice], output: String?, taken: [(what: String, path: String)]) throws
        -> [Destination]
    {
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
        try check(destinations, taken)
        return destinations
    }

    private static func check(_ destinations: [Destination], _ taken: [(what: String, path: String)]) throws {
        var files = taken.compactMap { what, path in FileIdentity(path).map { (what, $0) } }
        for destination in destinations {
            guard let path = destination.file else { continue }
            try TextFile.checkWritable(path)
            guard let identity = FileIdentity(path) else { continue }
            if let other = files.first(where: { $0.1 == identity }) {
                throw UsageError(
                    "\(path) is \(other.0) as well. Name another file for --format \(destination.format.id).")
            }
            files.append(("the file of --format \(destination.format.id)", identity))
        }
    }
}
