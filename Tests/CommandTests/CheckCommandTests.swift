import FoundationEssentials
import Testing

@testable import MailgradeCommand

@Suite struct CheckCommandTests {
    @Test func `The list has every check with its scope, weight and claim, in columns`() async {
        let outcome = await Rig().run("check", "list")
        #expect(outcome.status == .graded)
        let lines = outcome.output.split(separator: "\n")
        #expect(lines[0].hasPrefix("check ") && lines[0].hasSuffix("scope    weight  claim"))
        let offered = lines.first { $0.hasPrefix("starttls.offered ") } ?? ""
        #expect(offered.contains(#/server +[0-9.]+  STARTTLS is offered/#), "\(offered)")
        #expect(lines.contains { $0.hasPrefix("tls.no-heartbleed ") && $0.contains(#/server +-  /#) })
        #expect(lines.allSatisfy { $0.count <= 80 })
        #expect(lines.last?.hasSuffix(" checks; weights under the profile default.") == true)
    }

    @Test func `As JSON it has what each check can find`() async throws {
        let outcome = await Rig().run("check", "list", "--format", "json", "--profile", "cisa-bod-18-01")
        #expect(outcome.output.hasPrefix("{\n\"checks\":[\n"))
        #expect(
            outcome.output.contains(
                "\"findings\":[{\"code\":\"auth.before-tls\",\"severity\":\"warning\"}],\n\"id\":\"auth.inside-tls\","))
        #expect(outcome.output.contains("\"profile\":\"cisa-bod-18-01\""))
        _ = try JSONDecoder().decode([String: AnyJSON].self, from: Data(outcome.output.utf8))
    }

    private struct AnyJSON: Decodable { init(from decoder: any Decoder) throws {} }

    @Test func `show is explain for checks, and says so of everything else`() async {
        let shown = await Rig().run("check", "show", "starttls.offered")
        #expect(shown.output == (await Rig().run("explain", "starttls.offered")).output)
        #expect(shown.output.contains("What it looks at\n  - smtp.ehlo-reply\n"))
        let finding = await Rig().run("check", "show", "starttls.not-offered")
        #expect(
            finding.errors == "Error: starttls.not-offered is a finding. Type: mailgrade explain starttls.not-offered\n"
        )
        let slip = await Rig().run("check", "show", "starttls.ofered")
        #expect(slip.errors == "Error: There is no check starttls.ofered. Did you mean starttls.offered?\n")
        #expect(slip.status == .usage)
    }

    @Test(arguments: [
        (
            "starttls.offered",
            "There is a check starttls.offered: STARTTLS is offered. Choose another claim, or change that check."
        ),
        ("relay.open", "relay.open is a finding of relay.closed. The id of a check reads true when it passes."),
        (
            "SPF published",
            "SPF published cannot be the id of a check: it is subject.claim, two words of lower-case letters, digits and hyphens. "
                + "For example spf.published."
        ),
        (
            "spf",
            "spf cannot be the id of a check: it is subject.claim, two words of lower-case letters, digits and hyphens. "
                + "For example spf.published."
        ),
    ])
    func `An id that is taken or has no form is refused`(_ id: String, _ message: String) async {
        let outcome = await Rig().run("check", "new", id)
        #expect(outcome.status == .usage)
        #expect(outcome.errors == "Error: \(message)\n")
    }

    @Test func `A list of checks takes one more, in one line or in several`() {
        let short = "let a = Plugin(\n    \"A\", summary: \"A.\", probes: [.b], checks: [.c])\n"
        #expect(
            CheckSite.adding(".d", toListOf: short)
                == "let a = Plugin(\n    \"A\", summary: \"A.\", probes: [.b], checks: [.c, .d])\n")
        let tall = "    checks: [\n        .c,\n        .cc,\n    ])\n"
        #expect(
            CheckSite.adding(".d", toListOf: tall) == "    checks: [\n        .c,\n        .cc,\n        .d,\n    ])\n")
        let open = "    checks: [\n        .c,\n        .cc\n    ])\n"
        #expect(
            CheckSite.adding(".d", toListOf: open) == "    checks: [\n        .c,\n        .cc,\n        .d\n    ])\n")
        #expect(CheckSite.adding(".d", toListOf: "checks: []") == "checks: [.d]")
        #expect(CheckSite.adding(".d", toListOf: "probes: [.b]") == nil)
    }

    @Test func `The registry takes a plugin in the order of the alphabet`() {
        let text = "    public static let judgements: [Plugin] = [\n        .caa,\n        .ptr,\n    ]\n"
        let lines = { (name: String) in
            CheckSite.registering(name, in: text)?.split(separator: "\n").map { $0.drop { $0 == " " } }
        }
        #expect(lines("mtaSTS")?[1...3] == [".caa,", ".mtaSTS,", ".ptr,"])
        #expect(lines("a")?[1] == ".a,")
        #expect(lines("spf")?[3] == ".spf,")
        #expect(CheckSite.registering("spf", in: "nothing") == nil)
    }
}
