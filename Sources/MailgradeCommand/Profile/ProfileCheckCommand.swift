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
            it would still be met. The program of each external check runs for each of its examples.

            Exit status: 0 no warnings; 1 warnings; 2 a profile cannot be used.
            """)

    @Argument(help: ArgumentHelp("Files, or built-in profiles.", valueName: "id|file"), completion: .profile)
    var profiles: [String]

    @Option(help: ArgumentHelp("How many synthetic runs to grade for each profile.", valueName: "count"))
    var runs = 4_000

    func validate() throws {
        guard (1...1_000_000).contains(runs) else { throw ValidationError("--runs takes a number from 1 to 1000000.") }
    }

    func run(_ plugins: [Plugin], on environment: Environment) async throws -> CommandStatus {
        let library = Policy.library(plugins)
        var worst = CommandStatus.graded
        for name in profiles {
            let status = try await check(name, library, environment.output)
            if status.rawValue > worst.rawValue { worst = status }
        }
        return worst
    }

    private func check(
        _ name: String, _ library: ProfileLibrary, _ output: TextOutput
    ) async throws -> CommandStatus {
        do {
            let profile = try library.load(name)
            let examination = Examination(profile, in: library, limit: runs)
            let (tries, mistakes) = try await examples(profile)
            let programs = profile.externalChecks.compactMap(Self.problem)
            let warnings = (profile.warnings + examination.diagnostics).map { "\($0)" } + programs
            for warning in warnings { output.write("\(warning)\n") }
            write(profile.tolerances(in: library), output)
            let count =
                warnings.isEmpty ? "no warnings" : warnings.count == 1 ? "1 warning" : "\(warnings.count) warnings"
            let sample = examination.isSampled ? ", a sample of all possible ones" : ""
            let tried = profile.isGraded ? "\(examination.runs) synthetic runs graded\(sample)" : "it gives no grades"
            for mistake in mistakes { output.write("\(mistake)\n") }
            let shown = tries == 0 ? "" : "; \(tries - mistakes.count) of \(tries) examples of its programs hold"
            output.write("\(name.escapedForTerminal): \(count); \(tried)\(shown)\n")
            if let cases = ProfileCases.file(beside: name), TextFile.exists(cases) {
                output.write("its cases: mailgrade profile test \(name.escapedForTerminal)\n")
            }
            return mistakes.isEmpty ? warnings.isEmpty ? .graded : .below : .usage
        } catch let error as InvalidProfile {
            output.write("\(error)\n")
            let count = error.diagnostics.count { $0.kind == .error } + error.suppressed
            output.write("\(name.escapedForTerminal): \(count == 1 ? "1 error" : "\(count) errors")\n")
            return .usage
        }
    }

    /// Why a program cannot run; nil where it most likely can.
    private static func problem(_ declared: ExternalCheck) -> String? {
        TextFile.whyNotExecutable(declared.program.path).map { why in
            "warning: the program of \(declared.check.id), \(declared.program.path), \(why)".escapedForTerminal
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

    /// How many examples its external checks have, and those of which something else comes than they say.
    private func examples(_ profile: Profile) async throws -> (count: Int, mistakes: [Diagnostic]) {
        var count = 0
        var mistakes: [Diagnostic] = []
        for check in profile.externalChecks {
            count += check.check.program?.examples.count ?? 0
            mistakes += try await check.tryExamples()
        }
        return (count, mistakes)
    }
}
