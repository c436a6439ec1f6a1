import FoundationEssentials
import MailModel
import MailgradeKit
import Testing

@testable import Batch

/// Files of manners.
@Suite("Manners")
struct MannersTests {
    private func read(_ text: String) throws -> Manners {
        let path =
            FileManager.default.temporaryDirectory.path + "/mailgrade-manners-\(UInt64.random(in: 0 ... .max)).yaml"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try Manners(file: path)
    }

    @Test("the file that shows them reads back as them")
    func same() throws {
        #expect(try read(Manners().yaml) == Manners())
        var manners = Manners()
        manners.apart = .milliseconds(1500)
        manners.patience = [.seconds(90), .seconds(7200)]
        manners.optOutLabel = nil
        manners.never.names = [try DomainName(input: "a.example"), try DomainName(input: "b.example")]
        manners.never.networks = [try #require(AddressBlock("192.0.2.0/24"))]
        manners.helo = "probe.example.org"
        manners.contact = "mailto:postmaster@example.org"
        manners.page = "https://probe.example.org/"
        #expect(try read(manners.yaml) == manners)
    }

    @Test(
        "a mistake is told with its place",
        arguments: [
            ("{}", "the file of manners needs 'schema'"), ("schema: 2", "this version reads schema 1, not 2"),
            ("schema: 1\nconections: {}", "did you mean 'connections'?"),
            ("schema: 1\nconnections: { apart: soon }", "must be a duration"),
            ("schema: 1\nconnections: { per-address: 0 }", "must be from 1 to 16, not 0"),
            ("schema: 1\nlookups: many", "must be a whole number"),
            ("schema: 1\nnever: [\"*.example\"]", "takes domains, MX hosts, addresses and networks"),
            ("schema: 1\nidentity: { contact: postmaster@example.org }", "must begin with mailto: or https://"),
            (
                "schema: 1\nidentity: { contact: \"mailto:a@b\\r\\nExpires: never\" }",
                "must begin with mailto: or https://"
            ),
            ("schema: 1\nopt-out-record: a.b", "must be a label"), ("- 1", "must be a map"), ("", "needs"),
        ])
    func mistakes(_ text: String, _ words: String) throws {
        let error = #expect(throws: UsageError.self) { try read(text) }
        let sentence = error.map { "\($0)" } ?? ""
        #expect(sentence.contains(words) || text.isEmpty && !sentence.isEmpty, "\(sentence)")
    }

    @Test("who is never contacted: names with what lies below, addresses, networks")
    func never() throws {
        let list = try read("schema: 1\nnever: [example.com, 192.0.2.1, \"2001:db8::/32\"]").never
        #expect(list.holds(try DomainName(input: "example.com")))
        #expect(list.holds(try DomainName(input: "mx.a.example.com")))
        #expect(!list.holds(try DomainName(input: "other-example.test")))
        for (address, isHeld) in [
            ("192.0.2.1", true), ("192.0.2.2", false), ("2001:db8::25", true), ("2001:db9::25", false),
        ] {
            #expect(list.holds(try #require(IPAddress(address))) == isHeld)
        }
    }

    @Test("probing.txt says who asks, how, and how to stop it, and needs somebody to write to. RFC 9511, section 2")
    func probing() throws {
        #expect(Manners().probingText(until: Date(timeIntervalSince1970: 0)) == nil)
        let manners = try read(
            "schema: 1\nidentity: { helo: probe.example.org, contact: \"mailto:noc@example.org\", page: \"https://example.org/\" }"
        )
        let text = try #require(manners.probingText(until: Date(timeIntervalSince1970: 1_800_000_000)))
        #expect(
            text == """
                Canonical: https://probe.example.org/.well-known/probing.txt
                Contact: mailto:noc@example.org
                Expires: 2027-01-15T08:00:00Z
                Preferred-Languages: en
                Description: Tests how mail servers protect connections: EHLO, STARTTLS, TLS handshakes, RCPT without a message. Never DATA. \
                One connection at a time to an address, 1s apart, about ten in all. To be left alone, publish a TXT record \
                "v=mailgrade; test=no" at _mailgrade below the domain or the MX host. More: https://example.org/

                """)
    }
}
