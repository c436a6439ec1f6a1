import Checks
import FoundationEssentials
import MailgradeKit

@testable import CheckKit
@testable import Grading
@testable import Service

extension FuzzTarget {
    /// `mailgraded.yaml`: nothing that it names is there.
    static let watching = FuzzTarget("watching") { input in
        do throws(InvalidProfile) {
            let configuration = try ServiceConfiguration(
                yaml: input, name: "/nowhere/mailgraded.yaml", plugins: Plugin.builtIn)
            for list in configuration.lists.values { require(!list.domains.isEmpty, "a list of no domains") }
            for channel in configuration.lists.values.flatMap(\.alerts).flatMap(\.channels) {
                require(configuration.channels[channel] != nil, "an alert goes to no channel")
            }
        } catch {
            requireSafe(error.description)
        }
    }

    private static let mailgrade = Mailgrade(plugins: Plugin.builtIn)

    /// What stands in the head of a request and in forms, and what a profile of one's own says.
    static let requests = FuzzTarget("requests") { input in
        let text = String(decoding: input, as: UTF8.self)
        let form = FormData(text: text)
        _ = form["domain"]
        require(form.all("fix").count <= 500, "more fields than are read")
        _ = try? MailgradeService.format(nil, accept: text)
        _ = try? MailgradeService.format(text, accept: nil)
        _ = Doorkeeper.isName(text, among: ["localhost"])
        _ = Doorkeeper.isOwn(text, of: "localhost:8080")
        if let profile = try? OwnProfile(text, mailgrade) {
            require(profile.policies.all.count == 1, "several profiles")
        }
    }
}
