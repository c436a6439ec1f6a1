import CheckKit
import MailModel
import Observations

enum GreetingNamesHostFinding: String, FindingCode {
    case otherName = "acme.greeting-other-name"

    var severity: Severity { .warning }
    var remedy: String { "Let the server greet with the name that the MX record has, or change the MX record." }
}

extension Check {
    /// Who looks at a log sees the name of the greeting, and looks for it in the MX records.
    static let greetingNamesHost = Check.perServer(
        "acme.greeting-names-host",
        title: "The greeting has the name of the MX host",
        why: "A sender's logs show the name in the greeting. Where it is the MX host's, the server is found by it.",
        references: [.rfc(5321, section: "4.2")],
        examples: [
            .given("the same name", GreetingName(text: "MX.example.com"), host, expect: .passed),
            .given(
                "another name", GreetingName(text: "localhost"), host,
                expect: .found(
                    .otherName, "The server of mx.example.com greets with the name \u{201C}localhost\u{201D}.")),
        ]
    ) { (name: GreetingName, host: MailHost) -> Verdict<GreetingNamesHostFinding> in
        name.text.lowercased() == host.name.description
            ? .passed
            : .found(.otherName, "The server of \(host.name) greets with the name \u{201C}\(name.text)\u{201D}.")
    }

    private static let host = MailHost(DomainName(labels: ["mx", "example", "com"].map { Array($0.utf8) }))
}
