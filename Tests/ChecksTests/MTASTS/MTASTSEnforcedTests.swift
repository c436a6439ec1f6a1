import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MTASTSEnforcedTests {
    private func outcome(_ world: MTASTSWorld) async throws -> Outcome {
        try await world.run(["mta-sts.enforced"]).outcome("mta-sts.enforced")
    }

    private func codes(_ world: MTASTSWorld) async throws -> [String] {
        try await outcome(world).findings.map(\.code)
    }

    @Test("G28: mode enforce, and every server fits: the check passes")
    func passes() async throws {
        let two = MTASTSWorld(servers: [("mx1", .startsTLS), ("mx2", .startsTLS)])
        #expect(try await outcome(two) == .passed)
    }

    @Test("STS-23: a host that no pattern fits is refused, be its TLS as good as it may")
    func unmatched() async throws {
        let world = MTASTSWorld(
            policy: "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n",
            servers: [("mx1", .startsTLS), ("mx2", .startsTLS)])
        let outcome = try await outcome(world)
        #expect(
            outcome.findings.map(\.message) == [
                "Senders that follow the policy do not deliver to mx2.example.com[192.0.2.2] (no pattern of the policy fits "
                    + "mx2.example.com)."
            ])
    }

    @Test("STS-23: the name in the MX record counts, not what it is an alias of")
    func aliasedHost() async throws {
        let world = MTASTSWorld(
            zone: """
                example.com       MX    5 mx0.example.com
                mx0.example.com   CNAME host.provider.example
                host.provider.example A 192.0.2.9
                """)
        var scripted = world
        scripted.servers = [("mx", .startsTLS)]
        // The alias fits the pattern *.example.com; its target, host.provider.example, would not.
        let run = try await scripted.run(["mta-sts.enforced"])
        let delivery = try run.fact(
            MTASTSDelivery.self, at: .server(.sample("mx0.example.com", "192.0.2.9")))
        #expect(delivery.fits)
    }

    @Test("STS-24: the certificate of each MX host is trusted, in date and for that host's name")
    func certificates() async throws {
        let faults: [(String, @Sendable (inout CertificateChain) -> Void)] = [
            ("self-signed", { $0.path.problems = [.init(kind: .selfSigned, depth: 0, detail: "")] }),
            ("private CA", { $0.path.problems = [.init(kind: .untrustedIssuer, depth: 1, detail: "")] }),
            ("was not sent", { $0.path.problems = [.init(kind: .missingIssuer, depth: 0, detail: "")] }),
            ("expired on", { $0.certificates[0].notAfter = $0.certificates[0].notBefore }),
            ("is not valid before", { $0.certificates[0].notBefore = $0.certificates[0].notAfter }),
            ("expired on", { $0.certificates[1].notAfter = $0.certificates[1].notBefore }),
            ("not for mx2.example.com, but for example.com", { $0.certificates[0].dnsNames = ["example.com"] }),
            ("it has no name in its subjectAltName", { $0.certificates[0].dnsNames = [] }),
            ("it shows no certificate", { $0.certificates = [] }),
        ]
        for (reason, fault) in faults {
            let world = MTASTSWorld(
                servers: [("mx1", .startsTLS), ("mx2", .startsTLS)],
                certificate: { host, chain in if host == "mx2.example.com" { fault(&chain) } })
            let outcome = try await outcome(world)
            #expect(outcome.findings.map(\.code) == ["mta-sts.loses-mail"], "\(reason)")
            #expect(outcome.findings.first?.message.contains(reason) == true, "\(outcome)")
        }
    }

    @Test(
        "STS-25: a host without working STARTTLS is refused",
        arguments: [
            ("it does not offer STARTTLS", "S: 250 mx2.example.com"),
            ("it refuses STARTTLS: 502", "S: 250-mx2.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 502 no"),
            (
                "the TLS handshake fails: TLS handshake failed",
                "S: 250-mx2.example.com\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 ok\n! tls-alert handshake_failure"
            ),
        ])
    func noTLS(reason: String, lines: String) async throws {
        let script = Script("S: 220 mx2.example.com\nC: EHLO …\n" + lines)
        let outcome = try await outcome(MTASTSWorld(servers: [("mx1", .startsTLS), ("mx2", script)]))
        #expect(outcome.findings.map(\.code) == ["mta-sts.loses-mail"])
        #expect(outcome.findings.first?.message.contains(reason) == true, "\(outcome)")
    }

    @Test("STS-26: mode enforce and no server that fits: mail of such senders is lost altogether")
    func losesAll() async throws {
        let world = MTASTSWorld(servers: [("mx1", .plaintext), ("mx2", .plaintext)])
        #expect(try await codes(world) == ["mta-sts.loses-all-mail"])
        #expect(try await outcome(world).findings.first?.description.severity == .critical)
    }

    @Test("G22: some servers refused is one finding, all refused another; a server that is down does not save the day")
    func downAndRefused() async throws {
        let world = MTASTSWorld(servers: [("mx1", .plaintext), ("mx2", Script("! refused"))])
        #expect(try await codes(world) == ["mta-sts.loses-all-mail"])
        let other = MTASTSWorld(servers: [("mx1", .plaintext), ("mx2", .startsTLS), ("mx3", Script("! refused"))])
        #expect(try await codes(other) == ["mta-sts.loses-mail"])
    }

    @Test("STS-27: mode testing tells what enforcing would lose; mode none tells nothing")
    func testing() async throws {
        let testing = "version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 604800\n"
        #expect(try await codes(MTASTSWorld(policy: testing)) == ["mta-sts.testing"])
        #expect(
            try await codes(MTASTSWorld(policy: testing, servers: [("mx", .plaintext)]))
                == ["mta-sts.testing", "mta-sts.testing-fails"])
        let none = "version: STSv1\nmode: none\nmax_age: 86400\n"
        #expect(try await codes(MTASTSWorld(policy: none, servers: [("mx", .plaintext)])) == ["mta-sts.none"])
    }

    @Test("G23: testing, none, a record without policy and a policy without record are no failures of this check")
    func noPenalty() async throws {
        let worlds = [
            MTASTSWorld(policy: "version: STSv1\nmode: testing\nmx: *.example.com\nmax_age: 604800\n"),
            MTASTSWorld(policy: "version: STSv1\nmode: none\nmax_age: 86400\n"),
            MTASTSWorld(exchange: { $0.response?.status = 404 }), MTASTSWorld(publishesRecord: false),
        ]
        for world in worlds {
            for finding in try await outcome(world).findings { #expect(finding.description.severity <= .notice) }
        }
    }

    @Test("STS-29: the last backup is looked at like the first host")
    func backup() async throws {
        var servers = (1...5).map { (host: "mx\($0)", script: Script.startsTLS) }
        servers.append(("mx6", .plaintext))
        let outcome = try await outcome(MTASTSWorld(servers: servers))
        #expect(outcome.findings.first?.message.contains("mx6.example.com[192.0.2.6]") == true)
    }

    @Test(
        "what a server does not tell is inconclusive",
        arguments: [
            "S: 421 later", "S: 554 not you", "S: 220 hi\nC: EHLO …\nS: 421 later", "! timeout",
            "S: 220 hi\nC: EHLO …\nS: 250-hi\nS: 250 XXXXXXXA",
            "S: 220 hi\nC: EHLO …\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 454 later",
            "S: 220 hi\nC: EHLO …\nS: 250-hi\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 ok\n! timeout",
        ])
    func untold(lines: String) async throws {
        #expect(try await outcome(MTASTSWorld(servers: [("mx", Script(lines))])).isInconclusive)
    }

    @Test("a silent server beside one that answers is down, and nothing that the policy could change")
    func silentServer() async throws {
        let world = MTASTSWorld(servers: [("mx1", .startsTLS), ("mx2", Script("! timeout"))])
        #expect(try await outcome(world) == .passed)
    }

    @Test("a host whose name does not fit is refused even where the server does not tell")
    func unmatchedAndSilent() async throws {
        let world = MTASTSWorld(
            policy: "version: STSv1\nmode: enforce\nmx: mx1.example.com\nmax_age: 604800\n",
            servers: [("mx1", .startsTLS), ("mx2", Script("S: 421 later"))])
        #expect(try await codes(world) == ["mta-sts.loses-mail"])
    }

    @Test("a host whose addresses cannot be looked up leaves the question open")
    func unknownHost() async throws {
        let world = MTASTSWorld(
            zone: "example.com MX 50 mx9.example.com\nmx9.example.com A ! servfail")
        #expect(try await outcome(world).isInconclusive)
    }

    @Test("a null MX leaves nothing to deliver to")
    func nullMX() async throws {
        let world = MTASTSWorld(zone: "example.com MX 0 .", servers: [])
        #expect(try await outcome(world).isNotApplicable)
    }

    @Test("an expired certificate of the policy host takes the policy out of force")
    func policyHostExpired() async throws {
        let world = MTASTSWorld(
            exchange: { $0.handshake?.chain[0].notAfter = .distantPast }, servers: [("mx", .plaintext)])
        #expect(try await codes(world) == ["mta-sts.inactive"])
    }
}
