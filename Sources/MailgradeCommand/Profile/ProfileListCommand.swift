internal import ArgumentParser
internal import CheckKit
internal import Grading
internal import MailModel
internal import MailgradeKit

/// `mailgrade profile list`.
struct ProfileListCommand: OfflineCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Lists the built-in profiles.")

    func run(_ plugins: [Plugin], on environment: Environment) throws -> CommandStatus {
        let library = Policy.library(plugins)
        let width = library.ids.map(\.count).max() ?? 0
        for id in library.ids.sorted() {
            let profile = try Policy.load(id, from: library)
            let name = id + String(repeating: " ", count: width - id.count)
            environment.output.write("\(name)  \(profile.title) (\(profile.kind))\n".escapedByLine)
        }
        return .graded
    }
}

extension Profile {
    /// What comes out of it, in a few words.
    var kind: String {
        let letters = bands.first.map { best in
            bands.count > 1 ? "\(best.grade) to \(bands[bands.count - 1].grade)" : ""
        }
        let count = requirements.count == 1 ? "1 requirement" : "\(requirements.count) requirements"
        return [letters, requirements.isEmpty ? nil : count].compactMap { $0 }.joined(separator: ", ")
    }
}
