import CheckKit
import Grading
import Testing

/// The compliance profiles against the lab. To list every suite of a server takes some thirty connections, so that is done
/// at one domain of each kind; `LabDomainsTests` has all profiles judge what else is seen at every domain.
@Suite(
    "The compliance profiles in the lab",
    .enabled(if: Lab.isRunning || Lab.mustRun, "the lab is not running; make test starts it"))
struct ComplianceLabTests {
    /// The profiles, in the order of the columns below.
    static let columns = [
        "asd-ism", "bsi-tr-02102-2", "bsi-tr-02102-2-2026", "bsi-tr-03108", "cisa-bod-18-01", "internet-nl-mail",
        "mozilla-intermediate",
        "mozilla-modern", "ncsc-nl-2.1", "ncsc-nl-2025-05", "nist-sp-800-177", "rfc-strict", "uk-mail-check",
    ]

    /// What is seen of all that must be: no (not met), open (cannot tell), yes, or - where nothing applies. Then the
    /// requirements of some profiles that are not met, by name.
    struct Row: Sendable, CustomTestStringConvertible {
        let domain: String
        let outcomes: String
        let unmet: [String]
        var testDescription: String { domain }
    }

    static let rows: [Row] = [
        Row(
            domain: "modern.test", outcomes: "no yes yes no yes no no no no no no no open",
            unmet: ["asd-ism.no-anonymous", "internet-nl-mail.dane", "rfc-strict.signatures"]),
        Row(
            domain: "tls13-only.test", outcomes: "no yes yes no yes no no no no yes no no no",
            unmet: ["rfc-strict.tls-1-2", "nist-sp-800-177.suites"]),
        Row(
            domain: "tls12-only.test", outcomes: "no yes yes no yes no no no no no no no open",
            unmet: ["mozilla-intermediate.versions", "bsi-tr-03108.tls-1-3"]),
        Row(
            domain: "tls-listed.test", outcomes: "no yes yes no yes no yes no yes no no no open",
            unmet: ["nist-sp-800-177.suites"]),
        Row(
            domain: "tls-all.test", outcomes: "no no no no yes no no no no no no no open",
            unmet: ["ncsc-nl-2025-05.versions", "ncsc-nl-2.1.versions-phase-out"]),
        Row(
            domain: "tls-old.test", outcomes: "no no no no yes no no no no no no no no",
            unmet: ["bsi-tr-02102-2.versions", "bsi-tr-03108.tls-1-2"]),
        Row(
            domain: "tls-static.test", outcomes: "no no no no yes no no no no no no no open",
            unmet: ["bsi-tr-02102-2.suites", "asd-ism.key-exchange"]),
        Row(
            domain: "tls-dh1536.test", outcomes: "no no no no yes no no no no no no no open",
            unmet: ["bsi-tr-02102-2.primes", "rfc-strict.groups"]),
        Row(
            domain: "exim.test", outcomes: "no no no no yes no no no no no no no open",
            unmet: ["rfc-strict.no-old-tls", "ncsc-nl-2025-05.suites"]),
        Row(
            domain: "no-starttls.test", outcomes: "no no no no no no no no no no no yes no",
            unmet: ["cisa-bod-18-01.starttls", "uk-mail-check.starttls"]),
        Row(
            domain: "open-relay.test", outcomes: "no yes yes no yes no no no no no no no open",
            unmet: ["asd-ism.no-relay", "rfc-strict.no-relay"]),
        Row(
            domain: "dane.test", outcomes: "no yes yes no yes no no no no no no no open",
            unmet: ["internet-nl-mail.dane-rollover"]),
        Row(
            domain: "sts.test", outcomes: "no yes yes no yes no no no no no no no open",
            unmet: ["internet-nl-mail.dane"]),
        Row(
            domain: "one-host-dead.test", outcomes: "no open open no open no no no no no no no open",
            unmet: ["rfc-strict.reachable", "uk-mail-check.reachable"]),
        Row(
            domain: "rsa.test", outcomes: "no no no no yes no no no no no no no open",
            unmet: ["bsi-tr-02102-2.keys", "asd-ism.keys-preferred"]),
    ]

    @Test("come to the outcomes of the table where all that they need is collected", arguments: rows)
    func outcomes(row: Row) async throws {
        let bench = try LabBench.deep.get()
        let domain = try #require(LabDomain.all.first { $0.domain == row.domain })
        guard bench.has(domain) else { return }
        let evidence = try await bench.evidence(domain)
        var words: [String] = []
        var unmet: [String] = []
        for id in Self.columns {
            let profile = try #require(bench.profiles.first { $0.id == id })
            let compliance = try #require(try bench.assess(evidence, by: profile).compliance)
            words.append(compliance.outcome.word)
            unmet += compliance.requirements.filter { $0.outcome == .notCompliant }
                .map { "\(id).\($0.requirement.id)" }
        }
        #expect(words.joined(separator: " ") == row.outcomes)
        for name in row.unmet { #expect(unmet.contains(name), "\(unmet)") }
    }

    @Test(
        "see what the DNS has for policies alone: CAA records, IPv6 addresses, pairs of TLSA records, destinations of reports",
        arguments: [
            ("caa.test", ["internet-nl-mail.caa", "internet-nl-mail.ipv6"], []),
            ("caa-report.test", [], ["internet-nl-mail.caa", "internet-nl-mail.ipv6"]),
            ("dual-stack.test", ["internet-nl-mail.ipv6"], ["internet-nl-mail.caa"]),
            ("ipv6-dead.test", [], ["internet-nl-mail.ipv6"]),
            ("dane.test", [], ["nist-sp-800-177.dane-records"]),
            ("dane-rollover-ca.test", ["nist-sp-800-177.dane-records"], []),
            ("sts.test", [], ["uk-mail-check.tls-rpt-ncsc"]),
        ] as [(String, [String], [String])])
    func recordsForPolicies(name: String, met: [String], unmet: [String]) async throws {
        let bench = try LabBench.shared.get()
        let domain = try #require(LabDomain.all.first { $0.domain == name })
        guard bench.has(domain) else { return }
        let evidence = try await bench.evidence(domain)
        for profile in bench.profiles {
            for report in try bench.assess(evidence, by: profile).compliance?.requirements ?? [] {
                let id = "\(profile.id).\(report.requirement.id)"
                if met.contains(id) { #expect(report.outcome == .compliant, "\(id)") }
                if unmet.contains(id) { #expect(report.outcome == .notCompliant, "\(id)") }
            }
        }
    }

    @Test("are all in the table")
    func complete() throws {
        let bench = try LabBench.shared.get()
        #expect(bench.profiles.filter { !$0.requirements.isEmpty }.map(\.id).sorted() == Self.columns)
    }
}

extension Compliance.Outcome {
    fileprivate var word: String {
        switch self {
        case .compliant, .compliantWithWaiver: "yes"
        case .notCompliant: "no"
        case .cannotTell: "open"
        case .notObservable, .notApplicable, .leftOut: "-"
        }
    }
}
