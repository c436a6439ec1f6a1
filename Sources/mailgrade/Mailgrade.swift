import CheckKit
import Checks
import MailgradeCommand

@main enum Mailgrade {
    static func main() async { await MailgradeCommand.main(Plugin.builtIn) }
}
