import CheckKit
import MailModel
import Observations

enum GreetingNamesHostFinding: String, FindingCode {
    case otherName = "acme.greeting-other-name"

    var sentence: Sentence { "The server of \(.mxHost) greets with the name \(.greetingName, .quoted)." }
    var severity: Severity { .warning }
    var remedy: String { "Let the server greet with the name that the MX record has, or change the MX record." }
}

extension FindingArgument {
    static let mxHost = text("mx-host", "The MX host.")
    static let greetingName = text("greeting-name", "What the server calls itself in its greeting.")
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
            : .found(.otherName, [.mxHost: host.name, .greetingName: name.text])
    }

    private static let host = MailHost(.sample("mx.example.com"))
}
