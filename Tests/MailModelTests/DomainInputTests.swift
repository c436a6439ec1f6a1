import MailModel
import Testing

/// Names as people type them.
@Suite("Domain input")
struct DomainInputTests {
    @Test(
        "What is meant as a domain is read",
        arguments: [
            ("example.com", "example.com"), ("  Example.COM. ", "example.com"),
            ("bücher.example", "xn--bcher-kva.example"),
            ("BÜCHER.example", "xn--bcher-kva.example"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("faß.example", "xn--fa-hia.example"), ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
            ("_dmarc.example.com", "_dmarc.example.com"), ("bücher。example", "xn--bcher-kva.example"),
            ("sts.test\u{3002}", "sts.test"), ("sts\u{FF0E}test", "sts.test"), ("sts\u{FF61}test\u{FF61}", "sts.test"),
            ("st\u{AD}s.test", "sts.test"), ("sts.test\u{AD}", "sts.test"), ("sts.test.\u{200B}", "sts.test"),
            ("\u{FEFF}sts.test", "sts.test"), ("s\u{2060}ts.t\u{FE0F}est", "sts.test"), ("ｓｔｓ.ＴＥＳＴ", "sts.test"),
            ("＿dmarc.example", "_dmarc.example"), ("xn--i-7iq.example", "xn--i-7iq.example"),
            ("XN--N3H.example", "xn--n3h.example"),
            ("ab--cd.example", "ab--cd.example"), ("xn--a.example", "xn--a.example"),
            ("ab--cd.bücher.example", "ab--cd.xn--bcher-kva.example"),
            ("a1-b.example", "a1-b.example"), ("a\u{200B}b.example", "ab.example"),
            (String(repeating: "a", count: 63) + ".example", String(repeating: "a", count: 63) + ".example"),
        ])
    func good(input: String, text: String) throws {
        #expect(try DomainName(input: input).text == text)
    }

    static let bad: [(String, DomainInputError)] = [
        ("", .empty), ("   ", .empty), (".", .empty),
        ("someone@example.com", .emailAddress(domain: "example.com")),
        ("192.0.2.1", .addressLiteral("192.0.2.1")), ("2001:db8::1", .addressLiteral("2001:db8::1")),
        ("[192.0.2.1]", .addressLiteral("[192.0.2.1]")),
        ("https://example.com/", .url("https://example.com/")), ("example.com/path", .url("example.com/path")),
        ("exa mple", .hasSpace("exa mple")), ("exa mple.com", .hasSpace("exa mple.com")),
        ("exa\tmple.com", .hasSpace("exa\tmple.com")), ("exa\nmple.com", .hasSpace("exa\nmple.com")),
        (String(repeating: "a", count: 300) + ".com", .labelTooLong(String(repeating: "a", count: 300))),
        (Array(repeating: "abcdefgh", count: 30).joined(separator: "."), .tooLong(269)),
        ("localhost", .singleLabel("localhost")),
        ("a..example", .emptyLabel("a..example")), (".example.com", .emptyLabel(".example.com")),
        ("example.com..", .emptyLabel("example.com.")), ("a\u{3002}\u{3002}b", .emptyLabel("a..b")),
        ("a\u{3002}.b", .emptyLabel("a..b")), ("\u{FF0E}a.b", .emptyLabel(".a.b")), ("\u{3002}", .empty),
        ("\u{AD}.test", .invisibleLabel("\u{AD}.test")), ("a.\u{200B}.test", .invisibleLabel("a.\u{200B}.test")),
        ("\u{AD}", .invisibleLabel("\u{AD}")), ("\u{2603}.example", .notAllowed("\u{2603}")),
        ("１９２.0.2.1", .addressLiteral("192.0.2.1")), ("mail＠example.com", .emailAddress(domain: "example.com")),
        ("ａ／b.example", .url("a/b.example")), ("ü-.example", .notAllowed("ü-")), ("ａ-.example", .notAllowed("ａ-")),
        ("localhost\u{3002}", .singleLabel("localhost")), ("te\u{AD}st", .singleLabel("test")),
        ("-a.example", .badLabel("-a")), ("a-.example", .badLabel("a-")), ("a!b.example", .badLabel("a!b")),
        ("exa\u{1B}[31mmple.com", .badLabel("exa[31mmple")), ("example.com:25", .badLabel("com:25")),
        ("a\\.b.example", .badLabel("a\\")),
    ]

    @Test("What is something else is refused with its reason", arguments: bad)
    func refused(input: String, error: DomainInputError) {
        #expect(throws: error) { try DomainName(input: input) }
    }

    @Test("Every refusal is one line a terminal can show, and says what to type", arguments: bad)
    func messages(input: String, error: DomainInputError) {
        let text = "\(error)"
        #expect(text.hasSuffix("."))
        #expect(text.escapedForTerminal == text, "\(text.escapedForTerminal)")
        #expect(text.count < 400)
    }

    @Test("A long internationalised label is refused")
    func longUnicodeLabel() {
        #expect(throws: DomainInputError.self) {
            try DomainName(input: String(repeating: "ü", count: 100) + ".example")
        }
    }

    @Test("Labels that IDNA forbids are refused", arguments: ["\u{202E}moc.example", "☃\u{FE0F}!.com"])
    func forbidden(input: String) {
        #expect(throws: DomainInputError.self) { try DomainName(input: input) }
    }

    @Test("The Unicode form is what people write")
    func unicode() throws {
        #expect(try DomainName(input: "bücher.example").unicode == "bücher.example")
        #expect(try DomainName(input: "example.com").unicode == "example.com")
        #expect(DomainName(labels: [Array("xn--\u{1}".utf8), Array("example".utf8)]).unicode == #"xn--\001.example"#)
    }
}
