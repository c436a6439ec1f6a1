import CheckKit
import CheckKitTesting
import MailModel
import Testing

@testable import Checks
@testable import Observations

/// REQUIRETLS in real conversations.
@Suite("REQUIRETLS")
struct RequireTLSTests {
    private func run(before: String, inside: String) async throws -> DANERun {
        let script = Script(
            """
            S: 220 mx.example.com
            C: EHLO …
            S: 250-mx.example.com
            S: 250-\(before)
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            ! tls
            C: EHLO …
            S: 250-mx.example.com
            S: 250 \(inside)
            """)
        return try await DANERun(
            "example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25", checks: ["requiretls.offered"],
            scripts: [DANERun.server: [script]])
    }

    @Test("RQ-01: the keyword counts inside TLS, in any case of letters")
    func inside() async throws {
        #expect(try await run(before: "SIZE", inside: "REQUIRETLS").outcome("requiretls.offered") == .passed)
        #expect(try await run(before: "SIZE", inside: "requiretls").outcome("requiretls.offered") == .passed)
        #expect(
            try await run(before: "SIZE", inside: "SIZE").codes("requiretls.offered") == ["requiretls.not-offered"])
    }

    @Test("RQ-02: before TLS the keyword means nothing")
    func before() async throws {
        #expect(
            try await run(before: "REQUIRETLS", inside: "SIZE").codes("requiretls.offered")
                == ["requiretls.outside-tls"])
        #expect(
            try await run(before: "REQUIRETLS", inside: "REQUIRETLS").outcome("requiretls.offered") == .passed)
    }

    @Test("RQ-02: so does it at a server without STARTTLS")
    func withoutTLS() async throws {
        let plain = Script("S: 220 mx.example.com\nC: EHLO …\nS: 250-mx.example.com\nS: 250 REQUIRETLS")
        let run = try await DANERun(
            "example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25", checks: ["requiretls.offered"],
            scripts: [DANERun.server: [plain]])
        #expect(try run.codes("requiretls.offered") == ["requiretls.outside-tls"])
    }

    private func reach(_ zone: String, keyword: String = "REQUIRETLS", byte: UInt8 = 0xAB) async throws -> Outcome {
        let script = Script(
            """
            S: 220 mx.example.com
            C: EHLO …
            S: 250-mx.example.com
            S: 250 STARTTLS
            C: STARTTLS
            S: 220 Ready
            ! tls
            C: EHLO …
            S: 250-mx.example.com
            S: 250 \(keyword)
            """)
        return try await DANERun(
            zone, checks: ["requiretls.reaches-domain"], scripts: [DANERun.server: [script]],
            certificate: { _ in byte }
        ).outcome("requiretls.reaches-domain", at: .domain)
    }

    @Test("RQ-03: it takes a name that is vouched for, a certificate that is valid, and the extension")
    func reach() async throws {
        let signed = "example.com MX 10 mx.example.com ; secure\nmx.example.com A 192.0.2.25 ; secure\n"
        #expect(try await reach(signed) == .passed)
        #expect(try await reach(signed, keyword: "SIZE").findings.count == 1)
        #expect(try await reach("example.com MX 10 mx.example.com\nmx.example.com A 192.0.2.25").findings.count == 1)
    }
}
