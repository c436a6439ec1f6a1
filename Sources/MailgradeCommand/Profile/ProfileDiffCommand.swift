internal import ArgumentParser
internal import CheckKit
internal import FoundationEssentials
internal import Grading
internal import MailModel
internal import MailgradeKit
internal import Reporting

/// `mailgrade profile diff`.
struct ProfileDiffCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff", abstract: "Compares two profiles, and shows whose grade changes.",
        discussion: "Exit status: 0 no difference; 1 a difference; 2 an error in a profile or a file.")

    @Argument(help: ArgumentHelp("A built-in profile or a file.", valueName: "id|file"), completion: .profile)
    var first: String

    @Argument(help: ArgumentHelp("Another one.", valueName: "id|file"), completion: .profile)
    var second: String

    @Option(help: ArgumentHelp("A folder of saved evidence to judge under both.", valueName: "folder"))
    var evidence: String?

    func run(_ plugins: [Plugin], on environment: Environment) async throws -> CommandStatus {
        let policies = try Policies(comparing: [first, second], plugins: plugins)
        let output = environment.output
        guard let evidence else {
            let differences = policies.all[0].profile.differences(to: policies.all[1].profile)
            for difference in differences { output.write(Self.lines(difference).escapedByLine) }
            return differences.isEmpty ? .graded : .below
        }
        return try await judge(Self.files(in: evidence), Rejudging(policies), output)
    }

    private static func lines(_ difference: Profile.Difference) -> String {
        let before = difference.before.map { "- \(difference.key): \($0)\n" } ?? ""
        return before + (difference.after.map { "+ \(difference.key): \($0)\n" } ?? "")
    }

    private func judge(_ files: [String], _ rejudging: Rejudging, _ output: TextOutput) async throws -> CommandStatus {
        var changed = 0
        try await rejudging.each(of: files) { result in
            let (before, after) = (result.assessments[0], result.assessments[1])
            guard before.verdict != after.verdict else { return }
            changed += 1
            // A better letter is explained by what held it down before.
            let isBetter = after.grade.map { $0 > before.grade ?? .aPlus } ?? false
            let sentence = isBetter ? before.mainReason : after.mainReason
            let line = "\(result.domain.forPeople): \(before.verdict) → \(after.verdict)  \(sentence)"
            output.write("\(line.escapedForTerminal)\n")
        }
        output.write("\(changed) of \(files.count) \(files.count == 1 ? "result changes" : "results change")\n")
        return changed == 0 ? .graded : .below
    }

    private static func files(in folder: String) throws -> [String] {
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw UsageError("The folder \(folder) cannot be read. Name a folder of files that --evidence has saved.")
        }
        let files = names.filter { $0.hasSuffix(".json") }.sorted().map { "\(folder)/\($0)" }
        guard !files.isEmpty else {
            throw UsageError("There is no .json file in \(folder). Name a folder of files that --evidence has saved.")
        }
        return files
    }
}

extension Assessment {
    /// The result in a word or two.
    var verdict: String {
        [grade.map { isProvisional ? "\($0)?" : "\($0)" }, compliance?.outcome.rawValue].compactMap { $0 }
            .joined(separator: ", ").orNoGrade
    }

    /// What decides it: one sentence, or the clauses that came out as the whole did.
    fileprivate var mainReason: String {
        guard grade == nil, withheld == nil, let compliance else { return because.first?.sentence ?? "" }
        let clauses = compliance.requirements
            .filter { $0.requirement.level == .must && $0.outcome == compliance.outcome }.map(\.requirement.clause)
        return clauses.isEmpty ? "" : "Clauses: \(clauses.joined(separator: ", "))."
    }
}

extension String {
    fileprivate var orNoGrade: String { isEmpty ? "no grade" : self }
}
