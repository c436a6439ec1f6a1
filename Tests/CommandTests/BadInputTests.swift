import CheckKit
import MailModel
import MailgradeCommand
import Testing

@Suite struct BadInputTests {
    @Test(
        arguments: [
            ([], "Type one, for example: mailgrade example.com"),
            ([""], "The domain name is empty"),
            (["exa mple"], "contains a space"),
            (["postmaster@example.com"], "Type the part after the @: example.com."),
            (["192.0.2.1"], "is an IP address, not a domain"),
            (["[2001:db8::1]"], "is an IP address, not a domain"),
            (["https://example.com/"], "is a URL, not a domain"),
            ([String(repeating: "a", count: 300) + ".example"], "is longer than 63 characters"),
            ([String(repeating: "a.", count: 150) + "example"], "at most 253"),
            (["example"], "only one label"),
            (["exa\u{1B}[2Jmple.example"], "cannot be part of a domain name"),
            (["example.com", "--profile", "nowhere"], "no profile 'nowhere'"),
            (["example.com", "--profile", "nowhere.yaml"], "nowhere.yaml"),
            (["example.com", "--format", "yaml"], "--format"),
            (["example.com", "--output", "/nowhere/report.txt"], "/nowhere/report.txt cannot be written"),
            (["example.com", "--output", "/"], "cannot be written"),
            (["example.com", "--output", ""], "cannot be written"),
            (["example.com", "--evidence", "/nowhere/e.json"], "/nowhere/e.json cannot be written"),
            (["example.com", "--resolver", "dns.example"], "Use system, recursive or an address"),
            (["example.com", "--resolver", "192.0.2.53:0"], "Use system, recursive or an address"),
            (["example.com", "--resolver", "2001:db8::53:5353x"], "[2001:db8::53]:5353"),
            (["example.com", "--allow-addresses", "127.0.0.0/33"], "Use CIDR notation"),
            (["example.com", "--allow-addresses", "127.0.0.0/8,,"], "Use CIDR notation"),
            (["example.com", "--port", "0"], "Use a number from 1 to 65535"),
            (["example.com", "--port", "smtp"], "Use a number from 1 to 65535"),
            (["example.com", "--ipv4-only", "--ipv6-only"], "exclude each other"),
            (["example.com", "--helo", "laptop"], "Use a full host name"),
            (["example.com", "--deadline", "soon"], "for example 90s, 2m or 1m30s"),
            (["example.com", "--fail-under", "E"], "Use one of A+, A, B, C, D, F"),
            (["example.com", "--fail-under"], "--fail-under"),
            (["example.com", "--no-such-option"], "--no-such-option"),
            (["judge"], "Name a file that --evidence has saved"),
            (
                ["judge", "/nowhere/e.json"],
                "The evidence file /nowhere/e.json cannot be read: no such file or directory"
            ),
            (["judge", "/proc"], "holds no file"),
            (["judge", "/dev/null"], "is no regular file"),
            (["judge", "e.json", "--port", "25"], "--port"),
        ] as [([String], String)])
    func `Bad input ends with 2 and says what to type instead`(_ arguments: [String], _ text: String) async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file("p.yaml", SampleProfile.text)
        let isChosen = arguments.contains("--profile") || arguments.isEmpty
        let rig = Rig()
        let outcome = await rig.run(isChosen ? arguments : arguments + ["--profile", profile])
        #expect(outcome.status == .usage)
        #expect(outcome.output == "")
        #expect(outcome.errors.hasPrefix("Error: "))
        #expect(outcome.errors.contains(text), "\(outcome.errors)")
        #expect(!outcome.errors.contains("\u{1B}"))
        #expect(rig.requests.withLock { $0.isEmpty })
    }

    @Test(arguments: [
        ("not JSON", "not valid JSON"), ("{}", "schema is missing"), ("[]", "a value of another type"),
        (#"{"schema": "other/1"}"#, "the evidence has the schema other/1"),
        (#"{"schema": "mailgrade.evidence/1", "domain": 7}"#, "a value of another type in domain"),
    ]) func `A file that is no evidence is refused with the reason`(_ text: String, _ reason: String) async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file("p.yaml", SampleProfile.text)
        let outcome = await Rig().run("judge", try folder.file("e.json", text), "--profile", profile)
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains(reason), "\(outcome.errors)")
    }

    @Test func `A profile with mistakes is refused with every place`() async throws {
        let folder = try TemporaryFolder()
        let text = SampleProfile.text.replacingFirst("relay.closed:", with: "relay.close:")
            .replacingFirst("at-most: D", with: "at-most: E")
        let outcome = await Rig().run("example.com", "--profile", try folder.file("p.yaml", text))
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("p.yaml:9:3: error: unknown check 'relay.close'"), "\(outcome.errors)")
        #expect(outcome.errors.contains("did you mean 'relay.closed'?"))
        #expect(outcome.errors.contains("p.yaml:19:24: error: unknown grade"))
    }

    @Test func `Plugins that do not fit together are refused before the first packet`() async throws {
        let folder = try TemporaryFolder()
        var rig = Rig()
        rig.plugins += [Plugin("Again", summary: "", checks: rig.plugins.flatMap(\.checks))]
        let outcome = await rig.run("example.com", "--profile", try folder.file("p.yaml", SampleProfile.text))
        #expect(outcome.status == .usage)
        #expect(outcome.errors.contains("Two checks are named"))
    }
}

extension String {
    func replacingFirst(_ old: String, with new: String) -> String {
        guard let range = firstRange(of: old) else { return self }
        return replacingCharacters(in: range, with: new)
    }

    private func replacingCharacters(in range: Range<String.Index>, with text: String) -> String {
        self[..<range.lowerBound] + text + self[range.upperBound...]
    }
}
