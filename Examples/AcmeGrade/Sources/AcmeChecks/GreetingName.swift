import CheckKit
import Observations

/// The name by which a server greets: the first word of `220 mx.example ESMTP`. RFC 5321, section 4.2.
///
/// It is derived from the greeting that every run keeps. So it costs no connection, and it is there, too, where evidence is
/// judged that was saved before this check was written.
struct GreetingName: ServerFact, Hashable {
    /// Ids of others begin with a word of their own, so that they never meet those of mailgrade.
    static let id: FactID = "acme.greeting-name"

    var text: String
}

extension Derivation {
    static let greetingName = Derivation.perServer { (greeting: Greeting) throws(Absence) -> GreetingName in
        // A greeting that turns us away need not name anybody.
        guard greeting.reply.code == 220 else { throw .notApplicable("the server does not greet with 220") }
        return GreetingName(text: greeting.reply.lines.first.map { String($0.prefix { $0 != " " }) } ?? "")
    }
}
