import CheckEngine
import CheckKit
import Checks
import Grading
import MailgradeKit
import Reporting

/// The program as its readers of files and its reports know it, made once.
enum Application {
    /// The default profile.
    static let policies: Policies = {
        do {
            return try Policies(["default"], plugins: Plugin.builtIn)
        } catch {
            fatalError("\(error)")
        }
    }()

    /// What loads profiles.
    static let library: ProfileLibrary = Policy.library(Plugin.builtIn)

    /// Judges, writes a fourth of the formats, and looks at what was written: nothing steers a terminal, and JSON is JSON. Which fourth
    /// the number says, so that an input has always the same; all of them for each would take four times as long.
    static func show(_ evidence: Evidence, formats number: UInt8) {
        let reports = policies.reports(evidence)
        for (index, format) in ReportFormat.all.enumerated() where index % 4 == Int(number % 4) {
            let text: String
            do {
                text = try format.write(reports, ReportFormat.Layout(isVerbose: true))
            } catch {
                fatalError("\(format.id) cannot be written: \(error)")
            }
            requireSafe(format.mediaType == "text/csv" ? text.replacing("\r\n", with: "\n") : text)
            switch format.id {
            case "json", "sarif": requireJSON(text)
            case "ndjson": text.split(separator: "\n").forEach { requireJSON($0) }
            default: break
            }
        }
    }
}
