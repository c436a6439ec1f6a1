import FoundationEssentials
import MailModel

@testable import Batch
@testable import Grading
@testable import MailgradeKit

extension FuzzTarget {
    /// A profile that came over the network: it may extend built-in ones, and what reads well is shown.
    static let profiles = FuzzTarget("profiles") { input in
        do throws(InvalidProfile) {
            let profile = try Application.library.read(input, name: "fuzz.yaml", origin: .network)
            _ = profile.digest
        } catch {
            requireSafe(error.description)
        }
    }

    /// The cases of a profile.
    static let cases = FuzzTarget("profile-cases") { input in
        do throws(InvalidProfile) {
            _ = try Application.library.cases(input, name: "fuzz.tests.yaml", of: Application.policies.all[0].profile)
        } catch {
            requireSafe(error.description)
        }
    }

    /// A file of manners: what reads well is written, and reads the same again.
    static let manners = FuzzTarget("manners") { input in
        do throws(InvalidProfile) {
            let manners = try Manners(yaml: input, name: "fuzz.yaml")
            let again = try Manners(yaml: Array(manners.yaml.utf8), name: "written.yaml")
            require(again.yaml == manners.yaml, "manners read back as others")
            _ = manners.probingText(until: .distantFuture)
        } catch {
            requireSafe(error.description)
        }
    }
}
