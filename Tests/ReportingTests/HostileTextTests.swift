import CheckKit
import Checks
import FoundationEssentials
import MailModel
import Observations
import Reporting
import Testing

@Suite struct HostileTextTests {
    /// Clears the screen, sets the window's title, a C1 control, a bidirectional override, a carriage return, a bell.
    static let attack = "\u{1B}[2J\u{1B}]0;owned\u{7}\u{9B}31m\u{202E}evil\r\nA+"

    /// A server that attacks with everything that is printed: replies, names in certificates, TLS names.
    static func attacked(_ attack: String = attack) throws -> Report {
        var conversation = try Conversation.good("mx.example.com", relay: SMTPReply(250, attack))
        conversation.greeting = .present(SMTPReply(220, attack, attack))
        var handshake = try TLSHandshake.sample("mx.example.com", names: [attack])
        handshake.suite = attack
        handshake.group = attack
        handshake.chain[0].issuer = attack
        conversation.handshake = .present(handshake)
        var sample = try Sample()
        try sample.add("mx.example.com", "192.0.2.1", conversation)
        var lost = try Conversation.good("mx2.example.com")
        lost.handshake = .absent(.failed(.handshake(reason: attack, alert: attack)))
        try sample.add("mx2.example.com", "192.0.2.2", lost)
        let place = try #require(sample.evidence.places(.server).first)
        sample.evidence.trace.conversations = [
            Trace.Conversation(
                place: place, label: attack, lines: [Transcript.Line(seconds: 0, direction: .server, text: attack)])
        ]
        sample.evidence.trace.engine = attack
        return try sample.report()
    }

    @Test func `Nothing that a server says reaches the terminal unescaped`() throws {
        let text = try Self.attacked().terminalText(ReportFormat.Layout(isVerbose: true))
        #expect(text.contains("\\u{1b}[2J"))
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControlLike })
    }

    @Test func `With colours the only control sequences are our own`() throws {
        let text = try Self.attacked().terminalText(ReportFormat.Layout(hasColour: true, isVerbose: true))
        var rest = text[...]
        while let escape = rest.firstIndex(of: "\u{1B}") {
            let sequence = rest[escape...].prefix { $0 != "m" }
            #expect(
                ["\u{1B}[0", "\u{1B}[1", "\u{1B}[2", "\u{1B}[1;31", "\u{1B}[1;32", "\u{1B}[1;33"].contains(sequence))
            rest = rest[escape...].dropFirst(sequence.count)
        }
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0 == "\u{1B}" || !$0.isControlLike })
    }

    @Test func `JSON keeps what a server said, and still cannot steer a terminal`() throws {
        let json = try Self.attacked().json()
        #expect(json.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isControlLike })
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        guard case .object(let report) = value, case .array(let servers) = report["servers"],
            case .object(let server) = servers.first, case .object(let greeting) = server["greeting"]
        else { throw Unexpected() }
        #expect(greeting["text"] == .string(Self.attack + "\n" + Self.attack))
    }

    @Test(arguments: [20, 40, 79, 100, 500]) func `No line is wider than the terminal or than a hundred columns`(
        _ width: Int
    ) throws {
        let report = try Self.attacked()
        let text = report.terminalText(ReportFormat.Layout(width: width, isVerbose: true))
        // What is to be copied is not broken.
        let pasted = Set(report.document(isVerbose: true).blocks.flatMap(\.snippetLines))
        for line in text.split(separator: "\n") where !pasted.contains(String(line.drop { $0 == " " })) {
            #expect(String(line).columns <= min(width, 100))
        }
    }

    struct Unexpected: Error {}
}

extension Document.Block {
    /// The lines of all snippets in it, without the blanks in front.
    var snippetLines: [String] {
        switch self {
        case .snippet(let lines): lines.map { String($0.drop { $0 == " " }) }
        case .list(_, let items): items.flatMap { $0.blocks.flatMap(\.snippetLines) }
        default: []
        }
    }
}

extension Unicode.Scalar {
    var isControlLike: Bool {
        properties.generalCategory == .control || properties.generalCategory == .format
            || properties.generalCategory == .lineSeparator || properties.generalCategory == .paragraphSeparator
    }
}
