internal import CheckEngine
public import CheckKit
public import Grading

/// The cases that an author wrote for a profile, and what becomes of them.
public struct ProfileTest: Sendable {
    /// The cases.
    public let cases: ProfileCases
    private let policy: Policy
    private let library: ProfileLibrary

    /// Loads a profile and its cases: those of `file`, or of the file beside the profile. Throws `UsageError` with everything
    /// that is wrong with either.
    public init(_ profile: String, casesIn file: String? = nil, plugins: [Plugin]) throws {
        guard let file = file ?? ProfileCases.file(beside: profile) else {
            throw UsageError(
                "Cases of \(profile) are in no file beside it. Name the profile's file, or the file of cases with --cases."
            )
        }
        policy = try Policy(profile, plugins: plugins)
        library = Policy.library(plugins)
        do throws(InvalidProfile) {
            cases = try library.cases(in: file, of: policy.profile)
        } catch {
            throw UsageError("The cases of \(profile) cannot be used.\n\(error)")
        }
    }

    /// What becomes of a case. Throws `UsageError` where its evidence cannot be read.
    public func result(of profileCase: ProfileCase) throws -> CaseResult {
        if let result = profileCase.result(under: policy.profile, in: library) { return result }
        guard let evidence = profileCase.evidence else {
            throw UsageError("\(profileCase.position): the case has no run.")
        }
        do {
            let saved = try SavedEvidence.read(evidence.path, policy.plan, keepingTrace: false)
            return policy.result(of: profileCase, on: saved)
        } catch let error as UsageError {
            throw UsageError("\(evidence.position): \(error)")
        }
    }
}
