import MailModel
import Testing

/// Text that strangers send: onto a terminal, and as SMTP replies.
@Suite("Text from servers")
struct TextTests {
    @Test(
        "What could steer a terminal or disguise text is escaped",
        arguments: [
            ("220 mx.example ESMTP", "220 mx.example ESMTP"), ("", ""), ("Grüße, 例え ☃", "Grüße, 例え ☃"),
            ("\u{1B}[2J", #"\u{1b}[2J"#), ("a\r\nb\tc", #"a\u{d}\u{a}b\u{9}c"#),
            ("\u{7F}\u{9B}31m", #"\u{7f}\u{9b}31m"#),
            ("\u{0}", #"\u{0}"#), ("a\u{202E}b", #"a\u{202e}b"#),
            ("\u{2066}\u{200B}\u{FEFF}", #"\u{2066}\u{200b}\u{feff}"#),
            ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("\u{E0041}", #"\u{e0041}"#), ("\u{61C}", #"\u{61c}"#),
            ("a\u{AD}b", #"a\u{ad}b"#),
        ])
    func escapes(text: String, escaped: String) {
        #expect(text.escapedForTerminal == escaped)
    }

    @Test("A heap of combining marks is escaped behind the fourth")
    func marks() {
        let (mark, escape) = ("\u{301}", #"\u{301}"#)
        func banner(_ count: Int) -> String { "e" + String(repeating: mark, count: count) }
        #expect(banner(4).escapedForTerminal == banner(4))
        #expect(banner(6).escapedForTerminal == banner(4) + escape + escape)
        #expect((banner(3) + "o" + banner(3)).escapedForTerminal == banner(3) + "o" + banner(3))
        #expect("\u{301}\u{20DD}\u{903}\u{FE0F}\u{1AB0}".escapedForTerminal.hasSuffix(#"\u{1ab0}"#))
        let heap = banner(500).escapedForTerminal
        #expect(heap.escapedForTerminal == heap)
    }

    @Test("A text is shortened by scalars: one character may have marks without end")
    func shortening() {
        #expect("abc".shortened(to: 3) == "abc")
        #expect("abcd".shortened(to: 3) == "ab\u{2026}")
        #expect("".shortened(to: 3) == "")
        let heap = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(heap.count == 1)
        #expect(heap.shortened(to: 80).unicodeScalars.count == 80)
    }

    @Test("Letters of many languages keep their marks", arguments: ["Việt", "e\u{302}\u{323}", "שָׁ֖", "ก็้", "हिन्दी", "བསྒྲུབས"])
    func scripts(text: String) {
        #expect(text.escapedForTerminal == text)
    }

    @Test(
        "A reply's code says what kind of answer it is",
        arguments: [
            (220, true, false, false), (354, false, false, false), (421, false, true, false), (554, false, false, true),
        ])
    func kinds(code: Int, isPositive: Bool, isTransient: Bool, isPermanent: Bool) {
        let reply = SMTPReply(code, "text")
        #expect(reply.isPositive == isPositive)
        #expect(reply.isTransient == isTransient)
        #expect(reply.isPermanent == isPermanent)
    }

    @Test(
        "An enhanced status code is read where there is one",
        arguments: [
            (SMTPReply(454, "4.7.1 <a@b>: Relay access denied"), "4.7.1"), (SMTPReply(250, "2.1.0 Ok"), "2.1.0"),
            (SMTPReply(554, "5.7.1"), "5.7.1"), (SMTPReply(554, "4.7.1 other class"), nil), (SMTPReply(250, "Ok"), nil),
            (SMTPReply(250), nil), (SMTPReply(250, ""), nil), (SMTPReply(250, "2.1 Ok"), nil),
            (SMTPReply(250, "2.1.x Ok"), nil), (SMTPReply(250, "2..0 Ok"), nil), (SMTPReply(250, "2.1.0.0 Ok"), nil),
            (SMTPReply(550, "5.-7.1 no"), nil), (SMTPReply(550, "5.+7.1 no"), nil),
            (SMTPReply(550, "5.1234.1 no"), nil),
            (SMTPReply(220, "2.0.0-mx ESMTP"), nil),
        ] as [(SMTPReply, String?)])
    func enhancedStatus(reply: SMTPReply, status: String?) {
        #expect(reply.enhancedStatus == status)
    }

    @Test("A reply is quoted by its code and first line")
    func quoted() {
        #expect(SMTPReply(250, "mx.example", "STARTTLS").firstLine == "250 mx.example")
        #expect(SMTPReply(250, "mx.example", "STARTTLS").text == "mx.example STARTTLS")
        #expect(SMTPReply(250).firstLine == "250")
        #expect(SMTPReply(250, "").firstLine == "250")
    }
}
