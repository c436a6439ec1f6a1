import CheckKit
import CheckKitTesting
import FoundationEssentials
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MTASTSFetchTests {
    private func fetch(_ change: @escaping @Sendable (inout HTTPSExchange) -> Void) -> MTASTSPolicy {
        .serving(change)
    }

    /// What the published check says of a valid record and this policy.
    private func codes(_ policy: MTASTSPolicy, _ record: MTASTSRecord = .sample, days: Double = 0) throws -> [String] {
        let check = try #require(Plugin.mtaSTS.checks.first { $0.id == "mta-sts.published" })
        var evidence = Evidence(domain: .sample("example.com"), collectedAt: JudgedAt.sample().instant)
        evidence.settle(Slot(MTASTSRecord.id, .domain), .present(record))
        evidence.settle(Slot(MTASTSPolicy.id, .domain), .present(policy))
        let outcome = check.judge(
            Inputs(evidence: evidence, place: .domain, judgedAt: JudgedAt.sample(days: days).instant))
        return outcome == .passed
            ? ["passed"] : outcome.isInconclusive ? ["inconclusive"] : outcome.findings.map(\.code)
    }

    private func requests(_ zone: String, families: Set<IPAddress.Family> = [.ipv4, .ipv6]) async throws
        -> [HTTPSRequest]
    {
        let https = ScriptedHTTPS()
        _ = try await Collected(
            checks: ["mta-sts.published"], zone: zone, https: https, settings: RunSettings(families: families))
        return https.requests
    }

    @Test("STS-10: the policy is asked for at mta-sts below the domain, port 443, /.well-known/mta-sts.txt")
    func url() async throws {
        let requests = try await requests(
            """
            _mta-sts.example.com TXT  "v=STSv1; id=1"
            mta-sts.example.com  A    192.0.2.80
            mta-sts.example.com  AAAA 2001:db8::80
            """)
        #expect(
            requests == [
                HTTPSRequest(
                    host: .sample("mta-sts.example.com"), addresses: [.sample("192.0.2.80"), .sample("2001:db8::80")],
                    path: "/.well-known/mta-sts.txt", port: 443)
            ])
    }

    @Test("STS-11: only 200 is a policy; a redirect is told apart and not followed")
    func status() throws {
        #expect(try codes(fetch { $0.response?.status = 200 }) == ["passed"])
        for status in [301, 302, 303, 307, 308, 300, 304] {
            #expect(try codes(fetch { $0.response?.status = status }) == ["mta-sts.policy-redirected"])
        }
        for status in [101, 201, 204, 206, 400, 403, 404, 410, 429, 500, 503] {
            #expect(try codes(fetch { $0.response?.status = status }) == ["mta-sts.policy-status"])
        }
    }

    @Test(
        "STS-12: the certificate of the policy host names the policy host itself, in its subjectAltName",
        arguments: [
            (["mta-sts.example.com"], true), (["*.example.com"], true), (["MTA-STS.EXAMPLE.COM"], true),
            (["policies.provider.example"], false), (["example.com"], false), (["*.com"], false),
            (["*.mta-sts.example.com"], false), (["m*.example.com"], false), ([], false),
        ])
    func names(names: [String], isGood: Bool) throws {
        let policy = fetch { exchange in
            exchange.handshake?.chain[0].dnsNames = names
            exchange.handshake?.chain[0].commonName = "mta-sts.example.com"
        }
        #expect(try codes(policy) == [isGood ? "passed" : "mta-sts.policy-certificate-name"])
    }

    @Test("STS-12: the certificate is judged at the instant of judgement")
    func dates() throws {
        #expect(try codes(.sample, days: 36) == ["passed"])
        #expect(try codes(.sample, days: 38) == ["mta-sts.policy-certificate-expired"])
        #expect(try codes(.sample, days: -54) == ["mta-sts.policy-certificate-expired"])
    }

    @Test(
        "STS-12: each kind of broken path is a certificate that senders do not trust",
        arguments: CertificatePath.Kind.allCases)
    func path(kind: CertificatePath.Kind) throws {
        let policy = fetch { $0.handshake?.path.problems = [.init(kind: kind, depth: 0, detail: "broken")] }
        #expect(try codes(policy) == ["mta-sts.policy-certificate-untrusted"])
    }

    @Test("STS-12: a server that shows no certificate cannot be verified")
    func noCertificate() throws {
        #expect(try codes(fetch { $0.handshake?.chain = [] }) == ["mta-sts.policy-certificate-untrusted"])
    }

    @Test(
        "STS-13: the media type is text/plain, whatever its parameters",
        arguments: [
            ("text/plain", true), ("text/plain; charset=utf-8", true), ("Text/Plain ;charset=x", true),
            ("text/html", false), ("application/octet-stream", false), ("text/plainer", false), ("", false),
            (nil, false),
        ])
    func mediaType(type: String?, isGood: Bool) throws {
        #expect(
            try codes(fetch { $0.response?.contentType = type }) == [isGood ? "passed" : "mta-sts.policy-media-type"])
    }

    @Test("STS-14: more than 64 KiB is told; more than 20 s tells nothing")
    func limits() throws {
        #expect(HTTPSLimits().body == 64 * 1024)
        #expect(HTTPSLimits().total == .seconds(20))
        #expect(try codes(fetch { $0.response?.isTruncated = true }) == ["mta-sts.policy-too-large"])
        for stage in ["connect", "handshake", "response"] {
            #expect(try codes(.failing(.timedOut(stage: stage))) == ["inconclusive"])
        }
    }

    @Test("STS-16: a record whose policy cannot be fetched: every reason is a finding of its own")
    func unfetchable() throws {
        let cases: [(MTASTSPolicy, String)] = [
            (.missing, "mta-sts.policy-host-missing"),
            (MTASTSPolicy(.sample("mta-sts.example.com")), "mta-sts.policy-host-missing"),
            (
                MTASTSPolicy(.sample("mta-sts.example.com"), ipv4: .present(AddressLookup(security: .bogus("no")))),
                "mta-sts.policy-host-missing"
            ),
            (.unreachable(.refused), "mta-sts.policy-host-unreachable"),
            (.unreachable(.unreachable), "mta-sts.policy-host-unreachable"),
            (.unreachable(.specialAddress("private use")), "mta-sts.policy-host-unreachable"),
            (.failing(.handshake(reason: "x", alert: nil)), "mta-sts.policy-tls-failed"),
            (.failing(.closedEarly(stage: "handshake")), "mta-sts.policy-tls-failed"),
            (.failing(.closedEarly(stage: "response")), "mta-sts.policy-no-response"),
            (.failing(.reset), "mta-sts.policy-no-response"),
            (.failing(.protocolError("no HTTP")), "mta-sts.policy-no-response"),
            (.failing(.limitExceeded("header")), "mta-sts.policy-no-response"),
            (.answering("<html>"), "mta-sts.policy-invalid"),
            (fetch { $0.response?.body = [0xFF, 0xFE] }, "mta-sts.policy-invalid"),
        ]
        for (policy, code) in cases { #expect(try codes(policy) == [code]) }
    }

    @Test("what is our own side, or may be, is not held against the policy host")
    func ourSide() throws {
        for failure in [WireFailure.noRoute, .local("no sockets"), .timedOut(stage: "connect")] {
            #expect(try codes(.unreachable(failure)) == ["inconclusive"])
        }
        var half = MTASTSPolicy.unreachable(.refused)
        half.ipv6 = .absent(.inconclusive("SERVFAIL"))
        #expect(try codes(half) == ["inconclusive"])
        let unanswered = MTASTSPolicy(
            .sample("mta-sts.example.com"), ipv4: .absent(.inconclusive("the lookup got no answer in time")))
        #expect(try codes(unanswered) == ["inconclusive"])
    }

    @Test("several faults are told together: the certificate and the answer behind it")
    func together() throws {
        let policy = fetch { exchange in
            exchange.handshake?.chain[0].dnsNames = ["www.example.com"]
            exchange.handshake?.path.problems = [.init(kind: .selfSigned, depth: 0, detail: "self-signed")]
            exchange.response?.status = 404
        }
        #expect(
            try codes(policy) == [
                "mta-sts.policy-certificate-untrusted", "mta-sts.policy-certificate-name", "mta-sts.policy-status",
            ])
    }

    @Test("STS-17: without a record one address is tried, and only where the policy host resolves")
    func deadPolicy() async throws {
        let none = try await requests("example.com TXT v=spf1 -all")
        #expect(none == [])
        let one = try await requests(
            """
            mta-sts.example.com A 192.0.2.80
            mta-sts.example.com A 192.0.2.81
            """)
        #expect(one.map(\.addresses) == [[.sample("192.0.2.80")]])
        #expect(try codes(.sample, .none) == ["mta-sts.policy-without-record"])
        // A web server that answers to every name has no policy.
        #expect(try codes(.answering("<html>"), .none) == [])
        #expect(try codes(.unreachable(.refused), .none) == [])
    }

    @Test("pages that are no policy are not kept in the evidence, unless a record says that they should be one")
    func foreignPages() async throws {
        func body(_ world: MTASTSWorld) async throws -> Int? {
            try await world.run(["mta-sts.published"]).fact(MTASTSPolicy.self).exchange?.response?.body.count
        }
        #expect(try await body(MTASTSWorld(policy: "<html>")) == 6)
        #expect(try await body(MTASTSWorld(policy: "<html>", publishesRecord: false)) == 0)
        #expect(try await body(MTASTSWorld(exchange: { $0.response?.status = 404 })) == 0)
        #expect(try await body(MTASTSWorld(exchange: { $0.response?.isTruncated = true })) == 0)
        #expect(try await body(MTASTSWorld(policy: "mode: none", publishesRecord: false)) == 0)
        #expect(try await body(MTASTSWorld(publishesRecord: false)) != 0)
    }

    @Test("STS-08: an alias at _mta-sts is followed, and so is one at the policy host")
    func aliases() async throws {
        let run = try await Collected(
            checks: ["mta-sts.published"],
            zone: """
                _mta-sts.example.com    CNAME _mta-sts.provider.example
                _mta-sts.provider.example TXT "v=STSv1; id=7"
                mta-sts.example.com     CNAME mta-sts.provider.example
                mta-sts.provider.example  A   192.0.2.80
                """, https: ScriptedHTTPS([.sample("mta-sts.example.com"): try #require(MTASTSPolicy.sample.exchange)]),
            at: JudgedAt.sample().instant)
        #expect(try run.outcome("mta-sts.published") == .passed)
        #expect(try run.fact(MTASTSRecord.self).lookup.canonicalName == .sample("_mta-sts.provider.example"))
    }

    @Test("STS-09: nothing is asked for at a parent domain")
    func parent() async throws {
        let run = try await Collected(
            "sub.example.com", checks: ["mta-sts.published"],
            zone: """
                _mta-sts.example.com TXT "v=STSv1; id=7"
                mta-sts.example.com  A   192.0.2.80
                sub.example.com      A   192.0.2.1
                """)
        #expect(try run.outcome("mta-sts.published").isNotApplicable)
        #expect(Set(run.dns.asked.map(\.name.text)) == ["_mta-sts.sub.example.com", "mta-sts.sub.example.com"])
    }

    @Test(
        "a failed lookup of the record is inconclusive, and no policy is asked for", arguments: ["timeout", "servfail"])
    func lookupFails(failure: String) async throws {
        let https = ScriptedHTTPS()
        let run = try await Collected(
            checks: MTASTSWorld.checks,
            zone: """
                _mta-sts.example.com TXT ! \(failure)
                mta-sts.example.com A 192.0.2.80
                example.com MX 10 mx.example.com
                """, https: https)
        for check in MTASTSWorld.checks { #expect(try run.outcome(check).isInconclusive) }
        #expect(https.requests == [])
    }

    @Test("a record that does not validate is a finding, and no policy is in force")
    func bogusRecord() async throws {
        let run = try await MTASTSWorld(status: "; bogus signature expired").run()
        #expect(try run.codes("mta-sts.published") == ["mta-sts.lookup-bogus"])
        #expect(try run.codes("mta-sts.enforced") == ["mta-sts.inactive"])
    }

    @Test("the facts survive being written and read")
    func roundTrip() async throws {
        let run = try await MTASTSWorld(exchange: { $0.response?.body += [0xFF] }).run()
        let known = [
            MXRecords.factType, MailHosts.factType, Conversation.factType, MTASTSRecord.factType, MTASTSPolicy.factType,
        ]
        let evidence = try Evidence(json: run.evidence.json(), known: known)
        #expect(
            evidence.observed(MTASTSPolicy.self, at: .domain) == run.evidence.observed(MTASTSPolicy.self, at: .domain))
        #expect(
            evidence.observed(MTASTSRecord.self, at: .domain) == run.evidence.observed(MTASTSRecord.self, at: .domain))
    }
}
