import CheckKit
import Checks
import Grading
import MailModel
import Observations
import Reporting
import Testing

@Suite struct AdviceTests {
    @Test func `What holds the grade lowest comes first, then what is more severe`() throws {
        var sample = try Sample()
        try sample.add(
            "mx1.example.com", "192.0.2.1",
            .good("mx1.example.com", names: ["other.example.com"], relay: SMTPReply(250, "Ok")))
        try sample.add("mx2.example.com", "192.0.2.2", .plaintext("mx2.example.com"))
        sample.set(PTRNames(try #require(IPAddress("192.0.2.2"))), at: .address(try #require(IPAddress("192.0.2.2"))))
        let advice = try sample.report().fixes
        #expect(
            advice.map(\.code) == ["relay.open", "starttls.not-offered", "certificate.name-mismatch", "ptr.missing"])
        #expect(advice.map { $0.holdsAt?.rawValue } == ["F", "D", "B", nil])
        #expect(advice.map { $0.gradeAfter?.rawValue } == ["D", "B", "A+", nil])
    }

    @Test func `Information that a better grade asks for is something to do, and other information is not`() throws {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com"))
        sample.set(MTASTSRecord(TextLookup(status: .nxDomain)), at: .domain)
        sample.set(MTASTSPolicy(try DomainName(input: "mta-sts.example.com")), at: .domain)
        let plain = Sample.profile.replacing("checks:", with: "checks:\n  mta-sts.enforced: { weight: 0 }")
        let cap = "    no-sts: { at-most: A, when: { finding: mta-sts.absent }, because: A+ asks for MTA-STS. }"
        let asking = try sample.report(plain.replacing("  caps:", with: "  caps:\n\(cap)")).fixes
        #expect(asking.filter(\.asksForAction).map(\.code) == ["mta-sts.absent"])
        #expect(asking.first?.gradeAfter == .aPlus)
        let content = try sample.report(plain).fixes
        #expect(content.map(\.code) == ["mta-sts.absent"] && !content[0].asksForAction)
    }

    @Test func `A problem at several servers is one advice`() throws {
        var sample = try Sample()
        for number in 1...3 {
            let host = "mx\(number).example.com"
            try sample.add(host, "192.0.2.\(number)", .plaintext(host))
        }
        let advice = try sample.report().fixes.filter { $0.code == "starttls.not-offered" }
        #expect(advice.count == 1)
        #expect(advice.first?.observations.count == 1)
        #expect(advice.first?.observations.first?.places.count == 3)
    }

    @Test func `Encryption that nobody verifies is not shown as authentication`() throws {
        let text = try Situation.openRelay.sample().report().terminalText()
        #expect(text.contains("Encrypted is not authenticated"))
        let plaintext = try plaintextOnly().terminalText()
        #expect(plaintext.contains("Not encrypted"))
        #expect(!plaintext.contains("Encrypted is not authenticated"))
        let cancelled = try Situation.cancelled.sample().report().terminalText()
        #expect(!cancelled.contains("ncrypted"))
    }

    private func plaintextOnly() throws -> Report {
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", .plaintext("mx.example.com"))
        return try sample.report()
    }
}
