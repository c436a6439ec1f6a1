import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite struct MTASTSQualityTests {
    private func codes(policy: String, servers: [(host: String, script: Script)]) async throws -> [String] {
        try await MTASTSWorld(policy: policy, servers: servers).run(["mta-sts.policy-quality"])
            .codes("mta-sts.policy-quality")
    }

    @Test(
        "STS-20: a policy that senders soon forget",
        arguments: [
            ("enforce", 0, ["mta-sts.max-age-zero"]), ("enforce", 604_799, ["mta-sts.max-age-short"]),
            ("enforce", 604_800, []), ("testing", 86_399, ["mta-sts.max-age-short"]), ("testing", 86_400, []),
            ("none", 0, []),
        ])
    func maxAge(mode: String, seconds: Int, expected: [String]) async throws {
        let policy = "version: STSv1\nmode: \(mode)\nmx: mx.example.com\nmax_age: \(seconds)\n"
        #expect(try await codes(policy: policy, servers: [("mx", .startsTLS)]) == expected)
    }

    @Test("STS-28: a pattern that fits no MX host is told, without weight")
    func unused() async throws {
        let policy =
            "version: STSv1\nmode: enforce\nmx: mx.example.com\nmx: old.example.com\nmx: *.b.example.com\nmax_age: 604800\n"
        let run = try await MTASTSWorld(policy: policy).run(["mta-sts.policy-quality"])
        let findings = try run.outcome("mta-sts.policy-quality").findings
        #expect(findings.map(\.code) == ["mta-sts.pattern-unused", "mta-sts.pattern-unused"])
        #expect(findings.allSatisfy { $0.description.severity == .info })
    }

    @Test("the quality of a policy that cannot be used at all is no question")
    func unusable() async throws {
        let run = try await MTASTSWorld(exchange: { $0.response?.status = 404 }).run(["mta-sts.policy-quality"])
        #expect(try run.outcome("mta-sts.policy-quality").isNotApplicable)
    }
}
