import AcmeChecks
import CheckKit
import Checks
import MailgradeCommand

@main enum AcmeGrade {
    static func main() async { await MailgradeCommand.main(Plugin.builtIn + [.acme]) }
}
