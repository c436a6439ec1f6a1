import CheckKit
import MailModel
import Testing

@testable import Checks
@testable import Observations

struct DNSIdentityTests {
    @Test(
        "ID-02, ID-03: a presented name that matches the host",
        arguments: [
            ("mx.example.com", "mx.example.com"),
            ("MX.Example.COM", "mx.example.com"),
            ("*.example.com", "mx.example.com"),
            ("*.EXAMPLE.com", "a-1.example.com"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("*.xn--bcher-kva.example", "mx.xn--bcher-kva.example"),
            ("*.example.com", "xn--bcher-kva.example.com"),
            ("mx_1.example.com", "mx_1.example.com"),
        ])
    func good(presented: String, host: String) {
        #expect(DNSIdentity(presented)?.matches(.sample(host)) == true)
    }

    @Test(
        "ID-04: a valid name that is for another host; a wildcard reaches over no dot",
        arguments: [
            ("www.example.com", "mx.example.com"),
            ("example.com", "mx.example.com"),
            ("mx.example.com", "example.com"),
            ("example.com", "com"),
            ("*.example.com", "example.com"),
            ("*.example.com", "a.b.example.com"),
            ("*.example.com", "mx.example.org"),
            ("*.b.example.com", "a.c.example.com"),
            ("xn--bcher-kva.example", "bcher.example"),
        ])
    func other(presented: String, host: String) throws {
        let identity = try #require(DNSIdentity(presented))
        #expect(!identity.matches(.sample(host)))
    }

    @Test(
        "ID-03: a presented name that is invalid is ignored",
        arguments: [
            ("", "empty"),
            (".", "the root"),
            ("*", "a wildcard for everything"),
            ("*.", "a wildcard above the root"),
            ("*.com", "a wildcard for all of a top-level domain, which OpenSSL refuses"),
            ("*.XN--P1AI", "the same, internationalised"),
            ("mx.example.com.", "a trailing dot; the DNS names of certificates have none"),
            (".example.com", "a leading dot"),
            ("mx..example.com", "an empty label"),
            ("m*.example.com", "a wildcard for a part of a label"),
            ("*x.example.com", "a wildcard for a part of a label"),
            ("*.*.example.com", "two wildcards"),
            ("mx.*.com", "a wildcard that is not left-most"),
            ("mx.example.com\\000.evil.example", "an embedded NUL, as the wire escapes it"),
            ("mx.example.com\0.evil.example", "an embedded NUL"),
            ("mx\\.example.com", "an escaped dot"),
            ("mx.example.com ", "a blank"),
            ("mx.example.com\r\n", "a line end"),
            ("b\u{FC}cher.example", "a U-label"),
            ("\u{212A}.example", "a letter that only looks like k when lower-cased"),
            ("b\\195\\188cher.example", "a U-label, as the wire escapes it"),
            ("user@example.com", "a mail address"),
            ("https://mx.example.com", "a URL"),
            (String(repeating: "a", count: 64) + ".example", "a label of 64 characters"),
            (String(repeating: "abcdefg.", count: 32) + "example", "more than 253 characters"),
        ])
    func bad(presented: String, why: String) {
        #expect(DNSIdentity(presented) == nil, "\(why)")
    }

    @Test("A host name with a NUL in a label matches nothing, not even its own escaped form")
    func hostWithNUL() {
        let host = DomainName(labels: [Array("mx".utf8), Array("example\0".utf8), Array("com".utf8)])
        #expect(host.text == "mx.example\\000.com")
        #expect(DNSIdentity(host.text) == nil)
        #expect(DNSIdentity("*.example.com")?.matches(host) == false)
    }

    @Test("ID-06: the trailing dot of an MX target is gone before names are compared")
    func trailingDot() throws {
        let host = try DomainName(input: "MX.example.com.")
        #expect(DNSIdentity("mx.example.com")?.matches(host) == true)
    }
}
