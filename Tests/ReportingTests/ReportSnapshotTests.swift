import CheckKit
import CheckKitTesting
import Checks
import MailModel
import Observations
import Reporting
import Testing

@Suite struct ReportSnapshotTests {
    @Test(arguments: Situation.allCases) func `The terminal report reads like the kept one`(_ situation: Situation)
        throws
    {
        let text = try situation.sample().report().terminalText()
        #expect(Snapshots(beside: #filePath).difference(text, from: "\(situation).txt") == nil)
    }

    @Test(arguments: Situation.allCases) func `The JSON report is the kept one`(_ situation: Situation) throws {
        let text = try situation.sample().report().json()
        #expect(Snapshots(beside: #filePath).difference(text, from: "\(situation).json") == nil)
    }

    @Test func `A verbose report shows every check and every transcript`() throws {
        var sample = try Situation.wrongName.sample()
        let place = try #require(sample.evidence.places(.server).first)
        sample.evidence.trace.conversations = [
            Trace.Conversation(
                place: place, label: "session",
                lines: [
                    Transcript.Line(seconds: 0.012, direction: .event, text: "connected"),
                    Transcript.Line(seconds: 0.02, direction: .server, text: "220 mx1.example.com ESMTP"),
                    Transcript.Line(seconds: 0.5, direction: .client, encrypted: true, text: "QUIT"),
                ])
        ]
        let text = try sample.report().terminalText(ReportFormat.Layout(isVerbose: true))
        #expect(Snapshots(beside: #filePath).difference(text, from: "verbose.txt") == nil)
    }

    @Test func `Colour adds control sequences and changes nothing else`() throws {
        let report = try Situation.wrongName.sample().report()
        let coloured = report.terminalText(ReportFormat.Layout(hasColour: true))
        #expect(coloured.contains("\u{1B}[1;33mB\u{1B}[0m"))
        var plain = ""
        var rest = coloured[...]
        while let escape = rest.firstIndex(of: "\u{1B}") {
            plain += rest[..<escape]
            rest = rest[escape...].drop { $0 != "m" }.dropFirst()
        }
        #expect(plain + rest == report.terminalText())
    }
}

/// What a domain can look like.
enum Situation: String, CaseIterable, CustomTestStringConvertible {
    case wrongName, openRelay, brokenOff, plaintextSomewhere, unreachable, relayUnknown, nullMX, cancelled,
        international

    var testDescription: String { rawValue }

    func sample() throws -> Sample {
        var sample = try Sample(domain: self == .international ? "bücher.example" : "example.com")
        switch self {
        case .wrongName:
            try sample.add("mx1.example.com", "192.0.2.1", .good("mx1.example.com", names: ["mail.example.com"]))
            try sample.add("mx2.example.com", "2001:db8::2", preference: 20, .good("mx2.example.com"))
        case .openRelay:
            try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com", relay: SMTPReply(250, "2.1.5 Ok")))
        case .plaintextSomewhere:
            try sample.add("mx1.example.com", "192.0.2.1", .good("mx1.example.com"))
            try sample.add("mx2.example.com", "192.0.2.2", .plaintext("mx2.example.com"))
            try sample.add("mx3.example.com", nil, Conversation())
        case .brokenOff:
            var conversation = Conversation()
            conversation.greeting = .present(SMTPReply(220, "mx.example.com ESMTP"))
            conversation.end(.failed(.limitExceeded("a line of more than 2048 octets")))
            try sample.add("mx.example.com", "192.0.2.1", conversation)
        case .unreachable:
            try sample.add("mx1.example.com", "192.0.2.1", .failed(.refused))
            try sample.add("mx2.example.com", "192.0.2.2", .good("mx2.example.com"))
        case .relayUnknown:
            let later = SMTPReply(451, "4.7.1 Greylisted, please try again")
            try sample.add("mx.example.com", "192.0.2.1", .good("mx.example.com", relay: later))
        case .nullMX:
            sample.set(MXRecords([MXRecord(0, .root)]), at: .domain)
        case .cancelled:
            var conversation = Conversation()
            conversation.greeting = .present(SMTPReply(220, "mx.example.com ESMTP"))
            conversation.end(.cancelled)
            try sample.add("mx.example.com", "192.0.2.1", conversation)
        case .international:
            try sample.add("mx.bücher.example", "192.0.2.1", .good("mx.bücher.example"))
        }
        return sample
    }
}
