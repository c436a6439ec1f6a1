import CheckKit
import Checks
import FoundationEssentials
import Grading
import MailModel
import Observations
import Reporting
import Testing

/// The one line that stands wherever a letter is shown.
@Suite struct HeadlineTests {
    private static let vantage = Sample.profile
        .replacing("checks:", with: "checks:\n  vantage.sees-every-address: { weight: 0 }")
        .replacing(
            "  withhold:",
            with:
                "  withhold:\n    blocked: { when: { finding: vantage.port-25-blocked }, because: Port 25 is blocked. }"
        )

    private func json(_ report: Report) throws -> [String: JSONValue] {
        guard case .object(let members) = try JSONDecoder().decode(JSONValue.self, from: Data(report.json().utf8))
        else { return [:] }
        return members
    }

    @Test func `A firm letter stands alone, and JSON says the same`() throws {
        let report = try Situation.openRelay.sample().report()
        #expect(report.headline == "F")
        #expect(try json(report)["headline"] == .string("F"))
    }

    @Test func `Where the worst is more than one letter below, the range is the headline`() throws {
        let report = try Situation.relayUnknown.sample().report()
        #expect(report.headline == "between F and A+ (provisional: 1 check open)")
        #expect(report.terminalText().hasPrefix("example.com: between F and A+ (provisional: 1 check open)\n"))
        #expect(try json(report)["grade"] == .string("A+"))
    }

    @Test func `Where the worst is the next letter, it stands beside the letter`() throws {
        let narrow = Sample.profile.replacing(
            "relay.open, servers: some }, because", with: "ptr.missing, servers: some }, because"
        )
        .replacing("at-most: F", with: "at-most: A").replacing(
            "relay.closed: { weight: 20 }", with: "relay.closed: { weight: 0 }")
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com"))
        let address = try #require(IPAddress("192.0.2.1"))
        sample.set(
            PTRNames(address, [PTRName(try DomainName(input: "a.example"), .absent(.cancelled))]), at: .address(address)
        )
        let report = try sample.report(narrow)
        #expect(report.headline == "A+ (provisional: between A and A+)")
    }

    @Test func `A host over the limit of a run says so, not what its addresses lack`() throws {
        var sample = try Sample()
        try sample.add("mx1.example.com", "192.0.2.1", .good("mx1.example.com"))
        let address = try #require(IPAddress("192.0.2.2"))
        let crowd = MailHost(
            try DomainName(input: "mx2.example.com"), ipv4: .present(AddressLookup([address])), leftOut: [address])
        var hosts = try #require(sample.evidence.observed(MailHosts.self, at: .domain).value)
        hosts.targets.append(crowd)
        sample.set(hosts, at: .domain)
        let profile = Sample.profile.replacing(
            "checks:", with: "checks:\n  dnssec.mx-hosts: { weight: 0 }\n  mx.host-usable: { weight: 0 }")
        let server = try #require(try sample.report(profile).servers.last)
        #expect(server.id == "mx2.example.com")
        #expect(server.greeting.absence?.description.contains("over the limit of a run") == true)
    }

    @Test func `What was not tested is said beside the letter, and JSON has the addresses`() throws {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com"))
        try sample.add("mx.example.com", "2001:db8::1", .failed(.noRoute))
        let report = try sample.report(Self.vantage)
        #expect(report.scope?.untested.map(\.description) == ["2001:db8::1"])
        #expect(report.headline.hasPrefix("A+ over IPv4"))
        #expect(report.headline.hasSuffix("; 1 IPv6 address not tested"))
        #expect(
            try json(report)["scope"]
                == .object([
                    "tested": .array([.string("IPv4")]), "notTested": .array([.string("2001:db8::1")]),
                    "why": .string("this machine has no IPv6 route"),
                ]))
    }

    @Test func `Where this machine is the reason, that is all that is said`() throws {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .failed(.timedOut(stage: "connect")))
        sample.set(MTASTSRecord(TextLookup(status: .nxDomain)), at: .domain)
        sample.set(MTASTSPolicy(try DomainName(input: "mta-sts.example.com")), at: .domain)
        let report = try sample.report(
            Self.vantage.replacing("checks:", with: "checks:\n  mta-sts.enforced: { weight: 1 }"))
        #expect(report.headline == "no grade: Port 25 is blocked.")
        #expect(report.isOwnSide && report.fixes.isEmpty)
        let text = report.terminalText()
        #expect(!text.contains("What to fix") && !text.contains("Points lost") && !text.contains("Would it deliver"))
        #expect(try json(report)["fixes"] == .array([]))
    }

    @Test func `A domain that receives no mail gets no advice on how to protect it`() throws {
        var sample = try Sample()
        sample.set(MXRecords([MXRecord(0, .root)]), at: .domain)
        sample.set(MTASTSRecord(TextLookup(status: .nxDomain)), at: .domain)
        sample.set(MTASTSPolicy(try DomainName(input: "mta-sts.example.com")), at: .domain)
        let report = try sample.report(
            Sample.profile.replacing("checks:", with: "checks:\n  mta-sts.enforced: { weight: 1 }"))
        #expect(report.assessment.withheld?.id == "null-mx")
        #expect(report.fixes.map(\.code) == ["mx.null-mx"])
    }

    @Test(arguments: Situation.allCases) func `Points lost, bonus and score add up as they are shown`(
        _ situation: Situation
    ) throws {
        let points = try situation.sample().report().points
        guard let score = points.score else { return }
        let sum = 100 - points.lost.map(\.points).reduce(0, +) + points.bonus.map(\.points).reduce(0, +)
        #expect(abs(min(100, sum) - score) < 1e-6)
    }
}
