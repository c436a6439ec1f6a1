import MailModel
import Testing

@testable import MailgradeCommand

/// Slips of the fingers: what is meant is said, nothing is done, and the status is 2.
@Suite struct SlipTests {
    @Test(
        arguments: [
            (["jugde", "x.json"], "Did you mean \u{201C}mailgrade judge\u{201D}?"),
            (["jugde", "x.json", "--at", "2026-12-31T00:00:00Z"], "Did you mean \u{201C}mailgrade judge\u{201D}?"),
            (["help", "jugde"], "Did you mean \u{201C}mailgrade judge\u{201D}?"),
            (["Profiles"], "Did you mean \u{201C}mailgrade profile\u{201D}?"),
            (["profile", "lst"], "Did you mean \u{201C}mailgrade profile list\u{201D}?"),
            (["profile", "acme.yaml"], "Use one of list, show, check, test, diff, new"),
            (["example.com", "--formt", "json"], "Did you mean '--format'?"),
            (["example.com", "--format", "jsn"], "Did you mean json?"),
            (["schema", "reprot"], "Did you mean report?"),
        ] as [([String], String)])
    func `A misspelt word is met with the one that is meant`(_ arguments: [String], _ text: String) async {
        await expectRefusal(arguments, text)
    }

    @Test func `A word that may be a command or a domain is told as both`() async {
        await expectRefusal(["jugde"], "Did you mean \u{201C}mailgrade judge\u{201D}?")
        await expectRefusal(["jugde"], "If it is a domain, type its full name, for example jugde.example.")
    }

    @Test(arguments: [["a.example", "b.example"], ["@domains.txt"], ["a.example", "--quiet", "b.example"]])
    func `Lists of domains are met with the command that grades them`(_ arguments: [String]) async {
        await expectRefusal(arguments, "mailgrade batch domains.txt --output results.ndjson")
    }

    @Test(arguments: [
        ["judge.example"], ["grade", "judge.example"], ["explain", "B"], ["profile", "list"], ["help"],
    ])
    func `What is spelt well is no slip`(_ arguments: [String]) throws {
        try Slips.check(arguments)
    }

    @Test func `A slip shows nothing that a terminal would obey`() async {
        await expectRefusal(["profile", "li\u{1B}[2Jst"], "There is no command")
    }

    private func expectRefusal(_ arguments: [String], _ text: String) async {
        let rig = Rig()
        let outcome = await rig.run(arguments)
        #expect(outcome.status == .usage)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(!outcome.errors.contains("\u{1B}"))
        #expect(rig.requests.withLock { $0.isEmpty })
    }
}
