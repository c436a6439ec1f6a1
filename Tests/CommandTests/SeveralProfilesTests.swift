import Foundation
import MailModel
import MailgradeCommand
import Testing

@Suite struct SeveralProfilesTests {
    /// The sample profile, and one that asks for more and gives no letter.
    private struct Bench {
        let folder: TemporaryFolder
        let sample: String
        let rule: String

        init(run: String = "") throws {
            folder = try TemporaryFolder()
            sample = try folder.file("sample.yaml", SampleProfile.text)
            rule = try folder.file("rule.yaml", Self.rule + run)
        }

        static let rule = """
            schema: 1
            id: rule
            title: A rule
            checks: { mx.receives-mail: {}, starttls.works: {}, relay.closed: {} }
            severity: { relay.open: warning }
            requirements:
              tls: { clause: "1", level: must, text: TLS works., met-by: { check: starttls.works, servers: every } }
              keys: { clause: "2", level: must, text: Keys are safe., not-observable: They are inside. }

            """

        var both: [String] { ["--profile", sample, "--profile", rule] }
    }

    @Test func `One run is judged under each, side by side, and the evidence holds what all of them need`() async throws
    {
        let bench = try Bench()
        let evidence = "\(bench.folder.path)/e.json"
        let outcome = try await Rig(playing: Talk.good()).run(["example.com", "--evidence", evidence] + bench.both)
        #expect(
            outcome.output.hasPrefix(
                """
                example.com under 2 profiles

                  sample  A+: The score of 100 earns A+ (97 or more).
                  rule    compliant: of 2 mandatory requirements, 1 compliant, 1 not observable.

                """))
        #expect(outcome.output.contains("\n== sample: A+\n"))
        #expect(outcome.output.contains("\n== rule: compliant\n"))
        #expect(outcome.output.contains("profiles sample ("))
        #expect(outcome.output.components("\nServers\n") == 1)
        #expect(outcome.status == .graded)
        // What only one of the two asks for is there.
        for profile in [bench.sample, bench.rule] {
            let alone = await Rig().run("judge", evidence, "--profile", profile)
            #expect(!alone.output.contains("What could not be determined"))
            #expect(alone.status == .graded)
        }
        let judged = await Rig().run(["judge", evidence] + bench.both)
        #expect(judged.output == outcome.output)
    }

    @Test func `The JSON is that of the first profile, with a list of all`() async throws {
        let bench = try Bench()
        let evidence = "\(bench.folder.path)/e.json"
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        _ = await rig.run(["example.com", "--evidence", evidence, "--quiet"] + bench.both)
        let alone = await Rig().run("judge", evidence, "--format", "json", "--profile", bench.sample)
        let both = await Rig().run(["judge", evidence, "--format", "json"] + bench.both)
        var first = try Self.object(both.output)
        let entries = try #require(first.removeValue(forKey: "profiles") as? [[String: Any]])
        #expect(first.keys.sorted() == (try Self.object(alone.output).keys.sorted()))
        #expect(first["grade"] as? String == "F")
        #expect(entries.map { $0["grade"] as? String } == ["F", nil])
        #expect(entries.map { ($0["profile"] as? [String: String])?["id"] } == ["sample", "rule"])
        #expect((entries[1]["compliance"] as? [String: Any])?["outcome"] as? String == "compliant")
    }

    @Test func `What one takes more seriously than the other is said`() async throws {
        let bench = try Bench()
        let outcome = try await Rig(playing: Talk.good(relay: "250 Ok")).run(["example.com"] + bench.both)
        #expect(
            outcome.output.contains("\nWhere they differ\n  relay.open sample: critical, rule: warning\n"))
    }

    @Test func `What must change to comply is said, with who can change it`() async throws {
        let folder = try TemporaryFolder()
        let rule = try folder.file(
            "rule.yaml",
            """
            schema: 1
            id: rule
            title: A rule
            checks: { mx.receives-mail: {}, relay.closed: {} }
            requirements:
              closed: { clause: "1", level: must, text: No relay., met-by: { check: relay.closed, servers: every } }
            """)
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        let outcome = await rig.run("example.com", "--profile", rule)
        #expect(outcome.output.contains("\nMinimum changes to comply\n  - relay.open: "))
        #expect(outcome.output.contains("\n    Who: whoever runs the mail server\n"))
        #expect(outcome.status == .below)
    }

    @Test(
        arguments: [
            ("250 Ok", ["--fail-under", "D"], CommandStatus.below), ("250 Ok", [], .graded),
            ("451 4.7.1 Later", ["--fail-under", "C"], .untold), ("550 No", ["--fail-under", "A"], .graded),
        ])
    func `The worst of the profiles decides what the process ends with`(
        _ relay: String, _ bar: [String], _ status: CommandStatus
    ) async throws {
        let bench = try Bench()
        let profiles = ["--profile", bench.rule, "--profile", bench.sample]
        let outcome = try await Rig(playing: Talk.good(relay: relay)).run(["example.com", "--quiet"] + bar + profiles)
        #expect(outcome.status == status)
    }

    @Test func `Two profiles that a run cannot serve both, and one named twice, are refused before the first packet`()
        async throws
    {
        let bench = try Bench(run: "run: { relay-sender: a@acme.example }\n")
        let other = try bench.folder.file(
            "other.yaml",
            Bench.rule.replacing("id: rule", with: "id: other") + "run: { relay-sender: b@acme.example }\n")
        let rig = Rig()
        let conflict = await rig.run("example.com", "--profile", bench.rule, "--profile", other)
        #expect(conflict.status == .usage)
        #expect(
            conflict.errors.contains(
                "different values of relay-sender: a@acme.example and b@acme.example. Run mailgrade once for each."))
        let twice = await rig.run("example.com", "--profile", bench.rule, "--profile", bench.rule)
        #expect(twice.status == .usage)
        #expect(twice.errors.contains("Two of the profiles have the id rule."))
        #expect(rig.requests.withLock { $0.isEmpty })
    }

    @Test func `The longest deadline and the fewest connections hold, and the command line wins`() async throws {
        let bench = try Bench(run: "run: { deadline: 10s, connections-per-server: 2, helo: one.acme.example }\n")
        let other = try bench.folder.file(
            "other.yaml",
            Bench.rule.replacing("id: rule", with: "id: other")
                + "run: { deadline: 20s, connections-per-server: 1, helo: two.acme.example }\n")
        let evidence = "\(bench.folder.path)/e.json"
        let rig = try Rig(playing: Talk.good())
        let outcome = await rig.run(
            "example.com", "--profile", bench.rule, "--profile", other, "--helo", "three.acme.example", "--evidence",
            evidence, "--quiet")
        #expect(outcome.status == .graded)
        let settings = try Self.object(try #require(bench.folder.text(of: "e.json")))["settings"] as? [String: Any]
        #expect(settings?["deadline"] as? Double == 20)
        #expect(settings?["connectionsPerServer"] as? Int == 1)
        #expect(settings?["helo"] as? String == "three.acme.example")
    }

    @Test func `Saved evidence can be judged as of another instant, by which waivers expire`() async throws {
        let folder = try TemporaryFolder()
        let profile = try folder.file(
            "p.yaml",
            SampleProfile.text + """

                waivers:
                  old: { finding: relay.open, reason: R., approved-by: me, expires: "2026-12-31" }
                """)
        let evidence = "\(folder.path)/e.json"
        let rig = try Rig(playing: Talk.good(relay: "250 Ok"))
        let then = await rig.run("example.com", "--profile", profile, "--evidence", evidence)
        #expect(then.output.hasPrefix("example.com: A+ (1 waiver)\n"))
        let later = await Rig().run("judge", evidence, "--profile", profile, "--at", "2027-01-01T00:00:00Z")
        #expect(later.output.hasPrefix("example.com: F\n"))
        #expect(later.output.contains("judged as of 2027-01-01T00:00:00Z"))
        let noInstants = [
            "tomorrow", "12026-12-31T00:00:00Z", "2026-12-31", "2026-02-30T00:00:00Z", "2026-12-31T25:00:00Z",
        ]
        for instant in noInstants {
            let wrong = await Rig().run("judge", evidence, "--at", instant)
            #expect(wrong.status == .usage)
            #expect(wrong.errors.contains("Use a date and time in UTC such as 2026-12-31T00:00:00Z."))
        }
    }

    private static func object(_ json: String) throws -> [String: Any] {
        try #require(JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    }
}

extension String {
    fileprivate func components(_ separator: String) -> Int { ranges(of: separator).count }
}
