import CheckKit
import Checks
import ServiceCommand

@main enum Mailgraded {
    static func main() async { await ServiceCommand.main(Plugin.builtIn) }
}
