internal import CheckKit
package import Grading

extension ExternalCheck {
    /// Runs the program for each of its examples. Every example of which something else comes than it says is an error at its place.
    /// Throws `CancellationError` when the task is cancelled.
    package func tryExamples() async throws -> [Diagnostic] {
        var diagnostics: [Diagnostic] = []
        for example in examples {
            let outcome = try await answer(to: request(example))
            let result = outcome.outcome(of: check.id, check.findings)
            guard ExternalExample.Expected(result) != example.expected else { continue }
            let told = result.findings.isEmpty ? "" : " (\(result.findings.map(\.message).joined(separator: " ")))"
            let reason =
                switch result {
                case .inconclusive(let why), .notApplicable(let why): ": \(why)"
                default: told
                }
            diagnostics.append(
                Diagnostic(
                    error:
                        "the example '\(example.title)' of '\(check.id)' must lead to \(example.expected), and leads to "
                        + "\(ExternalExample.Expected(result))\(reason)", at: example.position))
        }
        return diagnostics
    }
}
