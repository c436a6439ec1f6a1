import CheckKit
import Grading
import MailModel
import MailgradeKit
import Testing

@testable import MailgradeCommand

@Suite struct ArgumentTests {
    @Test(arguments: [
        ("90s", 90), ("2m", 120), ("1m30s", 90), ("45", 45), ("1h", 3600), ("1", 1), ("59m59s", 3599),
    ]) func `A duration is read as people write it`(_ text: String, _ seconds: Int) throws {
        #expect(try Duration(argument: text) == .seconds(seconds))
    }

    @Test(arguments: [
        "", "0", "0s", "-5", "1.5.5m", "m", "s", "5x", "30s1m", "1m30", "2h", "61m", "1 m", "١s",
        "99999999999999999999s",
    ])
    func `What is no duration from 1 s to 1 h is refused`(_ text: String) {
        #expect(throws: (any Error).self) { try Duration(argument: text) }
    }

    @Test(arguments: [("a+", Grade.aPlus), ("A", .a), ("f", .f)])
    func `A grade may be typed in either case`(_ text: String, _ grade: Grade) throws {
        #expect(try Grade(argument: text) == grade)
    }

    @Test func `The options reach the wire and the settings`() async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file("p.yaml", SampleProfile.text)
        let rig = Rig()
        let outcome = await rig.run(
            "example.com", "--profile", profile, "--quiet", "--resolver", "[2001:db8::53]:5353", "--trust-anchor",
            "root.key",
            "--ca-file", "ca.pem", "--allow-addresses", "127.0.0.0/8,fd00::/8", "--port", "2525", "--ipv4-only",
            "--helo",
            "Probe.Example.org", "--deadline", "1m30s", "--evidence", "\(folder.path)/e.json")
        #expect(outcome.errors == "")
        let request = try #require(rig.requests.withLock { $0.first })
        #expect(request.resolver == "[2001:db8::53]:5353")
        #expect(request.trustAnchorFile == "root.key")
        #expect(request.caFile == "ca.pem")
        #expect(request.allowed.map(\.description) == ["127.0.0.0/8", "fd00::/8"])
        let settings = try #require(folder.text(of: "e.json"))
        for line in ["\"port\" : 2525", "\"helo\" : \"probe.example.org\"", "\"deadline\" : 90"] {
            #expect(settings.contains(line))
        }
        #expect(!settings.contains("\"IPv6\""))
    }

    @Test(
        arguments: [
            ("mx.example.net", "mx.example.net"), ("laptop", nil), ("", nil), ("localhost.localdomain", nil),
            ("box.local", nil), ("bad_name.example.net", nil),
        ] as [(String, String?)])
    func `This machine's name is given in EHLO only when others can know it`(_ machine: String, _ expected: String?) {
        #expect(NetworkOptions.publicName(machine) == expected)
    }

    @Test func `The profile's run settings give way to the command line`() async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file(
            "p.yaml",
            SampleProfile.text + "\nrun: { deadline: 50s, helo: profile.example.org, connections-per-server: 2 }\n")
        let rig = Rig()
        _ = await rig.run(
            "example.com", "--profile", profile, "--quiet", "--helo", "line.example.org", "--evidence",
            "\(folder.path)/e.json")
        let settings = try #require(folder.text(of: "e.json"))
        #expect(settings.contains("\"helo\" : \"line.example.org\""))
        #expect(settings.contains("\"deadline\" : 50"))
        #expect(rig.requests.withLock { $0.first?.settings.connectionsPerServer } == 2)
    }
}
