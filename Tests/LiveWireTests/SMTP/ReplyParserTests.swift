import MailModel
import Testing

@testable import LiveWire

@Suite("The reply parser")
struct ReplyParserTests {
    static let good: [(bytes: String, reply: SMTPReply)] = [
        ("220 mx.example ESMTP\r\n", SMTPReply(220, "mx.example ESMTP")),
        ("250-mx.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", SMTPReply(250, "mx.example", "SIZE 1000", "STARTTLS")),
        ("220\r\n", SMTPReply(220, "")),
        ("220 \r\n", SMTPReply(220, "")),
        ("250-\r\n250 \r\n", SMTPReply(250, "", "")),
        ("250-a\r\n250\r\n", SMTPReply(250, "a", "")),
        ("559 the last code of the grammar\r\n", SMTPReply(559, "the last code of the grammar")),
        ("571 Relaying not permitted\r\n", SMTPReply(571, "Relaying not permitted")),
        ("471 too busy\r\n", SMTPReply(471, "too busy")),
        ("591 go away\r\n", SMTPReply(591, "go away")),
        ("260-a\r\n260 b\r\n", SMTPReply(260, "a", "b")),
        ("220-a\r\n250 b\r\n", SMTPReply(220, "a", "b")),
        ("250-a\r\n220-b\r\n250 c\r\n", SMTPReply(250, "a", "b", "c")),
        ("354 go on\r\n", SMTPReply(354, "go on")),
        ("250 bare line feed\n", SMTPReply(250, "bare line feed")),
        ("250  two blanks, tab\there\r\n", SMTPReply(250, " two blanks, tab\there")),
        ("250 a NUL \0 inside\r\n", SMTPReply(250, "a NUL \0 inside")),
        ("250 a CR \r inside\r\n", SMTPReply(250, "a CR \r inside")),
        ("250 grüße\r\n", SMTPReply(250, "grüße")),
    ]

    @Test("reads every legal reply, whole or split at any byte", arguments: good.indices)
    func reads(index: Int) throws {
        let (text, reply) = Self.good[index]
        let bytes = Array(text.utf8)
        #expect(try Self.replies(to: [bytes]) == [reply])
        #expect(try Self.replies(to: bytes.map { [$0] }) == [reply])
        for split in 1..<bytes.count {
            #expect(try Self.replies(to: [Array(bytes[..<split]), Array(bytes[split...])]) == [reply])
        }
    }

    static let bad: [(bytes: String, reason: String)] = [
        ("\r\n", "an empty line"),
        ("25\r\n", "two digits"),
        ("HTTP/1.1 400 Bad Request\r\n", "another protocol"),
        ("199 one\r\n", "the first digit is 2 to 5"),
        ("600 six\r\n", "the first digit is 2 to 5"),
        ("5:0 colon\r\n", "the second digit is no digit"),
        ("25a letter\r\n", "a letter in the code"),
        ("2500 four\r\n", "four digits"),
        ("250\ttab\r\n", "a tab after the code"),
        ("250_x\r\n", "no separator"),
        (" 250 x\r\n", "a blank before the code"),
        ("250-a\r\n550 b\r\n", "the code changes"),
        ("250-a\r\nb\r\n", "a line without a code"),
    ]

    @Test("refuses what the grammar does not allow", arguments: bad.indices)
    func refuses(index: Int) {
        #expect(
            Self.kind { try Self.replies(to: [Array(Self.bad[index].bytes.utf8)]) } == "protocol",
            "\(Self.bad[index].reason)")
    }

    @Test("quotes garbage so that it is safe to print")
    func quotes() {
        #expect(throws: WireFailure.protocolError(#"expected a reply, got "\u{1b}[2J""#)) {
            try Self.replies(to: [Array("\u{1b}[2J\r\n".utf8)])
        }
    }

    @Test("repairs bytes that are not UTF-8")
    func repairs() throws {
        #expect(
            try Self.replies(to: [[0x32, 0x35, 0x30, 0x20, 0xFF, 0x41, 0x0D, 0x0A]]) == [SMTPReply(250, "\u{FFFD}A")])
    }

    @Test("reads several replies from one segment and keeps the rest")
    func rest() throws {
        var parser = ReplyParser()
        parser.append(Array("250 a\r\n250 b\r\n2".utf8))
        #expect(try Self.drain(&parser) == [SMTPReply(250, "a"), SMTPReply(250, "b")])
        #expect(parser.takeRest() == Array("2".utf8))
        #expect(parser.unread.isEmpty)
    }

    @Test("keeps 2,048 octets of a line and skips the rest, as Postfix does", arguments: [2048, 2049, 20_000, 200_000])
    func longLines(length: Int) throws {
        let text = "250-" + String(repeating: "x", count: length - 4) + "\r\n250 STARTTLS\r\n"
        let kept = String(repeating: "x", count: 2044)
        for size in [1, 7, 4096, text.utf8.count] {
            let bytes = Array(text.utf8)
            let segments = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            #expect(try Self.replies(to: segments) == [SMTPReply(250, kept, "STARTTLS")])
        }
    }

    @Test("reads a thousand lines and 256 KiB, and says that any more is over the limit")
    func limits() throws {
        let lines = String(repeating: "250-x\r\n", count: ReplyParser.lineCountLimit - 1)
        #expect(
            try Self.replies(to: [Array((lines + "250 x\r\n").utf8)]).first?.lines.count == ReplyParser.lineCountLimit)
        #expect(Self.kind { try Self.replies(to: [Array((lines + "250-x\r\n250 x\r\n").utf8)]) } == "limit")
        let long = "250-" + String(repeating: "x", count: 2000) + "\r\n"
        #expect(Self.kind { try Self.replies(to: Array(repeating: Array(long.utf8), count: 120)) } == "accepted: []")
        #expect(Self.kind { try Self.replies(to: Array(repeating: Array(long.utf8), count: 140)) } == "limit")
    }

    @Test("keeps little of a line without an end, and gives up on it")
    func endlessLine() throws {
        var parser = ReplyParser()
        parser.append(Array("250-".utf8))
        for _ in 0..<60 {
            parser.append(Array(repeating: 0x78, count: 4096))
            #expect(try parser.next() == nil)
            #expect(parser.unread.count <= ReplyParser.lineLimit + 1)
        }
        #expect(throws: WireFailure.limitExceeded("a reply of more than 262144 octets")) {
            for _ in 0..<10 {
                parser.append(Array(repeating: 0x78, count: 4096))
                _ = try parser.next()
            }
        }
    }

    @Test("notes what senders tolerate, each kind once")
    func notes() throws {
        var parser = ReplyParser()
        parser.append(Array("250-a\n250-b\n250 \(String(repeating: "x", count: 600))\n".utf8))
        var notes: [String] = []
        while let event = try parser.next() { if case .note(let text) = event { notes.append(text) } }
        #expect(notes.count == 2)
        #expect(notes.first?.contains("bare LF") == true)
        #expect(notes.last?.contains("512") == true)
    }

    private static func replies(to segments: [[UInt8]]) throws -> [SMTPReply] {
        var parser = ReplyParser()
        var replies: [SMTPReply] = []
        for segment in segments {
            parser.append(segment)
            replies += try drain(&parser)
        }
        return replies
    }

    private static func drain(_ parser: inout ReplyParser) throws -> [SMTPReply] {
        var replies: [SMTPReply] = []
        while let event = try parser.next() { if case .reply(let reply) = event { replies.append(reply) } }
        return replies
    }

    private static func kind(_ body: () throws -> [SMTPReply]) -> String {
        do { return "accepted: \(try body())" } catch WireFailure.protocolError { return "protocol" } catch WireFailure
            .limitExceeded
        { return "limit" } catch { return "\(error)" }
    }
}
