internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade profile test`.
struct ProfileTestCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Runs the cases that are written beside a profile.",
        discussion: """
            The cases of acme.yaml are in acme.tests.yaml: runs, saved or made up, each with what it must come to.

            Exit status: 0 every case came out as expected; 1 one did not; 2 an error in a profile or a file.
            """)

    @Argument(help: ArgumentHelp("Profiles with cases beside them.", valueName: "file"), completion: .profile)
    var profiles: [String]

    @Option(help: ArgumentHelp("The cases, where they are not beside the profile.", valueName: "file"))
    var cases: String?

    func validate() throws {
        guard cases == nil || profiles.count == 1 else {
            throw ValidationError("--cases takes the cases of one profile; name one.")
        }
    }

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let tests = try profiles.map { try ProfileTest($0, casesIn: cases, plugins: plugins) }
        var isGood = true
        for test in tests where try !run(test, environment.output) { isGood = false }
        return isGood ? .graded : .below
    }

    /// Runs the cases of one profile; whether all came out as expected.
    private func run(_ test: ProfileTest, _ output: TextOutput) throws -> Bool {
        let width = test.cases.all.map(\.id.count).max() ?? 0
        var failed = 0
        for profileCase in test.cases.all {
            let result = try test.result(of: profileCase)
            let word = result.mismatches.isEmpty ? "ok    " : "failed"
            let name = profileCase.id + String(repeating: " ", count: width - profileCase.id.count)
            output.write("\(word)  \(name)  \(result.assessment.verdict)\n".escapedByLine)
            failed += result.mismatches.isEmpty ? 0 : 1
            for mismatch in result.mismatches {
                output.write("        \(mismatch.position): \(mismatch.message)\n".escapedByLine)
            }
        }
        let count = test.cases.all.count
        let cases = count == 1 ? "1 case" : "\(count) cases"
        let outcome = failed == 0 ? "as expected" : "\(failed) failed"
        output.write("\(test.cases.file): \(cases), \(outcome)\n".escapedByLine)
        return failed == 0
    }
}
