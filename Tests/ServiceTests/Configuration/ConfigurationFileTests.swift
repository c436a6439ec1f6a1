import Batch
import CheckKit
import Checks
import FoundationEssentials
import MailModel
import MailgradeKit
import Testing

@testable import Service

/// Files of configuration.
@Suite("A file of configuration")
struct ConfigurationFileTests {
    private let folder: TestFolder

    init() throws {
        folder = try TestFolder()
        try folder.write("hook.secret", "s3cret\n")
        try folder.write("empty.secret", "\n")
        try folder.write("page", "#!/bin/sh\n", isProgram: true)
        try folder.write("notes", "no program\n")
        try folder.write("domains.txt", "# ours\none.example\nTWO.example.  # the other one\n\none.example\n")
        try folder.write("odd.txt", "one.example\nnot a domain\n")
        try folder.write("none.txt", "# nobody\n")
        try folder.write("manners.yaml", "schema: 1\nlookups: 7\n")
        try folder.write("rude.yaml", "schema: 1\nlookups: many\n")
        try folder.write("acme.yaml", "schema: 1\nid: acme\nextends: default\ntitle: Acme\n")
        try folder.write("broken.yaml", "schema: 1\nid: broken\nextends: default\ntitle: Broken\ngrade: { bands: 3 }\n")
    }

    private func read(_ text: String) throws -> ServiceConfiguration {
        try ServiceConfiguration(file: try folder.write("mailgraded.yaml", text), plugins: Plugin.builtIn)
    }

    @Test("says everything, and files lie beside it")
    func whole() throws {
        let digest = String(repeating: "ab", count: 32)
        let configuration = try read(
            """
            schema: 1
            address: https://grade.example.net/
            profiles: [default, acme.yaml]
            manners: manners.yaml
            keep: 30d
            remind: never
            limits: { runs: 3, queue: 4, runs-per-client: 1, runs-per-client-and-hour: 6, cool-down: 90s }
            tokens: { ops: { sha256: \(digest), may: [lists, delete] } }
            channels:
              post: { mail: { relay: "mail.example.net:587", from: a@example.net, to: [b@example.net, c@example.net], tls: opportunistic } }
              hook: { webhook: { url: "https://hooks.example.net/x?y=1", secret: hook.secret } }
              phone: { ntfy: { url: "https://ntfy.example.net/mail", token: hook.secret } }
              local: { webhook: { url: "http://127.0.0.1:8080/" } }
              pager: { command: [./page, --loud] }
            lists:
              ours:
                domains: [three.example]
                file: domains.txt
                profiles: [acme.yaml, default]
                every: { lookups: 10m, certificates: never, graded: 2d }
                alerts:
                  - { when: drop, to: [post, phone] }
                  - { below: A+, to: [hook] }
                  - { certificate-ends: 14d, to: [pager] }
                  - { finding: relay.open, to: [local] }
                  - { when: change, to: [hook] }
                  - { when: forecast, to: [hook] }
              theirs: { domains: [four.example] }
            maintenance:
              - { from: "2026-12-24T00:00:00Z", until: "2026-12-25T00:00:00Z", lists: [ours] }
            """)
        #expect(configuration.address == "https://grade.example.net")
        #expect(configuration.profiles == ["default", "\(folder.path)/acme.yaml"])
        #expect(configuration.manners.lookups == 7)
        #expect(configuration.keep == .seconds(30 * 86_400) && configuration.remind == nil)
        let limits = configuration.limits
        #expect([limits.runs, limits.queue, limits.runsOfClient, limits.runsOfClientInHour] == [3, 4, 1, 6])
        #expect(limits.coolDown == .seconds(90))
        #expect(configuration.tokens == ["ops": .init(digest: digest, rights: [.lists, .delete])])
        let secret = "\(folder.path)/hook.secret"
        #expect(
            configuration.channels == [
                "post": .mail(
                    relay: MailRelay(host: "mail.example.net", port: 587, requiresTLS: false), from: "a@example.net",
                    to: ["b@example.net", "c@example.net"]),
                "hook": .webhook(try #require(WebAddress("https://hooks.example.net/x?y=1")), secretFile: secret),
                "phone": .ntfy(try #require(WebAddress("https://ntfy.example.net/mail")), tokenFile: secret),
                "local": .webhook(try #require(WebAddress("http://127.0.0.1:8080/")), secretFile: nil),
                "pager": .command(folder: "\(folder.path)/.", words: ["page", "--loud"]),
            ])
        let list = try #require(configuration.lists["ours"])
        #expect(list.domains == ["three.example", "one.example", "two.example"].map(domain))
        #expect(list.profiles == ["\(folder.path)/acme.yaml", "default"])
        #expect(list.lookups == .seconds(600) && list.certificates == nil && list.graded == .seconds(2 * 86_400))
        #expect(
            list.alerts == [
                AlertRule(.drop, channels: ["post", "phone"]), AlertRule(.gradeBelow("A+"), channels: ["hook"]),
                AlertRule(.certificateEnds(days: 14), channels: ["pager"]),
                AlertRule(.finding("relay.open"), channels: ["local"]), AlertRule(.change, channels: ["hook"]),
                AlertRule(.forecast, channels: ["hook"]),
            ])
        #expect(configuration.lists["theirs"]?.lookups == .seconds(3600))
        #expect(configuration.maintenance.map(\.lists) == [["ours"]])
        #expect(configuration.isQuiet("ours", at: Date(timeIntervalSince1970: 1_798_070_400)))
        #expect(!configuration.isQuiet("theirs", at: Date(timeIntervalSince1970: 1_798_070_400)))
        #expect(!configuration.isQuiet("ours", at: Date(timeIntervalSince1970: 1_798_156_800)))
    }

    @Test("that says nothing is the service without lists")
    func least() throws { #expect(try read("schema: 1") == ServiceConfiguration()) }

    /// What a file says, and what is said of it; each has one mistake.
    static let mistakes: [(text: String, place: String, words: String)] = [
        ("{}", ":1:1:", "the configuration needs 'schema'"),
        ("schema: 2", ":1:9:", "this version reads schema 1, not 2"),
        ("schema: 1\nlist: {}", ":2:1:", "unknown key 'list' in the configuration; did you mean 'lists'?"),
        ("schema: 1\naddress: grade.example.net", ":2:10:", "'address' must be where browsers find the service"),
        ("schema: 1\naddress: https://grade.example.net/x", ":2:10:", "'address' must be where browsers"),
        ("schema: 1\nprofiles: []", ":2:11:", "'profiles' needs one profile at least"),
        ("schema: 1\nprofiles: [defualt]", ":2:12:", "the profile 'defualt' cannot be used: no profile 'defualt'"),
        ("schema: 1\nprofiles: [missing.yaml]", ":2:12:", "the profile 'missing.yaml' cannot be used"),
        ("schema: 1\nprofiles: [broken.yaml]", ":2:12:", "broken.yaml:5:"),
        ("schema: 1\nprofiles: [default, default]", ":2:11:", "the profiles cannot be used together"),
        ("schema: 1\nmanners: missing.yaml", ":2:10:", "the file of manners 'missing.yaml' cannot be used"),
        ("schema: 1\nmanners: rude.yaml", ":2:10:", "rude.yaml:2:10: error: 'lookups' must be a whole number"),
        ("schema: 1\nkeep: forever", ":2:7:", "'keep' must be a duration"),
        ("schema: 1\nremind: 7", ":2:9:", "'remind' must be a duration"),
        ("schema: 1\nlimits: { runs: 0 }", ":2:17:", "'runs' must be from 1 to 10000, not 0"),
        ("schema: 1\nlimits: { run: 1 }", ":2:11:", "unknown key 'run' in 'limits'; did you mean 'runs'?"),
        ("schema: 1\ntokens: { a: { sha256: abc, may: [lists] } }", ":2:24:", "'sha256' must be 64 hexadecimal digits"),
        (
            "schema: 1\ntokens: { a: { sha256: \(SHA256.hex("".utf8)), may: [lists] } }", ":2:24:",
            "'sha256' is the digest of an empty text"
        ),
        ("schema: 1\ntokens: { a: { may: [lists] } }", ":2:11:", "'a' needs 'sha256'"),
        (
            "schema: 1\ntokens: { a: { sha256: \(String(repeating: "a", count: 64)), may: [list] } }", ":2:96:",
            "did you mean 'lists'?"
        ),
        ("schema: 1\ntokens: { \"a b\": {} }", ":2:11:", "'a b' cannot be the name of a token"),
        ("schema: 1\nchannels: { a: {} }", ":2:13:", "'a' needs exactly one of mail, webhook, ntfy, command"),
        ("schema: 1\nchannels: { a: { email: {} } }", ":2:18:", "unknown key 'email' in 'a'"),
        ("schema: 1\nchannels: { a: { command: [./page], ntfy: {} } }", ":2:13:", "'a' needs exactly one of mail"),
        ("schema: 1\nchannels: { a: { command: [./missing] } }", ":2:27:", "the program './missing' is not there"),
        ("schema: 1\nchannels: { a: { command: [./notes] } }", ":2:27:", "'./notes' is not executable: chmod +x"),
        (
            "schema: 1\nchannels: { a: { command: [] } }", ":2:27:",
            "'command' must be a list that begins with a program"
        ),
        (
            "schema: 1\nchannels: { a: { webhook: { url: ftp://example.net/ } } }", ":2:34:",
            "'url' must begin with https"
        ),
        (
            "schema: 1\nchannels: { a: { webhook: { url: \"https://u:p@example.net/\" } } }", ":2:34:",
            "'url' must begin"
        ),
        (
            "schema: 1\nchannels: { a: { webhook: { url: http://192.0.2.1/ } } }", ":2:34:",
            "http:// is for this machine"
        ),
        (
            "schema: 1\nchannels: { a: { webhook: { url: https://example.net/, secret: missing } } }", ":2:64:",
            "the file 'missing' cannot be read: no such file"
        ),
        (
            "schema: 1\nchannels: { a: { webhook: { url: https://example.net/, secret: empty.secret } } }", ":2:64:",
            "the file 'empty.secret' is empty"
        ),
        (
            "schema: 1\nchannels: { a: { ntfy: { url: https://ntfy.example.net/ } } }", ":2:31:",
            "must end with the topic"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { from: a@b.example, to: [a@b.example] } } }", ":2:18:",
            "'mail' needs 'relay'"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { relay: \"x:y\", from: a@b.example, to: [a@b.example] } } }", ":2:33:",
            "'relay' must be a host and perhaps a port"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { relay: mx, from: nobody, to: [a@b.example] } } }", ":2:43:",
            "'nobody' is no mail address"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { relay: mx, from: a@b.example, to: [\"a@b.example> RCPT\"] } } }",
            ":2:61:", "is no mail address"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { relay: mx, from: a@b.example, to: [] } } }", ":2:60:",
            "'to' needs from 1 to 100 addresses"
        ),
        (
            "schema: 1\nchannels: { a: { mail: { relay: mx, from: a@b.example, to: [a@b.example], tls: no } } }",
            ":2:80:", "'tls' must be one of required, opportunistic"
        ),
        ("schema: 1\nlists: { a: {} }", ":2:10:", "'a' needs 'domains' or 'file'"),
        ("schema: 1\nlists: { a: { domains: [one] } }", ":2:25:", "has only one label"),
        ("schema: 1\nlists: { a: { file: missing.txt } }", ":2:21:", "cannot be read"),
        ("schema: 1\nlists: { a: { file: odd.txt } }", ":2:21:", "line 2 of 'odd.txt' is no domain: not a domain"),
        ("schema: 1\nlists: { a: { file: none.txt } }", ":2:21:", "'none.txt' names no domain"),
        ("schema: 1\nlists: { a: { domains: [] } }", ":2:24:", "'domains' names no domain"),
        (
            "schema: 1\nlists: { a: { domains: [a.example], profiles: [x] } }", ":2:48:",
            "the profile 'x' cannot be used"
        ),
        (
            "schema: 1\nlists: { a: { domains: [a.example], every: { lookups: 1m } } }", ":2:55:",
            "'lookups' must not be less than 5m"
        ),
        (
            "schema: 1\nlists: { a: { domains: [a.example], every: { graded: never } } }", ":2:54:",
            "what is never graded cannot be watched"
        ),
        (
            "schema: 1\nlists: { a: { domains: [a.example], alerts: [{ when: drop, to: [post] }] } }", ":2:65:",
            "'post' is not one of the channels"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ to: [p] }] } }",
            ":3:46:",
            "an alert needs exactly one of when, below, certificate-ends, finding"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ when: drops, to: [p] }] } }",
            ":3:54:", "did you mean 'drop'?"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ when: drop, to: [q] }] } }",
            ":3:65:", "'q' is not one of the channels"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ below: E, to: [p] }] } }",
            ":3:55:", "'below' must be one of A+, A, B, C, D, F"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ certificate-ends: 9h, to: [p] }] } }",
            ":3:66:", "'certificate-ends' must be from 1d to 365d"
        ),
        (
            "schema: 1\nchannels: { p: { command: [./page] } }\nlists: { a: { domains: [a.example], alerts: [{ finding: relay.opn, to: [p] }] } }",
            ":3:57:", "'relay.opn' is not one of the findings; did you mean 'relay.open'?"
        ),
        (
            "schema: 1\nmaintenance: [{ from: \"2026-12-24\", until: \"2026-12-25T00:00:00Z\" }]", ":2:23:",
            "'from' must be a date"
        ),
        (
            "schema: 1\nmaintenance: [{ from: \"2026-12-25T00:00:00Z\", until: \"2026-12-24T00:00:00Z\" }]", ":2:54:",
            "'until' must be later than 'from'"
        ),
        (
            "schema: 1\nmaintenance: [{ from: \"2026-12-24T00:00:00Z\", until: \"2026-12-25T00:00:00Z\", lists: [x] }]",
            ":2:86:", "'x' is not one of the lists"
        ),
        (
            "schema: 1\nmaintenance: [{ from: \"2026-12-24T00:00:00Z\", until: \"2026-12-25T00:00:00Z\", lists: [] }]",
            ":2:85:", "'lists' names no list"
        ),
        (
            "schema: 1\nmaintenance: [{ from: \"2026-02-30T00:00:00Z\", until: \"2026-12-25T00:00:00Z\" }]", ":2:23:",
            "'from' must be a date"
        ),
        ("- schema", ":1:1:", "the configuration must be a map"),
        ("schema: 1\nlists: &a {}", ":2:8:", "anchors and aliases are not allowed"),
    ]

    @Test("a mistake is told with its place, and no other", arguments: mistakes.indices)
    func mistake(_ index: Int) throws {
        let (text, place, words) = Self.mistakes[index]
        let error = #expect(throws: UsageError.self) { try read(text) }
        let lines = "\(try #require(error))".split(separator: "\n").filter { $0.contains("mailgraded.yaml:") }
        #expect(lines.count == 1, "\(lines)")
        #expect(lines.first?.contains("mailgraded.yaml\(place)") ?? false, "\(place) in \(lines)")
        #expect(lines.first?.contains(words) ?? false, "\(words) in \(lines)")
    }

    @Test("all mistakes of a file are told at once, and a channel that is wrong is no unknown one")
    func several() throws {
        let error = #expect(throws: UsageError.self) {
            try read(
                """
                schema: 1
                channels: { p: { command: [./missing] } }
                lists: { a: { domains: [one], alerts: [{ when: drop, to: [p] }] } }
                keep: 3
                """)
        }
        let text = "\(try #require(error))"
        for words in ["is not there", "has only one label", "'keep' must be a duration"] {
            #expect(text.contains(words), "\(text)")
        }
        #expect(!text.contains("is not one of the channels"))
    }
}
