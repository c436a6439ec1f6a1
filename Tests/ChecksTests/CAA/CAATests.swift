import CheckEngine
import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

@Suite("CAA records")
struct CAATests {
    private static let mail = "example.com MX 10 mx.mail.example.com\nmx.mail.example.com A 192.0.2.25\n"
    private static let host = Place.host(.sample("mx.mail.example.com"))

    private func run(_ zone: String) async throws -> Collected {
        try await Collected(checks: ["caa.limits-issuance"], zone: Self.mail + zone)
    }

    private func codes(_ zone: String) async throws -> [String] {
        try await run(zone).codes("caa.limits-issuance", at: Self.host)
    }

    @Test("RFC 8659, section 3: the first name on the way up that has records decides, and nothing above it is asked")
    func climbing() async throws {
        let near = try await run(
            """
            mail.example.com CAA 0 issue ca.example.net
            example.com CAA 0 iodef mailto:a@b.example
            """)
        #expect(try near.outcome("caa.limits-issuance", at: Self.host) == .passed)
        let asked = near.dns.asked.filter { $0.type == .caa }.map(\.name.text)
        #expect(asked == ["mx.mail.example.com", "mail.example.com"])
        let far = try await run("com CAA 0 issue ca.example.net")
        #expect(try far.fact(CAARecords.self, at: Self.host).owner == .sample("com"))
        let lower = """
            mx.mail.example.com CAA 0 iodef mailto:a@b.example
            example.com CAA 0 issue ca.example.net
            """
        #expect(
            try await codes(
                lower) == [
                    "caa.unrestricted"
                ])
    }

    @Test("RFC 8659, section 3: an alias is followed, and the climb goes on from the host's own name")
    func alias() async throws {
        let zone = """
            mail.example.com CNAME elsewhere.example.net
            example.net CAA 0 issue other.example
            example.com CAA 0 issue ca.example.net
            """
        let run = try await run(zone)
        let found = try run.fact(CAARecords.self, at: Self.host)
        #expect(found.owner == .sample("example.com") && found.records == [CAARecord("issue", "ca.example.net")])
        let followed = try await self.run(
            """
            mail.example.com CNAME elsewhere.example.net
            elsewhere.example.net CAA 0 issue other.example
            """)
        #expect(try followed.fact(CAARecords.self, at: Self.host).records == [CAARecord("issue", "other.example")])
    }

    @Test("no record anywhere is told only where every name was answered for", arguments: ["timeout", "servfail"])
    func conclusive(failure: String) async throws {
        #expect(try await codes("") == ["caa.absent"])
        for name in ["mx.mail.example.com", "mail.example.com", "example.com", "com"] {
            let outcome = try await run("\(name) CAA ! \(failure)").outcome("caa.limits-issuance", at: Self.host)
            #expect(outcome.isInconclusive, "\(name)")
        }
        let bogus = try await run("mail.example.com CAA 0 issue ca.example.net ; bogus signature expired")
        #expect(try bogus.outcome("caa.limits-issuance", at: Self.host).isInconclusive)
    }

    @Test("a name of very many labels is not climbed")
    func manyLabels() async throws {
        let name = (0..<20).map { "l\($0)" }.joined(separator: ".") + ".example.com"
        let run = try await Collected(
            checks: ["caa.limits-issuance"], zone: "example.com MX 10 \(name)\n\(name) A 192.0.2.25")
        #expect(try run.outcome("caa.limits-issuance", at: .host(.sample(name))).isInconclusive)
        #expect(run.dns.asked.allSatisfy { $0.type != .caa })
    }

    @Test(
        "RFC 8659, section 4.1: data are flags, the length of the tag, the tag and the value",
        arguments: [
            ([0, 5] + Array("issueca.example".utf8), CAARecord("issue", "ca.example")),
            ([128, 5] + Array("ISSUE;".utf8), CAARecord("issue", ";", isCritical: true)),
            ([0, 5] + Array("issue".utf8), CAARecord("issue", "")),
            ([], nil), ([0], nil), ([0, 0, 1], nil), ([0, 9] + Array("issue".utf8), nil),
            ([0, 5] + Array("is ue;".utf8), nil), ([0, 2, 0xFF, 0xFE, 0x20], nil),
        ] as [([UInt8], CAARecord?)])
    func data(bytes: [UInt8], record: CAARecord?) {
        #expect(CAARecord(data: bytes) == record)
    }

    @Test("records that cannot be read may be the one that restricts")
    func malformed() async throws {
        let outcome = try await run("mail.example.com CAA \\# 00 09 69").outcome("caa.limits-issuance", at: Self.host)
        #expect(outcome.findings == [] && outcome.undecided?.codes == ["caa.unrestricted"])
    }
}
