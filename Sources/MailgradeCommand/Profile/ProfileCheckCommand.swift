internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade profile check`.
struct ProfileCheckCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Checks profiles for errors and oddities.",
        discussion: """
            Reads each profile, then grades synthetic runs: every grade must be attainable, every cap must apply to \
            some run, and fixing a problem must never lower a grade. Of each requirement it says with which findings \
            it would still be met.

            Exit status: 0 no warnings; 1 warnings; 2 a profile cannot be used.
            """)

    @Argument(help: ArgumentHelp("Files, or built-in profiles.", valueName: "id|file"), completion: .profile)
    var profiles: [String]

    @Option(help: ArgumentHelp("How many synthetic runs to grade for each profile.", valueName: "count"))
    var runs = 4_000

    func validate() throws {
        guard (1...1_000_000).contains(runs) else { throw ValidationError("--runs takes a number from 1 to 1000000.") }
    }

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let library = Policy.library(plugins)
        let statuses = profiles.map { check($0, library, environment.output) }
        return statuses.max { $0.rawValue < $1.rawValue } ?? .graded
    }

    private func check(_ name: String, _ library: ProfileLibrary, _ output: TextOutput) -> CommandStatus {
        do throws(InvalidProfile) {
            let profile = try library.load(name)
            let examination = Examination(profile, in: library, limit: runs)
            let warnings = profile.warnings + examination.diagnostics
            for warning in warnings { output.write("\(warning)\n") }
            write(profile.tolerances(in: library), output)
            let count =
                warnings.isEmpty ? "no warnings" : warnings.count == 1 ? "1 warning" : "\(warnings.count) warnings"
            let sample = examination.isSampled ? ", a sample of all possible ones" : ""
            let tried = profile.isGraded ? "\(examination.runs) synthetic runs graded\(sample)" : "it gives no grades"
            output.write("\(name.escapedForTerminal): \(count); \(tried)\n")
            if let cases = ProfileCases.file(beside: name), TextFile.exists(cases) {
                output.write("its cases: mailgrade profile test \(name.escapedForTerminal)\n")
            }
            return warnings.isEmpty ? .graded : .below
        } catch {
            output.write("\(error)\n")
            let count = error.diagnostics.count { $0.kind == .error } + error.suppressed
            output.write("\(name.escapedForTerminal): \(count == 1 ? "1 error" : "\(count) errors")\n")
            return .usage
        }
    }

    /// With which findings requirements are still met, a line each.
    private func write(_ tolerances: [(domainClass: String?, tolerance: Tolerance)], _ output: TextOutput) {
        for (domainClass, tolerance) in tolerances {
            let found = Severity.allCases.reversed().compactMap { severity -> String? in
                let codes = tolerance.findings.filter { $0.severity == severity }.map(\.code)
                return codes.isEmpty ? nil : "\(codes.joined(separator: ", ")) (\(severity.rawValue))"
            }
            let words = tolerance.isMetByCleanDomains ? "still met with" : "met only with"
            let name = (domainClass.map { "\($0), " } ?? "") + tolerance.requirement.id
            let list =
                found.isEmpty ? "met only where nothing is found" : "\(words) \(found.joined(separator: "; "))"
            output.write("\(name) (\(tolerance.requirement.clause)): \(list)\n".escapedByLine)
        }
    }
}
