internal import Grading
internal import MailgradeKit

/// A profile that came with a request: it names no file and no program.
struct OwnProfile: Sendable {
    /// Larger ones are refused.
    static let limit = 64 << 10

    let yaml: String
    let policies: Policies

    /// Reads it. Throws `Refusal` with everything that is wrong with it.
    init(_ yaml: String, _ mailgrade: Mailgrade) throws {
        guard yaml.utf8.count <= Self.limit else {
            throw Refusal(.tooLarge, "A profile may have \(Self.limit / 1024) KiB.")
        }
        self.yaml = yaml
        do {
            policies = try Policies(network: Array(yaml.utf8), name: "profile", plugins: mailgrade.plugins)
        } catch let error as UsageError {
            throw Refusal(.badProfile, error.description)
        }
    }

    /// Its id.
    var profile: String { policies.all[0].profile.id }
}
